"""The statements on streams. What looks for streams that nobody reads looks in all workspaces; each is then read in
its own."""

from __future__ import annotations

_COLUMNS = """
    s.workspace_id, s.id, s.show_id, s.platform, s.connection_id, s.live_id, s.title, s.url, s.alternate_ids,
    s.seller_ids, s.status, s.position::text AS position, s.viewers, s.comments_seen, s.last_comment_at, s.last_look_at,
    s.trouble_at, s.trouble_reason, s.trouble, s.quiet_at, s.choices::text AS choices, s.shared, s.version,
    h.status AS show_status, h.activated_at, h.rules::text AS rules, w.settings::text AS settings,
    c.name AS connection_name, c.status AS connection_status, c.version AS connection_version,
    extract(epoch FROM clock_timestamp() - s.last_comment_at) AS silent_seconds
"""
_JOINS = """
JOIN workspaces w ON w.id = s.workspace_id
LEFT JOIN connections c ON c.workspace_id = s.workspace_id AND c.id = s.connection_id
LEFT JOIN stream_leases l ON l.workspace_id = s.workspace_id AND l.stream_id = s.id
"""
_SHOW_OF = "streams s JOIN shows h ON h.workspace_id = s.workspace_id AND h.id = s.show_id"
_OF_SHOW = f"SELECT {_COLUMNS} FROM {_SHOW_OF} {_JOINS} WHERE s.workspace_id = $1"
STREAM = f"{_OF_SHOW} AND s.id = $2"
STREAMS = f"{_OF_SHOW} AND s.show_id = $2 ORDER BY s.created_at, s.id"
STREAMS_FOR_NEWS = f"""
{_OF_SHOW} AND s.connection_id = $2 AND (h.status IN ('active', 'paused')
    OR h.status = 'ended' AND h.ended_at > clock_timestamp() - interval '1 day')
ORDER BY h.activated_at DESC, s.created_at, s.id
"""
_LEASED = "coalesce(l.expires_at > clock_timestamp(), false) AS leased, l.owner"
TO_READ = f"""
SELECT {_COLUMNS}, {_LEASED} FROM {_SHOW_OF} {_JOINS}
WHERE h.status IN ('active', 'paused') AND s.status <> 'ended'
UNION ALL
SELECT {_COLUMNS}, {_LEASED} FROM {_SHOW_OF} {_JOINS}
WHERE s.status IN ('waiting', 'reading', 'trouble') AND h.status NOT IN ('active', 'paused')
"""

# --- what its reader writes: nothing without the lease -------------------------------------------------------------

_HELD = """
WITH held AS (
    SELECT 1 FROM stream_leases WHERE workspace_id = $1 AND stream_id = $2 AND fence = $3 FOR SHARE
)
"""
STAND = f"""
{_HELD}
UPDATE streams SET status = $4::text, trouble_reason = $5::text, trouble = $6::text, quiet_at = $7::timestamptz,
    choices = $8::jsonb, trouble_at = CASE WHEN $5::text IS NULL THEN NULL
        WHEN trouble_reason = $5::text THEN trouble_at ELSE clock_timestamp() END,
    last_look_at = CASE WHEN $9::bool THEN clock_timestamp() ELSE last_look_at END
FROM held WHERE workspace_id = $1 AND id = $2 AND version = $10 RETURNING id
"""
IS_HELD = "SELECT 1 FROM stream_leases WHERE workspace_id = $1 AND stream_id = $2 AND fence = $3"

# --- what operators, and the finding of broadcasts, write ----------------------------------------------------------

ADD = """
INSERT INTO streams (workspace_id, id, show_id, platform, connection_id, live_id, title, url, alternate_ids, seller_ids,
    viewers, shared)
SELECT $1, $2, h.id, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM shows h WHERE h.workspace_id = $1 AND h.id = $3
"""
TAKE_LIVE = """
UPDATE streams SET live_id = $3::text, title = $4, url = $5, alternate_ids = $6, seller_ids = $7, viewers = $8,
    shared = shared OR $9::bool, choices = '[]',
    trouble_at = NULL, trouble_reason = NULL, trouble = NULL, quiet_at = NULL,
    status = CASE WHEN status = 'idle' THEN 'idle' ELSE 'waiting' END,
    position = CASE WHEN live_id = $3::text THEN position ELSE '{}' END, version = version + 1
WHERE workspace_id = $1 AND id = $2 AND ($10::int IS NULL OR version = $10)
RETURNING id
"""
RETRY = """
UPDATE streams SET status = CASE WHEN status = 'idle' THEN 'idle' ELSE 'waiting' END, trouble_at = NULL,
    trouble_reason = NULL, trouble = NULL, quiet_at = NULL, version = version + 1
WHERE workspace_id = $1 AND id = $2
"""
REMOVE = "DELETE FROM streams WHERE workspace_id = $1 AND id = $2"
REMOVE_LEASE = "DELETE FROM stream_leases WHERE workspace_id = $1 AND stream_id = $2"
SHOW = "SELECT status, title FROM shows WHERE workspace_id = $1 AND id = $2 FOR NO KEY UPDATE"
# Boards hold the ids of the sellers: they are loaded anew.
RAISE = "UPDATE shows SET revision = revision + 1 WHERE workspace_id = $1 AND id = $2"

# --- who else hears a broadcast ------------------------------------------------------------------------------------

LOCK_LIVES = "SELECT pg_advisory_xact_lock(hashtextextended('lives:' || $1::text, 0))"
UNSHARED = """
SELECT live_id, alternate_ids, platform, shared FROM streams
WHERE workspace_id = $1 AND show_id = $2 AND live_id <> '' AND status <> 'ended'
"""
OTHERS = """
SELECT h.id, h.title FROM shows h JOIN streams s ON s.workspace_id = h.workspace_id AND s.show_id = h.id
WHERE h.workspace_id = $1 AND h.id <> $2 AND h.status IN ('active', 'paused') AND s.platform = $3
    AND s.status <> 'ended' AND s.live_id <> '' AND (s.live_id = ANY($4::text[]) OR s.alternate_ids && $4::text[])
ORDER BY h.activated_at LIMIT 1
"""

IGNORED = "UPDATE connections SET ignored_count = ignored_count + $3 WHERE workspace_id = $1 AND id = $2"
