"""The statements of erasure."""

from __future__ import annotations

# --- requests of platforms; of the instance --------------------------------------------------------------------------

OPEN_REQUEST = """
SELECT code FROM erasures WHERE platform = $1 AND user_id = $2 AND done_at IS NULL ORDER BY requested_at LIMIT 1
"""
NEW_REQUEST = "INSERT INTO erasures (code, platform, user_id) VALUES ($1, $2, $3)"
REQUEST = "SELECT platform, requested_at, done_at FROM erasures WHERE code = $1"
UNFINISHED = """
SELECT code, platform, user_id FROM erasures WHERE done_at IS NULL ORDER BY user_id = '', requested_at LIMIT 500
"""
# The id is needed only until everybody whom it names is found.
FOUND = "UPDATE erasures SET user_id = '', erased = $2::jsonb WHERE code = $1 AND user_id <> ''"
FINISH = """
UPDATE erasures e SET done_at = clock_timestamp() WHERE e.code = $1 AND e.user_id = '' AND e.done_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM erasure_work w WHERE w.code = e.code)
RETURNING code
"""
# One look into the index of each workspace.
WHO = """
SELECT b.workspace_id, b.id FROM workspaces w CROSS JOIN LATERAL (
    SELECT workspace_id, id FROM buyers
    WHERE workspace_id = w.id AND platform = $1 AND platform_user_id = $2
) b ORDER BY b.workspace_id
"""

# --- taking the name away; every one names its workspace as $1 -------------------------------------------------------

IDENTITY = """
SELECT * FROM buyers WHERE workspace_id = $1 AND platform = $2 AND platform_user_id = $3 AND erased_at IS NULL
"""
CHILDREN = "SELECT id FROM buyers WHERE workspace_id = $1 AND merge_parent = $2 ORDER BY id"
NAMELESS = """
UPDATE buyers SET handle = '', platform_user_id = 'erased:' || id, note = '', tags = '{}', customer_id = NULL,
    blocked_at = NULL, blocked_reason = NULL, erased_at = clock_timestamp(), version = version + 1
WHERE workspace_id = $1 AND id = ANY($2::uuid[]) AND erased_at IS NULL
"""
# The order of a customer keeps the customer's name: who they are on a platform does not stand in it.
NAMELESS_ORDERS = """
UPDATE orders SET name = '', contact = ''
WHERE workspace_id = $1 AND buyer_id = ANY($2::uuid[]) AND customer_id IS NULL
"""
NAMELESS_RESULTS = """
UPDATE runs r SET result = jsonb_set(r.result, '{buyers}', (
    SELECT jsonb_agg(CASE WHEN b ->> 'buyer_id' = ANY($2::uuid[]::text[])
        THEN b || '{"buyer_id": null, "name": ""}' ELSE b END) FROM jsonb_array_elements(r.result -> 'buyers') b))
WHERE r.workspace_id = $1 AND r.kind = 'orders.show' AND EXISTS (
    SELECT 1 FROM jsonb_array_elements(r.result -> 'buyers') b WHERE b ->> 'buyer_id' = ANY($2::uuid[]::text[]))
"""
UNMARKED = """
UPDATE buyers SET note = '', tags = '{}', version = version + 1
WHERE workspace_id = $1 AND id = $2 AND (note <> '' OR tags <> '{}')
"""
NEW_WORK = """
INSERT INTO erasure_work (workspace_id, id, code, platform, user_id)
SELECT $1, who.id, $2, who.platform, who.user_id
FROM unnest($3::uuid[], $4::text[], $5::text[]) AS who (id, platform, user_id)
ON CONFLICT (workspace_id, id) DO NOTHING
"""
# A board in memory may belong to a show that ended long ago: late comments still come in.
ALL_BOARDS = """
UPDATE shows SET revision = revision + 1 WHERE workspace_id = $1 AND id IN (
    SELECT id FROM shows WHERE workspace_id = $1 ORDER BY id FOR NO KEY UPDATE
)
"""
FORGET_PERSON = """
UPDATE connections SET user_id = '', details = '{}', name = CASE WHEN account_id = user_id THEN '' ELSE name END
WHERE workspace_id = $1 AND id = $2
"""

# --- removing traces -------------------------------------------------------------------------------------------------

# `begun_at` is when it was begun, or failed last: what always fails holds nothing else up.
WORK = """
SELECT workspace_id, id, last_show_id, platform, user_id FROM erasure_work
ORDER BY begun_at, workspace_id, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
PROGRESS = "UPDATE erasure_work SET last_show_id = $3 WHERE workspace_id = $1 AND id = $2"
LATER = "UPDATE erasure_work SET begun_at = clock_timestamp() WHERE workspace_id = $1 AND id = $2"
DONE = "DELETE FROM erasure_work WHERE workspace_id = $1 AND id = $2"
PAST = """
s.status = 'ended' AND jsonb_typeof(w.settings -> 'retention_days') = 'number'
AND s.ended_at < now() - make_interval(days => (w.settings ->> 'retention_days')::int)
"""
NEXT_SHOW = f"""
SELECT s.id, coalesce({PAST}, false) AS past FROM shows s JOIN workspaces w ON w.id = s.workspace_id
WHERE s.workspace_id = $1 AND ($2::uuid IS NULL OR s.id > $2) ORDER BY s.id LIMIT 1
"""
COMMENTS = "SELECT comment_no FROM comments WHERE workspace_id = $1 AND show_id = $2 AND buyer_id = $3"
CLAIMS = "SELECT id FROM claims WHERE workspace_id = $1 AND show_id = $2 AND buyer_id = $3"
BLANK_COMMENTS = """
UPDATE comments SET text = '', author_name = '', author_id = 'erased:' || $4::uuid, buyer_id = $4,
    edited_text = CASE WHEN edited_text IS NOT NULL THEN '' END
WHERE workspace_id = $1 AND show_id = $2 AND comment_no = ANY($3::bigint[])
"""
MOVE_CLAIMS = "UPDATE claims SET buyer_id = $4 WHERE workspace_id = $1 AND show_id = $2 AND buyer_id = $3"
MOVE_ORDERS = "UPDATE orders SET buyer_id = $4 WHERE workspace_id = $1 AND show_id = $2 AND buyer_id = $3"
STRANGER = """
INSERT INTO buyers (workspace_id, id, platform, platform_user_id, erased_at)
SELECT workspace_id, $3::uuid, platform, 'erased:' || $3::uuid, erased_at FROM buyers
WHERE workspace_id = $1 AND id = $2
"""
ONE_BOARD = "UPDATE shows SET revision = revision + 1 WHERE workspace_id = $1 AND id = $2"
ERASED_IN_SHOW = """
SELECT b.id FROM buyers b WHERE b.workspace_id = $1 AND b.erased_at IS NOT NULL AND (
    EXISTS (SELECT 1 FROM claims c WHERE c.workspace_id = $1 AND c.buyer_id = b.id AND c.show_id = $2)
    OR EXISTS (SELECT 1 FROM comments m WHERE m.workspace_id = $1 AND m.show_id = $2 AND m.buyer_id = b.id)
) ORDER BY b.id
"""
EVENTS = """
SELECT seq, created_at, payload::text AS payload FROM outbox
WHERE workspace_id = $1 AND topic = $2 AND seq > $3
    AND (payload::text LIKE $4 OR type IN ('operator.acted', 'comment.edited'))
ORDER BY seq LIMIT 500
"""
REWRITE = """
UPDATE outbox o SET payload = new.payload::json
FROM unnest($3::bigint[], $4::timestamptz[], $5::text[]) AS new (seq, created_at, payload)
WHERE o.workspace_id = $1 AND o.topic = $2 AND o.seq = new.seq AND o.created_at = new.created_at
"""
MAY_BLANK = "SET LOCAL dibs.erasing = 'on'"
ENTRIES = """
SELECT id, before::text AS before, after::text AS after FROM audit_log
WHERE workspace_id = $1 AND entity = $2 AND entity_id = ANY($3::text[]) AND action <> 'buyer.erased'
"""
BLANK_ENTRY = """
UPDATE audit_log SET before = $3::jsonb, after = $4::jsonb WHERE workspace_id = $1 AND id = $2
"""
DELIVERIES = """
DELETE FROM webhook_inbox WHERE platform = $1 AND done_at IS NOT NULL AND position($2::bytea IN body) > 0
"""
NEW_EPOCHS = """
UPDATE topics t SET epoch = $3 FROM (
    SELECT topic FROM topics WHERE workspace_id = $1 AND topic = ANY ($2::text[]) ORDER BY topic FOR UPDATE
) old WHERE t.workspace_id = $1 AND t.topic = old.topic
"""
DROP_EVENTS = "DELETE FROM outbox WHERE workspace_id = $1 AND topic = ANY ($2::text[])"
