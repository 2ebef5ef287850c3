"""What operators do over the JSON API: copies and drafts, order and prices, moves and quantities, undo, searching."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from dibs.app import DibsQuart

from .conftest import Person, SignUp
from .test_sale import Sale, a_sale, handles


async def log(app: DibsQuart, person: Person) -> list[str]:
    """The actions in the workspace's audit log that concern shows."""
    sql = "SELECT action FROM audit_log WHERE workspace_id = $1 AND show_id IS NOT NULL ORDER BY id"
    return [row[0] for row in await app.runtime.db.hot_fetch(sql, person.workspace_id)]


async def claim_of(sale: Sale, who: str, words: str) -> dict[str, Any]:
    (made,) = await sale.say((who, words))
    claim: dict[str, Any] = made["claims"][0]
    return claim


async def test_shows_are_listed_page_by_page_those_that_run_first(sign_up: SignUp) -> None:
    ana = await sign_up()
    ids = []
    for title in ("One", "Two", "Three 100%"):
        _, show = await ana.call("POST", "/api/shows", json={"title": title})
        ids.append(show["id"])
    await ana.call("POST", f"/api/shows/{ids[0]}/activate")
    _, first = await ana.call("GET", "/api/shows?limit=2")
    _, rest = await ana.call("GET", f"/api/shows?limit=2&cursor={first['next']}")
    assert [show["id"] for show in first["shows"] + rest["shows"]] == [ids[0], ids[2], ids[1]]
    assert rest["next"] is None
    for query, wanted in (("status=draft", [ids[2], ids[1]]), ("q=0%25", [ids[2]]), ("status=ended", [])):
        _, found = await ana.call("GET", f"/api/shows?{query}")
        assert [show["id"] for show in found["shows"]] == wanted
    assert (await ana.call("GET", f"/api/shows?cursor={uuid4()}"))[0] == 404
    assert (await ana.call("GET", "/api/shows?status=running"))[0] == 400


async def test_a_show_is_planned_and_the_plan_is_taken_off_again(sign_up: SignUp) -> None:
    ana = await sign_up()
    at = "2026-12-01T19:00:00+00:00"
    _, show = await ana.call("POST", "/api/shows", json={"title": "One", "scheduled_at": at, "practice": True})
    assert (show["scheduled_at"], show["practice"], show["practice_until"]) == (at, True, None)
    path = f"/api/shows/{show['id']}"
    _, renamed = await ana.call("PATCH", path, json={"title": "Two", "version": show["version"]})
    assert (renamed["scheduled_at"], renamed["practice"]) == (at, True)
    _, freed = await ana.call("PATCH", path, json={"scheduled_at": None, "practice": False})
    assert (freed["scheduled_at"], freed["practice"]) == (None, False)
    _, log = await ana.call("GET", f"/api/audit?action=show.edited&show_id={show['id']}")
    assert [(entry["before"], entry["after"]) for entry in log["entries"]] == [
        ({"scheduled_at": at, "practice": True}, {"scheduled_at": None, "practice": False}),
        ({"title": "One"}, {"title": "Two"}),
    ]
    status, answer = await ana.call("PATCH", path, json={"title": "Three", "version": show["version"]})
    assert (status, answer["error"]["data"]["current"]["title"]) == (409, "Two")


async def test_a_copy_has_the_items_and_the_rules_and_nobodys_claims(app: DibsQuart, sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up(), repeat="add")
    await sale.say(("ann", "sold 12"))
    status, copy = await sale.call("POST", "/duplicate")
    assert (status, copy["title"], copy["status"], copy["rules"]) == (201, "Copy of Friday", "draft", {"repeat": "add"})
    _, listed = await sale.owner.call("GET", f"/api/shows/{copy['id']}/items")
    kept = [(item["item_number"], item["price"], item["total_quantity"]) for item in listed["items"]]
    assert kept == [("12", "12.50", 1), ("A1", None, 3)]
    assert {item["claimed_count"] for item in listed["items"]} == {0}
    _, bare = await sale.call("POST", "/duplicate", json={"title": "Bare", "with_items": False})
    assert bare["title"] == "Bare"
    assert (await sale.owner.call("GET", f"/api/shows/{bare['id']}/items"))[1] == {"items": []}
    assert (await log(app, sale.owner))[-2:] == ["show.duplicated", "show.duplicated"]


async def test_only_a_draft_that_nobody_commented_on_is_deleted(app: DibsQuart, sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    assert (await sale.call("DELETE", ""))[0] == 409
    _, copy = await sale.call("POST", "/duplicate")
    other = attrs_show(sale, copy["id"])
    assert (await other.call("DELETE", ""))[0] == 204
    assert (await other.call("GET", ""))[0] == 404
    assert (await other.call("DELETE", ""))[0] == 404
    _, kept = await sale.call("POST", "/duplicate")
    other = attrs_show(sale, kept["id"])
    await other.say(("ann", "sold 12"))
    status, answer = await other.call("DELETE", "")
    assert (status, answer["error"]["code"]) == (409, "conflict")
    assert "show.deleted" in await log(app, sale.owner)


def attrs_show(sale: Sale, show_id: str) -> Sale:
    return Sale(sale.owner, show_id, sale.items)


async def test_a_price_is_cleared_by_null_and_kept_when_it_is_not_named(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    path = f"/items/{sale.items['12']['item_id']}"
    _, renamed = await sale.call("PATCH", path, json={"title": "Gown"})
    assert renamed["item"]["price"] == "12.50"
    _, cleared = await sale.call("PATCH", path, json={"price": None})
    assert cleared["item"]["price"] is None
    status, answer = await sale.call("PATCH", path, json={"title": "Robe", "version": 1})
    assert (status, answer["error"]["data"]["current"]["title"]) == (409, "Gown")


async def test_items_are_ordered_and_deleted_while_nobody_claimed_them(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    one, two = sale.items["12"]["item_id"], sale.items["A1"]["item_id"]
    assert await sale.call("POST", "/items/reorder", json={"item_ids": [two]}) == (200, {"item_ids": [two, one]})
    status, answer = await sale.call("POST", "/items/reorder", json={"item_ids": [two, two, str(uuid4())]})
    assert status == 400
    assert [field["path"] for field in answer["error"]["fields"]] == ["item_ids[0]", "item_ids[1]", "item_ids[2]"]
    await sale.say(("ann", "sold 12"))
    status, answer = await sale.call("DELETE", f"/items/{one}")
    assert (status, answer["error"]["code"]) == (409, "conflict")
    assert (await sale.call("DELETE", f"/items/{two}"))[0] == 204
    _, listed = await sale.call("GET", "/items")
    assert [item["item_number"] for item in listed["items"]] == ["12"]


async def test_a_claim_is_moved_and_changed_with_and_without_its_show_in_the_path(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    claim = await claim_of(sale, "ann", "sold 12")
    target = {"item_id": sale.items["A1"]["item_id"]}
    _, moved = await sale.call("POST", f"/claims/{claim['claim_id']}/move", json=target)
    assert (moved["claim"]["item_number"], moved["claim"]["status"]) == ("A1", "winner")
    alone = f"/api/claims/{claim['claim_id']}"
    _, more = await sale.owner.call("POST", f"{alone}/quantity", json={"quantity": 3})
    assert more["claim"]["quantity"] == 3
    status, answer = await sale.owner.call("POST", f"{alone}/quantity", json={"quantity": 4})
    assert (status, answer["error"]["code"], answer["error"]["data"]["left"]) == (409, "out_of_stock", 0)
    assert (await sale.owner.call("POST", f"{alone}/quantity", json={"quantity": 0}))[0] == 400
    assert (await sale.owner.call("POST", f"{alone}/release"))[1]["claim"]["status"] == "released"
    assert (await sale.owner.call("POST", f"/api/claims/{uuid4()}/release"))[0] == 404


async def test_another_workspace_finds_none_of_it(sign_up: SignUp) -> None:
    sale, other = await a_sale(await sign_up()), await sign_up("Otto")
    claim, item = await claim_of(sale, "ann", "sold 12"), sale.items["12"]["item_id"]
    show = f"/api/shows/{sale.show_id}"
    for method, path, body in (
        ("POST", f"/api/claims/{claim['claim_id']}/release", None),
        ("POST", f"/api/claims/{claim['claim_id']}/move", {"item_id": item}),
        ("POST", f"{show}/claims/{claim['claim_id']}/quantity", {"quantity": 2}),
        ("POST", f"{show}/undo", None),
        ("GET", f"{show}/undo", None),
        ("POST", f"{show}/duplicate", None),
        ("DELETE", show, None),
        ("DELETE", f"{show}/items/{item}", None),
        ("POST", f"{show}/items/reorder", {"item_ids": [item]}),
    ):
        status, _ = await other.call(method, path, **({} if body is None else {"json": body}))
        assert status == 404, path


async def test_the_last_action_is_shown_and_taken_back(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    claim = await claim_of(sale, "ann", "sold 12")
    await sale.say(("bob", "sold 12"))
    _, nothing = await sale.call("GET", "/undo")
    assert nothing == {"entry": None, "note": "Starting a show can't be undone."}
    await sale.call("POST", f"/claims/{claim['claim_id']}/release")
    await sale.call("POST", "/pause")
    _, found = await sale.call("GET", "/undo")
    assert (found["entry"]["action"], found["entry"]["item_number"], found["entry"]["handle"]) == (
        "claim.released", "12", "ann",
    )  # fmt: skip
    assert found["note"] == "Pausing can't be undone: resume the show instead."
    _, undone = await sale.call("POST", "/undo")
    assert (undone["undone"], undone["action"]) == (found["entry"]["entry_id"], "claim.released")
    drawer = await sale.drawer("12")
    assert (handles(drawer["winners"]), handles(drawer["waitlist"])) == (["ann"], ["bob"])
    status, answer = await sale.call("POST", "/undo", json={"entry_id": undone["undone"]})
    assert (status, answer["error"]["message"]) == (409, "This action has been undone already.")


async def test_a_guest_awarded_twice_by_one_request_is_one_guest(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    path, body = f"/items/{sale.items['A1']['item_id']}/award", {"guest_name": "Zoe"}
    answers = [await sale.call("POST", path, json=body, headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0][0] == 201
    assert (await sale.drawer("A1"))["item"]["claimed_count"] == 1


async def test_claims_and_comments_are_searched(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(("ann", "sold A1"), ("Élodie", "sold 12"), ("bob", "what a LOVELY colour, 100%"))
    for query, wanted in (
        ("q=a1", ["ann"]),
        ("q=%C3%89lo", ["Élodie"]),
        ("q=ANN", ["ann"]),
        ("q=_", []),
        ("q=zoe", []),
    ):
        _, found = await sale.call("GET", f"/claims?{query}")
        assert handles(found["claims"]) == wanted, query
    for query, wanted in (
        ("q=lovely", ["bob"]),
        ("q=0%25", ["bob"]),
        ("q=%C3%89", ["Élodie"]),
        ("claims_only=true", ["Élodie", "ann"]),
        ("claims_only=true&verdict=ignored", []),
        ("q=sold&verdict=claim", ["Élodie", "ann"]),
    ):
        _, found = await sale.call("GET", f"/comments?{query}")
        assert [comment["author"]["name"] for comment in found["comments"]] == wanted, query
    for query in ("q=" + "x" * 101, "q=%00", "limit=0", "limit=501", "claims_only=yes", "nothing=1"):
        assert (await sale.call("GET", f"/comments?{query}"))[0] == 400, query


async def test_every_change_leaves_its_entry(app: DibsQuart, sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    item = sale.items["A1"]["item_id"]
    await sale.call("PATCH", "", json={"title": "Sunday"})
    await sale.call("POST", "/pin", json={"item_id": item})
    await sale.call("POST", f"/items/{item}/award", json={"guest_name": "Zoe"})
    await sale.call("POST", "/stop")
    assert await log(app, sale.owner) == [
        "show.created", "item.added", "show.started", "show.edited", "item.pinned", "claim.awarded", "show.ended",
    ]  # fmt: skip


async def test_a_claim_that_is_not_of_the_show_is_not_found(sign_up: SignUp) -> None:
    mine, other = await a_sale(await sign_up()), await a_sale(await sign_up())
    claim = await claim_of(other, "ann", "sold 12")
    for action, body in (("release", {}), ("decline", {}), ("quantity", {"quantity": 2})):
        status, answer = await mine.call("POST", f"/claims/{claim['claim_id']}/{action}", json=body)
        assert (action, status, answer["error"]["code"]) == (action, 404, "not_found")
