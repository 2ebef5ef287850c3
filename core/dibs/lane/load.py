"""Reading a board from the database, as of one instant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import orjson

from dibs.errors import NotFoundError
from dibs.lane.state import Board, BuyerRef, ClaimState, ItemState
from dibs.models.rules import merge_rules

if TYPE_CHECKING:
    from dibs.db import RawConnection

KNOWN_KEYS = 20_000

_SHOW = """
SELECT s.title, s.status, s.rules, w.settings -> 'rules' AS defaults,
    s.revision, s.last_comment_no, s.last_decision_no, s.pinned_item_id, s.version, s.scheduled_at, s.practice,
    t.epoch
FROM shows s JOIN workspaces w ON w.id = s.workspace_id
LEFT JOIN topics t ON t.workspace_id = s.workspace_id AND t.topic = 'show:' || s.id
WHERE s.workspace_id = $1 AND s.id = $2
"""
_LOCKED_SHOW = _SHOW + " FOR UPDATE OF s"
_ITEMS = "SELECT * FROM items WHERE workspace_id = $1 AND show_id = $2 ORDER BY position, id"
# Read one by one and put together here: a database that has just been filled has no statistics yet, and joins large
# tables in the slowest way.
_CLAIMS = """
SELECT * FROM claims
WHERE workspace_id = $1 AND show_id = $2 AND status IN ('winner', 'waitlist', 'unmatched', 'review')
"""
_CLAIMS_BY_ID = "SELECT * FROM claims WHERE workspace_id = $1 AND show_id = $2 AND id = ANY($3::uuid[])"
# Blocked is a person: one blocked identity is enough, whichever it is. The look at the others is a plain one, into an
# index that holds merged identities only; for an EXISTS the planner would rather read all buyers.
_BUYER_COLUMNS = """
    b.id, b.platform, b.platform_user_id, b.handle, b.merged_into, b.blocked_at IS NOT NULL
    OR (SELECT true FROM buyers h WHERE h.workspace_id = $1 AND h.merged_into = coalesce(b.merged_into, b.id)
        AND h.blocked_at IS NOT NULL LIMIT 1) IS NOT NULL
    OR CASE WHEN b.merged_into IS NULL THEN false
        ELSE (SELECT true FROM buyers h WHERE h.workspace_id = $1 AND h.id = b.merged_into
            AND h.blocked_at IS NOT NULL) IS NOT NULL
    END AS blocked,
    CASE WHEN b.merged_into IS NULL THEN b.customer_id
        ELSE (SELECT h.customer_id FROM buyers h WHERE h.workspace_id = $1 AND h.id = b.merged_into)
    END AS customer_id
"""
_CLAIM_BUYERS = f"SELECT {_BUYER_COLUMNS} FROM buyers b WHERE b.workspace_id = $1 AND b.id = ANY($2::uuid[])"
_CLAIM_COMMENTS = """
SELECT comment_no, comment_id FROM comments
WHERE workspace_id = $1 AND show_id = $2 AND comment_no = ANY($3::bigint[])
"""
_CLAIM_ORDERS = "SELECT id, number FROM orders WHERE workspace_id = $1 AND id = ANY($2::uuid[])"
_KEYS = """
SELECT comment_key FROM comments WHERE workspace_id = $1 AND show_id = $2 ORDER BY comment_no DESC LIMIT $3
"""
_SELLERS = "SELECT seller_ids FROM streams WHERE workspace_id = $1 AND show_id = $2"
# One look into the index for each identity, whatever the planner thinks of the table's size.
_BUYERS = f"""
SELECT {_BUYER_COLUMNS}
FROM unnest($2::text[], $3::text[]) AS wanted(platform, platform_user_id)
CROSS JOIN LATERAL (
    SELECT id, platform, platform_user_id, handle, merged_into, blocked_at, customer_id FROM buyers
    WHERE workspace_id = $1 AND platform = wanted.platform AND platform_user_id = wanted.platform_user_id LIMIT 1
) b
"""
_STORED = """
SELECT comment_key, comment_no, received_at, verdict, reason FROM comments
WHERE workspace_id = $1 AND show_id = $2 AND comment_key = ANY($3::text[])
"""


async def load_board(connection: RawConnection, workspace_id: UUID, show_id: UUID, *, lock: bool = False) -> Board:
    """The board of a show. Call inside a transaction; `lock` takes the show's row first.

    Raises:
        NotFoundError: the workspace has no such show.
    """
    show = await connection.fetchrow(_LOCKED_SHOW if lock else _SHOW, workspace_id, show_id)
    if show is None:
        raise NotFoundError("There is no such show.", show_id=str(show_id))
    own_rules = orjson.loads(show["rules"])
    board = Board(
        workspace_id=workspace_id,
        show_id=show_id,
        title=show["title"],
        status=show["status"],
        rules=merge_rules(orjson.loads(show["defaults"] or "{}"), own_rules),
        own_rules=own_rules,
        revision=show["revision"],
        last_comment_no=show["last_comment_no"],
        last_decision_no=show["last_decision_no"],
        epoch=show["epoch"] or uuid4().hex[:12],
        pinned_item_id=_plain(show["pinned_item_id"]),
        version=show["version"],
        scheduled_at=show["scheduled_at"],
        practice=show["practice"],
    )
    for row in await connection.fetch(_ITEMS, workspace_id, show_id):
        board.add_item(_item(row))
    await _load_claims(connection, board)
    keys = await connection.fetch(_KEYS, workspace_id, show_id, KNOWN_KEYS)
    board.keys = dict.fromkeys(row[0] for row in reversed(keys))
    sellers = await connection.fetch(_SELLERS, workspace_id, show_id)
    board.seller_ids = frozenset(seller for row in sellers for seller in row[0])
    return board


async def load_buyers(
    connection: RawConnection, workspace_id: UUID, identities: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], BuyerRef]:
    """The buyers that exist among platform identities."""
    rows = await connection.fetch(_BUYERS, workspace_id, [i[0] for i in identities], [i[1] for i in identities])
    return {(row["platform"], row["platform_user_id"]): _buyer(row) for row in rows}


async def load_buyer(connection: RawConnection, workspace_id: UUID, buyer_id: UUID) -> BuyerRef:
    """A known buyer. Raises `NotFoundError`."""
    row = await connection.fetchrow(_CLAIM_BUYERS, workspace_id, [buyer_id])
    if row is None:
        raise NotFoundError("There is no such buyer.", buyer_id=str(buyer_id))
    return _buyer(row)


async def stored_comments(
    connection: RawConnection, workspace_id: UUID, show_id: UUID, keys: Sequence[str]
) -> Sequence[Any]:
    """What the show has stored of these comments."""
    return await connection.fetch(_STORED, workspace_id, show_id, list(keys))


def _plain(value: Any) -> Any:
    """A standard UUID: the driver's own subclass is no JSON value."""
    return None if value is None else UUID(bytes=value.bytes)


def _item(row: Any) -> ItemState:
    return ItemState(
        id=_plain(row["id"]),
        number=row["item_number"],
        code=row["code"],
        variant=row["variant"],
        variant_key=row["variant_key"],
        title=row["title"],
        price=row["price"],
        position=row["position"],
        total=row["total_quantity"],
        claimed=row["claimed_count"],
        version=row["version"],
        batch_id=_plain(row["batch_id"]),
        drawn=(_plain(row["batch_id"]), row["reserved"]),
        sold=row["sold"],
    )


async def load_claims_by_id(
    connection: RawConnection, board: Board, claim_ids: Sequence[UUID]
) -> dict[UUID, ClaimState]:
    """Claims of the show whatever their status is; they are not put on the board."""
    rows = await connection.fetch(_CLAIMS_BY_ID, board.workspace_id, board.show_id, list(claim_ids))
    return {claim.id: claim async for claim in _with_people(connection, board, rows)}


async def _load_claims(connection: RawConnection, board: Board) -> None:
    rows = await connection.fetch(_CLAIMS, board.workspace_id, board.show_id)
    async for claim in _with_people(connection, board, rows):
        board.index_claim(claim)
        if claim.item is not None and claim.status == "waitlist":
            claim.item.queue[claim.id] = claim


async def _with_people(connection: RawConnection, board: Board, rows: Sequence[Any]) -> AsyncIterator[ClaimState]:
    wanted = list({row["buyer_id"] for row in rows if row["buyer_id"]})
    numbers = sorted({row["comment_no"] for row in rows if row["comment_no"]})
    found = await connection.fetch(_CLAIM_BUYERS, board.workspace_id, wanted)
    comments = await connection.fetch(_CLAIM_COMMENTS, board.workspace_id, board.show_id, numbers)
    ordered = list({row["order_id"] for row in rows if row["order_id"]})
    orders = await connection.fetch(_CLAIM_ORDERS, board.workspace_id, ordered) if ordered else ()
    order_numbers = {row["id"]: row["number"] for row in orders}
    buyers = {row["id"]: _buyer(row) for row in found}
    board.meet(buyers.values())
    ids = {row["comment_no"]: row["comment_id"] for row in comments}
    for row in sorted(rows, key=lambda row: (row["place"] or 0, row["decision_no"])):
        claim = _claim(board, row, buyers.get(row["buyer_id"]), ids.get(row["comment_no"]))
        claim.order_number = order_numbers.get(row["order_id"])
        yield claim


def _buyer(row: Any) -> BuyerRef:
    buyer_id = _plain(row["id"])
    head = _plain(row["merged_into"]) or buyer_id
    customer_id = _plain(row["customer_id"])
    return BuyerRef(
        buyer_id, row["platform"], row["platform_user_id"], row["handle"], row["blocked"], head, customer_id
    )


def _claim(board: Board, row: Any, buyer: BuyerRef | None, comment_id: str | None) -> ClaimState:
    return ClaimState(
        id=_plain(row["id"]),
        item=board.items.get(row["item_id"]) if row["item_id"] else None,
        item_number=row["item_number"],
        variant=row["variant"],
        buyer=buyer,
        comment_no=row["comment_no"],
        comment_id=comment_id,
        act=row["act"],
        part=row["part"],
        decision_no=row["decision_no"],
        kind=row["kind"],
        quantity=row["quantity"],
        status=row["status"],
        rule=row["rule"],
        confidence=row["confidence"],
        reason=row["reason"],
        posted_at=row["posted_at"],
        decided_at=row["decided_at"],
        place=row["place"],
        left_before=row["left_before"],
        ahead=row["ahead"],
        order_id=_plain(row["order_id"]),
    )
