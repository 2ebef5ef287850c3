"""The queries on orders. Every one names its workspace as $1."""

from __future__ import annotations

# Whoever orders the same source waits here for the one who was first, and then finds the order.
LOCK_SOURCE = "SELECT pg_advisory_xact_lock(hashtextextended('dibs order ' || $1::uuid || $2::text || $3::uuid, 0))"
OF_SOURCE = """
SELECT id FROM orders WHERE workspace_id = $1 AND source_kind = $2 AND source_id = $3 AND status <> 'cancelled'
"""
# A buyer who is linked to a customer orders as that customer.
PARTY = """
SELECT w.settings::text AS settings, p.id AS person, p.handle, c.id AS customer_id, c.name, c.contact
FROM workspaces w
LEFT JOIN buyers b ON b.workspace_id = $1 AND b.id = $2::uuid
LEFT JOIN buyers p ON p.workspace_id = $1 AND p.id = coalesce(b.merged_into, b.id)
LEFT JOIN customers c ON c.workspace_id = $1 AND c.id = coalesce($3::uuid, p.customer_id)
WHERE w.id = $1
"""
CLAIMS = """
SELECT c.id, c.show_id, c.item_id, c.item_number, c.variant, c.quantity, c.status, c.order_id, o.number AS order_number,
    i.batch_id, s.practice, p.id AS person, p.customer_id
FROM claims c
JOIN shows s ON s.workspace_id = $1 AND s.id = c.show_id
LEFT JOIN items i ON i.workspace_id = $1 AND i.id = c.item_id
LEFT JOIN buyers b ON b.workspace_id = $1 AND b.id = c.buyer_id
LEFT JOIN buyers p ON p.workspace_id = $1 AND p.id = coalesce(b.merged_into, b.id)
LEFT JOIN orders o ON o.workspace_id = $1 AND o.id = c.order_id
WHERE c.workspace_id = $1 AND c.id = ANY($2::uuid[])
"""
# Below 0 they are unsold: reserved again, if they come from a batch.
SELL_ITEMS = """
UPDATE items i SET sold = i.sold + w.units,
    reserved = i.reserved - CASE WHEN i.batch_id IS NULL THEN 0 ELSE w.units END
FROM unnest($2::uuid[], $3::int[]) AS w(id, units)
WHERE i.workspace_id = $1 AND i.id = w.id AND i.sold + w.units BETWEEN 0 AND i.claimed_count
    AND (i.batch_id IS NULL OR i.reserved - w.units >= 0)
RETURNING i.id
"""
MARK_CLAIMS = """
UPDATE claims SET order_id = $3 WHERE workspace_id = $1 AND id = ANY($2::uuid[]) AND status = 'winner'
    AND order_id IS NULL
RETURNING id
"""
FREE_CLAIMS = """
UPDATE claims SET order_id = NULL WHERE workspace_id = $1 AND id = ANY($2::uuid[]) AND order_id = $3 RETURNING id
"""
# Held until the commit: the next order of the workspace waits, and a rollback leaves no gap.
NUMBER = """
INSERT INTO order_counters AS n (workspace_id, last_number) VALUES ($1, 1)
ON CONFLICT (workspace_id) DO UPDATE SET last_number = n.last_number + 1 RETURNING last_number
"""
INSERT = """
INSERT INTO orders (workspace_id, id, number, origin, source_kind, source_id, customer_id, buyer_id, show_id, name,
    contact, currency, total, note, created_by, created_by_name, credit_reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
"""
INSERT_LINES = """
INSERT INTO order_lines (workspace_id, order_id, line_no, batch_id, product_id, claim_id, of_claim_id, item_id, name,
    unit, quantity, price, price_source, unit_cost, sample, total)
SELECT $1, $2, l.line_no, l.batch_id, coalesce(l.product_id, b.product_id), l.claim_id, l.claim_id, l.item_id, l.name,
    coalesce(nullif(l.unit, ''), p.unit, ''), l.quantity, l.price, l.price_source, b.unit_cost, l.sample, l.total
FROM unnest($3::int[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::numeric[],
    $11::numeric[], $12::text[], $13::bool[], $14::numeric[])
    AS l(line_no, batch_id, product_id, claim_id, item_id, name, unit, quantity, price, price_source, sample, total)
LEFT JOIN batches b ON b.workspace_id = $1 AND b.id = l.batch_id
LEFT JOIN products p ON p.workspace_id = $1 AND p.id = coalesce(l.product_id, b.product_id)
"""
ORDERS = "SELECT o.* FROM orders o WHERE o.workspace_id = $1"
ONE = f"{ORDERS} AND o.id = $2"
LINES = "SELECT * FROM order_lines WHERE workspace_id = $1 AND order_id = $2 ORDER BY line_no"
STANDING = "SELECT number, status, version FROM orders WHERE workspace_id = $1 AND id = $2"
CANCEL = """
UPDATE orders SET status = 'cancelled', cancelled_at = clock_timestamp(), cancel_reason = $4, version = version + 1
WHERE workspace_id = $1 AND id = $2 AND version = $3 AND status <> 'cancelled' RETURNING id
"""
PAY = """
UPDATE orders SET status = 'paid', paid_at = clock_timestamp(), version = version + 1
WHERE workspace_id = $1 AND id = $2 AND version = $3 AND status = 'open' RETURNING id
"""
FREE_LINES = """
UPDATE order_lines SET claim_id = NULL WHERE workspace_id = $1 AND order_id = $2 AND claim_id IS NOT NULL
"""
SUMS = "SELECT o.status, count(*) AS count, sum(o.total) AS total FROM orders o WHERE o.workspace_id = $1"
