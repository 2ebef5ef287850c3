"""S-17: what is none of a customer's business is looked for in everything that a customer can get from the server:
each route with right, wrong and others' ids and bodies, each page, each event, each refusal."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import attrs
import pytest

from dibs.api.auth import CUSTOMER, needs_of
from dibs.settings import Settings

from ...core.events.live import running
from .portal import PORTAL, Customer, Door

WORD = "kanarienvogel"
COST, MARGIN, STOCK = "7317317.31", "43.2143", "987654321"
NOBODY = "01a1fc54-5636-790f-b493-f244132829c3"
_VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")


@attrs.define(eq=False)
class Canaries:
    """Words and figures that a customer must never meet, and all that was answered so far."""

    birds: list[str]
    heard: list[str] = attrs.field(factory=list)
    asked: set[str] = attrs.field(factory=set)

    def hear(self, what: str, text: str) -> None:
        self.heard.append(what)
        found = [bird for bird in self.birds if bird.lower() in text.lower()]
        assert not found, (what, found, text[:2000])


@pytest.fixture
async def door(database_url: str, tmp_path: Path) -> AsyncIterator[Door]:
    settings = Settings(
        database_url=database_url, data_dir=tmp_path, shutdown_seconds=3, attempts_per_minute=5000, registration="open"
    )
    async with running(settings) as live:
        yield await Door.open(live)


async def stocked(door: Door) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """One product with a price by a rule, one whose price is the bare cost, and one without a cost."""
    ruled = await door.batch("Silk", COST, STOCK, category="Dresses", code=f"{WORD} lot 1")
    bare = await door.batch("Linen", COST, STOCK, code=f"{WORD} lot 2")
    unknown = await door.batch("Wool", None, STOCK, code=f"{WORD} lot 3")
    margin = {"scope": "category", "category": "Dresses", "margin": MARGIN}
    await door.staff("PUT", "/api/pricing/margins", margin)
    return ruled, bare, unknown


async def follow(customer: Customer, session_id: str, canaries: Canaries, kinds: set[str]) -> None:
    """Hear everything that the stream says until it is over."""
    async with customer.stream(session_id) as answer:
        kind = ""
        async for raw in answer.content:
            line = raw.decode()
            canaries.hear("stream", line)
            if line.startswith("event: "):
                kind = line.removeprefix("event: ").strip()
                kinds.add(kind)


def bodies(rule: str, batch: str) -> Iterator[Any]:
    """What may be sent to a route: nothing, nonsense, and what it takes."""
    yield from (None, {}, [], {"nonsense": WORD[::-1]}, {"quantity": "x", "price": "NaN", "batch_id": 7})
    if rule.endswith("/lines"):
        for quantity in ("1", "987654322", "0", "0.00005"):
            for intent in ("to_purchase", "interested", "sample_request"):
                yield {"batch_id": batch, "quantity": quantity, "intent": intent}
        yield {"batch_id": NOBODY, "quantity": "1"}
    if "<uuid:line_id>" in rule:
        yield {"quantity": "999999999"}
        yield {"version": 999, "quantity": "1"}
        yield {"price": "1.00", "quantity": "1", "message": "please"}
    if rule.endswith("/join"):
        yield from ({"room_code": "ABCDEFGHJKMN"}, {"session_id": NOBODY})
    if rule.endswith("/sign-in"):
        yield from ({"code": "7KQ4M-T9XWD"}, {"token": "x" * 43}, {"token": "x", "code": "x"})


async def test_no_canary_is_in_anything_that_a_customer_gets(door: Door) -> None:
    ruled, bare, unknown = await stocked(door)
    other = await door.customer(f"{WORD} other", note=f"{WORD} note", contact=f"{WORD} contact", credit_limit="8128.28")
    anna = await door.customer("Anna", note=f"{WORD} note", contact=f"{WORD} contact", credit_limit="3141592653.58")
    theirs = await door.session(other, title=f"{WORD} title", notes=f"{WORD} notes")
    mine = await door.session(anna, title="Spring", notes=f"{WORD} notes")
    session, birds = mine["session_id"], [WORD, COST, COST[:-3], MARGIN, STOCK[:-2], "3141592653", "8128.28"]
    canaries = Canaries([*birds, str(door.owner.user_id), other.customer_id, theirs["room_code"]])
    kinds: set[str] = set()
    following = asyncio.create_task(follow(anna, session, canaries, kinds))
    await asyncio.sleep(0.3)

    # The host's side of a session, so that the customer's stream and cart have all that may go wrong in them.
    live = f"/api/live-sessions/{session}"
    for batch in (ruled, bare, unknown):
        for intent in ("to_purchase", "interested"):
            await door.staff(
                "POST", f"{live}/lines", {"batch_id": batch["batch_id"], "quantity": "2", "intent": intent}, 201
            )
    await door.staff(
        "POST",
        f"/api/live-sessions/{theirs['session_id']}/lines",
        {"batch_id": ruled["batch_id"], "quantity": "3"},
        409,
    )
    lines = (await door.staff("GET", live))["session"]["lines"]
    by_batch = {line["batch_id"]: line for line in lines}
    below = {"product_id": ruled["product_id"], "price": "12.00", "reason": f"{WORD} reason", "sure": True}
    await door.staff("PUT", f"{live}/override", below)
    line = by_batch[ruled["batch_id"]]["line_id"]
    await door.staff("PATCH", f"{live}/lines/{line}", {"version": 2, "highlighted": True}, 200)
    proposed = await anna.call(
        "POST", f"/sessions/{session}/lines/{line}/proposals", {"price": "5", "quantity": "1"}, 201
    )
    proposal = proposed["proposals"][0]["proposal_id"]
    await door.staff("POST", f"{live}/proposals/{proposal}/counter", {"price": "9", "quantity": "1"})
    pending = (await anna.call("GET", f"/sessions/{session}"))["session"]["proposals"][-1]["proposal_id"]

    # Every route of customers, with ids of one's own, of the other customer, and of nothing.
    await walk(
        door,
        anna,
        canaries,
        own={"session_id": session, "line_id": line, "proposal_id": pending},
        batch=ruled["batch_id"],
    )
    strange = {"session_id": theirs["session_id"], "line_id": NOBODY, "proposal_id": NOBODY}
    await walk(door, anna, canaries, own=strange, batch=bare["batch_id"])
    await walk(door, anna, canaries, own=dict.fromkeys(strange, NOBODY), batch=unknown["batch_id"])
    for_customers = {
        rule.rule for rule in door.live.app.url_map.iter_rules()
        if needs_of(door.live.app.view_functions[rule.endpoint]) == CUSTOMER
    }  # fmt: skip
    assert for_customers <= canaries.asked
    offers = await anna.call("GET", f"/sessions/{session}/offers?limit=1")
    assert offers["next"] is not None

    gone = await anna.ask("DELETE", f"{PORTAL}/sessions/{session}/lines/{line}")
    canaries.hear("DELETE", gone[1])
    assert gone[0] == 200

    # The way out, and what is said on it.
    for verb in ("pause", "resume", "extend", "checkout-answered", "kick"):
        await door.act(session, verb)
    await door.staff("DELETE", f"/api/customers/{anna.customer_id}/access", None, 204)
    async with asyncio.timeout(15):
        await following
    assert {
        "line.added",
        "price.changed",
        "line.changed",
        "proposal.made",
        "session.paused",
        "customer.kicked",
    } <= kinds
    assert len(canaries.heard) > 200


def filled(rule: str, values: dict[str, str]) -> str:
    """The path of a route with these in place of its variables."""
    return _VARIABLE.sub(lambda found: values[found[1]], rule)


async def walk(door: Door, anna: Customer, canaries: Canaries, *, own: dict[str, str], batch: str) -> None:
    """Ask every route of customers, as JSON and as a page, with the token in the header and in the cookie."""
    app = door.live.app
    for rule in app.url_map.iter_rules():
        mark = needs_of(app.view_functions[rule.endpoint])
        portal = rule.rule.startswith(("/portal", PORTAL))
        if mark != CUSTOMER and not portal:
            continue
        canaries.asked.add(rule.rule)
        path = filled(rule.rule, {**own, "token": "x" * 43})
        if rule.rule.endswith(("/sign-out", "/stream")):
            continue  # ends the sign-in; is followed by itself
        kept = {"DELETE"} if own["line_id"] != NOBODY else set()  # the customer's own line is needed to the end
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"} - kept):
            for body in [None] if method == "GET" else list(bodies(rule.rule, batch)):
                for accept in (
                    ("application/json",) if rule.rule.startswith("/api/") else ("application/json", "text/html")
                ):
                    status, text = await anna.ask(method, path, body, Accept=accept)
                    assert status < 500, (method, path, body, text)
                    canaries.hear(f"{method} {rule.rule} {body}", text)
    await pages(door, anna, canaries, own["session_id"])


async def pages(door: Door, anna: Customer, canaries: Canaries, session_id: str) -> None:
    """The pages as a browser gets them, with the cookie."""
    jar = {"dibs_customer": anna.token}
    wanted = ("/portal", f"/portal/{session_id}", "/portal/nonsense", "/portal/sign-in", "/portal/sign-in/x", "/live")
    async with aiohttp.ClientSession(cookies=jar) as browser:
        for path in wanted:
            async with browser.get(door.live.base + path, headers={"Accept": "text/html"}) as answer:
                canaries.hear(path, await answer.text())
        for form in ({"room_code": "ABC"}, {}):
            async with browser.post(door.live.base + "/portal/join", data=form) as answer:
                canaries.hear("/portal/join", await answer.text())
