"""The statements on connections. Where an account is looked up by what a platform says of it, no workspace is known
yet: those alone name none."""

from __future__ import annotations

COLUMNS = (
    "c.id, c.platform, c.account_id, c.name, c.status, c.token IS NOT NULL AS has_token, c.token_expires_at, "
    "c.data_access_until, c.scopes, c.missing, c.user_id, c.last_success_at, c.last_error_at, c.last_error_reason, "
    "c.last_error, c.checked_at, c.refreshed_at, c.warned_at, c.created_at, c.version"
)
_JOINED = "FROM connections c LEFT JOIN users u ON u.id = c.connected_by"
LIST = f"""
SELECT {COLUMNS}, u.name AS connected_by {_JOINED} WHERE c.workspace_id = $1
ORDER BY c.status = 'disconnected', c.platform, lower(c.name), c.id
"""
ONE = f"SELECT {COLUMNS}, u.name AS connected_by {_JOINED} WHERE c.workspace_id = $1 AND c.id = $2"
ACCOUNT = """
SELECT platform, account_id, name, status, token, token_expires_at, data_access_until, scopes, missing, user_id,
    details::text AS details, refreshed_at
FROM connections WHERE workspace_id = $1 AND id = $2
"""
LOCK = f"{ACCOUNT} FOR NO KEY UPDATE"
# An account that is new here gets its row first, without a token: the id of the row is part of what seals it.
CLAIM = """
INSERT INTO connections (workspace_id, id, platform, account_id, status, connected_by)
VALUES ($1, $2, $3, $4, 'disconnected', $5) ON CONFLICT (workspace_id, platform, account_id) DO NOTHING RETURNING id
"""
FIND = "SELECT id FROM connections WHERE workspace_id = $1 AND platform = $2 AND account_id = $3 FOR NO KEY UPDATE"
CONNECT = """
UPDATE connections SET name = $3, status = 'connected', token = $4, token_expires_at = $5, data_access_until = $6,
    scopes = $7, missing = $8, user_id = $9, details = $10::jsonb, connected_by = $11, version = version + 1,
    refreshed_at = now(), checked_at = now(), last_success_at = now(), warned_at = NULL, check_began_at = NULL
WHERE workspace_id = $1 AND id = $2
"""
SUCCESS = "UPDATE connections SET last_success_at = now() WHERE workspace_id = $1 AND id = $2"
FAILURE = """
UPDATE connections SET last_error_at = now(), last_error_reason = $3, last_error = $4
WHERE workspace_id = $1 AND id = $2
"""
STATUS = "UPDATE connections SET status = $3, version = version + 1 WHERE workspace_id = $1 AND id = $2"
DROP_TOKEN = """
UPDATE connections SET status = 'disconnected', token = NULL, token_expires_at = NULL, data_access_until = NULL,
    warned_at = NULL, version = version + 1
WHERE workspace_id = $1 AND id = $2
"""
REMOVE = """
DELETE FROM connections c WHERE c.workspace_id = $1 AND c.id = $2
    AND NOT EXISTS (SELECT FROM streams s WHERE s.workspace_id = $1 AND s.connection_id = $2)
RETURNING 1
"""
# An account whose token has died is still one's own: what the platform goes on sending about it is heard.
BY_ACCOUNT = """
SELECT workspace_id, id FROM connections WHERE platform = $1 AND account_id = $2 AND status <> 'disconnected'
ORDER BY workspace_id
"""
# A sign-in at one platform may open accounts at another one: `details` then says at which the person signed in.
OF_USER = """
SELECT workspace_id, id FROM connections
WHERE user_id = $2 AND user_id <> '' AND (platform = $1 OR details ->> 'login' = $1)
ORDER BY workspace_id, id
"""
# A platform takes a person's access back as a whole: what else came by the same sign-in would go with it.
SHARED = """
SELECT EXISTS (
    SELECT FROM connections o JOIN connections c ON c.user_id = o.user_id
    WHERE c.workspace_id = $1 AND c.id = $2 AND c.user_id <> '' AND o.token IS NOT NULL
        AND (o.workspace_id, o.id) <> (c.workspace_id, c.id)
) AS shared
"""
CHECKED = """
UPDATE connections SET token = $3, token_expires_at = $4, data_access_until = $5, scopes = $6, missing = $7,
    status = 'connected', checked_at = now(), last_success_at = now(), check_began_at = NULL,
    refreshed_at = CASE WHEN $8 THEN now() ELSE refreshed_at END, warned_at = CASE WHEN $8 THEN NULL ELSE warned_at END,
    version = version + CASE WHEN $8 OR status <> 'connected' THEN 1 ELSE 0 END
WHERE workspace_id = $1 AND id = $2
"""
LOOKED = "UPDATE connections SET checked_at = now(), check_began_at = NULL WHERE workspace_id = $1 AND id = $2"
# Whoever takes a row has it for ten minutes, so that of several processes one asks the platform.
TAKE_DUE = """
UPDATE connections SET check_began_at = now() WHERE (workspace_id, id) = (
    SELECT workspace_id, id FROM connections
    WHERE status = 'connected' AND (checked_at IS NULL OR checked_at < now() - interval '1 day')
        AND (check_began_at IS NULL OR check_began_at < now() - interval '10 minutes')
        AND platform <> ALL($1::text[]) AND platform = ANY($2::text[])
    ORDER BY checked_at NULLS FIRST LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
) RETURNING workspace_id, id, platform
"""
WARN = """
UPDATE connections SET warned_at = now() WHERE workspace_id = $1 AND id = $2 AND warned_at IS NULL
    AND least(token_expires_at, data_access_until) < now() + interval '7 days'
RETURNING platform, name, least(token_expires_at, data_access_until) AS ends_at
"""
ANY = "SELECT EXISTS (SELECT FROM connections WHERE workspace_id = $1) AS found"
IN_SHOWS = """
SELECT DISTINCT ON (c.id) c.id, c.platform, c.name, c.status, s.id AS show_id, s.title AS show_title
FROM shows s JOIN streams t ON t.workspace_id = $1 AND t.show_id = s.id
    JOIN connections c ON c.workspace_id = $1 AND c.id = t.connection_id
WHERE s.workspace_id = $1 AND s.status IN ('active', 'paused') AND t.status <> 'ended'
ORDER BY c.id, s.activated_at DESC
"""
