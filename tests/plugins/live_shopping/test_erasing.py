"""Who is to be forgotten is nowhere in their sessions any more, and what they won can still be ordered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from dibs.clock import utc_now
from dibs.workspace_settings.retention import blank_old_comments

from .conftest import LIVE, Shop
from .test_show_carts import Fair, fair, open_carts

__all__ = ["fair"]
TABLES = ("live_sessions", "live_lines", "live_proposals", "live_overrides", "outbox", "audit_log")


async def left(shop: Shop, word: str) -> list[str]:
    """Rows that still have a word."""
    found = []
    for table in TABLES:
        rows = await shop.fetch(f"SELECT t::text AS row FROM {table} t WHERE workspace_id = $1", shop.workspace_id)
        found += [f"{table}: {row['row']}" for row in rows if word in row["row"].lower()]
    return found


async def wins(fair: Fair, *names: str) -> None:
    """Comments whose ids, unlike those of other tests, do not say who wrote them."""
    comments = [
        {"id": f"c{number}", "message": "sold 12", "author": {"id": name, "name": name}}
        for number, name in enumerate(names)
    ]
    await fair.sale.call("POST", "/comments", json={"platform": "facebook", "comments": comments})


async def erase(shop: Shop, buyer_id: str) -> None:
    await shop.call("POST", f"/api/buyers/{buyer_id}/erase")

    async def done() -> bool:
        return not await shop.fetch("SELECT 1 FROM erasure_work")

    await shop.until(done)


async def talk(shop: Shop, session: dict[str, Any], word: str) -> None:
    """A session in which the name is said wherever one can say it."""
    session_id = session["session_id"]
    batch = await shop.batch("10")
    await shop.margin()
    told = await shop.add(session_id, batch["batch_id"], "2")
    line = next(one for one in told["lines"] if one["batch_id"] == batch["batch_id"] and not one["claim_id"])
    await shop.fetch(
        "INSERT INTO live_proposals (workspace_id, id, session_id, line_id, made_by, made_by_name, price, quantity, "
        "message) VALUES ($1, gen_random_uuid(), $2, $3, 'customer', $4, 8, 1, $4) RETURNING 1",
        shop.workspace_id, UUID(session_id), UUID(line["line_id"]), f"it is {word}",
    )  # fmt: skip
    override = {"product_id": batch["product_id"], "price": "9.00", "reason": f"for {word}"}
    await shop.call("PUT", f"{LIVE}/{session_id}/override", **override)
    version = (await shop.get(session_id))["version"]
    await shop.call("PATCH", f"{LIVE}/{session_id}", version=version, title=f"{word} again", notes=f"{word} pays late")
    await shop.act(session_id, "kick", reason=f"{word} is rude")


async def test_an_erased_buyer_is_nowhere_in_their_sessions(fair: Fair) -> None:
    shop = fair.shop
    await wins(fair, "zarathusa", "bob")
    await open_carts(fair)
    cart = await fair.session_of("zarathusa")
    await talk(shop, cart, "zarathusa")
    own = await shop.call("POST", LIVE, 201, buyer_id=cart["buyer_id"], start=True)
    assert own["title"] == "zarathusa"
    await shop.act(own["session_id"], "end", reason="zarathusa left")
    before = await left(shop, "zarathusa")
    assert {row.partition(":")[0] for row in before} == {*TABLES} - {"live_lines"}
    topic = f"session:{cart['session_id']}"
    old = (await shop.call("GET", f"{LIVE}/{cart['session_id']}"))["position"]

    await shop.app.runtime.flags.set_override(shop.workspace_id, "live_shopping", False)
    await erase(shop, cart["buyer_id"])
    assert await left(shop, "zarathusa") == []
    await shop.app.runtime.flags.set_override(shop.workspace_id, "live_shopping", True)
    now = await shop.call("GET", f"{LIVE}/{cart['session_id']}")
    assert now["position"].partition(":")[0] != old.partition(":")[0], "who listens is told to reset"
    session = now["session"]
    assert (session["title"], session["name"], session["notes"], len(session["lines"])) == ("Friday", "", "", 2)
    assert [one["type"] for one in await shop.events(topic)] == ["session.changed"]
    assert await left(shop, "bob"), "others keep their names"
    order = (await shop.act(cart["session_id"], "convert"))["order"]
    assert (order["name"], order["lines"][0]["total"]) == ("", "12.50")
    await shop.audit()


async def test_the_cart_goes_with_what_was_won_when_it_is_cut_off_and_can_be_ordered(fair: Fair) -> None:
    shop, show_id = fair.shop, UUID(fair.sale.show_id)
    await wins(fair, "zarathusa")
    await open_carts(fair)
    cart = await fair.session_of("zarathusa")
    await erase(shop, cart["buyer_id"])
    await shop.call("POST", f"/api/shows/{show_id}/stop")
    body = {"settings": {"retention_days": 30}}
    await shop.call("PATCH", f"/api/workspaces/{shop.workspace_id}", **body)
    plugins = shop.app.runtime.erase_keeper.plugins
    assert await blank_old_comments(shop.app.runtime.db, utc_now() + timedelta(days=31), plugins=plugins)
    session = await shop.get(cart["session_id"])
    claim = await shop.fetch("SELECT buyer_id FROM claims WHERE workspace_id = $1", shop.workspace_id)
    assert session["buyer_id"] == str(claim[0]["buyer_id"]) != cart["buyer_id"]
    order = (await shop.act(cart["session_id"], "convert"))["order"]
    assert (order["total"], order["buyer_id"], order["name"]) == ("12.50", session["buyer_id"], "")


async def test_the_session_of_a_customer_keeps_the_customers_name(shop: Shop, fair: Fair) -> None:
    await wins(fair, "zarathusa")
    claim = (await fair.claims("12"))[0]
    customer_id = await shop.customer("Anna Miller")
    made = await shop.call("POST", LIVE, 201, buyer_id=claim["buyer_id"], start=True)
    await shop.fetch(
        "UPDATE live_sessions SET customer_id = $2 WHERE workspace_id = $1 RETURNING 1",
        shop.workspace_id, UUID(customer_id),
    )  # fmt: skip
    await erase(shop, claim["buyer_id"])
    session = await shop.get(made["session_id"])
    assert (session["customer_id"], session["name"], session["title"]) == (customer_id, "Anna Miller", "Anna Miller")
    assert await left(shop, "zarathusa") == []
