"""Removing what somebody left behind, show by show. Each call belongs to a transaction of its caller."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from dibs.buyers.people import as_id
from dibs.erasure import sql
from dibs.erasure.blanking import Traces, unnoted, unworded, without
from dibs.ids import uuid7

if TYPE_CHECKING:
    from dibs.db import RawConnection
    from dibs.erasure.plugins import PluginTraces
    from dibs.trading.telling import Telling


async def erase_in_show(
    connection: RawConnection,
    workspace_id: UUID,
    show_id: UUID,
    buyer_id: UUID,
    *,
    past: bool,
    plugins: PluginTraces | None = None,
) -> Telling | None:
    """Blank what a nameless buyer wrote in a show, and what events and the log tell of them.

    Args:
        past: the workspace keeps comments of this show no longer: what was won is then cut off from the buyer, so
            that nothing tells any more that the same person won in other shows as well.
        plugins: asked to cut off what is theirs.

    Returns what is to be rung after the commit.
    """
    key = (workspace_id, show_id, buyer_id)
    comments = [row[0] for row in await connection.fetch(sql.COMMENTS, *key)]
    claims = [str(row[0]) for row in await connection.fetch(sql.CLAIMS, *key)]
    stays_as = buyer_id
    if past and (comments or claims):
        stays_as = await _cut_off(connection, workspace_id, show_id, buyer_id)
    await connection.execute(sql.BLANK_COMMENTS, workspace_id, show_id, comments, stays_as)
    traces = Traces(buyer_id, stays_as, frozenset(comments), frozenset(claims))
    await rewrite_events(connection, workspace_id, f"show:{show_id}", traces)
    if claims:
        await _rewrite_entries(connection, workspace_id, "claim", claims)
    if plugins is None or stays_as == buyer_id:
        return None
    return await plugins.remove(connection, workspace_id, [buyer_id], show_id, stays_as)


async def cut_off_erased(
    connection: RawConnection, workspace_id: UUID, show_id: UUID, plugins: PluginTraces | None = None
) -> list[Telling]:
    """A show's time is over: cut what erased buyers won in it off from them; what is to be rung after the commit."""
    told = []
    for row in await connection.fetch(sql.ERASED_IN_SHOW, workspace_id, show_id):
        key = (workspace_id, show_id, as_id(row["id"]))
        told.append(await erase_in_show(connection, *key, past=True, plugins=plugins))
    return [one for one in told if one is not None]


async def _cut_off(connection: RawConnection, workspace_id: UUID, show_id: UUID, buyer_id: UUID) -> UUID:
    stranger = uuid7()
    # Orders before their show, as whoever cancels one.
    await connection.execute(sql.MOVE_ORDERS, workspace_id, show_id, buyer_id, stranger)
    await connection.execute(sql.ONE_BOARD, workspace_id, show_id)
    await connection.execute(sql.STRANGER, workspace_id, buyer_id, stranger)
    await connection.execute(sql.MOVE_CLAIMS, workspace_id, show_id, buyer_id, stranger)
    return stranger


async def rewrite_events(connection: RawConnection, workspace_id: UUID, topic: str, traces: Traces) -> None:
    """Blank the events of a topic that are still kept."""
    after = 0
    while rows := await connection.fetch(sql.EVENTS, workspace_id, topic, after, f"%{traces.buyer_id}%"):
        after = rows[-1]["seq"]
        told = [(row, orjson.loads(row["payload"])) for row in rows]
        new = [(row, blank) for row, old in told if (blank := without(old, traces)) != old]
        await connection.execute(
            sql.REWRITE,
            workspace_id,
            topic,
            [row["seq"] for row, _ in new],
            [row["created_at"] for row, _ in new],
            [orjson.dumps(blank).decode() for _, blank in new],
        )


async def empty_entries(connection: RawConnection, workspace_id: UUID, buyer_id: UUID) -> None:
    """Empty what the audit log tells about a buyer: notes, tags, reasons. That something was done stays."""
    await _rewrite_entries(connection, workspace_id, "buyer", [str(buyer_id)])


async def wipe_entries(connection: RawConnection, workspace_id: UUID, entity: str, ids: list[str]) -> None:
    """Empty every text that the audit log tells about something of a plugin's. That it was done stays."""
    await _rewrite_entries(connection, workspace_id, entity, ids, unworded)


async def _rewrite_entries(
    connection: RawConnection,
    workspace_id: UUID,
    entity: str,
    ids: list[str],
    blank: Callable[[Any], Any] = unnoted,
) -> None:
    await connection.execute(sql.MAY_BLANK)
    for row in await connection.fetch(sql.ENTRIES, workspace_id, entity, ids):
        old = [None if row[name] is None else orjson.loads(row[name]) for name in ("before", "after")]
        new = [blank(part) for part in old]
        if new != old:
            texts = [None if part is None else orjson.dumps(part).decode() for part in new]
            await connection.execute(sql.BLANK_ENTRY, workspace_id, row["id"], *texts)
