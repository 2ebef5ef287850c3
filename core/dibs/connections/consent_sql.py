"""The statements on dialogs under way. A state comes back without its workspace: it is looked up by its hash."""

from __future__ import annotations

BEGIN = """
INSERT INTO oauth_states
    (workspace_id, state_hash, platform, user_id, session_hash, connection_id, return_to, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8)
"""
TAKE = """
DELETE FROM oauth_states WHERE state_hash = $1
RETURNING workspace_id, platform, user_id, session_hash, connection_id, return_to, expires_at > now() AS fresh
"""
END = """
INSERT INTO oauth_results
    (workspace_id, id, platform, user_id, session_hash, outcome, message, accounts, report, connection_id, return_to,
    expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, now() + $12)
"""
_MINE = "workspace_id = $1 AND id = $2 AND session_hash = $3 AND user_id = $4 AND expires_at > now()"
RESULT = f"""
SELECT platform, outcome, message, accounts, report::text AS report, connection_id, return_to
FROM oauth_results WHERE {_MINE}
"""
# Whoever gets the accounts has the choice: a second click finds none.
TAKE_OFFERS = f"""
WITH mine AS (SELECT id, accounts FROM oauth_results WHERE {_MINE} AND accounts IS NOT NULL FOR UPDATE),
taken AS (
    UPDATE oauth_results r SET accounts = NULL, outcome = 'connected', expires_at = now() + interval '1 hour'
    FROM mine WHERE r.workspace_id = $1 AND r.id = mine.id RETURNING 1
)
SELECT accounts FROM mine
"""
CHOSEN = "UPDATE oauth_results SET report = $3::jsonb WHERE workspace_id = $1 AND id = $2"
SWEEP_STATES = "DELETE FROM oauth_states WHERE expires_at < now() - interval '1 hour'"
SWEEP_RESULTS = "DELETE FROM oauth_results WHERE expires_at < now()"
