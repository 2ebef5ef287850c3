"""Any interleaving of what viewers, operators and processes do, held against a simple model and the auditor.

`DIBS_MODEL_EXAMPLES` and `DIBS_MODEL_STEPS` make the run larger; with `DIBS_MODEL_SHRINK` a failure is made smaller.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dibs.audit_log import Actor
from dibs.db import Database
from dibs.errors import BelowWonError, ConflictError, DuplicateError, OutOfStockError
from dibs.lane import commands
from dibs.lane.lanes import Lanes
from dibs.lane.refresh import refresh_boards
from dibs.lane.state import BuyerRef
from dibs.models.comments import IncomingComment
from dibs.models.items import NewItem
from dibs.testing.postgres import TestServer

from ...depth import often
from .model import Entry, Model
from .sale import START, Process, Sale, new_sale, process, said

T = TypeVar("T")
EXAMPLES = int(os.environ.get("DIBS_MODEL_EXAMPLES", often(40, 400)))
STEPS = int(os.environ.get("DIBS_MODEL_STEPS", "30"))

# A smaller example is worth minutes only to who looks for a fault, not to a test run.
PHASES = (Phase.explicit, Phase.generate, *((Phase.shrink,) if "DIBS_MODEL_SHRINK" in os.environ else ()))

WHO = st.sampled_from(["ana", "ben", "cid", "dan", "eve"])
CODE = st.sampled_from(["1", "1", "1", "2", "3", "8", "9"])
VARIANT = st.sampled_from(["", "", "", "red", "blue", "green"])
LATE_ITEMS = {"8": ("",), "9": ("red", "blue")}
COMMENT = st.tuples(
    st.sampled_from(["sold", "sold", "sold", "sold", "pass", "ask", "ask", "chat", "boom", "nobody", "seller"]),
    WHO,
    CODE,
    VARIANT,
    st.sampled_from([1, 1, 1, 2, 3, 31]),
    st.integers(0, 20),
)
_SELECT = """
SELECT c.id, c.item_number, c.variant, b.platform_user_id AS who, c.quantity, c.status, c.kind, c.posted_at,
    c.comment_no, c.decision_no
FROM claims c JOIN buyers b ON b.workspace_id = c.workspace_id AND b.id = c.buyer_id
WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.status = ANY($3) ORDER BY c.place NULLS FIRST, c.decision_no
"""


OLGA = UUID(int=7)


def order_of(row: Any) -> tuple[float, int]:
    """What decides the place of a claim."""
    return (row["posted_at"] - START).total_seconds(), row["comment_no"] - 1


class LaneMachine(RuleBasedStateMachine):
    """Two processes and a growing number of dead ones on one show."""

    runner: asyncio.Runner
    db: Database

    def run(self, work: Awaitable[T]) -> T:
        async def run() -> T:
            async with asyncio.timeout(20):
                return await work

        return self.runner.run(run())

    @initialize(stock=st.sampled_from([0, 0, 1, 2]))
    def open_show(self, stock: int) -> None:
        self.model = Model()
        self.sale: Sale = self.run(new_sale(self.db, active=False))
        self.processes: list[Process] = [self.sale.process, process(self.db)]
        self.dead: list[Process] = []
        self.history: list[IncomingComment] = []
        for code, variants in (("1", ("",)), ("2", ("",)), ("3", ("red", "blue"))):
            self.add_item(code, variants, stock, 0)
        self.turn_to("active", 0, 1)

    def lanes(self, which: int) -> Lanes:
        return self.processes[which].lanes

    def act(self, which: int, command: commands.Command | commands.LoadingCommand) -> Any:
        return self.run(self.sale.do(command, self.lanes(which), Actor(OLGA, "Olga")))

    def add_item(self, code: str, variants: tuple[str, ...], stock: int, which: int) -> None:
        self.act(which, commands.add_items([NewItem(code, "", stock, variant or None) for variant in variants]))
        self.model.add(code, variants, stock)

    async def deliver(self, which: int, comments: list[IncomingComment]) -> None:
        """Hand comments to one process; the other one looks into its inbox meanwhile."""
        task = asyncio.create_task(self.sale.say(*comments, lanes=self.lanes(which)))
        while not task.done():
            await asyncio.wait([task], timeout=0.02)
            await self.lanes(1 - which).own(self.sale.workspace_id, self.sale.show_id)
        await task

    @rule(batch=st.lists(COMMENT, min_size=1, max_size=5), again=st.lists(st.integers(0, 99)), which=st.integers(0, 1))
    def comment(self, batch: list[tuple[str, str, str, str, int, int]], again: list[int], which: int) -> None:
        fresh = []
        for kind, who, code, variant, units, second in batch:
            words = f"{'pass' if kind == 'pass' else 'sold'} {code}{' ' + variant if variant else ''}"
            amount = f" x{units}" if units > 1 and kind != "pass" else ""
            text = {"chat": "so pretty", "boom": "boom", "ask": f"{words}{amount}?"}.get(kind, words + amount)
            made = said(
                text, None if kind == "nobody" else who, second=second, key=f"c{len(self.history) + len(fresh)}"
            )
            if kind == "seller":
                made = IncomingComment(made.platform, made.text, made.posted_at, made.comment_id, made.author, "", True)
            fresh.append(made)
        old = [self.history[n % len(self.history)] for n in again[:3]] if self.history else []
        self.run(self.deliver(which, [*old, *fresh, *fresh[:1]]))
        self.history += fresh
        if self.model.status == "active":
            acting = [
                ((float(second), self.model.comments + n), kind, who, code, variant, units)
                for n, (kind, who, code, variant, units, second) in enumerate(batch)
            ]
            for order, kind, who, code, variant, units in sorted(acting):
                if kind == "sold":
                    self.model.claim(order, who, code, variant, units)
                elif kind == "pass":
                    self.model.give_up(who, code, variant)
        self.model.comments += len(fresh)

    @rule(who=WHO, which=st.integers(0, 1))
    def pass_without_code(self, who: str, which: int) -> None:
        names = self.model.names(who)
        rows = self.rows("winner", "waitlist", "unmatched", "review")
        mine = [row for row in rows if row["who"] in names and row["kind"] == "claim"]
        made = said("pass", who, second=30, key=f"c{len(self.history)}")
        self.run(self.deliver(which, [made]))
        self.history.append(made)
        self.model.comments += 1
        if mine and self.model.status == "active":
            self.model.give_up(who, max(mine, key=lambda row: row["decision_no"])["item_number"], "")

    @rule(code=st.sampled_from(sorted(LATE_ITEMS)), stock=st.integers(0, 3), which=st.integers(0, 1))
    def late_item(self, code: str, stock: int, which: int) -> None:
        if self.model.rows(code):
            try:
                self.act(
                    which, commands.add_items([NewItem("7", "", 1), NewItem(code, "", 1, LATE_ITEMS[code][0] or None)])
                )
            except DuplicateError:
                return
            raise AssertionError("an item was added twice")
        self.add_item(code, LATE_ITEMS[code], stock, which)

    @rule(pick=st.integers(0, 99), total=st.integers(0, 6), which=st.integers(0, 1))
    def change_quantity(self, pick: int, total: int, which: int) -> None:
        key, item_id = self.pick_item(pick)
        item = self.model.items[key]
        won = sum(item.won.values())
        try:
            self.act(which, commands.edit_item(item_id, total=total))
        except BelowWonError:
            assert total < won
            return
        assert total >= won
        item.total = total
        item.promote()

    @rule(pick=st.integers(0, 99), which=st.integers(0, 1))
    def release(self, pick: int, which: int) -> None:
        rows = self.rows("winner", "waitlist", "unmatched")
        if not rows:
            return
        row = rows[pick % len(rows)]
        self.act(which, commands.release(UUID(bytes=row["id"].bytes)))
        if row["status"] == "unmatched":
            self.model.unmatched = [
                kept for kept in self.model.unmatched if kept[1:3] != (row["who"], row["item_number"])
            ]
            return
        item = self.model.items[row["item_number"], row["variant"]]
        if row["status"] == "winner":
            item.won[row["who"]] -= row["quantity"]
        else:
            del item.queue[self.place(rows, row)]
        if self.model.status != "ended":
            item.promote()

    def place(self, rows: list[Any], row: Any) -> int:
        """Where a waiting row stands in its queue."""
        key = row["status"], row["item_number"], row["variant"]
        queue = [one["id"] for one in rows if (one["status"], one["item_number"], one["variant"]) == key]
        return queue.index(row["id"])

    @rule(pick=st.integers(0, 99), to=st.integers(0, 99), which=st.integers(0, 1))
    def move(self, pick: int, to: int, which: int) -> None:
        rows = self.rows("winner", "waitlist", "unmatched")
        if not rows:
            return
        row = rows[pick % len(rows)]
        (key, item_id), source = self.pick_item(to), (row["item_number"], row["variant"])
        target, units, ended = self.model.items[key], row["quantity"], self.model.status == "ended"
        try:
            self.act(which, commands.move(UUID(bytes=row["id"].bytes), item_id))
        except OutOfStockError:
            assert units > target.left
            assert ended or row["status"] == "winner"
            return
        except ConflictError:
            assert key == source
            return
        self.take_away(rows, row)
        if row["status"] == "winner" or units <= target.left:
            target.won[row["who"]] += units
        else:
            target.insert(Entry(order_of(row), row["who"], units))
        for item in (self.model.items.get(source), target):
            if item is not None and not ended:
                item.promote()

    def take_away(self, rows: list[Any], row: Any) -> None:
        source = row["item_number"], row["variant"]
        if row["status"] == "unmatched":
            gone = next(kept for kept in self.model.unmatched if kept[1:3] == (row["who"], row["item_number"]))
            self.model.unmatched.remove(gone)
        elif row["status"] == "winner":
            self.model.items[source].won[row["who"]] -= row["quantity"]
        else:
            del self.model.items[source].queue[self.place(rows, row)]

    @rule(pick=st.integers(0, 99), units=st.integers(1, 4), which=st.integers(0, 1))
    def change_claim(self, pick: int, units: int, which: int) -> None:
        rows = self.rows("winner", "waitlist")
        if not rows:
            return
        row = rows[pick % len(rows)]
        item = self.model.items[row["item_number"], row["variant"]]
        try:
            self.act(which, commands.quantity(UUID(bytes=row["id"].bytes), units))
        except OutOfStockError:
            assert row["status"] == "winner"
            assert units - row["quantity"] > item.left
            return
        if row["status"] == "winner":
            item.won[row["who"]] += units - row["quantity"]
            if self.model.status != "ended":
                item.promote()
        else:
            item.queue[self.place(rows, row)].units = units

    @rule(pick=st.integers(0, 99), to=st.integers(0, 99), kind=st.integers(0, 5), which=st.integers(0, 1))
    def change_of_mind(self, pick: int, to: int, kind: int, which: int) -> None:
        """Something is done, and taken back by another process before anything else happens: nothing has changed."""
        rows = self.rows("winner", "waitlist", "unmatched")
        item_id = self.pick_item(to)[1]
        claim = UUID(bytes=rows[pick % len(rows)]["id"].bytes) if rows else item_id
        action = (
            commands.release(claim), commands.move(claim, item_id), commands.quantity(claim, 1 + to % 4),
            commands.edit_item(item_id, total=pick % 7), self.guest(item_id, 1), commands.edit_item(item_id, title="?"),
        )[kind]  # fmt: skip
        before = self.last_entry()
        try:
            self.act(which, action)
        except ConflictError:
            return
        if self.last_entry() != before:
            self.act(1 - which, commands.undo(OLGA))

    @rule(which=st.integers(0, 1))
    def undo(self, which: int) -> None:
        """Whatever happened meanwhile: the last action is taken back, or refused because something has moved on."""
        before = {row["id"]: row for row in self.rows("winner")}
        try:
            done = self.act(which, commands.undo(OLGA))
        except ConflictError:
            return
        touched = self.run(self.sale.fetch(
            "SELECT jsonb_path_query_array(undo, '$.claims[*].id')::text FROM audit_log"
            " WHERE workspace_id = $1 AND show_id = $2 AND id = $3", done["undone"],
        ))[0][0]  # fmt: skip
        kept = {row["id"]: row["quantity"] for row in self.rows("winner")}
        for claim_id, row in before.items():  # nobody else loses a win
            assert str(claim_id) in touched or kept.get(claim_id) == row["quantity"]
        self.adopt()

    def adopt(self) -> None:
        """Take the stakes as they stand into the model; the auditor looks at them at the end."""
        for item in self.model.items.values():
            item.won, item.queue = Counter(), []
        for row in self.rows("winner", "waitlist"):
            item = self.model.items[row["item_number"], row["variant"]]
            if row["status"] == "winner":
                item.won[row["who"]] += row["quantity"]
            else:
                item.queue.append(Entry(order_of(row), row["who"], row["quantity"]))
        self.model.unmatched = sorted(
            (order_of(row), row["who"], row["item_number"], row["variant"], row["quantity"])
            for row in self.rows("unmatched")
        )
        sql = "SELECT item_number, variant, total_quantity FROM items WHERE workspace_id = $1 AND show_id = $2"
        for row in self.run(self.sale.fetch(sql)):
            self.model.items[row[0], row[1]].total = row[2]

    def last_entry(self) -> Any:
        sql = "SELECT max(id::text) FROM audit_log WHERE workspace_id = $1 AND show_id = $2"
        return self.run(self.sale.fetch(sql))[0][0]

    @rule(who=WHO, blocked=st.booleans())
    def block(self, who: str, blocked: bool) -> None:
        self.buyer(who)
        self.change_buyer(f"blocked_at = {'now()' if blocked else 'NULL'}", who)
        (self.model.blocked.add if blocked else self.model.blocked.discard)(who)

    @rule(undone=st.booleans())
    def merge(self, undone: bool) -> None:
        """Dan and Eve turn out to be one person, or not to be."""
        head = "NULL" if undone else f"'{self.buyer('dan')[0].id}'"
        self.buyer("eve")
        self.change_buyer(f"merged_into = {head}, merge_parent = {head}", "eve")
        self.model.merged = {} if undone else {"eve": "dan"}

    def change_buyer(self, assignments: str, who: str) -> None:
        async def change() -> None:
            async with self.db.transaction(), self.db.raw() as connection:
                statement = f"UPDATE buyers SET {assignments} WHERE workspace_id = $1 AND platform_user_id = $2"
                await connection.execute(statement, self.sale.workspace_id, who)
                await refresh_boards(connection, self.sale.workspace_id)

        self.run(change())

    @rule(
        pick=st.integers(0, 99),
        who=st.sampled_from(["ana", "ben", "guest"]),
        units=st.integers(1, 2),
        which=st.integers(0, 1),
    )
    def award(self, pick: int, who: str, units: int, which: int) -> None:
        key, item_id = self.pick_item(pick)
        item = self.model.items[key]
        try:
            self.act(
                which,
                commands.award(item_id, *self.buyer(who), quantity=units)
                if who != "guest"
                else self.guest(item_id, units),
            )
        except OutOfStockError:
            assert units > item.left
            return
        name = who if who != "guest" else "guest"
        item.queue = [entry for entry in item.queue if entry.who not in self.model.names(name)]
        item.won[name] += units

    @rule(pick=st.integers(0, 99), accept=st.booleans(), variant=st.integers(0, 1), which=st.integers(0, 1))
    def review(self, pick: int, accept: bool, variant: int, which: int) -> None:
        rows = self.rows("review")
        if not rows:
            return
        row = rows[pick % len(rows)]
        claim_id = UUID(bytes=row["id"].bytes)
        if not accept:
            self.act(which, commands.decline(claim_id))
            return
        variants = self.model.rows(row["item_number"])
        if not variants:
            return
        key = self.model.resolve(row["item_number"], row["variant"]) or (
            row["item_number"],
            variants[variant % len(variants)],
        )
        item, before = self.model.items[key], row["quantity"]
        item_id = self.item_ids()[key]
        try:
            self.act(which, commands.accept(claim_id, item_id))
        except OutOfStockError:
            assert self.model.status == "ended"
            assert item.left < before
            return
        if row["kind"] == "pass":
            self.model.give_up(row["who"], *key)
            return
        names = self.model.names(row["who"])
        if item.has(names):
            return
        if self.model.status == "ended" and before > 30:
            item.won[row["who"]] += before
        else:
            item.claim(Entry(order_of(row), row["who"], before), names, in_order=True)

    @rule(
        who=WHO,
        asked=st.integers(0, 20),
        rush=st.lists(st.tuples(WHO, st.integers(0, 20)), max_size=4),
        which=st.integers(0, 1),
    )
    def question_answered(self, who: str, asked: int, rush: list[tuple[str, int]], which: int) -> None:
        """A question stands between claims, and the operator says yes after all of them are decided."""
        names = self.model.names(who)
        claims = [("sold", other, "1", "", 1, second) for other, second in rush if other not in names]
        self.comment(
            batch=[("pass", who, "1", "", 1, 0), ("ask", who, "1", "", 1, asked), *claims], again=[], which=which
        )
        rows = self.rows("review")
        if rows:
            newest = max(range(len(rows)), key=lambda n: rows[n]["decision_no"])
            self.review(pick=newest, accept=True, variant=0, which=which)

    @rule(to=st.sampled_from(["paused", "active", "active"]), which=st.integers(0, 1), rarely=st.integers(0, 9))
    def turn_to(self, to: str, which: int, rarely: int) -> None:
        to = "ended" if rarely == 0 and self.model.status in ("active", "paused") else to
        allowed = to == self.model.status or (self.model.status, to) in {
            ("draft", "active"), ("paused", "active"), ("active", "paused"), ("active", "ended"), ("paused", "ended"),
        }  # fmt: skip
        try:
            self.act(which, commands.set_status(to))
        except ConflictError:
            assert not allowed
            return
        assert allowed
        self.model.status = to

    @rule(pick=st.integers(0, 99), which=st.integers(0, 1))
    def pin(self, pick: int, which: int) -> None:
        self.act(which, commands.pin(self.pick_item(pick)[1] if pick % 3 else None))

    @rule(which=st.integers(0, 1), zombie=st.booleans())
    def restart(self, which: int, zombie: bool) -> None:
        """A process is gone without a word and another one starts; its lease runs out. Or a dead one comes back."""
        self.dead.append(self.processes[which])
        self.processes[which] = self.dead.pop(0) if zombie else process(self.db)
        self.run(self.sale.fetch(
            "UPDATE show_leases SET expires_at = clock_timestamp() - interval '1 second'"
            " WHERE workspace_id = $1 AND show_id = $2"
        ))  # fmt: skip

    @precondition(lambda self: hasattr(self, "sale"))
    @invariant()
    def stakes_are_those_of_the_model(self) -> None:
        won: dict[tuple[str, str], Counter[str]] = {key: Counter() for key in self.model.items}
        waiting: dict[tuple[str, str], list[tuple[str, int]]] = {key: [] for key in self.model.items}
        for row in self.rows("winner", "waitlist"):
            key = (row["item_number"], row["variant"])
            if row["status"] == "winner":
                won[key][row["who"]] += row["quantity"]
            else:
                waiting[key].append((row["who"], row["quantity"]))
        for key, item in self.model.items.items():
            assert won[key] == +item.won, key
            assert waiting[key] == [(entry.who, entry.units) for entry in item.queue], key
        kept = {(row["who"], row["item_number"]) for row in self.rows("unmatched")}
        assert kept == {(who, code) for _, who, code, _, _ in self.model.unmatched}

    def teardown(self) -> None:
        if not hasattr(self, "sale"):
            return
        self.run(self.sale.assert_clean())
        for one in [*self.processes, *self.dead]:
            self.run(one.lanes.close())

    def rows(self, *statuses: str) -> list[Any]:
        return self.run(self.sale.fetch(_SELECT, list(statuses)))

    def item_ids(self) -> dict[tuple[str, str], UUID]:
        rows = self.run(self.sale.fetch(
            "SELECT item_number, variant, id FROM items WHERE workspace_id = $1 AND show_id = $2"
        ))  # fmt: skip
        return {(row[0], row[1]): UUID(bytes=row[2].bytes) for row in rows}

    def pick_item(self, pick: int) -> tuple[tuple[str, str], UUID]:
        ids = sorted(self.item_ids().items())
        return ids[pick % len(ids)]

    def buyer(self, who: str) -> tuple[BuyerRef]:
        rows = self.run(self.db.hot_fetch(
            "SELECT id FROM buyers WHERE workspace_id = $1 AND platform_user_id = $2", self.sale.workspace_id, who
        ))  # fmt: skip
        return (BuyerRef(UUID(bytes=rows[0][0].bytes), "facebook", who, who.title()),) if rows else self._new(who)

    def _new(self, who: str) -> tuple[BuyerRef]:
        self.run(self.deliver(0, [said("hello", who, key=f"c{len(self.history)}")]))
        self.history.append(said("hello", who, key=f"c{len(self.history)}"))
        self.model.comments += 1
        return self.buyer(who)

    def guest(self, item_id: UUID, units: int) -> commands.Command:
        rows = self.run(self.db.hot_fetch(
            "SELECT id FROM buyers WHERE workspace_id = $1 AND platform = 'guest'", self.sale.workspace_id
        ))  # fmt: skip
        known = UUID(bytes=rows[0][0].bytes) if rows else None
        ref = BuyerRef(known or UUID(int=self.sale.show_id.int ^ 1), commands.GUEST, "guest", "Guest")
        return commands.award(item_id, ref, units, new_buyer=known is None)


def test_any_interleaving_keeps_every_promise(pg_server: TestServer) -> None:
    with asyncio.Runner() as runner:
        url = runner.run(pg_server.clone())
        LaneMachine.runner, LaneMachine.db = runner, Database(url, plain=1, hot=6)
        runner.run(LaneMachine.db.connect())
        try:
            run_state_machine_as_test(
                LaneMachine,
                settings=settings(
                    max_examples=EXAMPLES,
                    stateful_step_count=STEPS,
                    deadline=None,
                    phases=PHASES,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                    print_blob=True,
                ),
            )
        finally:
            runner.run(LaneMachine.db.close())
            runner.run(pg_server.drop(url))
