"""Reading shows, and making new ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs
import orjson

from dibs.clock import utc_now
from dibs.db import Database
from dibs.errors import FieldFault, InvalidInputError, NotFoundError, PluginHookError
from dibs.events import outbox
from dibs.lane.decide import DecisionHooks
from dibs.models.catalogue import Catalogue, ParseContext
from dibs.models.comments import Author, IncomingComment
from dibs.models.rules import ShowRules, merge_rules
from dibs.shows import sql
from dibs.shows.claims import read_claims
from dibs.shows.drafts import create_show
from dibs.shows.shapes import comment_shape, item_shape, show_shape
from dibs.streams.model import show_streams

_LAST = 2**62
SNAPSHOT_CLAIMS = 500
SNAPSHOT_COMMENTS = 300
DRAWER = 200


@attrs.define(eq=False)
class Shows:
    """Queries on one workspace's shows; every method takes the workspace first."""

    db: Database

    async def create(
        self, workspace_id: UUID, title: str, rules: Mapping[str, Any], show_id: UUID | None = None, **more: Any
    ) -> UUID:
        """See `dibs.shows.drafts.create_show`."""
        return await create_show(self.db, workspace_id, title, rules, show_id, **more)

    async def rules(self, workspace_id: UUID, own: Mapping[str, Any], hooks: DecisionHooks) -> ShowRules:
        """The rules that a show with these own rules would have, checked by the workspace's parser as well.

        Raises:
            InvalidInputError: naming what is faulty.
        """
        faults = [FieldFault(path, "must not contain the character NUL") for path in _unstorable(own, "")]
        if faults:
            raise InvalidInputError(f"The show's rules has {len(faults)} faulty field(s).", faults)
        rows = await self.db.plain_fetch(sql.DEFAULTS, workspace_id)
        merged = merge_rules(orjson.loads(rows[0]["rules"]) if rows else {}, own)
        check_rules(workspace_id, merged, hooks)
        return merged

    async def page(
        self,
        workspace_id: UUID,
        *,
        status: str | None = None,
        words: str = "",
        cursor: UUID | None = None,
        limit: int = 100,
    ) -> tuple[list[dict[str, Any]], UUID | None]:
        """Shows that run first, then the newest; and the cursor of the next page, the id of its last show.

        Raises:
            NotFoundError: the workspace has no show of the cursor's id.
        """
        if cursor is not None:
            await self.get(workspace_id, cursor)
        rows = await self.db.plain_fetch(sql.SHOWS, workspace_id, status, escaped(words), cursor, limit + 1)
        found = [show_shape(row) for row in rows[:limit]]
        return found, UUID(found[-1]["id"]) if len(rows) > limit else None

    async def get(self, workspace_id: UUID, show_id: UUID) -> dict[str, Any]:
        """One show. Raises `NotFoundError`."""
        rows = await self.db.plain_fetch(sql.SHOW, workspace_id, show_id)
        if not rows:
            raise NotFoundError("There is no such show.", show_id=str(show_id))
        return show_shape(rows[0])

    async def items(self, workspace_id: UUID, show_id: UUID) -> Sequence[dict[str, Any]]:
        """The items of a show in their order."""
        return [item_shape(row) for row in await self.db.plain_fetch(sql.ITEMS, workspace_id, show_id)]

    async def claims(
        self,
        workspace_id: UUID,
        show_id: UUID,
        *,
        before: int | None = None,
        status: str | None = None,
        item_id: UUID | None = None,
        buyer_id: UUID | None = None,
        words: str = "",
        limit: int = 100,
    ) -> Sequence[dict[str, Any]]:
        """Claims and passes, the last decided first; `before` is the `decision_no` to go on from.

        `words` are looked for in item numbers and in the handles of the buyers.
        """
        wanted = (before or _LAST, status, item_id, buyer_id, escaped(words), limit)
        return await read_claims(self.db, workspace_id, show_id, sql.CLAIMS_PAGE, *wanted)

    async def comments(
        self,
        workspace_id: UUID,
        show_id: UUID,
        *,
        before: int | None = None,
        verdicts: Sequence[str] | None = None,
        words: str = "",
        limit: int = 100,
    ) -> Sequence[dict[str, Any]]:
        """Comments, the last received first; `before` is the `comment_no` to go on from.

        `words` are looked for in the texts and in the names of the authors.
        """
        wanted = (before or _LAST, verdicts, escaped(words), limit)
        query = sql.COMMENTS if words.isascii() else sql.COMMENTS_IN_ANY_SCRIPT
        rows = await self.db.plain_fetch(query, workspace_id, show_id, *wanted)
        return [comment_shape(row) for row in rows]

    async def counts(self, workspace_id: UUID, show_id: UUID) -> dict[str, Any]:
        """The figures of a show and its stream position, as of one instant. Raises `NotFoundError`."""
        await self._ensure_topic(workspace_id, show_id)
        async with self.db.raw() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
            return await self._figures(workspace_id, show_id)

    async def snapshot(self, workspace_id: UUID, show_id: UUID) -> dict[str, Any]:
        """All that a console needs to begin, as of one instant, with the stream position of that instant."""
        await self._ensure_topic(workspace_id, show_id)
        async with self.db.raw() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
            figures = await self._figures(workspace_id, show_id)
            minutes = await connection.fetch(sql.PER_MINUTE, workspace_id, show_id, figures["counts"]["comments"])
            return {
                **figures,
                "show": await self.get(workspace_id, show_id),
                "items": await self.items(workspace_id, show_id),
                "claims": await self.claims(workspace_id, show_id, limit=SNAPSHOT_CLAIMS),
                "comments": await self.comments(workspace_id, show_id, limit=SNAPSHOT_COMMENTS),
                "per_minute": [dict(row) for row in minutes],
                "streams": await show_streams(self.db, workspace_id, show_id),
                "now": utc_now(),
            }

    async def _ensure_topic(self, workspace_id: UUID, show_id: UUID) -> None:
        """A show without an event yet has a position too: nobody misses its first one."""
        await self.get(workspace_id, show_id)
        await outbox.position(self.db, workspace_id, f"show:{show_id}")

    async def _figures(self, workspace_id: UUID, show_id: UUID) -> dict[str, Any]:
        position = (await self.db.plain_fetch(sql.POSITION, workspace_id, show_id))[0]
        counts = (await self.db.plain_fetch(sql.COUNTS, workspace_id, show_id))[0]
        return {"position": f"{position['epoch']}:{position['last_seq']}", "counts": dict(counts)}

    async def drawer(self, workspace_id: UUID, show_id: UUID, item_id: UUID) -> dict[str, Any]:
        """An item with its winners and its waitlist in order (the first 200 of each)."""
        rows = await self.db.plain_fetch(sql.ITEM, workspace_id, show_id, item_id)
        if not rows:
            raise NotFoundError("The show has no such item.", item_id=str(item_id))
        return {
            "item": item_shape(rows[0]),
            "winners": await read_claims(self.db, workspace_id, show_id, sql.WINNERS, item_id, DRAWER),
            "waitlist": await read_claims(self.db, workspace_id, show_id, sql.WAITLIST, item_id, DRAWER),
            "waitlist_total": rows[0]["waitlist_count"],
        }

    async def why(self, workspace_id: UUID, show_id: UUID, claim_id: UUID) -> dict[str, Any]:
        """How a claim was decided: its comment, the rule, what was left at that moment, and who came before."""
        found = await self.db.plain_fetch(sql.CLAIM, workspace_id, show_id, claim_id)
        if not found:
            raise NotFoundError("The show has no such claim.", claim_id=str(claim_id))
        row, comments, before = found[0], [], []
        if row["comment_no"] is not None:
            comments = await self.db.plain_fetch(sql.COMMENT, workspace_id, show_id, row["comment_no"])
        if row["item_id"] is not None:
            earlier = (row["item_id"], row["decision_no"], DRAWER)
            before = await read_claims(self.db, workspace_id, show_id, sql.BEFORE, *earlier)
        return {
            "claim": (await read_claims(self.db, workspace_id, show_id, sql.CLAIM, claim_id))[0],
            "comment": comment_shape(comments[0]) if comments else None,
            "rule": row["rule"],
            "confidence": row["confidence"],
            "reason": row["reason"],
            "left_before": row["left_before"],
            "waiting_before": row["ahead"],
            "order": "platform time, then arrival, then comment id, among what was undecided",
            "before": before[::-1],
        }

    async def show_of(self, workspace_id: UUID, claim_id: UUID) -> UUID:
        """The show that a claim belongs to. Raises `NotFoundError`."""
        rows = await self.db.plain_fetch(sql.SHOW_OF_CLAIM, workspace_id, claim_id)
        if not rows:
            raise NotFoundError("There is no such claim.", claim_id=str(claim_id))
        return UUID(bytes=rows[0]["show_id"].bytes)


def escaped(words: str) -> str:
    """Words as they stand in a pattern of `LIKE`."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _unstorable(value: Any, path: str) -> Iterator[str]:
    """Where texts stand that PostgreSQL can't keep in JSON."""
    if isinstance(value, str) and "\0" in value:
        yield path
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _unstorable(name, f"{path}.{name}".lstrip("."))
            yield from _unstorable(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _unstorable(inner, f"{path}[{number}]")


def check_rules(workspace_id: UUID, rules: ShowRules, hooks: DecisionHooks) -> None:
    """Let the parser have a look at rules before anything is written with them.

    Raises:
        InvalidInputError: what the parser can't work with, such as an unknown locale.
    """
    probe = IncomingComment("probe", "sold 1", utc_now(), "probe", Author("probe", "probe"))
    try:
        hooks.parse_comment(ParseContext(workspace_id, None, rules, Catalogue()), probe)
    except PluginHookError as error:
        if isinstance(error.__cause__, InvalidInputError):
            raise error.__cause__ from None
        raise
