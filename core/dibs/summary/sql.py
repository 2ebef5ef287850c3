"""The queries of the summary, on one show each: $1 is the workspace, $2 the show."""

from __future__ import annotations

SHOW = """
SELECT s.id, s.title, s.status, s.practice, s.version, s.activated_at, s.ended_at, s.created_at, w.settings,
    clock_timestamp() AS as_of
FROM shows s JOIN workspaces w ON w.id = s.workspace_id WHERE s.workspace_id = $1 AND s.id = $2
"""
ITEMS = """
SELECT id, item_number, variant, title, price, total_quantity, claimed_count
FROM items WHERE workspace_id = $1 AND show_id = $2 ORDER BY position, id
"""
# One pass over the claims of the show gives everything that is counted by item or by status.
CLAIMS = """
SELECT item_id, status, count(*) AS claims, sum(quantity)::bigint AS units, min(posted_at) AS first_at,
    max(posted_at) AS last_at
FROM claims WHERE workspace_id = $1 AND show_id = $2 AND kind = 'claim' GROUP BY item_id, status
"""
# Only who is merged into somebody is looked up: those few have an index of their own.
_WON = """
WITH won AS MATERIALIZED (
    SELECT buyer_id, item_id, sum(quantity)::bigint AS units
    FROM claims WHERE workspace_id = $1 AND show_id = $2 AND status = 'winner' GROUP BY buyer_id, item_id
), named AS MATERIALIZED (
    SELECT w.item_id, w.units, coalesce(b.merged_into, w.buyer_id) AS person
    FROM won w LEFT JOIN buyers b
        ON b.workspace_id = $1 AND b.id = w.buyer_id AND b.merged_into IS NOT NULL
)
"""
WINNERS = f"{_WON} SELECT item_id, count(DISTINCT person) AS winners FROM named GROUP BY item_id"
TOP = f"""{_WON}, people AS (
    SELECT n.person, count(DISTINCT n.item_id) AS items, sum(n.units)::bigint AS units,
        coalesce(sum(n.units * i.price), 0.00) AS amount,
        coalesce(sum(n.units) FILTER (WHERE i.price IS NULL), 0)::bigint AS unpriced, count(*) OVER () AS everybody
    FROM named n JOIN items i ON i.workspace_id = $1 AND i.id = n.item_id GROUP BY n.person
)
SELECT p.*, b.handle, b.platform
FROM (SELECT * FROM people ORDER BY units DESC, amount DESC, person LIMIT 10) p
JOIN buyers b ON b.workspace_id = $1 AND b.id = p.person
ORDER BY p.units DESC, p.amount DESC, p.person
"""
EARLIER = """
SELECT id FROM shows WHERE workspace_id = $1 AND created_at < $2 AND NOT practice AND status <> 'draft'
"""
# $3 the earlier shows. All identities of each buyer, then one look into the index of claims for each identity.
REPEAT = f"""{_WON}, people AS MATERIALIZED (
    SELECT DISTINCT person FROM named
), identities AS (
    SELECT person, person AS id FROM people
    UNION ALL
    SELECT p.person, m.id FROM buyers m JOIN people p ON p.person = m.merged_into
    WHERE m.workspace_id = $1 AND m.merged_into IS NOT NULL
)
SELECT count(DISTINCT i.person) FROM identities i WHERE (
    SELECT true FROM claims c WHERE c.workspace_id = $1 AND c.buyer_id = i.id AND c.status = 'winner'
        AND c.show_id = ANY($3::uuid[]) LIMIT 1
)
"""
# By the finest width; wider ones are added up from it. The time is that of writing: a recording that is played quickly
# keeps its own pace.
SLOTS = """
SELECT date_bin('10 seconds', posted_at, 'epoch') AS at, verdict, late, count(*) AS comments
FROM comments WHERE workspace_id = $1 AND show_id = $2 GROUP BY 1, 2, 3
"""
WINS = """
SELECT date_bin('10 seconds', posted_at, 'epoch') AS at, count(*) AS wins
FROM claims WHERE workspace_id = $1 AND show_id = $2 AND status = 'winner' AND comment_no IS NOT NULL GROUP BY 1
"""
# When each item was first pinned, and the first claim on it from then on.
PINS = """
SELECT p.item_id, p.at, (
    SELECT min(c.posted_at) FROM claims c WHERE c.workspace_id = $1 AND c.item_id = p.item_id AND c.kind = 'claim'
        AND c.posted_at >= p.at
) AS first_at
FROM (
    SELECT entity_id::uuid AS item_id, min(at) AS at FROM audit_log
    WHERE workspace_id = $1 AND show_id = $2 AND action = 'item.pinned' AND entity = 'item' AND entity_id IS NOT NULL
    GROUP BY entity_id
) p
"""
