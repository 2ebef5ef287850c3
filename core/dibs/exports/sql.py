"""What readers read. $1 is the workspace, $2 the show; of orders null for all, $3 and $4 are from and before when."""

from __future__ import annotations

from typing import Final

SHOW: Final = """
SELECT id, title, status, practice, created_at, activated_at, ended_at FROM shows WHERE workspace_id = $1 AND id = $2
"""
# A waitlist is short against the rest, so the positions are counted among those who wait alone.
CLAIMS: Final = """
WITH waiting AS MATERIALIZED (
    SELECT id, row_number() OVER (PARTITION BY item_id ORDER BY place) AS position
    FROM claims WHERE workspace_id = $1 AND show_id = $2 AND status = 'waitlist'
)
SELECT c.id AS claim_id, c.posted_at AS timestamp, c.decided_at, c.decision_no, c.comment_no, c.item_id, c.buyer_id,
    coalesce(i.item_number, c.item_number) AS item_number, coalesce(i.title, '') AS item_title,
    coalesce(i.variant, c.variant) AS variant, i.price, c.quantity, c.status, w.position AS waitlist_position,
    c.rule, c.reason, b.platform, b.platform_user_id, b.merged_into,
    coalesce(nullif(b.handle, ''), b.platform_user_id, '') AS user_handle
FROM claims c
LEFT JOIN waiting w ON w.id = c.id
LEFT JOIN items i ON i.workspace_id = $1 AND i.id = c.item_id
LEFT JOIN buyers b ON b.workspace_id = $1 AND b.id = c.buyer_id
WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.kind = 'claim'
ORDER BY c.decision_no
"""
BUYERS: Final = """
WITH won AS (
    SELECT coalesce(b.merged_into, b.id) AS person, c.item_id, sum(c.quantity) AS units,
        sum(c.quantity) * max(i.price) AS amount
    FROM claims c
    JOIN buyers b ON b.workspace_id = $1 AND b.id = c.buyer_id
    LEFT JOIN items i ON i.workspace_id = $1 AND i.id = c.item_id
    WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.status = 'winner'
    GROUP BY 1, 2
), totals AS (
    SELECT person, count(*) AS items_claimed, sum(units)::bigint AS total_items, sum(amount) AS total_amount
    FROM won GROUP BY person
)
SELECT t.person AS buyer_id, b.platform, b.platform_user_id, b.tags, b.blocked_at IS NOT NULL AS blocked,
    coalesce(nullif(b.handle, ''), b.platform_user_id, '') AS user_handle, t.items_claimed, t.total_items,
    t.total_amount
FROM totals t JOIN buyers b ON b.workspace_id = $1 AND b.id = t.person
ORDER BY lower(b.handle), t.person
"""
COMMENTS: Final = """
SELECT c.comment_no, c.comment_id, c.posted_at AS timestamp, c.received_at, c.platform, c.live_id, c.buyer_id, c.text,
    c.verdict, c.rule, c.reason, c.late, c.author_id,
    coalesce(nullif(c.author_name, ''), c.author_id, '') AS user_handle
FROM comments c WHERE c.workspace_id = $1 AND c.show_id = $2 ORDER BY c.comment_no
"""
ITEMS: Final = """
SELECT id AS item_id, item_number, variant, title, price, position, total_quantity, claimed_count, waitlist_count
FROM items WHERE workspace_id = $1 AND show_id = $2 ORDER BY position, id
"""
ORDERS: Final = """
SELECT o.id AS order_id, o.number, o.created_at, o.origin, o.status, o.name, o.contact, o.customer_id, o.buyer_id,
    o.show_id, coalesce(s.title, '') AS show_title, o.currency, o.total, o.note, o.paid_at, o.cancelled_at,
    o.cancel_reason,
    (SELECT count(*) FROM order_lines l WHERE l.workspace_id = $1 AND l.order_id = o.id) AS line_count
FROM orders o LEFT JOIN shows s ON s.workspace_id = $1 AND s.id = o.show_id
WHERE o.workspace_id = $1 AND ($2::uuid IS NULL OR o.show_id = $2)
    AND ($3::timestamptz IS NULL OR o.created_at >= $3) AND ($4::timestamptz IS NULL OR o.created_at < $4)
ORDER BY o.number
"""
ORDER_LINES: Final = """
SELECT o.id AS order_id, o.number, o.created_at, o.status, o.name, o.currency, l.line_no, l.name AS item, l.unit,
    l.quantity, l.price, l.price_source, l.sample, l.total, l.batch_id, l.product_id, l.of_claim_id AS claim_id,
    coalesce(b.code, '') AS batch_code
FROM orders o
JOIN order_lines l ON l.workspace_id = $1 AND l.order_id = o.id
LEFT JOIN batches b ON b.workspace_id = $1 AND b.id = l.batch_id
WHERE o.workspace_id = $1 AND ($2::uuid IS NULL OR o.show_id = $2)
    AND ($3::timestamptz IS NULL OR o.created_at >= $3) AND ($4::timestamptz IS NULL OR o.created_at < $4)
ORDER BY o.number, l.line_no
"""
