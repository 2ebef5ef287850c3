"""Credit under the customer's lock: what is refused, what is let through, and what plugins may answer."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest

from dibs import CreditExceededError, CreditStanding, Exposure, NotFoundError, PluginInfo, hookimpl
from dibs.db import Database
from dibs.errors import PluginHookError
from dibs.flags import FlagService
from dibs.hooks import WorkspaceHooks
from dibs.ids import uuid7
from dibs.plugins import PluginManager

from .bank import ORDER, Bank

ZERO, TEN = Decimal(0), Decimal("10.00")


async def test_what_grows_or_is_bought_for_good_is_refused_above_the_limit_and_nothing_else(db: Database) -> None:
    bank = await Bank.new(db)
    ana = await bank.customer("100")
    await bank.order(ana, "60")
    await bank.order(ana, "500", "paid")
    await bank.put(ana, "30")
    async with bank.open() as context:
        credit = context.desk.credit
        found = await credit.check(ana, TEN)
        assert found is not None and (found.available, found.balance) == (ZERO, Decimal(60))
        assert found.draft == Exposure(Decimal(30), Decimal(1)) and found.state == "approaching"
        with pytest.raises(CreditExceededError) as caught:
            await credit.check(ana, Decimal("10.01"))
    told = {"customer_id": str(ana), "available": "-0.01", "limit": "100.00", "may_override": False}
    assert caught.value.data == told
    await bank.put(ana, "50")
    async with bank.open() as context:
        credit = context.desk.credit
        for adding in (Decimal(-5), ZERO):
            lowered = await credit.check(ana, adding)
            assert lowered is not None and lowered.state == "exceeded"
        with pytest.raises(CreditExceededError):
            await credit.check(ana, ZERO, ordering=Decimal(80))
    assert await bank.log() == []


async def test_a_host_goes_over_the_limit_with_permission_and_reason_where_the_workspace_allows_it(
    db: Database,
) -> None:
    bank, strict = await Bank.new(db), await Bank.new(db, over_limit="refuse")
    for shop, reason, permission, offered in (
        (bank, "  ", True, True),
        (bank, "a regular", False, False),
        (strict, "a regular", True, False),
    ):
        ana = await shop.customer("0")
        with pytest.raises(CreditExceededError) as caught:
            async with shop.open() as context:
                await context.desk.credit.check(ana, TEN, reason=reason, may_override=permission)
        assert caught.value.data["may_override"] is offered
    async with bank.open() as context:
        found = await context.desk.credit.check(
            ana := await bank.customer("0"), TEN, reason=" a regular ", may_override=True
        )
        assert found is not None and found.state == "exceeded"
    words = {"reason": "a regular", "adding": "10.00", "ordering": "0.00", "limit": "0.00", "available": "-10.00"}
    assert await bank.log() == [("credit.overridden", words)] and await strict.log() == []
    rows = await db.hot_fetch("SELECT actor_name, entity_id FROM audit_log")
    assert [tuple(row) for row in rows] == [("Olga", str(ana))]


async def test_a_limit_is_set_once_for_each_change_and_only_here(db: Database) -> None:
    bank, other = await Bank.new(db), await Bank.new(db)
    ana = await bank.customer(None)
    for limit in (Decimal("50.00"), Decimal("50.00"), None):
        async with bank.open() as context:
            await context.desk.credit.set_limit(ana, limit)
    limits = [after["credit_limit"] for action, after in await bank.log() if action == "credit.limit_set"]
    assert limits == ["50.00", None]
    for work in ("standing", "check", "set_limit"):
        with pytest.raises(NotFoundError):
            async with other.open() as context:
                await getattr(context.desk.credit, work)(ana, TEN)


async def test_who_waits_for_the_lock_sees_the_order_that_was_made_meanwhile(db: Database) -> None:
    """The cart has become an order, in one transaction: it must count as the one or the other."""
    bank = await Bank.new(db)
    ana = await bank.customer("100")
    await bank.put(ana, "50")

    async def add() -> None:
        async with bank.open() as context:
            await context.desk.credit.check(ana, Decimal(60))

    async with bank.open() as context:
        await context.desk.credit.check(ana, ZERO, ordering=Decimal(50))
        waiting = asyncio.create_task(add())
        async with asyncio.timeout(10):
            while not await db.hot_fetch("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"):
                await asyncio.sleep(0.01)
        connection: Any = context.data.connection  # type: ignore[attr-defined]
        await connection.execute(ORDER, bank.workspace_id, uuid7(), ana, Decimal(50), "open")
        await connection.execute("DELETE FROM toy_carts")
    with pytest.raises(CreditExceededError):
        await waiting


def answering(hook: str, answer: Any) -> ModuleType:
    module = ModuleType("odd")
    module.PLUGIN = PluginInfo("odd", "Odd", "Of the tests.", default=True)  # type: ignore[attr-defined]

    async def check_credit(context: Any, request: Any) -> Any:
        return answer

    async def draft_exposure(context: Any, customer_id: Any) -> Any:
        return answer

    async def credit_left(context: Any, customer_ids: Any) -> Any:
        return answer

    setattr(module, hook, hookimpl({f.__name__: f for f in (check_credit, draft_exposure, credit_left)}[hook]))
    return module


def stands(**changed: Any) -> CreditStanding:
    whole = {"state": "fine", "limit": TEN, "balance": ZERO, "draft": Exposure(), "adding": TEN, "available": ZERO}
    return CreditStanding(**{**whole, **changed})


@pytest.mark.parametrize(
    ("hook", "answer", "words"),
    [
        ("draft_exposure", Decimal(1), "must be an Exposure"),
        ("draft_exposure", Exposure(to_purchase=1.5), "to_purchase must be a Decimal"),  # type: ignore[arg-type]
        ("draft_exposure", Exposure(samples=Decimal(-1)), "samples must be a Decimal from 0"),
        ("check_credit", "fine", "must be a CreditStanding"),
        ("check_credit", stands(state="good"), "state must be one of"),
        ("check_credit", stands(adding=ZERO), "draft and adding must be those"),
        ("check_credit", stands(balance=Decimal("NaN")), "balance must be a Decimal"),
        ("check_credit", stands(available=Decimal(-1)), "the state must be exceeded"),
        ("check_credit", stands(state="unlimited"), "available must be None"),
        ("check_credit", stands(may_override=1), "may_override must be True or False"),
    ],
)
async def test_a_broken_answer_is_refused_by_the_name_of_its_plugin(
    db: Database, hook: str, answer: Any, words: str
) -> None:
    bank = await Bank.new(db, answering(hook, answer))
    ana = await bank.customer("10")
    hooks: WorkspaceHooks = bank.parts.plugins.hooks_for(frozenset({"odd", "credit", "toy"}))
    if hook == "check_credit":
        assert hooks.calls(hook)[0].plugin == "odd"  # a stranger's plugin is asked before ours
    with pytest.raises(PluginHookError, match=words) as caught:
        async with bank.open() as context:
            await context.desk.credit.check(ana, TEN)
    assert caught.value.data["plugin"] == "odd"


async def test_where_no_plugin_checks_credit_nothing_is_checked(db: Database) -> None:
    bank = await Bank.new(db)
    bank.parts.plugins = PluginManager()
    bank.parts.flags = FlagService(db, bank.parts.plugins)
    ana = await bank.customer("0")
    async with bank.open() as context:
        assert await context.desk.credit.check(ana, TEN) is None
        with pytest.raises(NotFoundError):
            await context.desk.credit.standing(uuid7())
