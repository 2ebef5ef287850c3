"""A sale over the JSON API: made, run, claimed, corrected by hand, explained."""

from typing import Any

import attrs

from .conftest import Person, SignUp


@attrs.define
class Sale:
    """A running show of somebody's, with items 12 (one piece) and A1 (three)."""

    owner: Person
    show_id: str
    items: dict[str, dict[str, Any]]

    async def call(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """A request below this show."""
        return await self.owner.call(method, f"/api/shows/{self.show_id}{path}", **more)

    async def say(self, *said: tuple[str, str]) -> list[dict[str, Any]]:
        """Hand in comments as (viewer, words)."""
        comments = [
            {"id": f"{who}-{words}", "message": words, "author": {"id": who, "name": who}} for who, words in said
        ]
        status, answer = await self.call("POST", "/comments", json={"platform": "facebook", "comments": comments})
        assert status == 200, answer
        found: list[dict[str, Any]] = answer["comments"]
        return found

    async def drawer(self, number: str) -> dict[str, Any]:
        """An item with winners and waitlist."""
        _, answer = await self.call("GET", f"/items/{self.items[number]['item_id']}")
        found: dict[str, Any] = answer
        return found


async def a_sale(ana: Person, **rules: Any) -> Sale:
    """Make the show and start it."""
    _, show = await ana.call("POST", "/api/shows", json={"title": "Friday", "rules": rules})
    body = {
        "items": [
            {"item_number": "12", "title": "Dress", "quantity": 1, "price": "12.50"},
            {"item_number": "A1", "title": "Mug", "quantity": 3},
        ]
    }
    _, made = await ana.call("POST", f"/api/shows/{show['id']}/items", json=body)
    assert (await ana.call("POST", f"/api/shows/{show['id']}/activate"))[0] == 200
    return Sale(ana, show["id"], {item["item_number"]: item for item in made["items"]})


def handles(claims: list[dict[str, Any]]) -> list[str]:
    return [claim["handle"] for claim in claims]


async def test_the_first_claim_wins_and_can_be_explained(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    ann, bob = await sale.say(("ann", "sold 12"), ("bob", "12 sold"))
    assert (ann["verdict"], ann["claims"][0]["status"]) == ("claim", "winner")
    assert (bob["claims"][0]["status"], bob["claims"][0]["waitlist_position"]) == ("waitlist", 1)
    _, why = await sale.call("GET", f"/claims/{bob['claims'][0]['claim_id']}/why")
    assert why["comment"]["text"] == "12 sold"
    assert (why["rule"], why["left_before"], why["waiting_before"]) == ("number_word", 0, 0)
    assert handles(why["before"]) == ["ann"]


async def test_a_comment_counts_once_however_often_it_is_handed_in(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(("ann", "sold A1"))
    again = await sale.say(("ann", "sold A1"), ("ann", "sold A1"))
    assert [comment["verdict"] for comment in again] == ["duplicate", "duplicate"]
    assert (await sale.drawer("A1"))["item"]["claimed_count"] == 1


async def test_a_release_promotes_the_next_and_more_units_the_one_after(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    ann, *_ = await sale.say(("ann", "sold 12"), ("bob", "sold 12"), ("cleo", "sold 12"))
    status, _ = await sale.call("POST", f"/claims/{ann['claims'][0]['claim_id']}/release")
    assert status == 200
    assert handles((await sale.drawer("12"))["winners"]) == ["bob"]
    item = sale.items["12"]["item_id"]
    assert (await sale.call("PATCH", f"/items/{item}", json={"total_quantity": 2}))[0] == 200
    drawer = await sale.drawer("12")
    assert (handles(drawer["winners"]), drawer["waitlist"]) == (["bob", "cleo"], [])


async def test_lowering_below_what_is_won_names_the_winners(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(("ann", "sold 12"))
    status, answer = await sale.call("PATCH", f"/items/{sale.items['12']['item_id']}", json={"total_quantity": 0})
    assert (status, answer["error"]["code"]) == (409, "below_won")
    assert [winner["handle"] for winner in answer["error"]["data"]["winners"]] == ["ann"]


async def test_an_award_respects_the_stock_and_takes_the_buyer_off_the_queue(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    ann, bob = await sale.say(("ann", "sold 12"), ("bob", "sold 12"))
    award = f"/items/{sale.items['12']['item_id']}/award"
    buyer = {"buyer_id": bob["claims"][0]["buyer_id"]}
    status, answer = await sale.call("POST", award, json=buyer)
    assert (status, answer["error"]["code"], answer["error"]["data"]["left"]) == (409, "out_of_stock", 0)
    await sale.call("PATCH", f"/items/{sale.items['12']['item_id']}", json={"total_quantity": 1})
    _, guest = await sale.call("POST", f"/items/{sale.items['A1']['item_id']}/award", json={"guest_name": "Zoe"})
    assert (guest["claim"]["handle"], guest["claim"]["status"]) == ("Zoe", "winner")
    assert handles((await sale.drawer("12"))["winners"]) == handles(ann["claims"])


async def test_a_doubtful_claim_is_accepted_at_its_original_place(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    _, doubtful, _ = await sale.say(("ann", "sold 12"), ("bob", "1 sold 12"), ("cleo", "sold 12"))
    assert doubtful["verdict"] == "review"
    status, _ = await sale.call("POST", f"/claims/{doubtful['claims'][0]['claim_id']}/accept")
    assert status == 200
    assert handles((await sale.drawer("12"))["waitlist"]) == ["bob", "cleo"]
    status, answer = await sale.call("POST", f"/claims/{doubtful['claims'][0]['claim_id']}/decline")
    assert (status, answer["error"]["code"]) == (409, "conflict")


async def test_a_doubtful_comment_tells_what_was_made_of_it(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    told = await sale.say(("ann", "1 sold 12"), ("bob", "2 sold 12"), ("cleo", "1 sold 12"), ("dan", "sold 12"))
    for doubtful, decision in zip(told, ("accept", "decline"), strict=False):
        await sale.call("POST", f"/claims/{doubtful['claims'][0]['claim_id']}/{decision}")
    _, page = await sale.call("GET", "/comments")
    found = [(comment["verdict"], comment["settled"]) for comment in reversed(page["comments"])]
    assert found == [("review", "claim"), ("review", "declined"), ("review", None), ("claim", None)]


async def test_a_claim_waits_for_its_item_and_a_paused_show_only_keeps_comments(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    early, second = await sale.say(("ann", "sold 77"), ("bob", "sold 77"))
    assert early["claims"][0]["status"] == second["claims"][0]["status"] == "unmatched"
    body = {"items": [{"item_number": "77", "title": "Late", "quantity": 1}]}
    _, made = await sale.call("POST", "/items", json=body)
    sale.items["77"] = made["items"][0]
    assert handles((await sale.drawer("77"))["winners"]) == ["ann"]
    await sale.call("POST", "/pause")
    (kept,) = await sale.say(("cleo", "sold A1"))
    assert (kept["verdict"], kept["reason"]) == ("stored", "paused")


async def test_lists_go_on_from_a_cursor_and_filters_combine(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(*((f"v{n}", "sold A1") for n in range(5)), ("ann", "hello"))
    _, first = await sale.call("GET", "/claims?limit=3")
    _, rest = await sale.call("GET", f"/claims?limit=3&cursor={first['next']}")
    assert handles(first["claims"]) + handles(rest["claims"]) == ["v4", "v3", "v2", "v1", "v0"]
    _, waiting = await sale.call("GET", f"/claims?status=waitlist&item_id={sale.items['A1']['item_id']}")
    assert [claim["waitlist_position"] for claim in waiting["claims"]] == [2, 1]
    _, chatter = await sale.call("GET", "/comments?verdict=ignored")
    assert [comment["text"] for comment in chatter["comments"]] == ["hello"]


async def test_the_snapshot_agrees_with_the_counts(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(("ann", "sold A1 x2"), ("bob", "sold 12"), ("bob", "hello"))
    _, snapshot = await sale.call("GET", "/snapshot")
    _, counts = await sale.call("GET", "/counts")
    assert snapshot["counts"] == counts["counts"]
    assert counts["counts"] == {"comments": 3, "claims": 2, "buyers": 2, "units_claimed": 3, "units_total": 4}
    assert snapshot["position"] == counts["position"]


async def test_what_is_the_case_already_is_no_error_and_an_ended_show_stays_ended(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    assert (await sale.call("POST", "/activate"))[0] == 200
    assert (await sale.call("POST", "/stop"))[0] == (await sale.call("POST", "/stop"))[0] == 200
    status, answer = await sale.call("POST", "/resume")
    assert (status, answer["error"]["code"]) == (409, "conflict")


async def test_nothing_of_a_show_is_there_for_another_workspace(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    (claim,) = await sale.say(("ann", "sold 12"))
    eve = await sign_up("Eve")
    theirs = f"/api/shows/{sale.show_id}"
    paths = ("", "/snapshot", "/counts", "/items", "/claims", "/comments", "/buyers", "/stream")
    assert {path: (await eve.call("GET", theirs + path))[0] for path in paths} == dict.fromkeys(paths, 404)
    assert (await eve.call("POST", f"{theirs}/claims/{claim['claims'][0]['claim_id']}/release"))[0] == 404
    assert (await eve.call("POST", f"{theirs}/comments", json={"comments": [{"message": "sold 12"}]}))[0] == 404
    assert handles((await sale.drawer("12"))["winners"]) == ["ann"]


async def test_after_the_end_nobody_is_promoted_without_being_asked(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    ann, *_ = await sale.say(("ann", "sold 12"), ("bob", "sold 12"), ("cleo", "sold 77"))
    await sale.call("POST", "/stop")
    await sale.call("PATCH", f"/items/{sale.items['12']['item_id']}", json={"total_quantity": 2})
    await sale.call("POST", f"/claims/{ann['claims'][0]['claim_id']}/release")
    drawer = await sale.drawer("12")
    assert (drawer["winners"], handles(drawer["waitlist"])) == ([], ["bob"])
    _, made = await sale.call("POST", "/items", json={"items": [{"item_number": "77", "title": "", "quantity": 1}]})
    assert made["items"][0]["claimed_count"] == 0
    _, award = await sale.call(
        "POST", f"/items/{sale.items['12']['item_id']}/award", json={"buyer_id": drawer["waitlist"][0]["buyer_id"]}
    )
    assert award["claim"]["status"] == "winner"
