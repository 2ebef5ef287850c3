"""The promises that one query can check. Each query gives a line of words for every place that breaks its promise.

`$1` is the workspace, `$2` the show. Nothing here is written row by row: a show with 100,000 comments is one pass.
"""

from __future__ import annotations

MOST_DETAILS = 5

NEVER_OVERSOLD = """
SELECT format('item %s %s: %s units won, %s counted, %s offered', i.item_number, i.variant,
    coalesce(s.won, 0), i.claimed_count, i.total_quantity)
FROM items i LEFT JOIN (
    SELECT item_id, sum(quantity) AS won FROM claims
    WHERE workspace_id = $1 AND show_id = $2 AND status = 'winner' GROUP BY item_id
) s ON s.item_id = i.id
WHERE i.workspace_id = $1 AND i.show_id = $2
    AND (coalesce(s.won, 0) <> i.claimed_count OR i.claimed_count > i.total_quantity)
"""

WAITLISTS = """
SELECT format('item %s %s: %s entries wait at %s places, %s counted', i.item_number, i.variant,
    coalesce(s.entries, 0), coalesce(s.places, 0), i.waitlist_count)
FROM items i LEFT JOIN (
    SELECT item_id, count(*) AS entries, count(DISTINCT place) AS places FROM claims
    WHERE workspace_id = $1 AND show_id = $2 AND status = 'waitlist' GROUP BY item_id
) s ON s.item_id = i.id
WHERE i.workspace_id = $1 AND i.show_id = $2
    AND (coalesce(s.entries, 0) <> i.waitlist_count OR coalesce(s.entries, 0) <> coalesce(s.places, 0))
UNION ALL
SELECT format('claim %s has the status %s and the place %s', id, status, coalesce(place::text, 'none'))
FROM claims WHERE workspace_id = $1 AND show_id = $2
    AND ((status = 'waitlist') <> (place IS NOT NULL) OR (status IN ('winner', 'waitlist') AND item_id IS NULL))
"""

NO_IDLE_STOCK = """
SELECT format('item %s %s: %s left while %s wait', i.item_number, i.variant, i.total_quantity - i.claimed_count,
    i.waitlist_count)
FROM items i JOIN shows s ON s.workspace_id = i.workspace_id AND s.id = i.show_id
WHERE i.workspace_id = $1 AND i.show_id = $2 AND s.status <> 'ended'
    AND i.claimed_count < i.total_quantity AND i.waitlist_count > 0
"""

COMMENTS_ONCE = """
SELECT format('comment %s is stored %s times', comment_key, count(*)) FROM comments
WHERE workspace_id = $1 AND show_id = $2 GROUP BY comment_key HAVING count(*) > 1
UNION ALL
SELECT format('%s comment %s is stored %s times', platform, comment_id, count(*)) FROM comments
WHERE workspace_id = $1 AND show_id = $2 AND comment_id IS NOT NULL
GROUP BY platform, comment_id HAVING count(*) > 1
"""

COMMENT_NUMBERS = """
SELECT format('%s comments are numbered %s to %s; the show has counted %s', c.n, c.low, c.high, s.last_comment_no)
FROM shows s, LATERAL (
    SELECT count(*) AS n, coalesce(min(comment_no), 0) AS low, coalesce(max(comment_no), 0) AS high
    FROM comments WHERE workspace_id = $1 AND show_id = $2
) c
WHERE s.workspace_id = $1 AND s.id = $2
    AND (c.n <> s.last_comment_no OR c.high <> s.last_comment_no OR (c.n > 0 AND c.low <> 1))
"""

DECISION_NUMBERS = """
SELECT format('decision %s was made %s times', decision_no, count(*)) FROM claims
WHERE workspace_id = $1 AND show_id = $2 GROUP BY decision_no HAVING count(*) > 1
UNION ALL
SELECT format('claim %s is decision %s; the show has counted %s', c.id, c.decision_no, s.last_decision_no)
FROM claims c JOIN shows s ON s.workspace_id = c.workspace_id AND s.id = c.show_id
WHERE c.workspace_id = $1 AND c.show_id = $2 AND (c.decision_no < 1 OR c.decision_no > s.last_decision_no)
"""

# An operator may move one part of a claim to another item; what happens to that part later gives it another reason.
ACTS_ONCE = """
SELECT format('comment %s, act %s: %s claims begin with it, for %s buyers and %s items', comment_no, act,
    count(*) FILTER (WHERE part = 0), count(DISTINCT buyer_id), count(DISTINCT item_id))
FROM claims WHERE workspace_id = $1 AND show_id = $2 AND comment_no IS NOT NULL
GROUP BY comment_no, act
HAVING count(*) FILTER (WHERE part = 0) <> 1 OR count(DISTINCT buyer_id) > 1
    OR (count(DISTINCT item_id) > 1 AND NOT bool_or(coalesce(reason, '') IN ('moved', 'undone', 'awarded', 'lowered')))
    OR count(DISTINCT kind) > 1 OR count(DISTINCT part) <> count(*)
"""

DECIDED = """
SELECT format('comment %s has the verdict %s and %s claims', m.comment_no, m.verdict, coalesce(c.n, 0))
FROM comments m LEFT JOIN (
    SELECT comment_no, count(*) AS n FROM claims
    WHERE workspace_id = $1 AND show_id = $2 AND comment_no IS NOT NULL GROUP BY comment_no
) c ON c.comment_no = m.comment_no
WHERE m.workspace_id = $1 AND m.show_id = $2 AND CASE
    WHEN m.verdict IN ('claim', 'pass') THEN c.n IS NULL
    WHEN m.verdict IN ('ignored', 'stored', 'quarantined') THEN c.n IS NOT NULL AND m.edited_text IS NULL
    ELSE m.verdict <> 'review' END
"""

NO_ORPHANS = """
SELECT format('claim %s: its %s is not in this show', c.id,
    CASE WHEN c.comment_no IS NOT NULL AND m.comment_no IS NULL THEN 'comment ' || c.comment_no
        WHEN c.item_id IS NOT NULL AND i.id IS NULL THEN 'item ' || c.item_id
        ELSE 'buyer ' || coalesce(c.buyer_id::text, 'of the comment') END)
FROM claims c
LEFT JOIN comments m ON m.workspace_id = $1 AND m.show_id = $2 AND m.comment_no = c.comment_no
LEFT JOIN items i ON i.workspace_id = $1 AND i.show_id = $2 AND i.id = c.item_id
LEFT JOIN buyers b ON b.workspace_id = $1 AND b.id = c.buyer_id
WHERE c.workspace_id = $1 AND c.show_id = $2 AND (
    (c.comment_no IS NOT NULL AND m.comment_no IS NULL)
    OR (c.item_id IS NOT NULL AND i.id IS NULL)
    OR (c.buyer_id IS NOT NULL AND b.id IS NULL)
    OR (c.buyer_id IS NULL AND c.status IN ('winner', 'waitlist'))
    OR (m.comment_no IS NOT NULL AND m.buyer_id IS DISTINCT FROM c.buyer_id))
UNION ALL
SELECT format('comment %s: its buyer %s is not its author', m.comment_no, coalesce(m.buyer_id::text, 'is unknown and'))
FROM comments m LEFT JOIN buyers b ON b.workspace_id = $1 AND b.id = m.buyer_id
WHERE m.workspace_id = $1 AND m.show_id = $2 AND (
    (m.author_id IS NULL) <> (m.buyer_id IS NULL)
    OR (m.buyer_id IS NOT NULL AND (b.platform, b.platform_user_id) IS DISTINCT FROM (m.platform, m.author_id)))
"""

EVENT_NUMBERS = """
SELECT format('%s events are numbered %s to %s, %s of them different; the topic has counted %s', o.n, o.low, o.high,
    o.different, coalesce(t.last_seq, 0))
FROM (
    SELECT count(*) AS n, count(DISTINCT seq) AS different, coalesce(min(seq), 0) AS low, coalesce(max(seq), 0) AS high
    FROM outbox WHERE workspace_id = $1 AND topic = 'show:' || $2::uuid
) o LEFT JOIN topics t ON t.workspace_id = $1 AND t.topic = 'show:' || $2::uuid
WHERE o.n <> o.different OR (o.n > 0 AND (o.n <> o.high - o.low + 1 OR o.high <> coalesce(t.last_seq, 0)))
    OR (o.n = 0 AND coalesce(t.last_seq, 0) > 0)
"""

# The leading column is left open on purpose: these look for rows of the show that stand in any other workspace.
NO_FOREIGN_ROWS = """
SELECT format('%s of this show stand in another workspace', what) FROM (
    SELECT 'comments' AS what
    WHERE EXISTS (SELECT 1 FROM comments WHERE workspace_id <> $1 AND show_id = $2)
    UNION ALL SELECT 'claims' WHERE EXISTS (SELECT 1 FROM claims WHERE workspace_id <> $1 AND show_id = $2)
    UNION ALL SELECT 'items' WHERE EXISTS (SELECT 1 FROM items WHERE workspace_id <> $1 AND show_id = $2)
    UNION ALL SELECT 'events' WHERE EXISTS (
        SELECT 1 FROM topics WHERE workspace_id <> $1 AND topic = 'show:' || $2::uuid)
) found
"""

REPEATS = """
SELECT format('buyer %s has %s stakes in item %s', c.buyer_id, count(DISTINCT (c.comment_no, c.act)), i.item_number)
FROM claims c JOIN items i ON i.workspace_id = $1 AND i.id = c.item_id
WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.status IN ('winner', 'waitlist') AND c.comment_no IS NOT NULL
    AND NOT c.id = ANY($3::uuid[])
GROUP BY c.buyer_id, i.id, i.item_number HAVING count(DISTINCT (c.comment_no, c.act)) > 1
"""

PER_BUYER = """
SELECT format('buyer %s wins and waits for %s units; the show allows %s', buyer_id, sum(quantity), $3::int)
FROM claims
WHERE workspace_id = $1 AND show_id = $2 AND status IN ('winner', 'waitlist') AND comment_no IS NOT NULL
    AND NOT id = ANY($4::uuid[])
GROUP BY buyer_id HAVING sum(quantity) > $3::int
"""

SOLD = """
SELECT format('item %s %s: %s units of its claims are in orders, %s counted as sold', i.item_number, i.variant,
    coalesce(s.units, 0), i.sold)
FROM items i LEFT JOIN (
    SELECT item_id, sum(quantity) AS units FROM claims
    WHERE workspace_id = $1 AND show_id = $2 AND order_id IS NOT NULL GROUP BY item_id
) s ON s.item_id = i.id
WHERE i.workspace_id = $1 AND i.show_id = $2 AND coalesce(s.units, 0) <> i.sold
UNION ALL
SELECT format('claim %s: it says order %s, the lines of orders say %s', c.id, coalesce(c.order_id::text, 'none'),
    coalesce(l.order_id::text, 'none'))
FROM claims c
LEFT JOIN order_lines l ON l.workspace_id = $1 AND l.claim_id = c.id
LEFT JOIN orders o ON o.workspace_id = $1 AND o.id = l.order_id
WHERE c.workspace_id = $1 AND c.show_id = $2 AND (c.order_id IS DISTINCT FROM l.order_id
    OR (c.order_id IS NOT NULL AND (l.quantity <> c.quantity OR o.status = 'cancelled')))
"""

FACTS = (
    ("never_oversold", NEVER_OVERSOLD),
    ("waitlists_counted_and_ordered", WAITLISTS),
    ("nobody_waits_while_stock_is_left", NO_IDLE_STOCK),
    ("comments_once", COMMENTS_ONCE),
    ("comment_numbers_without_gap", COMMENT_NUMBERS),
    ("decision_numbers_unique", DECISION_NUMBERS),
    ("acts_claimed_once", ACTS_ONCE),
    ("every_comment_decided", DECIDED),
    ("no_orphans", NO_ORPHANS),
    ("event_numbers_without_gap", EVENT_NUMBERS),
    ("sold_is_ordered", SOLD),
    ("no_rows_of_other_workspaces", NO_FOREIGN_ROWS),
)
