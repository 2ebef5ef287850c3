"""A show on a real database, processes that write to it, and viewers who comment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import attrs
import orjson

import dibs_first_come
from dibs.audit import AuditReport, audit_show
from dibs.audit_log import Actor
from dibs.db import Database
from dibs.hooks import HookCall, WorkspaceHooks
from dibs.ids import uuid7
from dibs.lane import commands
from dibs.lane.changes import Changes
from dibs.lane.commit import Written
from dibs.lane.lanes import Lanes
from dibs.lane.work import CommentOutcome
from dibs.models.catalogue import ParseContext
from dibs.models.comments import Author, IncomingComment, Intent, Reading
from dibs.models.items import NewItem

START = datetime(2026, 5, 1, 19, tzinfo=UTC)
_ACT = re.compile(r"(sold|pass)(?: (\w+))?(?: (red|blue|green))?(?: x(\d+))?(\?)?")


def read(ctx: ParseContext, comment: IncomingComment) -> Reading | None:
    """A parser of a few exact sentences: `sold 12`, `sold 12 red x2`, `pass 12`, `pass`; with `?` for review."""
    if comment.text == "boom":
        raise RuntimeError("the parser fell over")
    acts = []
    question = False
    for part in comment.text.split(", "):
        match = _ACT.fullmatch(part)
        if match is None or (match[1] == "sold" and match[2] is None):
            return Reading(reason="no_claim_word")
        number, kind = match[2], "claim" if match[1] == "sold" else "pass"
        acts.append(Intent(kind, number, int(match[4] or 1), match[3], "word_number"))  # type: ignore[arg-type]
        question = question or match[5] is not None
    return Reading(tuple(acts), review=question, reason="question" if question else None)


def hooks(**more: Any) -> WorkspaceHooks:
    """The hooks of the small parser and of the real default policy; `more` puts others before them."""
    calls = {
        "parse_comment": (HookCall("small_parser", read),),
        "order_comments": (HookCall("first_come", dibs_first_come.order_comments),),
        "screen_claim": (HookCall("first_come", dibs_first_come.screen_claim),),
        "allocate_claim": (HookCall("first_come", dibs_first_come.allocate_claim),),
    }
    for name, function in more.items():
        calls[name] = (HookCall("test", function), *calls.get(name, ()))
    return WorkspaceHooks(frozenset({"small_parser", "first_come"}), calls)


def said(
    text: str, who: str | None = "ana", *, second: float = 0, key: str | None = None, platform: str = "facebook"
) -> IncomingComment:
    """A comment, `second` seconds into the show; without `key` an id of its own."""
    author = None if who is None else Author(who, who.title())
    return IncomingComment(
        platform, text, START + timedelta(seconds=second), key or uuid7().hex, author, live_id="live"
    )


@attrs.define(eq=False)
class Process:
    """What one process has: lanes, and what they published and reported."""

    lanes: Lanes
    published: list[tuple[str, bytes]] = attrs.field(factory=list)
    failures: list[tuple[str, str]] = attrs.field(factory=list)


def process(db: Database, plugins: WorkspaceHooks | None = None, **more: Any) -> Process:
    """Lanes like those of a process; not started: nothing is renewed and no inbox is looked into by itself."""
    made = plugins or hooks()

    async def hooks_for(_: UUID) -> WorkspaceHooks:
        return made

    def published(changes: Changes, _: Written) -> None:
        box.published.extend(changes.events)

    async def failed(_: UUID, __: UUID, failures: Sequence[tuple[str, str]]) -> None:
        box.failures.extend(failures)

    box = Process(Lanes(db, hooks_for, published, failed, **more))
    return box


@attrs.define(eq=False)
class Sale:
    """A show and the process that runs it."""

    db: Database
    workspace_id: UUID
    show_id: UUID
    process: Process

    @property
    def lanes(self) -> Lanes:
        return self.process.lanes

    async def say(self, *comments: IncomingComment, lanes: Lanes | None = None) -> list[CommentOutcome]:
        result = await (lanes or self.lanes).ingest(self.workspace_id, self.show_id, comments, detail=True)
        return list(result.outcomes)

    async def do(
        self,
        command: commands.Command | commands.LoadingCommand,
        lanes: Lanes | None = None,
        actor: Actor | None = None,
    ) -> Any:
        return await (lanes or self.lanes).command(self.workspace_id, self.show_id, command, actor)

    async def add(self, number: str, quantity: int = 1, *variants: str) -> UUID:
        """Add an item (one row for each variant); the id of the first row."""
        new = [NewItem(number, f"Item {number}", quantity, variant) for variant in variants or (None,)]
        made = await self.do(commands.add_items(new))
        return UUID(str(made[0]["item_id"]))

    async def fetch(self, sql: str, *args: Any) -> list[Any]:
        """Rows of a query whose $1 and $2 are workspace and show."""
        return list(await self.db.hot_fetch(sql, self.workspace_id, self.show_id, *args))

    async def claims(self, kind: str = "claim") -> list[tuple[str, str, int, str, str | None]]:
        """Item, buyer, quantity, status, reason of each claim in order of decision."""
        rows = await self.fetch(
            "SELECT c.item_number, b.platform_user_id, c.quantity, c.status, c.reason FROM claims c"
            " LEFT JOIN buyers b ON b.workspace_id = c.workspace_id AND b.id = c.buyer_id"
            " WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.kind = $3 ORDER BY c.decision_no",
            kind,
        )
        return [tuple(row) for row in rows]

    async def stakes(self, number: str = "12") -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        """Winners in order of decision and waitlist in order, each as buyer and quantity."""
        rows = await self.fetch(
            "SELECT c.status, b.platform_user_id, c.quantity FROM claims c"
            " JOIN buyers b ON b.workspace_id = c.workspace_id AND b.id = c.buyer_id"
            " WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.item_number = $3"
            " AND c.status IN ('winner', 'waitlist')"
            " ORDER BY c.place NULLS FIRST, c.decided_at, c.decision_no",
            number,
        )
        pick = [(row[0], (row[1], row[2])) for row in rows]
        return [v for s, v in pick if s == "winner"], [v for s, v in pick if s == "waitlist"]

    async def claim_id(self, who: str, status: str) -> UUID:
        """The id of the buyer's first claim with this status."""
        rows = await self.fetch(
            "SELECT c.id FROM claims c JOIN buyers b ON b.workspace_id = c.workspace_id AND b.id = c.buyer_id"
            " WHERE c.workspace_id = $1 AND c.show_id = $2 AND b.platform_user_id = $3 AND c.status = $4"
            " ORDER BY c.decision_no LIMIT 1",
            who,
            status,
        )
        return UUID(bytes=rows[0][0].bytes)

    async def audit(self) -> AuditReport:
        return await audit_show(self.db, self.workspace_id, self.show_id)

    async def assert_clean(self) -> None:
        report = await self.audit()
        assert report.ok, "\n".join(f"{check.name}: {check.details}" for check in report.broken)


async def new_sale(
    db: Database, *, rules: dict[str, Any] | None = None, active: bool = True, plugins: WorkspaceHooks | None = None
) -> Sale:
    """A workspace with one show."""
    workspace_id, show_id = uuid7(), uuid7()
    await db.hot_fetch("INSERT INTO workspaces (id, name) VALUES ($1, 'A shop')", workspace_id)
    await db.hot_fetch(
        "INSERT INTO shows (workspace_id, id, title, rules) VALUES ($1, $2, 'A sale', $3::jsonb)",
        workspace_id,
        show_id,
        orjson.dumps(rules or {}).decode(),
    )
    sale = Sale(db, workspace_id, show_id, process(db, plugins))
    if active:
        await sale.do(commands.set_status("active"))
    return sale
