"""Reading the summary of a show, as of one instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import orjson

from dibs.db import Database
from dibs.errors import NotFoundError
from dibs.summary import sql
from dibs.summary.model import (
    FastItem,
    ItemSummary,
    ShowSummary,
    StatusCount,
    SummaryShow,
    TopBuyer,
    VerdictCount,
)
from dibs.summary.timeline import make_timeline
from dibs.workspace_settings import load_settings

if TYPE_CHECKING:
    from dibs.db import RawConnection

Row: TypeAlias = Any
STATUSES = ("winner", "waitlist", "unmatched", "review", "released", "passed", "declined")
VERDICTS = ("claim", "pass", "review", "ignored", "stored", "quarantined")
_COUNTED = ("winner", "waitlist", "released", "passed")
_FASTEST = 5


async def read_summary(db: Database, workspace_id: UUID, show_id: UUID) -> ShowSummary:
    """Everything that can be said of a show in figures.

    Raises:
        NotFoundError: the workspace has no such show.
    """
    async with db.raw() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        where = (workspace_id, show_id)
        show = await connection.fetchrow(sql.SHOW, *where)
        if show is None:
            raise NotFoundError("There is no such show.", show_id=str(show_id))
        claims = await connection.fetch(sql.CLAIMS, *where)
        items = await _items(connection, where, claims)
        slots = await connection.fetch(sql.SLOTS, *where)
        wins = await connection.fetch(sql.WINS, *where)
        top = await connection.fetch(sql.TOP, *where)
        earlier = [row["id"] for row in await connection.fetch(sql.EARLIER, workspace_id, show["created_at"])]
        repeat = await connection.fetchval(sql.REPEAT, *where, earlier) if earlier and top else 0
    verdicts = _verdicts(slots)
    comments = sum(count.comments for count in verdicts)
    claiming = sum(count.comments for count in verdicts if count.verdict == "claim")
    statuses = _statuses(claims)
    total, claimed = sum(item.total_quantity for item in items), sum(item.claimed_count for item in items)
    return ShowSummary(
        show=_show(show),
        as_of=show["as_of"],
        currency=load_settings(orjson.loads(show["settings"])).currency,
        units_total=total,
        units_claimed=claimed,
        sell_through=claimed / total if total else None,
        buyers=top[0]["everybody"] if top else 0,
        repeat_buyers=repeat,
        comments=comments,
        claim_comments=claiming,
        conversion=claiming / comments if comments else None,
        revenue=sum((item.revenue for item in items if item.revenue is not None), Decimal("0.00")),
        unpriced_units=sum(item.claimed_count for item in items if item.revenue is None),
        waiting=sum(item.waiting for item in items),
        waiting_units=sum(item.waiting_units for item in items),
        claims=statuses,
        verdicts=verdicts,
        items=items,
        fastest=_fastest(items),
        top_buyers=[_top(row) for row in top],
        timeline=make_timeline(slots, wins),
    )


async def _items(connection: RawConnection, where: tuple[UUID, UUID], claims: Sequence[Row]) -> list[ItemSummary]:
    by_item: dict[Any, dict[str, Row]] = {}
    for row in claims:
        by_item.setdefault(row["item_id"], {})[row["status"]] = row
    winners = {row["item_id"]: row["winners"] for row in await connection.fetch(sql.WINNERS, *where)}
    pins = {row["item_id"]: row for row in await connection.fetch(sql.PINS, *where)}
    rows = await connection.fetch(sql.ITEMS, *where)
    return [_item(row, by_item.get(row["id"], {}), winners.get(row["id"], 0), pins.get(row["id"])) for row in rows]


def _item(row: Row, claims: Mapping[str, Row], winners: int, pin: Row | None) -> ItemSummary:
    waiting = claims.get("waitlist")
    first = min((claims[status]["first_at"] for status in _COUNTED if status in claims), default=None)
    return ItemSummary(
        item_id=UUID(bytes=row["id"].bytes),
        item_number=row["item_number"],
        variant=row["variant"] or None,
        title=row["title"],
        price=row["price"],
        total_quantity=row["total_quantity"],
        claimed_count=row["claimed_count"],
        claims=sum(count["claims"] for count in claims.values()),
        winners=winners,
        waiting=waiting["claims"] if waiting else 0,
        waiting_units=waiting["units"] if waiting else 0,
        revenue=None if row["price"] is None else row["price"] * row["claimed_count"],
        first_claim_at=first,
        sold_out_seconds=_sold_out(row, claims.get("winner"), first),
        pinned_at=pin["at"] if pin else None,
        first_claim_seconds=_seconds(pin["at"], pin["first_at"]) if pin else None,
    )


def _sold_out(row: Row, won: Row | None, first: datetime | None) -> float | None:
    if won is None or row["claimed_count"] < row["total_quantity"]:
        return None
    return _seconds(first, won["last_at"])


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return None if start is None or end is None else max((end - start).total_seconds(), 0.0)


def _statuses(claims: Sequence[Row]) -> list[StatusCount]:
    """Every status, also those that no claim has."""
    return [
        StatusCount(
            status,
            sum(row["claims"] for row in claims if row["status"] == status),
            sum(row["units"] for row in claims if row["status"] == status),
        )
        for status in STATUSES
    ]


def _verdicts(slots: Sequence[Row]) -> list[VerdictCount]:
    counts = dict.fromkeys(VERDICTS, 0)
    for row in slots:
        counts[row["verdict"]] += row["comments"]
    return [VerdictCount(verdict, count) for verdict, count in counts.items()]


def _fastest(items: Sequence[ItemSummary]) -> list[FastItem]:
    sold = [item for item in items if item.sold_out_seconds is not None]
    quick = sorted(sold, key=lambda item: item.sold_out_seconds or 0.0)[:_FASTEST]
    return [
        FastItem(item.item_id, item.item_number, item.variant, item.title, item.sold_out_seconds or 0.0)
        for item in quick
    ]


def _show(row: Row) -> SummaryShow:
    same = ("title", "status", "practice", "version", "activated_at", "ended_at")
    return SummaryShow(id=UUID(bytes=row["id"].bytes), **{name: row[name] for name in same})


def _top(row: Row) -> TopBuyer:
    same = ("handle", "platform", "items", "units", "amount", "unpriced")
    return TopBuyer(buyer_id=UUID(bytes=row["person"].bytes), **{name: row[name] for name in same})
