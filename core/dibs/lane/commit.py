"""Writing a batch: one statement, one transaction, one round trip.

The statement first changes the show's row, which is the lock: it matches only if the show still has the revision that
the batch was decided on and, for comments, if the writer's fence number still stands in the lease. Everything else
hangs on that row, so a refused writer writes nothing at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import attrs
import orjson

from dibs.lane import marks
from dibs.lane.changes import Changes
from dibs.lane.state import ClaimState, ItemState

if TYPE_CHECKING:
    from dibs.db import RawConnection

_COMMENTS = (
    ("comment_no", "bigint"),
    ("comment_key", "text"),
    ("platform", "text"),
    ("live_id", "text"),
    ("comment_id", "text"),
    ("buyer_id", "uuid"),
    ("author_id", "text"),
    ("author_name", "text"),
    ("text", "text"),
    ("posted_at", "timestamptz"),
    ("received_at", "timestamptz"),
    ("verdict", "text"),
    ("rule", "text"),
    ("reason", "text"),
    ("late", "bool"),
)
_BUYERS = (("id", "uuid"), ("platform", "text"), ("platform_user_id", "text"), ("handle", "text"))
_CLAIMS = (
    ("id", "uuid"),
    ("item_id", "uuid"),
    ("item_number", "text"),
    ("variant", "text"),
    ("buyer_id", "uuid"),
    ("comment_no", "bigint"),
    ("act", "smallint"),
    ("part", "int"),
    ("decision_no", "bigint"),
    ("kind", "text"),
    ("quantity", "int"),
    ("status", "text"),
    ("place", "bigint"),
    ("rule", "text"),
    ("confidence", "float8"),
    ("reason", "text"),
    ("left_before", "int"),
    ("ahead", "int"),
    ("posted_at", "timestamptz"),
    ("decided_at", "timestamptz"),
)
_CHANGED_CLAIMS = (
    ("id", "uuid"),
    ("item_id", "uuid"),
    ("item_number", "text"),
    ("variant", "text"),
    ("quantity", "int"),
    ("status", "text"),
    ("place", "bigint"),
    ("reason", "text"),
    ("left_before", "int"),
    ("ahead", "int"),
    ("decided_at", "timestamptz"),
)
_ITEMS = (
    ("id", "uuid"),
    ("title", "text"),
    ("price", "numeric"),
    ("total_quantity", "int"),
    ("claimed_count", "int"),
    ("waitlist_count", "int"),
    ("version", "int"),
)
_NEW_ITEMS = (
    *_ITEMS,
    ("item_number", "text"),
    ("code", "text"),
    ("variant", "text"),
    ("variant_key", "text"),
    ("position", "int"),
)
_EVENTS = (("type", "text"), ("payload", "text"))
_AUDIT = (
    ("id", "uuid"),
    ("actor_id", "uuid"),
    ("actor_name", "text"),
    ("action", "text"),
    ("entity", "text"),
    ("entity_id", "text"),
    ("show_id", "uuid"),
    ("before", "text"),
    ("after", "text"),
    ("undo", "text"),
    ("undoes", "uuid"),
    ("request_key", "bytea"),
    ("request_id", "text"),
)

# $1 workspace, $2 show, $3 expected revision, $4 last comment, $5 last decision, $6 lease owner or null, $7 fence,
# $8 show changed, $9 status, $10 pinned item, $11 topic, $12 epoch, $13 now, $14 partition, $15 title,
# $16 the show's own rules; arrays follow. An action has five more: rows for the audit log, items to delete, all items
# in their new order, further columns of the show, what became of earlier comments; comments of streams have one more:
# how far those were read.
_FIXED = 16
# Rows travel as one array of a composite type each (made by the migrations): a third of the cost of an array a column.
GROUPS: tuple[tuple[str, Sequence[tuple[str, str]]], ...] = (
    ("buyers", _BUYERS),
    ("comments", _COMMENTS),
    ("claims", _CLAIMS),
    ("changed_claims", _CHANGED_CLAIMS),
    ("items", _ITEMS),
    ("new_items", _NEW_ITEMS),
    ("events", _EVENTS),
    ("audit", _AUDIT),
)
_NUMBER = {name: _FIXED + nth for nth, (name, _) in enumerate(GROUPS, start=1)}


_REMOVED, _ORDER, _FIELDS, _COMMENTS_CHANGED = (_FIXED + len(GROUPS) + nth for nth in (1, 2, 3, 4))

_EVENT_COUNT = f"cardinality(${_NUMBER['events']}::lane_events[])"


def _source(group: str) -> str:
    """The rows of a group as `g`, with their position `nth`."""
    columns = ", ".join(name for name, _ in dict(GROUPS)[group])
    return f"unnest(${_NUMBER[group]}::lane_{group}[]) WITH ORDINALITY AS g({columns}, nth)"


def _insert(table: str, group: str, columns: Sequence[tuple[str, str]], *, of_show: bool) -> str:
    names = ", ".join(name for name, _ in columns)
    owner, key = ("workspace_id, show_id", "$1::uuid, $2::uuid") if of_show else ("workspace_id", "$1::uuid")
    values = ", ".join(f"g.{name}" for name, _ in columns)
    return f"INSERT INTO {table} ({owner}, {names}) SELECT {key}, {values} FROM show, {_source(group)} RETURNING 1"


def _update(table: str, group: str, columns: Sequence[tuple[str, str]]) -> str:
    changed = ", ".join(f"{name} = g.{name}" for name, _ in columns if name != "id")
    return (
        f"UPDATE {table} t SET {changed} FROM show, {_source(group)} "
        "WHERE t.workspace_id = $1::uuid AND t.id = g.id RETURNING 1"
    )


def _statement(
    more_columns: str = "", more_writes: str = "", before: str = "", guard: str = "", telling: str = ""
) -> str:
    return f"""
WITH {before}show AS (
    UPDATE shows SET revision = revision + 1, last_comment_no = $4::bigint, last_decision_no = $5::bigint,
        status = CASE WHEN $8::bool THEN $9::text ELSE status END,
        activated_at = CASE WHEN $8::bool AND $9::text = 'active' THEN coalesce(activated_at, $13::timestamptz)
            ELSE activated_at END,
        ended_at = CASE WHEN $8::bool AND $9::text = 'ended' THEN $13::timestamptz ELSE ended_at END,
        pinned_item_id = CASE WHEN $8::bool THEN $10::uuid ELSE pinned_item_id END,
        title = CASE WHEN $8::bool THEN $15::text ELSE title END,
        rules = CASE WHEN $8::bool THEN $16::jsonb ELSE rules END,
        version = version + CASE WHEN $8::bool THEN 1 ELSE 0 END{more_columns}
    WHERE workspace_id = $1::uuid AND id = $2::uuid AND revision = $3::bigint
        AND ($6::text IS NULL OR EXISTS (
            SELECT 1 FROM show_leases l WHERE l.workspace_id = $1::uuid AND l.show_id = $2::uuid
                AND l.owner = $6::text AND l.fence = $7::bigint)){guard}
    RETURNING revision
),
new_buyers AS ({_insert("buyers", "buyers", _BUYERS, of_show=False)}),
new_comments AS ({_insert("comments", "comments", _COMMENTS, of_show=True)}),
new_claims AS ({_insert("claims", "claims", _CLAIMS, of_show=True)}),
changed_claims AS ({_update("claims", "changed_claims", _CHANGED_CLAIMS)}),
changed_items AS ({_update("items", "items", _ITEMS)}),
new_items AS ({_insert("items", "new_items", _NEW_ITEMS, of_show=True)}),{more_writes}
topic AS (
    INSERT INTO topics AS t (workspace_id, topic, epoch, last_seq)
    SELECT $1::uuid, $11::text, $12::text, {_EVENT_COUNT} FROM show{telling}
    ON CONFLICT (workspace_id, topic) DO UPDATE SET last_seq = t.last_seq + excluded.last_seq
    RETURNING epoch, last_seq
),
events AS (
    INSERT INTO outbox (workspace_id, topic, seq, partition, type, payload, created_at)
    SELECT $1::uuid, $11::text, topic.last_seq - {_EVENT_COUNT} + g.nth,
        $14::smallint, g.type, g.payload::json, $13::timestamptz
    FROM topic, {_source("events")}
)
SELECT show.revision, topic.epoch, topic.last_seq,
    (SELECT count(*) FROM changed_claims) AS claims, (SELECT count(*) FROM changed_items) AS items
FROM show, topic
"""


_MORE_COLUMNS = f""",
        practice = coalesce((${_FIELDS}::jsonb ->> 'practice')::bool, practice),
        scheduled_at = CASE WHEN ${_FIELDS}::jsonb ? 'scheduled_at'
            THEN (${_FIELDS}::jsonb ->> 'scheduled_at')::timestamptz ELSE scheduled_at END"""
_JSON = {"before", "after", "undo"}
_MORE_WRITES = f"""
removed_items AS (
    DELETE FROM items t USING show WHERE t.workspace_id = $1::uuid AND t.show_id = $2::uuid
        AND t.id = ANY(${_REMOVED}::uuid[]) AND t.claimed_count = 0 AND t.waitlist_count = 0
),
ordered_items AS (
    UPDATE items t SET position = g.nth FROM show, unnest(${_ORDER}::uuid[]) WITH ORDINALITY AS g(id, nth)
    WHERE t.workspace_id = $1::uuid AND t.show_id = $2::uuid AND t.id = g.id
),
changed_comments AS (
    UPDATE comments t SET edited_text = coalesce(g.text, t.edited_text),
        removed_at = CASE WHEN g.removed THEN coalesce(t.removed_at, $13::timestamptz) ELSE t.removed_at END
    FROM show, jsonb_to_recordset(${_COMMENTS_CHANGED}::jsonb) AS g(comment_no bigint, text text, removed bool)
    WHERE t.workspace_id = $1::uuid AND t.show_id = $2::uuid AND t.comment_no = g.comment_no
),
audit AS (
    INSERT INTO audit_log (workspace_id, at, {", ".join(name for name, _ in _AUDIT)})
    SELECT $1::uuid, $13::timestamptz, {", ".join(f"g.{n}::jsonb" if n in _JSON else f"g.{n}" for n, _ in _AUDIT)}
    FROM show, {_source("audit")}
),"""

# Comments pay nothing for what only operators need: their statement is without it.
COMMIT = _statement()
COMMIT_ACTION = _statement(_MORE_COLUMNS, _MORE_WRITES)
COMMIT_MARKED = _statement(
    more_writes=f"\nmarked AS ({marks.WRITE_MARKS}),",
    before=marks.sources(_NUMBER["audit"]) + ",\n",
    guard=f"\n        AND {marks.ALL_HELD}",
    telling=" WHERE (SELECT count(*) FROM marked) >= 0",  # the stream's row before the topic's, as its reader has them
)


@attrs.frozen
class Written:
    """A committed batch: the show's new revision, the topic's epoch and the sequence number of its last event."""

    revision: int
    epoch: str
    last_seq: int


def parameters(changes: Changes, owner: str | None, fence: int | None) -> list[Any]:
    """The statement's arguments. Without `owner` no lease is asked for (an operator's action)."""
    board = changes.board
    fixed: list[Any] = [
        board.workspace_id,
        board.show_id,
        changes.base_revision,
        board.last_comment_no,
        board.last_decision_no,
        owner,
        fence,
        changes.show_changed,
        board.status,
        board.pinned_item_id,
        board.topic,
        board.epoch,
        changes.now,
        board.show_id.int % 64,
        board.title,
        orjson.dumps(board.own_rules).decode(),
    ]
    return [
        *fixed,
        sorted(((b.id, b.platform, b.user_id, b.handle) for b in changes.buyers), key=_identity),
        [_comment(row) for row in changes.comments],
        [_claim(claim) for claim in changes.new_claims.values()],
        [_changed_claim(claim) for claim in changes.touched_claims.values()],
        sorted(map(_item, changes.touched_items.values())),
        [_new_item(item) for item in changes.new_items.values()],
        [(kind, payload.decode()) for kind, payload in changes.events],
    ]


def action_parameters(changes: Changes) -> list[Any]:
    """The arguments that the statement of an action has behind the others."""
    fields = orjson.dumps(changes.show_fields, default=str).decode()
    comments = [{"comment_no": number, **said} for number, said in changes.changed_comments.items()]
    removed = [item.id for item in changes.removed_items]
    return [changes.audit, removed, changes.order, fields, orjson.dumps(comments).decode()]


async def write(
    connection: RawConnection, changes: Changes, owner: str | None = None, fence: int | None = None
) -> Written | None:
    """Write a batch. None if it was refused: the show has moved on, or the lease of the show, or of a stream that was
    read, is somebody else's.

    Raises:
        asyncpg.UniqueViolationError: a comment or a buyer is stored already, or the same request was carried out
            before; nothing was written.
        asyncpg.CheckViolationError: the database refused to oversell; nothing was written.
    """
    arguments = changes.sealed or parameters(changes, owner, fence)
    if changes.marks:
        row = await connection.fetchrow(COMMIT_MARKED, *arguments, marks.document(changes.marks.values()))
    elif changes.comments:
        row = await connection.fetchrow(COMMIT, *arguments)
    else:
        row = await connection.fetchrow(COMMIT_ACTION, *arguments, *action_parameters(changes))
    return None if row is None else Written(row["revision"], row["epoch"], row["last_seq"])


def _identity(row: tuple[Any, ...]) -> tuple[str, str]:
    """Rows of a shared table are written in key order: two shows then never wait for each other in a circle."""
    return row[1], row[2]


def _comment(row: Any) -> tuple[Any, ...]:
    comment = row.comment
    author = comment.author
    return (
        row.comment_no,
        row.key,
        comment.platform,
        comment.live_id,
        comment.comment_id,
        row.buyer.id if row.buyer else None,
        author.user_id if author else None,
        author.name if author else "",
        comment.text,
        comment.posted_at,
        row.received_at,
        row.verdict,
        row.rule,
        row.reason,
        row.late,
    )


def _claim(claim: ClaimState) -> tuple[Any, ...]:
    return (
        claim.id,
        claim.item.id if claim.item else None,
        claim.item_number,
        claim.variant,
        claim.buyer.id if claim.buyer else None,
        claim.comment_no,
        claim.act,
        claim.part,
        claim.decision_no,
        claim.kind,
        claim.quantity,
        claim.status,
        claim.place,
        claim.rule,
        claim.confidence,
        claim.reason,
        claim.left_before,
        claim.ahead,
        claim.posted_at,
        claim.decided_at,
    )


def _changed_claim(claim: ClaimState) -> tuple[Any, ...]:
    return (
        claim.id,
        claim.item.id if claim.item else None,
        claim.item_number,
        claim.variant,
        claim.quantity,
        claim.status,
        claim.place,
        claim.reason,
        claim.left_before,
        claim.ahead,
        claim.decided_at,
    )


def _item(item: ItemState) -> tuple[Any, ...]:
    return (item.id, item.title, item.price, item.total, item.claimed, len(item.queue), item.version)


def _new_item(item: ItemState) -> tuple[Any, ...]:
    return (*_item(item), item.number, item.code, item.variant, item.variant_key, item.position)
