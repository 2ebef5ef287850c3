"""The reading queries on shows, claims and comments. Every one names its workspace as $1."""

from __future__ import annotations

SHOW_COLUMNS = """
SELECT s.id, s.title, s.status, s.rules, s.pinned_item_id, s.created_at, s.activated_at, s.ended_at, s.version,
    s.practice, s.practice_until, s.scheduled_at
FROM shows s
"""
_RUNS = "(s.status IN ('active', 'paused'))::int"
SHOWS = f"""
{SHOW_COLUMNS}
WHERE s.workspace_id = $1 AND ($2::text IS NULL OR s.status = $2) AND ($3 = '' OR s.title ILIKE '%' || $3 || '%')
    AND ($4::uuid IS NULL OR ({_RUNS}, s.created_at, s.id) < (
        SELECT {_RUNS}, s.created_at, s.id FROM shows s WHERE s.workspace_id = $1 AND s.id = $4))
ORDER BY {_RUNS} DESC, s.created_at DESC, s.id DESC LIMIT $5
"""
SHOW = SHOW_COLUMNS + " WHERE s.workspace_id = $1 AND s.id = $2"
SHOW_OF_CLAIM = "SELECT show_id FROM claims WHERE workspace_id = $1 AND id = $2"
DEFAULTS = "SELECT coalesce(settings -> 'rules', '{}') AS rules FROM workspaces WHERE id = $1"
POSITION = "SELECT epoch, last_seq FROM topics WHERE workspace_id = $1 AND topic = 'show:' || $2::uuid"

ITEMS = """
SELECT id, item_number, variant, title, price, position, total_quantity, claimed_count, waitlist_count, version,
    batch_id
FROM items WHERE workspace_id = $1 AND show_id = $2 ORDER BY position, id
"""
ITEM = """
SELECT id, item_number, variant, title, price, position, total_quantity, claimed_count, waitlist_count, version,
    batch_id
FROM items WHERE workspace_id = $1 AND show_id = $2 AND id = $3
"""

_CLAIM_COLUMNS = "SELECT c.* FROM claims c WHERE c.workspace_id = $1 AND c.show_id = $2"
CLAIMS_PAGE = f"""
{_CLAIM_COLUMNS} AND c.decision_no < $3
    AND ($4::text IS NULL OR c.status = $4) AND ($5::uuid IS NULL OR c.item_id = $5)
    AND ($6::uuid IS NULL OR c.buyer_id = $6)
    AND ($7 = '' OR c.item_number ILIKE '%' || $7 || '%' OR (
        SELECT b.handle ILIKE '%' || $7 || '%' FROM buyers b WHERE b.workspace_id = $1 AND b.id = c.buyer_id))
ORDER BY c.decision_no DESC LIMIT $8
"""
CLAIMS_OF_COMMENTS = f"{_CLAIM_COLUMNS} AND c.comment_no = ANY($3::bigint[]) ORDER BY c.decision_no"
WINNERS = f"""
{_CLAIM_COLUMNS} AND c.item_id = $3 AND c.status = 'winner' ORDER BY c.decided_at, c.decision_no LIMIT $4
"""
WAITLIST = f"{_CLAIM_COLUMNS} AND c.item_id = $3 AND c.status = 'waitlist' ORDER BY c.place LIMIT $4"
CLAIM = f"{_CLAIM_COLUMNS} AND c.id = $3"
BEFORE = f"""
{_CLAIM_COLUMNS} AND c.item_id = $3 AND c.decision_no < $4 AND c.kind = 'claim'
    AND c.status IN ('winner', 'waitlist', 'released', 'passed')
ORDER BY c.decision_no DESC LIMIT $5
"""
CLAIM_BUYERS = (
    "SELECT id, platform, platform_user_id, handle FROM buyers WHERE workspace_id = $1 AND id = ANY($2::uuid[])"
)
CLAIM_COMMENTS = """
SELECT comment_no, comment_id FROM comments
WHERE workspace_id = $1 AND show_id = $2 AND comment_no = ANY($3::bigint[])
"""
# Counted once for each item, not once for each claim.
POSITIONS = """
SELECT w.id, w.position FROM (
    SELECT c.id, row_number() OVER (PARTITION BY c.item_id ORDER BY c.place) AS position
    FROM claims c WHERE c.workspace_id = $1 AND c.item_id = ANY($2::uuid[]) AND c.status = 'waitlist'
) w WHERE w.id = ANY($3::uuid[])
"""

# What operators made of a comment that no rule could decide; null while any part of it is still open.
_SETTLED = """CASE verdict WHEN 'review' THEN (
    SELECT CASE WHEN bool_or(c.status IN ('review', 'unmatched')) THEN NULL
        WHEN bool_or(c.status <> 'declined') THEN 'claim' WHEN bool_and(c.status = 'declined') THEN 'declined' END
    FROM claims c
    WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.comment_no = comments.comment_no AND c.kind = 'claim'
) END AS settled"""
_COMMENT = f"""
SELECT comment_no, comment_id, platform, buyer_id, author_id, author_name, text, posted_at, received_at, verdict, rule,
    reason, late, edited_text, removed_at, {_SETTLED}
FROM comments"""
_COMMENTS = (
    _COMMENT
    + """
WHERE workspace_id = $1 AND show_id = $2 AND comment_no < $3 AND ($4::text[] IS NULL OR verdict = ANY($4))
    AND ($5 = '' OR text{collation} ILIKE '%' || $5 || '%' OR author_name{collation} ILIKE '%' || $5 || '%')
ORDER BY comment_no DESC LIMIT $6
"""
)
# Words in ASCII are compared letter by letter: less than half the time of a comparison by the rules of a language.
COMMENTS = _COMMENTS.format(collation=' COLLATE "C"')
COMMENTS_IN_ANY_SCRIPT = _COMMENTS.format(collation="")
COMMENT = _COMMENT + " WHERE workspace_id = $1 AND show_id = $2 AND comment_no = $3"
COUNTS = """
SELECT s.last_comment_no AS comments,
    (SELECT count(*) FROM claims c WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.kind = 'claim') AS claims,
    (SELECT count(DISTINCT c.buyer_id) FROM claims c WHERE c.workspace_id = $1 AND c.show_id = $2
        AND c.status = 'winner') AS buyers,
    (SELECT coalesce(sum(i.claimed_count), 0) FROM items i WHERE i.workspace_id = $1 AND i.show_id = $2)
        AS units_claimed,
    (SELECT coalesce(sum(i.total_quantity), 0) FROM items i WHERE i.workspace_id = $1 AND i.show_id = $2)
        AS units_total
FROM shows s WHERE s.workspace_id = $1 AND s.id = $2
"""
PER_MINUTE = """
SELECT date_trunc('minute', received_at) AS at, count(*) AS comments,
    count(*) FILTER (WHERE verdict = 'claim') AS claims
FROM comments
WHERE workspace_id = $1 AND show_id = $2 AND comment_no > $3 - 30000 AND received_at > now() - interval '30 minutes'
GROUP BY 1 ORDER BY 1
"""
