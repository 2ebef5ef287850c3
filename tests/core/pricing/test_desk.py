"""Quoting in a real transaction: which plugin answers, what others make of it, and what is refused as broken."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from decimal import Decimal
from types import ModuleType
from typing import Any
from uuid import UUID

import attrs
import pytest

from dibs import InvalidInputError, PluginInfo, PricedLine, PriceProblem, PriceQuote, PriceRequest, hookimpl
from dibs.audit_log import Actor
from dibs.db import Database
from dibs.errors import PluginHookError
from dibs.flags import FlagService
from dibs.ids import uuid7
from dibs.jobs.registry import Registry
from dibs.plugins import PluginManager
from dibs.trading.transactions import TransactionParts

Answer = PriceQuote | PriceProblem
LINE = PriceRequest("1", Decimal(2), batch_name="Dress · A1", unit_cost=Decimal("10.00"))
TEN = PriceQuote(Decimal("10.00"), "default_margin", "0 % margin of the workspace")


def pricing(name: str, answer: Callable[[Sequence[PriceRequest]], Any]) -> ModuleType:
    """A plugin that prices."""
    module = ModuleType(name)
    module.PLUGIN = PluginInfo(name, name, "Of the tests.", default=True)  # type: ignore[attr-defined]

    async def price_lines(context: Any, lines: Sequence[PriceRequest]) -> Any:
        assert len(await context.data.fetch("SELECT count(*) FROM products WHERE workspace_id = $1")) == 1
        return answer(lines)

    module.price_lines = hookimpl(price_lines)  # type: ignore[attr-defined]
    return module


def refining(name: str, answer: Callable[[Sequence[PricedLine]], Any]) -> ModuleType:
    """A plugin that refines."""
    module = ModuleType(name)
    module.PLUGIN = PluginInfo(name, name, "Of the tests.", default=True)  # type: ignore[attr-defined]

    def refine_prices(lines: Sequence[PricedLine]) -> Any:
        return answer(lines)

    module.refine_prices = hookimpl(refine_prices)  # type: ignore[attr-defined]
    return module


@attrs.define(eq=False)
class Counter:
    """A shop whose prices are asked for."""

    db: Database
    stack: AsyncExitStack
    workspace_id: UUID

    async def desk(self, *modules: ModuleType) -> Till:
        plugins = PluginManager()
        for module in reversed(modules):  # the last that is added is asked first
            assert plugins.add(module, module.__name__), plugins.refused
        flags = FlagService(self.db, plugins)
        await flags.start()
        self.stack.push_async_callback(flags.close)
        return Till(self.workspace_id, TransactionParts(self.db, plugins, flags, Registry()))


@attrs.define(eq=False)
class Till:
    """Where prices are asked for, each time in a transaction of its own."""

    workspace_id: UUID
    parts: TransactionParts

    async def quote(self, lines: Sequence[PriceRequest]) -> list[Answer]:
        async with self.parts.open(self.workspace_id, None, Actor.system()) as context:
            return await context.desk.prices.quote(lines)


@pytest.fixture
async def counter(db: Database) -> AsyncIterator[Counter]:
    workspace_id = uuid7()
    await db.plain_fetch("INSERT INTO workspaces (id, name) VALUES ($1, 'Shop')", workspace_id)
    async with AsyncExitStack() as stack:
        yield Counter(db, stack, workspace_id)


def evolved(price: str, **more: Any) -> Callable[[Sequence[PricedLine]], list[PriceQuote | None]]:
    return lambda lines: [attrs.evolve(line.quote, price=Decimal(price), **more) for line in lines]


async def test_without_a_plugin_an_override_stands_then_a_list_price_then_nothing(counter: Counter) -> None:
    desk = await counter.desk()
    dear = attrs.evolve(LINE, override=Decimal("9.5"), list_price=Decimal(12))
    override, item, neither = await desk.quote([dear, attrs.evolve(dear, override=None), LINE])
    assert override == PriceQuote(Decimal("9.50"), "override", "price of this session", warnings=("below_cost",))
    assert item == PriceQuote(Decimal("12.00"), "item", "price of the item")
    assert isinstance(neither, PriceProblem) and neither.code == "no_pricing" and "Dress · A1" in neither.message
    assert await desk.quote([]) == []


async def test_the_first_plugin_that_answers_prices_and_the_next_is_not_asked(counter: Counter) -> None:
    def never(lines: Sequence[PriceRequest]) -> Any:
        raise AssertionError("asked in vain")

    desk = await counter.desk(
        pricing("a_none", lambda _: None), pricing("b_ten", lambda lines: [TEN for _ in lines]), pricing("c", never)
    )
    assert await desk.quote([LINE, LINE]) == [TEN, TEN]


async def test_each_plugin_refines_what_the_one_before_left_and_the_chain_is_kept(counter: Counter) -> None:
    seen: list[Sequence[PricedLine]] = []

    def half(lines: Sequence[PricedLine]) -> list[PriceQuote | None]:
        seen.append(lines)
        change = attrs.evolve(TEN, price=Decimal("5"), source="manual", detail="", warnings=(), notes=("half",))
        return [change, *([None] * (len(lines) - 1))]

    cost = attrs.evolve(TEN, source="cost", needs_confirmation=True, warnings=("no_price_rule",))
    missing = PriceProblem("missing_cost", "Hat: no cost")
    desk = await counter.desk(
        pricing("base", lambda _: [cost, missing, TEN]), refining("a_half", half),
        refining("b_up", evolved("11.00", detail="up")), refining("c_none", lambda _: None),
    )  # fmt: skip
    first, second, third = await desk.quote([LINE, LINE, LINE])
    assert [len(lines) for lines in seen] == [2] and second == missing
    assert isinstance(first, PriceQuote) and isinstance(third, PriceQuote)
    assert (first.price, first.source, first.needs_confirmation) == (Decimal("11.00"), "refined", True)
    assert first.detail == "0 % margin of the workspace: 10.00 → a_half: 5.00 → up: 11.00"
    assert (first.warnings, first.notes) == (("no_price_rule",), ("half",))
    assert third.detail == "0 % margin of the workspace: 10.00 → up: 11.00"


async def test_a_refinement_below_cost_warns_and_one_that_changes_no_price_keeps_its_source(counter: Counter) -> None:
    desk = await counter.desk(
        pricing("base", lambda _: [TEN, attrs.evolve(TEN, warnings=("below_cost",))]),
        refining("note", lambda lines: [attrs.evolve(lines[0].quote, notes=("hello",), source="agreed"), None]),
        refining("off", lambda lines: [None, attrs.evolve(lines[1].quote, price=Decimal("9.99"))]),
    )
    noted, cheap = await desk.quote([LINE, LINE])
    assert noted == attrs.evolve(TEN, notes=("hello",))
    assert isinstance(cheap, PriceQuote) and (cheap.source, cheap.warnings) == ("refined", ("below_cost",))


BROKEN: list[tuple[Any, str]] = [
    ([attrs.evolve(TEN, price=10.0)], "must be a Decimal, not float"),
    ([attrs.evolve(TEN, price=10)], "must be a Decimal, not int"),
    *(([attrs.evolve(TEN, price=Decimal(price))], "with at most two decimal places")
      for price in ("NaN", "sNaN", "Infinity", "-0.01", "-0", "1.005", "1E+30", "10000000000000.00")),
    ([attrs.evolve(TEN, source="guess")], "source must be one of"),
    ([attrs.evolve(TEN, needs_confirmation=None)], "needs_confirmation"),
    ([attrs.evolve(TEN, warnings=["below_cost"])], "tuples of texts"),
    ([attrs.evolve(TEN, notes=("\0",))], "tuples of texts"),
    ([attrs.evolve(TEN, detail="x" * 1001)], "detail must be a text"),
    ([TEN, TEN], "one answer for each of 1 lines, not 2"),
    (iter([TEN]), "must be a sequence"),
    ("1", "must be"),
    ([Decimal("10.00")], "not Decimal"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "words"), BROKEN)
async def test_a_broken_answer_names_the_plugin_whoever_gives_it(counter: Counter, answer: Any, words: str) -> None:
    wrong = await counter.desk(pricing("wrong", lambda _: answer))
    with pytest.raises(PluginHookError, match=words) as caught:
        await wrong.quote([LINE])
    assert caught.value.data == {"hook": "price_lines", "plugin": "wrong"}
    bent = await counter.desk(pricing("right", lambda _: [TEN]), refining("bent", lambda _: answer))
    with pytest.raises(PluginHookError, match=words) as caught:
        await bent.quote([LINE])
    assert caught.value.data == {"hook": "refine_prices", "plugin": "bent"}


@pytest.mark.parametrize("problem", [PriceProblem("", "x"), PriceProblem("x", "y", ()), PriceProblem("x", 5)])  # type: ignore[arg-type]
async def test_a_broken_problem_is_refused_too(counter: Counter, problem: PriceProblem) -> None:
    desk = await counter.desk(pricing("wrong", lambda _: [problem]))
    with pytest.raises(PluginHookError, match="broken answer"):
        await desk.quote([LINE])


async def test_a_plugin_that_fails_is_noted_and_switched_off_at_the_fifth_time(counter: Counter) -> None:
    def fails(lines: Sequence[PricedLine]) -> Any:
        raise ZeroDivisionError("nothing to divide by")

    desk = await counter.desk(pricing("right", lambda _: [TEN]), refining("shaky", fails))
    for _ in range(5):
        with pytest.raises(PluginHookError, match="shaky failed in refine_prices: ZeroDivisionError"):
            await desk.quote([LINE])
    health = await desk.parts.flags.health.of_workspace(counter.workspace_id)
    assert health["shaky"].failures == 5 and health["shaky"].disabled_at is not None
    assert await desk.quote([LINE]) == [TEN]


BAD_LINES: list[dict[str, Any]] = [
    {"override": 9.5},
    {"override": Decimal("NaN")},
    {"list_price": Decimal("-1")},
    {"unit_cost": Decimal("1.005")},
    {"unit_cost": Decimal("1E+40")},
    {"quantity": Decimal("-1")},
    {"quantity": 1.5},
]


@pytest.mark.parametrize("wrong", BAD_LINES)
async def test_a_line_with_a_broken_number_is_refused_before_anybody_is_asked(
    counter: Counter, wrong: dict[str, Any]
) -> None:
    desk = await counter.desk(pricing("right", lambda lines: [TEN for _ in lines]))
    with pytest.raises(InvalidInputError) as caught:
        await desk.quote([LINE, attrs.evolve(LINE, **wrong)])
    assert [fault.path for fault in caught.value.faults] == [f"lines.1.{next(iter(wrong))}"]
