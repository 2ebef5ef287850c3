"""Every hook is documented with its exact signature and an example that runs, is used by Dibs itself, and is tested.

A hook `x` has its test `test_hook_x` here: the example of the documentation, taken in as a plugin and asked.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import attrs
import pytest
from quart import Quart

from dibs import (
    Allocation,
    BuyerStanding,
    Catalogue,
    CatalogueItem,
    ClaimRequest,
    CommittedEvent,
    CreditRequest,
    EventContext,
    Exposure,
    IncomingComment,
    InvalidInputError,
    ItemStock,
    ParseContext,
    PersonTraces,
    PluginContext,
    PluginInfo,
    PricedLine,
    PriceProblem,
    PriceQuote,
    PriceRequest,
    ShowRules,
    UndecidedComment,
    hookspecs,
)
from dibs.db import Database
from dibs.errors import PluginHookError
from dibs.files import uploaded_file
from dibs.hooks import HookCall, WorkspaceHooks
from dibs.outgoing import Outgoing
from dibs.platforms import Account, PlatformContext, RefusedError, StreamToRead, Token
from dibs.plugins import PluginManager, load_plugins
from dibs.settings import Settings
from dibs.workspace_data import PooledData

DOC = (Path(__file__).parents[2] / "docs" / "hooks.md").read_text("utf-8")
SPECS: dict[str, Callable[..., Any]] = {
    name: function for name, function in vars(hookspecs).items() if hasattr(function, "dibs_spec")
}
# What these answer comes with the plugins' names.
NAMED = ("platforms", "simulators", "jobs", "navigation", "register_blueprints", "export_kinds", "export_columns")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def signature(name: str) -> str:
    return name + str(inspect.signature(SPECS[name])).replace("'", "")


def section(name: str) -> str:
    found = re.search(rf"^### `{re.escape(signature(name))}`\n(.*?)(?=^##|\Z)", DOC, re.M | re.S)
    assert found, f"docs/hooks.md has no section headed ### `{signature(name)}`"
    return found[1]


def example(name: str) -> WorkspaceHooks:
    """The example of a hook, taken in as a plugin called `example`."""
    [code] = re.findall(r"^```python\n(.*?)^```$", section(name), re.M | re.S)
    module = ModuleType("example")
    exec(compile(code, f"docs/hooks.md ({name})", "exec", dont_inherit=True), module.__dict__)
    module.PLUGIN = PluginInfo("example", "Example", "From the documentation.")  # type: ignore[attr-defined]
    manager = PluginManager()
    assert manager.add(module, "example"), manager.refused
    assert manager.plugins["example"].hooks == (name,)
    return manager.all_hooks()


@pytest.mark.parametrize("name", SPECS)
def test_each_hook_has_a_section_with_its_exact_signature_and_every_argument(name: str) -> None:
    text = section(name)
    for argument in inspect.signature(SPECS[name]).parameters:
        assert f"\n| `{argument}` |" in text


def test_the_documentation_has_no_section_for_a_hook_that_is_not_there() -> None:
    assert re.findall(r"^### `(\w+)", DOC, re.M) == list(SPECS)
    assert re.findall(r"^\| `(\w+)` \| (?:first|collect)", DOC, re.M) == list(SPECS)


@pytest.mark.parametrize("name", SPECS)
def test_each_hook_is_implemented_by_dibs_itself(name: str) -> None:
    ours = [p for p in load_plugins().plugins.values() if p.distribution == "dibs"]
    assert [plugin.name for plugin in ours if name in plugin.hooks]


@pytest.mark.parametrize("name", SPECS)
def test_each_hook_has_a_test_of_its_name(name: str) -> None:
    assert f"test_hook_{name}" in globals()


@pytest.mark.parametrize("name", SPECS)
def test_each_hook_has_a_typed_method_with_the_arguments_of_its_specification(name: str) -> None:
    method = inspect.signature(getattr(WorkspaceHooks, name))
    spec = inspect.signature(SPECS[name])
    assert list(method.parameters.values())[1:] == list(spec.parameters.values())
    if name not in NAMED:
        assert method.return_annotation == spec.return_annotation


@pytest.mark.parametrize("name", SPECS)
def test_each_specification_is_a_contract_in_words(name: str) -> None:
    text = SPECS[name].__doc__ or ""
    assert re.search(r"Mode: (first|collect)\.", text)
    assert "When:" in text and ":return:" in text
    for argument in inspect.signature(SPECS[name]).parameters:
        assert f":param {argument}:" in text


def request(quantity: int, left: int, **standing: int) -> ClaimRequest:
    item = ItemStock("12", None, left, 0, 0)
    return ClaimRequest(UUID(int=1), quantity, NOON, item, BuyerStanding(**standing), ShowRules())


def test_hook_parse_comment() -> None:
    hooks = example("parse_comment")
    pinned = Catalogue((CatalogueItem("12"),), pinned="12")
    ctx = ParseContext(UUID(int=1), None, ShowRules(), pinned)
    reading = hooks.parse_comment(ctx, IncomingComment("facebook", " ME! ", NOON))
    assert reading is not None and [act.item_number for act in reading.acts] == ["12"]
    assert hooks.parse_comment(ctx, IncomingComment("facebook", "hello", NOON)) is None


def test_hook_order_comments() -> None:
    comments: Sequence[UndecidedComment] = [
        UndecidedComment(NOON, 2, "a", None),
        UndecidedComment(NOON + timedelta(seconds=5), 1, "b", None),
    ]
    assert example("order_comments").order_comments(comments) == [1, 0]


def test_hook_screen_claim() -> None:
    hooks = example("screen_claim")
    assert hooks.screen_claim(request(1, 5)) is None
    assert hooks.screen_claim(request(1, 5, show_waiting=3)) == Allocation(refuse="declined", reason="waits_for_enough")


def test_hook_allocate_claim() -> None:
    hooks = example("allocate_claim")
    assert hooks.allocate_claim(request(2, 2)) == Allocation(win=2)
    assert hooks.allocate_claim(request(3, 2)) == Allocation(wait=3)


PIECE = PriceRequest("1", Decimal(1), batch_name="Dress · A1", unit_cost=Decimal("7.00"))


async def test_hook_price_lines(db: Database) -> None:
    lines = [PIECE, attrs.evolve(PIECE, override=Decimal("0.00")), attrs.evolve(PIECE, unit_cost=None)]
    found = await example("price_lines").price_lines(PluginContext(PooledData(UUID(int=5), db)), lines)
    assert found is not None
    doubled, free, unknown = found
    assert isinstance(doubled, PriceQuote) and (doubled.price, doubled.source) == (Decimal("14.00"), "default_margin")
    assert isinstance(free, PriceQuote) and (free.price, free.source) == (0, "override")
    assert isinstance(unknown, PriceProblem) and "Dress · A1" in unknown.message


def test_hook_refine_prices() -> None:
    line = PricedLine(PIECE, PriceQuote(Decimal("14.29"), "customer_margin", "30 % margin of the customer"))
    [first, third] = example("refine_prices").refine_prices([line, attrs.evolve(line)], None) or ()
    assert first is None and third is None
    more = attrs.evolve(line, request=attrs.evolve(PIECE, quantity=Decimal(2)))
    changes = example("refine_prices").refine_prices([more, line, line], None)
    assert changes is not None and [change is None for change in changes] == [True, False, True]
    change = changes[1]
    assert change is not None and (change.price, change.source) == (Decimal("12.86"), "refined")
    assert change.detail == "30 % margin of the customer: 14.29 → third piece: 12.86"
    assert change.notes == ("10 % off the third piece",)


async def _customer(db: Database) -> tuple[UUID, PluginContext]:
    """A customer with a limit of 80, and what a hook that reads gets."""
    workspace, customer = UUID(int=5), UUID(int=6)
    await db.plain_fetch("INSERT INTO workspaces (id, name) VALUES ($1, 'Shop')", workspace)
    await db.plain_fetch(
        "INSERT INTO customers (workspace_id, id, name, credit_limit) VALUES ($1, $2, 'Ana', 80)", workspace, customer
    )
    return customer, PluginContext(PooledData(workspace, db))


async def test_hook_draft_exposure(db: Database) -> None:
    customer, context = await _customer(db)
    await db.plain_fetch(
        "CREATE TABLE basket_lines (workspace_id UUID, customer_id UUID, price NUMERIC(15, 2), pieces INT)"
    )
    hooks = example("draft_exposure")
    assert await hooks.draft_exposure(context, customer) is None
    await db.plain_fetch("INSERT INTO basket_lines VALUES ($1, $2, 2.50, 3)", UUID(int=5), customer)
    assert await hooks.draft_exposure(context, customer) == Exposure(Decimal("7.50"))


async def test_hook_check_credit() -> None:
    hooks, context = example("check_credit"), PluginContext(None)
    asked = CreditRequest(UUID(int=6), None, Decimal(450), Exposure(Decimal(900)), Decimal(50))
    found = await hooks.check_credit(context, asked)
    assert found is not None and (found.state, found.available) == ("fine", 0)
    over = await hooks.check_credit(context, attrs.evolve(asked, adding=Decimal("50.01")))
    assert over is not None and (over.state, over.available) == ("exceeded", Decimal("-0.01"))


async def test_hook_credit_left(db: Database) -> None:
    customer, context = await _customer(db)
    assert await example("credit_left").credit_left(context, [customer]) == {customer: Decimal(80)}
    with pytest.raises(PluginHookError, match="customers that were asked for"):
        hooks = WorkspaceHooks(frozenset("x"), {"credit_left": (HookCall("x", lambda *_: {customer: Decimal(1)}),)})
        await hooks.credit_left(context, [UUID(int=9)])


async def test_hook_platforms() -> None:
    context = PlatformContext(None, Outgoing(), "http://127.0.0.1:8800")
    [(plugin, platform)], errors = example("platforms").platforms(context)
    assert (plugin, platform.name, errors) == ("example", "market", [])
    account = Account("market", "hall", "The hall", Token("none"))
    [live] = await platform.lives(account)
    ids = [UUID(int=number) for number in range(3)]
    batches = [batch async for batch in platform.comments(StreamToRead(*ids, account, live))]
    assert [comment.text for batch in batches for comment in batch.comments] == ["sold 12", "me too!"]
    assert batches[-1].ended
    after = StreamToRead(*ids, account, live, batches[0].position or {})
    assert [batch.comments[0].text async for batch in platform.comments(after) if batch.comments] == ["me too!"]
    with pytest.raises(RefusedError) as caught:
        platform.authorize_url("state", "http://127.0.0.1:8800/back")
    assert caught.value.reason == "unsupported"


async def test_hook_simulators() -> None:
    [(plugin, simulator)], errors = example("simulators").simulators()
    assert (plugin, simulator.name, errors) == ("example", "market", [])
    running = await simulator.start("127.0.0.1", 9100, "http://127.0.0.1:8800")
    assert running.settings == {"market": {"address": running.address}}
    await running.close()


async def test_hook_handle_event() -> None:
    handed_in: list[tuple[str, Any]] = []

    class Queue:
        async def enqueue(self, job: str, payload: Any, **more: Any) -> None:
            handed_in.append((job, payload))

    hooks, context = example("handle_event"), EventContext(data=None, jobs=Queue())  # type: ignore[arg-type]
    for number, status in enumerate(("waitlist", "winner")):
        data = {"claim": {"claim_id": str(number), "status": status}}
        await hooks.handle_event(
            context, CommittedEvent(UUID(int=1), f"show:{UUID(int=2)}", "e", 1, "claim.created", data, NOON)
        )
    assert handed_in == [("example.print", {"claim_id": "1"})]


async def test_hook_person_erased(db: Database) -> None:
    workspace, buyer, show, stranger = (UUID(int=number) for number in (5, 6, 7, 8))
    await db.plain_fetch("CREATE TABLE labels (workspace_id UUID, id INT, show_id UUID, buyer_id UUID, name TEXT)")
    await db.plain_fetch("INSERT INTO labels VALUES ($1, 1, $2, $3, 'Ann')", workspace, show, buyer)
    context = EventContext(data=PooledData(workspace, db), jobs=None)  # type: ignore[arg-type]
    hooks = example("person_erased")
    assert await hooks.person_erased(context, [stranger], None, None) is None
    assert await hooks.person_erased(context, [buyer], show, stranger) == PersonTraces(["label:1"], [])
    [row] = await db.plain_fetch("SELECT name, buyer_id FROM labels")
    assert (row["name"], row["buyer_id"]) == ("", stranger)
    for wrong in (["label:1"], PersonTraces(["show:1"]), PersonTraces(entries=[("label",)])):  # type: ignore[list-item]

        async def answer(*_: Any, wrong: Any = wrong) -> Any:
            return wrong

        hooks = WorkspaceHooks(frozenset("x"), {"person_erased": (HookCall("x", answer),)})
        with pytest.raises(PluginHookError, match="broken answer"):
            await hooks.person_erased(context, [buyer], None, None)


async def test_hook_jobs(capsys: pytest.CaptureFixture[str]) -> None:
    [(plugin, job)], errors = example("jobs").jobs()
    assert (plugin, job.name, job.attempts, errors) == ("example", "example.print", 3, [])
    await job.run(None, {"claim_id": "7"})  # type: ignore[arg-type]
    assert capsys.readouterr().out == "Label for 7\n"


def test_hook_read_purchase_order() -> None:
    hooks = example("read_purchase_order")
    content = b'{"supplier": "Acme", "lines": [{"sku": "A1", "name": "Dress", "qty": "2", "cost": "3.50"}]}'
    order = hooks.read_purchase_order(uploaded_file("order.json", content))
    assert order is not None and order.supplier == "Acme"
    [line] = order.lines
    assert (line.name, line.quantity, line.unit_cost, line.confidence) == ("Dress", Decimal(2), Decimal("3.50"), 95)
    assert hooks.read_purchase_order(uploaded_file("list.csv", b"Code;Name")) is None
    with pytest.raises(InvalidInputError, match="The order is damaged"):
        hooks.read_purchase_order(uploaded_file("order.json", content[:-4]))


def test_hook_navigation() -> None:
    [(plugin, entry)], errors = example("navigation").navigation()
    assert (plugin, entry.title, entry.place, errors) == ("example", "Labels", "show", [])
    assert entry.path.format(show_id=1) == "/shows/1/labels"


async def test_hook_attention(db: Database) -> None:
    workspace = UUID(int=5)
    await db.plain_fetch("INSERT INTO workspaces (id, name) VALUES ($1, 'Shop')", workspace)
    for number, status in enumerate(("active", "paused")):
        await db.plain_fetch(
            "INSERT INTO shows (workspace_id, id, title, status) VALUES ($1, $2, $3, $4)",
            workspace, UUID(int=number), status.title(), status,
        )  # fmt: skip
    [told] = await example("attention").attention(PooledData(workspace, db))
    assert (told.count, told.detail) == (1, "Paused") and "paused" in told.one


async def test_hook_export_kinds() -> None:
    [(plugin, kind)], errors = example("export_kinds").export_kinds()
    assert (plugin, kind.name, errors) == ("example", "sold_out", [])

    class Reader:
        async def items(self) -> AsyncIterator[dict[str, Any]]:
            yield {"item_number": "12", "title": "Dress", "claimed_count": 1, "total_quantity": 1}
            yield {"item_number": "13", "title": "Top", "claimed_count": 0, "total_quantity": 1}

    rows = [row async for row in kind.rows(Reader())]  # type: ignore[arg-type]
    assert [[column.of(row) for column in kind.columns] for row in rows] == [["12", "Dress"]]


def test_hook_export_columns() -> None:
    hooks = example("export_columns")
    [(plugin, column)], errors = hooks.export_columns("claims")
    assert (plugin, column.name, column.type, errors) == ("example", "amount", "money", [])
    assert column.of({"price": Decimal("2.50"), "quantity": 3}) == Decimal("7.50")
    assert column.of({"price": None, "quantity": 3}) is None
    assert hooks.export_columns("buyers") == ([], [])


async def test_hook_register_blueprints() -> None:
    found, errors = example("register_blueprints").register_blueprints()
    assert [plugin for plugin, _ in found] == ["example"] and errors == []
    app = Quart("test")
    for _, blueprint in found:
        app.register_blueprint(blueprint)
    response = await app.test_client().get("/greeting/")
    assert await response.get_data(as_text=True) == "Hello from a plugin."


async def test_hook_event_bus() -> None:
    hooks = example("event_bus")
    bus = hooks.event_bus("quiet", Settings())
    assert bus is not None and not bus.healthy
    await bus.start(lambda workspace_id, topic, seq: None)
    bus.ring(UUID(int=1), "show:1", 1)
    await bus.close()
    assert hooks.event_bus("loud", Settings()) is None
