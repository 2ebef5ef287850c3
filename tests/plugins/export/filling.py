"""A show with as many comments and claims as wanted, written straight into the tables: only reading is tested."""

from uuid import UUID

from dibs.db import Database
from dibs.ids import uuid7

_BUYERS = """
INSERT INTO buyers (workspace_id, id, platform, platform_user_id, handle)
SELECT $1, gen_random_uuid(), 'facebook', n::text, 'Buyer ' || n FROM generate_series(1, $2) n
"""
_COMMENTS = """
INSERT INTO comments (workspace_id, show_id, comment_no, comment_key, platform, text, author_id, author_name, posted_at,
    received_at, verdict)
SELECT $1, $2, n, n::text, 'facebook', 'sold 12 please, I have waited for this one all evening ' || n, (n % 500)::text,
    'Buyer ' || n % 500, now(), now(), 'claim'
FROM generate_series(1, $3) n
"""
_CLAIMS = """
INSERT INTO claims (workspace_id, id, show_id, item_id, item_number, buyer_id, comment_no, decision_no, quantity,
    status, place, posted_at, decided_at)
SELECT $1, gen_random_uuid(), $2, $3, '12', (SELECT id FROM buyers WHERE workspace_id = $1 LIMIT 1), n, n, 1,
    CASE WHEN n % 10 = 0 THEN 'waitlist' ELSE 'winner' END, CASE WHEN n % 10 = 0 THEN n END, now(), now()
FROM generate_series(1, $4) n
"""
_ITEM = """
INSERT INTO items (workspace_id, id, show_id, item_number, code, title, price, position, total_quantity)
VALUES ($1, $2, $3, '12', '12', 'Linen wrap dress, sand', 12.50, 1, 1000000)
"""


async def large_show(db: Database, rows: int) -> tuple[UUID, UUID]:
    """Workspace and show."""
    workspace, show, item = uuid7(), uuid7(), uuid7()
    await db.hot_fetch("INSERT INTO workspaces (id, name) VALUES ($1, 'Large')", workspace)
    await db.hot_fetch("INSERT INTO shows (workspace_id, id, title) VALUES ($1, $2, 'Large')", workspace, show)
    await db.hot_fetch(_ITEM, workspace, item, show)
    await db.hot_fetch(_BUYERS, workspace, 500)
    await db.hot_fetch(_COMMENTS, workspace, show, rows)
    await db.hot_fetch(_CLAIMS, workspace, show, item, rows)
    return workspace, show
