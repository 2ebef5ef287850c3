"""Checking a show: every promise, on its rows and events as of one instant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from itertools import chain, islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from dibs.audit import compare
from dibs.audit.facts import FACTS, MOST_DETAILS, PER_BUYER, REPEATS
from dibs.audit.rebuild import RebuiltShow
from dibs.audit.report import AuditReport, Check
from dibs.errors import NotFoundError
from dibs.models.rules import merge_rules

if TYPE_CHECKING:
    from dibs.db import Database, RawConnection

_PAGE = 5_000
_SHOW = """
SELECT s.title, s.rules, coalesce(w.settings -> 'rules', '{}') AS defaults, EXISTS (
    SELECT 1 FROM audit_log a WHERE a.workspace_id = $1 AND a.entity = 'workspace' AND a.entity_id = $1::uuid::text
        AND a.action = 'settings.changed' AND a.at >= s.created_at AND a.after::text LIKE '%"rules.%'
) AS settings_changed
FROM shows s JOIN workspaces w ON w.id = s.workspace_id WHERE s.workspace_id = $1 AND s.id = $2
"""
_SHOWS = "SELECT workspace_id, id FROM shows WHERE $1::uuid IS NULL OR workspace_id = $1 ORDER BY created_at, id"
_FIND = "SELECT workspace_id, id FROM shows WHERE id = $2 AND ($1::uuid IS NULL OR workspace_id = $1)"
_FLOOR = "SELECT min(seq) FROM outbox WHERE workspace_id = $1 AND topic = 'show:' || $2::uuid"
_EVENTS = """
SELECT type, payload::text FROM outbox WHERE workspace_id = $1 AND topic = 'show:' || $2::uuid ORDER BY seq
"""


async def find_shows(
    db: Database, workspace_id: UUID | None = None, show_id: UUID | None = None
) -> list[tuple[UUID, UUID]]:
    """Workspace and id of the shows to audit: all, those of one workspace, or one.

    Raises:
        NotFoundError: there is no show of this id (in this workspace).
    """
    if show_id is None:
        return [(row[0], row[1]) for row in await db.hot_fetch(_SHOWS, workspace_id)]
    rows = await db.hot_fetch(_FIND, workspace_id, show_id)
    if not rows:
        raise NotFoundError("There is no such show.", show_id=str(show_id))
    return [(row[0], row[1]) for row in rows]


async def audit_show(db: Database, workspace_id: UUID, show_id: UUID) -> AuditReport:
    """Check every promise on the data of a show. Reads only; nobody is held up.

    Raises:
        NotFoundError: the workspace has no such show.
    """
    async with (
        db.hot_connection() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        await connection.execute("SET LOCAL statement_timeout = '5min'")
        # Every query reads the whole show: without fresh statistics the planner would still take it row by row.
        await connection.execute("SET LOCAL enable_nestloop = off")
        await connection.execute("SET LOCAL work_mem = '64MB'")
        show = await connection.fetchrow(_SHOW, workspace_id, show_id)
        if show is None:
            raise NotFoundError("There is no such show.", show_id=str(show_id))
        checks = [await _fact(connection, name, sql, workspace_id, show_id) for name, sql in FACTS]
        rebuilt = await _rebuilt(connection, workspace_id, show_id)
        checks.append(await _policy(connection, show, rebuilt, workspace_id, show_id))
        checks.append(await _state(connection, rebuilt, workspace_id, show_id))
    return AuditReport(workspace_id, show_id, show["title"], tuple(checks))


async def _fact(connection: RawConnection, name: str, sql: str, *args: object) -> Check:
    rows = await connection.fetch(f"SELECT * FROM ({sql}) AS broken (words) LIMIT {MOST_DETAILS}", *args)
    return _check(name, (row[0] for row in rows))


def _check(name: str, broken: Iterable[str]) -> Check:
    details = tuple(islice(broken, MOST_DETAILS))
    return Check(name, not details, details)


async def _rebuilt(connection: RawConnection, workspace_id: UUID, show_id: UUID) -> RebuiltShow | None:
    """The state from the events; None if the first ones are not kept any more."""
    floor = await connection.fetchval(_FLOOR, workspace_id, show_id)
    if floor is not None and floor > 1:
        return None
    show = RebuiltShow()
    async for row in connection.cursor(_EVENTS, workspace_id, show_id, prefetch=_PAGE):
        show.apply(row[0], row[1].encode())
    return show


async def _policy(
    connection: RawConnection, show: Any, rebuilt: RebuiltShow | None, workspace_id: UUID, show_id: UUID
) -> Check:
    """No buyer has more than the show's rules allow. What operators awarded or accepted is theirs to answer for."""
    name = "buyers_within_the_rules"
    if rebuilt is None or rebuilt.edited or show["settings_changed"]:
        return Check(name, True, ("not checked: the rules may have been others when the claims were decided",))
    rules = merge_rules(orjson.loads(show["defaults"]), orjson.loads(show["rules"]))
    broken: list[str] = []
    by_hand = [UUID(claim) for claim in rebuilt.by_hand]
    if rules.repeat == "ignore":
        broken += [row[0] for row in await connection.fetch(REPEATS, workspace_id, show_id, by_hand)]
    if rules.max_per_buyer is not None:
        most = rules.max_per_buyer
        broken += [row[0] for row in await connection.fetch(PER_BUYER, workspace_id, show_id, most, by_hand)]
    return _check(name, broken)


async def _state(connection: RawConnection, rebuilt: RebuiltShow | None, workspace_id: UUID, show_id: UUID) -> Check:
    name = "events_tell_what_is_stored"
    if rebuilt is None:
        return Check(name, True, ("not checked: the show's first events are not kept any more",))
    show = await connection.fetchrow(compare.SHOW, workspace_id, show_id)
    assert show is not None
    items = await connection.fetch(compare.ITEMS, workspace_id, show_id)
    claims = await connection.fetch(compare.CLAIMS, workspace_id, show_id)
    found = chain(
        rebuilt.faults,
        compare.show_differences(rebuilt, show),
        compare.item_differences(rebuilt, items),
        compare.claim_differences(rebuilt, claims),
        [words async for words in _comments(connection, rebuilt, show["blanked_comment_no"], workspace_id, show_id)],
    )
    return _check(name, found)


async def _comments(
    connection: RawConnection, rebuilt: RebuiltShow, blanked: int, workspace_id: UUID, show_id: UUID
) -> AsyncIterator[str]:
    async for row in connection.cursor(compare.COMMENTS, workspace_id, show_id, prefetch=_PAGE):
        for words in compare.comment_differences(rebuilt, (row,), blanked):
            yield words
    for number in rebuilt.comments:
        yield f"comment {number} is in the events and not in its table"
