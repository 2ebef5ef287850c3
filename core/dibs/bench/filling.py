"""A show with a long past, written by set-based SQL in the shape that the lane leaves behind.

A fifth of the comments claimed; every item is won out, the rest of the claims wait or were declined.
"""

from __future__ import annotations

from uuid import UUID

from dibs.bench.arena import ITEMS, Arena
from dibs.bench.workload import BUYERS, PLATFORM, user_id

_LIVE = "100000000000000"
_USER_PREFIX = user_id(0)[:2]
_CLAIMS_PART = 5

_BUYERS = f"""
INSERT INTO buyers (workspace_id, id, platform, platform_user_id, handle)
SELECT $1, gen_random_uuid(), '{PLATFORM}', '{_USER_PREFIX}' || lpad(n::text, 13, '0'), 'Ana Reyes'
FROM generate_series(0, {BUYERS - 1}) n
ON CONFLICT DO NOTHING
"""
_COMMENTS = f"""
INSERT INTO comments (workspace_id, show_id, comment_no, comment_key, platform, live_id, comment_id, buyer_id,
    author_id, author_name, text, posted_at, received_at, verdict, rule, reason)
SELECT $1, $2, n, '{PLATFORM}:' || k.id, '{PLATFORM}', '{_LIVE}', k.id, b.id, b.platform_user_id, b.handle,
    CASE WHEN n % {_CLAIMS_PART} = 0 THEN 'sold ' || n / {_CLAIMS_PART} % {ITEMS} + 1
        ELSE 'can you show the back please' END,
    now() - ($3::bigint - n) * interval '1 millisecond', now() - ($3::bigint - n) * interval '1 millisecond',
    CASE WHEN n % {_CLAIMS_PART} = 0 THEN 'claim' ELSE 'ignored' END,
    CASE WHEN n % {_CLAIMS_PART} = 0 THEN 'word_number' END,
    CASE WHEN n % {_CLAIMS_PART} = 0 THEN NULL ELSE 'no_claim_word' END
FROM generate_series(1, $3::bigint) n
CROSS JOIN LATERAL (SELECT '{_LIVE}_' || 1000000000000000 + floor(random() * 9e15)::bigint + n * 0 AS id) k
JOIN (SELECT row_number() OVER (ORDER BY platform_user_id) - 1 AS nth, * FROM buyers WHERE workspace_id = $1) b
    ON b.nth = (n / {_CLAIMS_PART} % {ITEMS} * 25 + n / ({_CLAIMS_PART} * {ITEMS})) % {BUYERS}
ORDER BY n
"""
_CLAIMS = f"""
INSERT INTO claims (workspace_id, id, show_id, item_id, item_number, buyer_id, comment_no, decision_no, quantity,
    status, place, rule, reason, left_before, ahead, posted_at, decided_at)
SELECT $1, gen_random_uuid(), $2, i.id, i.item_number, c.buyer_id, c.comment_no, c.decision, 1, s.status,
    CASE s.status WHEN 'waitlist' THEN (turn - $3::bigint + 1) * 1048576 END, 'word_number',
    CASE s.status WHEN 'declined' THEN 'already_claimed' END,
    greatest($3::bigint - turn, 0), greatest(turn - $3::bigint, 0), c.posted_at, c.received_at
FROM (SELECT *, comment_no / {_CLAIMS_PART} AS decision, (comment_no / {_CLAIMS_PART} - 1) / {ITEMS} AS turn
    FROM comments WHERE workspace_id = $1 AND show_id = $2 AND comment_no % {_CLAIMS_PART} = 0) c
JOIN items i ON i.workspace_id = $1 AND i.show_id = $2 AND i.item_number = (c.decision % {ITEMS} + 1)::text
CROSS JOIN LATERAL (SELECT CASE WHEN turn < $3::bigint THEN 'winner'
    WHEN turn < $3::bigint + 100 THEN 'waitlist' ELSE 'declined' END AS status) s
ORDER BY c.decision
"""
_COUNTS = """
UPDATE items SET claimed_count = c.won, waitlist_count = c.waiting
FROM (SELECT item_id, count(*) FILTER (WHERE status = 'winner') AS won,
        count(*) FILTER (WHERE status = 'waitlist') AS waiting
    FROM claims WHERE workspace_id = $1 AND show_id = $2 GROUP BY item_id) c
WHERE items.workspace_id = $1 AND items.id = c.item_id
"""
_OUTBOX = """
INSERT INTO outbox (workspace_id, topic, seq, partition, type, payload, created_at)
SELECT $1, 'show:' || $2::uuid, t.last_seq + n, 0, 'comment.received', json_build_object('comment_no', n,
    'platform', 'facebook', 'text', 'can you show the back please', 'padding', repeat('x', 250)), now()
FROM generate_series(1, $3::bigint) n, topics t WHERE t.workspace_id = $1 AND t.topic = 'show:' || $2::uuid
"""
_TOPIC = """
UPDATE topics SET last_seq = last_seq + $3::bigint WHERE workspace_id = $1 AND topic = 'show:' || $2::uuid
"""
_SHOW = """
UPDATE shows SET last_comment_no = $3::bigint, last_decision_no = $3::bigint / 5, revision = revision + 1
WHERE workspace_id = $1 AND id = $2
"""


async def show_with_past(arena: Arena, comments: int) -> UUID:
    """A running show in which so many comments are stored already; at least a thousand."""
    won = min(comments // (_CLAIMS_PART * ITEMS), 20)
    show_id = await arena.show(quantity=won)
    events = comments + comments // _CLAIMS_PART
    async with arena.runtime.db.hot_connection() as connection, connection.transaction():
        await connection.execute("SET LOCAL statement_timeout = '10min'")
        where = (arena.workspace_id, show_id)
        await connection.execute(_BUYERS, arena.workspace_id)
        await connection.execute(_COMMENTS, *where, comments)
        await connection.execute(_CLAIMS, *where, won)
        await connection.execute(_COUNTS, *where)
        await connection.execute(_OUTBOX, *where, events)
        await connection.execute(_TOPIC, *where, events)
        await connection.execute(_SHOW, *where, comments)
    return show_id


async def come_to_rest(arena: Arena) -> None:
    """Do now what PostgreSQL would do in the background some time during the measurement."""
    async with arena.runtime.db.hot_connection() as connection:
        await connection.execute("SET statement_timeout = '10min'")
        await connection.execute("VACUUM ANALYZE comments, claims, items, buyers, shows, topics")
        await connection.execute("VACUUM ANALYZE outbox")
        await connection.execute("CHECKPOINT")
