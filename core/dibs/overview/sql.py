"""The queries of the overview. Every one names its workspace as $1, and touches a bounded number of shows."""

from __future__ import annotations

LIVE = """
SELECT s.id, s.title, s.status, s.practice, s.activated_at, s.last_comment_no AS comments, i.title AS on_now,
    i.item_number AS on_now_number, i.total_quantity - i.claimed_count AS on_now_left,
    figures.units_claimed, figures.units_total, claims.buyers, claims.claims
FROM shows s
LEFT JOIN items i ON i.workspace_id = $1 AND i.id = s.pinned_item_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(claimed_count), 0) AS units_claimed, coalesce(sum(total_quantity), 0) AS units_total
    FROM items WHERE workspace_id = $1 AND show_id = s.id
) figures
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE kind = 'claim') AS claims,
        count(DISTINCT buyer_id) FILTER (WHERE status = 'winner') AS buyers
    FROM claims WHERE workspace_id = $1 AND show_id = s.id
) claims
WHERE s.workspace_id = $1 AND s.status IN ('active', 'paused')
ORDER BY s.activated_at DESC LIMIT 4
"""
PER_MINUTE = """
SELECT minutes.at, count(c.comment_no) AS comments, count(c.comment_no) FILTER (WHERE c.verdict = 'claim') AS claims
FROM generate_series(date_trunc('minute', now()) - interval '29 minutes', now(), interval '1 minute') minutes (at)
LEFT JOIN comments c ON c.workspace_id = $1 AND c.show_id = $2 AND c.comment_no > $3 - 30000
    AND c.received_at >= minutes.at AND c.received_at < minutes.at + interval '1 minute'
GROUP BY 1 ORDER BY 1
"""
UPCOMING = """
SELECT s.id, s.title, s.practice, s.scheduled_at, s.created_at,
    (SELECT count(*) FROM items i WHERE i.workspace_id = $1 AND i.show_id = s.id) AS items
FROM shows s WHERE s.workspace_id = $1 AND s.status = 'draft'
ORDER BY s.scheduled_at IS NULL, s.scheduled_at, s.created_at DESC LIMIT $2
"""
# Live shows, and those that ended lately: who waits for an answer after an old show has had it otherwise by now.
WAITING = """
SELECT s.id, s.title, s.status, found.review, found.unmatched
FROM (
    (SELECT id, title, status, created_at FROM shows WHERE workspace_id = $1 AND status IN ('active', 'paused')
        ORDER BY created_at DESC LIMIT 10)
    UNION ALL
    (SELECT id, title, status, created_at FROM shows WHERE workspace_id = $1 AND status = 'ended'
        AND ended_at > now() - interval '7 days' ORDER BY created_at DESC LIMIT 5)
) s
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE c.status = 'review') AS review,
        count(*) FILTER (WHERE c.status = 'unmatched') AS unmatched
    FROM claims c WHERE c.workspace_id = $1 AND c.show_id = s.id AND c.status IN ('review', 'unmatched')
) found
WHERE found.review + found.unmatched > 0 ORDER BY s.status = 'ended', s.created_at DESC
"""
RESULTS = """
SELECT s.id, s.title, s.activated_at, s.ended_at, sold.units_claimed, sold.units_total, sold.revenue, claims.buyers
FROM (
    SELECT id, title, activated_at, ended_at FROM shows
    WHERE workspace_id = $1 AND status = 'ended' AND NOT practice ORDER BY ended_at DESC LIMIT $2
) s
CROSS JOIN LATERAL (
    SELECT coalesce(sum(claimed_count), 0) AS units_claimed, coalesce(sum(total_quantity), 0) AS units_total,
        sum(price * claimed_count) AS revenue
    FROM items WHERE workspace_id = $1 AND show_id = s.id
) sold
CROSS JOIN LATERAL (
    SELECT count(DISTINCT buyer_id) AS buyers FROM claims
    WHERE workspace_id = $1 AND show_id = s.id AND status = 'winner'
) claims
ORDER BY s.ended_at
"""
# The cursor is the last show of the page before; `shows_list` serves the order.
SHOWS = """
SELECT s.id, s.title, s.status, s.practice, s.created_at, s.scheduled_at, s.activated_at, s.ended_at,
    figures.items, figures.units_claimed, figures.units_total
FROM (
    SELECT * FROM shows
    WHERE workspace_id = $1 AND status = ANY($2) AND ($3 = '' OR title ILIKE '%' || $3 || '%')
        AND ($4::uuid IS NULL
            OR (created_at, id) < (SELECT created_at, id FROM shows WHERE workspace_id = $1 AND id = $4))
    ORDER BY created_at DESC, id DESC LIMIT $5
) s
CROSS JOIN LATERAL (
    SELECT count(*) AS items, coalesce(sum(claimed_count), 0) AS units_claimed,
        coalesce(sum(total_quantity), 0) AS units_total
    FROM items WHERE workspace_id = $1 AND show_id = s.id
) figures
ORDER BY s.created_at DESC, s.id DESC
"""
ANY_SHOW = "SELECT EXISTS (SELECT FROM shows WHERE workspace_id = $1) AS found"
OPEN_INVITATIONS = """
SELECT count(*) AS open FROM invitations
WHERE workspace_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now()
"""
