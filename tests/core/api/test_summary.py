"""The summary of a show, held against what an independent count of the same claims gives."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from dibs.app import DibsQuart

from .conftest import SignUp
from .test_sale import Sale, a_sale


async def summary(sale: Sale) -> dict[str, Any]:
    status, answer = await sale.call("GET", "/summary")
    assert status == 200, answer
    found: dict[str, Any] = answer
    return found


async def every_claim(sale: Sale) -> list[dict[str, Any]]:
    """All claims by the paged list, which knows nothing of sums."""
    claims: list[dict[str, Any]] = []
    cursor: Any = ""
    while cursor is not None:
        _, page = await sale.call("GET", f"/claims?limit=50{cursor}")
        claims += page["claims"]
        cursor = f"&cursor={page['next']}" if page["next"] else None
    return [claim for claim in claims if claim["kind"] == "claim"]


async def test_a_new_show_has_no_figures_yet(sign_up: SignUp) -> None:
    ana = await sign_up()
    _, show = await ana.call("POST", "/api/shows", json={"title": "Empty"})
    status, answer = await ana.call("GET", f"/api/shows/{show['id']}/summary")
    assert status == 200
    assert (answer["show"]["title"], answer["show"]["status"], answer["sell_through"]) == ("Empty", "draft", None)
    assert (answer["comments"], answer["conversion"], answer["revenue"]) == (0, None, "0.00")
    assert (answer["items"], answer["fastest"], answer["top_buyers"], answer["timeline"]["start"]) == ([], [], [], None)
    assert {count["claims"] for count in answer["claims"]} == {0}


async def test_the_summary_of_another_workspace_is_not_there(sign_up: SignUp) -> None:
    sale, eve = await a_sale(await sign_up()), await sign_up("Eve")
    status, answer = await eve.call("GET", f"/api/shows/{sale.show_id}/summary")
    assert (status, answer["error"]["code"]) == (404, "not_found")


async def test_sums_are_those_of_an_independent_count(sign_up: SignUp) -> None:
    sale, dice = await a_sale(await sign_up()), random.Random(5)
    prices = {number: dice.choice([None, "3.33", "0.07", "19.99"]) for number in ("B1", "B2", "B3", "B4", "B5")}
    body = [
        {"item_number": number, "title": f"Item {number}", "quantity": 4, **({"price": price} if price else {})}
        for number, price in prices.items()
    ]
    await sale.call("POST", "/items", json={"items": body})
    words = [f"sold {number}" for number in (*prices, "12", "A1", "Q9")] + ["hello", "pass B1", "sold B2 x2"]
    said = [(f"p{dice.randrange(12)}", dice.choice(words)) for _ in range(120)]
    await sale.say(*dict.fromkeys(said))
    claims, answer = await every_claim(sale), await summary(sale)
    units: Counter[str] = Counter()
    for claim in claims:
        units[claim["status"]] += claim["quantity"]
    assert {count["status"]: (count["claims"], count["units"]) for count in answer["claims"] if count["claims"]} == {
        status: (sum(claim["status"] == status for claim in claims), total) for status, total in units.items()
    }
    price = {"12": Decimal("12.50"), "A1": None, **{n: Decimal(p) if p else None for n, p in prices.items()}}
    won = [claim for claim in claims if claim["status"] == "winner"]
    revenue = sum((price[claim["item_number"]] or 0) * claim["quantity"] for claim in won)
    assert Decimal(answer["revenue"]) == revenue
    assert answer["unpriced_units"] == sum(claim["quantity"] for claim in won if price[claim["item_number"]] is None)
    assert (answer["units_total"], answer["units_claimed"]) == (24, sum(claim["quantity"] for claim in won))
    assert answer["buyers"] == len({claim["buyer_id"] for claim in won})
    assert answer["waiting_units"] == units["waitlist"]
    for item in answer["items"]:
        mine = [claim for claim in claims if claim["item_id"] == item["item_id"]]
        assert item["claims"] == len(mine)
        assert item["winners"] == len({c["buyer_id"] for c in mine if c["status"] == "winner"})
        assert item["waiting"] == sum(c["status"] == "waitlist" for c in mine)
        wanted = price[item["item_number"]]
        assert item["revenue"] == (None if wanted is None else str(wanted * item["claimed_count"]))
    top = Counter[str]()
    for claim in won:
        top[claim["buyer_id"]] += claim["quantity"]
    assert [buyer["units"] for buyer in answer["top_buyers"]] == sorted(top.values(), reverse=True)[:10]
    _, people = await sale.call("GET", "/buyers?limit=500")
    assert sum(Decimal(row["total"]) for row in people["buyers"]) == revenue
    assert sum(row["quantity"] for row in people["buyers"]) == len(won) + sum(c["quantity"] - 1 for c in won)
    line = answer["timeline"]
    assert (sum(line["comments"]), sum(line["wins"])) == (answer["comments"], len(won))
    assert (
        sum(line["claims"])
        == answer["claim_comments"]
        == sum(count["comments"] for count in answer["verdicts"] if count["verdict"] == "claim")
    )


async def test_identities_of_one_person_count_as_one_buyer(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(("ann", "sold 12"), ("ann2", "sold A1"))
    _, answer = await sale.owner.call("GET", "/api/buyers")
    one, two = (buyer["buyer_id"] for buyer in answer["buyers"])
    assert (await summary(sale))["buyers"] == 2
    await sale.owner.call("POST", f"/api/buyers/{two}/merge", json={"into": one})
    answer = await summary(sale)
    assert answer["buyers"] == 1
    [top] = answer["top_buyers"]
    assert (top["handle"], top["items"], top["units"], top["amount"], top["unpriced"]) == ("ann", 2, 2, "12.50", 1)


async def test_how_long_an_item_took_to_sell_out_and_the_first_claim_after_it_was_pinned(
    app: DibsQuart, sign_up: SignUp
) -> None:
    sale = await a_sale(await sign_up())
    item = sale.items["A1"]["item_id"]
    assert (await sale.call("POST", "/pin", json={"item_id": item}))[0] == 200
    begun = datetime.now(UTC)
    for second, who in enumerate(("ann", "bob", "cleo", "dan")):
        comment = {
            "id": who, "message": "sold A1", "author": {"id": who, "name": who},
            "created_time": (begun + timedelta(seconds=10 * second)).isoformat(),
        }  # fmt: skip
        await sale.call("POST", "/comments", json={"platform": "facebook", "comments": [comment]})

    answer = await summary(sale)
    found = {one["item_number"]: one for one in answer["items"]}
    assert (found["A1"]["sold_out_seconds"], found["12"]["sold_out_seconds"]) == (20.0, None)
    assert [(one["item_number"], one["seconds"]) for one in answer["fastest"]] == [("A1", 20.0)]
    rows = await app.runtime.db.hot_fetch(
        "SELECT at FROM audit_log WHERE workspace_id = $1 AND action = 'item.pinned'", UUID(sale.owner.workspace_id)
    )
    wanted = (begun - rows[0]["at"]).total_seconds()
    assert abs(found["A1"]["first_claim_seconds"] - wanted) < 0.01
    assert found["12"]["pinned_at"] is None


async def test_repeat_buyers_are_those_who_won_in_an_earlier_show(sign_up: SignUp) -> None:
    ana = await sign_up()
    first = await a_sale(ana)
    await first.say(("ann", "sold A1"), ("bob", "sold A1"), ("cleo", "hi"))
    second = await a_sale(ana)
    comments = [
        {"id": f"second-{who}", "message": "sold A1", "author": {"id": who, "name": who}} for who in ("ann2", "cleo")
    ]
    await second.call("POST", "/comments", json={"platform": "facebook", "comments": comments})
    assert ((await summary(first))["repeat_buyers"], (await summary(second))["repeat_buyers"]) == (0, 0)
    _, answer = await ana.call("GET", "/api/buyers?q=ann")
    ann, ann2 = (buyer["buyer_id"] for buyer in answer["buyers"])
    await ana.call("POST", f"/api/buyers/{ann2}/merge", json={"into": ann})
    assert ((await summary(second))["repeat_buyers"], (await summary(second))["buyers"]) == (1, 2)
