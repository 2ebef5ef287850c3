"""Buyers over the JSON API: found, noted, blocked in the middle of a show, merged and taken apart again."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dibs.app import DibsQuart

from .conftest import Person, SignUp
from .test_sale import Sale, a_sale

NOBODY = "01a1fe6c-0000-7000-8000-000000000000"


async def found(who: Person, query: str = "") -> dict[str, dict[str, Any]]:
    """The buyers of a search, by handle."""
    status, answer = await who.call("GET", f"/api/buyers?{query}")
    assert status == 200, answer
    return {buyer["handle"]: buyer for buyer in answer["buyers"]}


async def ids(sale: Sale) -> dict[str, str]:
    """Everybody's id by handle."""
    return {handle: buyer["buyer_id"] for handle, buyer in (await found(sale.owner)).items()}


async def act(who: Person, buyer_id: str, verb: str, **body: Any) -> tuple[int, Any]:
    return await who.call("POST", f"/api/buyers/{buyer_id}/{verb}", json=body)


def refused(answer: tuple[int, Any], field: str) -> None:
    """The answer names the field, and no other."""
    status, body = answer
    assert (status, [fault["path"] for fault in body["error"]["fields"]]) == (400, [field])


async def logged(app: DibsQuart, sale: Sale, prefix: str = "buyer.") -> list[tuple[str, str]]:
    rows = await app.runtime.db.hot_fetch(
        "SELECT action, entity_id FROM audit_log WHERE workspace_id = $1 AND action LIKE $2 || '%' ORDER BY id",
        UUID(sale.owner.workspace_id),
        prefix,
    )
    return [(row["action"], row["entity_id"]) for row in rows]


async def test_buyers_come_in_order_of_their_names_with_their_figures(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(("zoe", "hello"), ("Bea", "sold A1"), ("ann", "sold 12"), ("Bea", "sold 12"))
    _, answer = await sale.owner.call("GET", "/api/buyers")
    assert [buyer["handle"] for buyer in answer["buyers"]] == ["ann", "Bea", "zoe"]
    bea, zoe = answer["buyers"][1:]
    assert (bea["shows"], bea["won_units"], bea["identities"], bea["blocked"]) == (1, 1, 0, False)
    assert (zoe["shows"], zoe["won_units"], zoe["last_seen_at"]) == (0, 0, zoe["first_seen_at"])
    assert answer["next"] is None


async def test_the_simulated_audience_can_be_left_out(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(("ann", "hi"))
    rehearsed = {"platform": "practice", "comments": [{"message": "hi", "author": {"id": "p1", "name": "pia"}}]}
    await sale.call("POST", "/comments", json=rehearsed)
    for query, handles in (("", {"ann", "pia"}), ("practice=false", {"ann"}), ("practice=true", {"pia"})):
        assert set(await found(sale.owner, query)) == handles


async def test_paging_gives_everybody_once(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(*((name, f"hello {name}") for name in ("dan", "Ann", "cleo", "bob", "eve")))
    handles, cursor = [], ""
    while True:
        _, page = await sale.owner.call("GET", f"/api/buyers?limit=2{cursor}")
        handles += [buyer["handle"] for buyer in page["buyers"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert handles == ["Ann", "bob", "cleo", "dan", "eve"]


async def test_words_are_looked_for_in_handles_ids_tags_and_notes(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(("ann", "hi"), ("bob", "hi"), ("100%_ben", "hi"))
    who = await ids(sale)
    await sale.owner.call("PATCH", f"/api/buyers/{who['bob']}", json={"version": 1, "note": "Pays LATE\nalways"})
    await sale.owner.call("PATCH", f"/api/buyers/{who['ann']}", json={"version": 1, "tags": ["Regular"]})
    for words, handles in {
        "q=AN": {"ann"}, "q=late": {"bob"}, "q=regular": {"ann"}, "q=bob": {"bob"}, "q=100%25_": {"100%_ben"},
        "q=%25": {"100%_ben"}, "q=nobody": set(), "tag=Regular": {"ann"}, "tag=regul": set(), "q=b&tag=Regular": set(),
        "q=%20ann%20": {"ann"},
    }.items():  # fmt: skip
        assert set(await found(sale.owner, words)) == handles, words


async def test_a_faulty_search_is_refused_by_its_field(sign_up: SignUp) -> None:
    ana = await sign_up()
    for query, field in (
        ("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"), ("cursor=x", "cursor"),
        (f"cursor={NOBODY}", "cursor"), ("blocked=yes", "blocked"), (f"q={'x' * 101}", "q"), ("q=a%00b", "q"),
        ("sort=name", "sort"),
    ):  # fmt: skip
        refused(await ana.call("GET", f"/api/buyers?{query}"), field)


async def test_note_and_tags_are_kept_and_logged(app: DibsQuart, sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(("ann", "hi"))
    ann = (await ids(sale))["ann"]
    body = {"version": 1, "note": "Sister of Bea", "tags": ["VIP", " big   spender ", "vip"]}
    status, answer = await sale.owner.call("PATCH", f"/api/buyers/{ann}", json=body)
    assert (status, answer["note"], answer["tags"], answer["version"]) == (
        200, "Sister of Bea", ["VIP", "big spender"], 2,
    )  # fmt: skip
    status, answer = await sale.owner.call("PATCH", f"/api/buyers/{ann}", json={"version": 2, "note": ""})
    assert (status, answer["note"], answer["tags"]) == (200, "", ["VIP", "big spender"])
    assert [entry[0] for entry in await logged(app, sale)] == ["buyer.noted", "buyer.tagged", "buyer.noted"]


async def test_a_stale_version_changes_nothing_and_shows_what_is_there(app: DibsQuart, sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(("ann", "hi"))
    ann = (await ids(sale))["ann"]
    await sale.owner.call("PATCH", f"/api/buyers/{ann}", json={"version": 1, "note": "first"})
    status, answer = await sale.owner.call("PATCH", f"/api/buyers/{ann}", json={"version": 1, "note": "second"})
    assert (status, answer["error"]["code"]) == (409, "conflict")
    current = answer["error"]["data"]["current"]
    assert (current["note"], current["version"], current["buyer_id"]) == ("first", 2, ann)
    assert len(await logged(app, sale)) == 1


async def test_a_faulty_change_is_refused_by_its_field(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(("ann", "hi"))
    ann = (await ids(sale))["ann"]
    changes: list[tuple[dict[str, Any], str]] = [
        ({"note": "x"}, "version"), ({"version": "1"}, "version"), ({"version": 1, "note": "x" * 2001}, "note"),
        ({"version": 1, "note": "a\0b"}, "note"), ({"version": 1, "tags": ["x"] * 21}, "tags"),
        ({"version": 1, "tags": [" "]}, "tags"), ({"version": 1, "tags": ["x" * 41]}, "tags"),
        ({"version": 1, "tags": ["a\nb"]}, "tags"), ({"version": 1, "tags": "vip"}, "tags"),
        ({"version": 1, "handle": "x"}, "handle"), ({"version": 1, "tags": ["x", 1]}, "tags[1]"),
    ]  # fmt: skip
    for body, field in changes:
        refused(await sale.owner.call("PATCH", f"/api/buyers/{ann}", json=body), field)
    faulty: list[dict[str, Any]] = [{}, {"reason": " "}, {"reason": "x" * 301}, {"reason": "a\0"}, {"reason": 5}]
    for body in faulty:
        refused(await act(sale.owner, ann, "block", **body), "reason")
    assert await found(sale.owner, "blocked=true") == {}


async def test_somebody_blocked_in_the_middle_of_a_show_wins_nothing_more(app: DibsQuart, sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(("ann", "sold A1"), ("bob", "sold A1"))
    ann = (await ids(sale))["ann"]
    status, answer = await act(sale.owner, ann, "block", reason=" never pays ")
    assert (status, answer["blocked"], answer["blocked_reason"]) == (200, True, "never pays")
    [refused] = await sale.say(("ann", "sold 12"))
    assert [(claim["status"], claim["reason"]) for claim in refused["claims"]] == [("declined", "buyer_blocked")]
    winners = (await sale.drawer("A1"))["winners"]
    assert [winner["handle"] for winner in winners] == ["ann", "bob"]
    assert set(await found(sale.owner, "blocked=true")) == {"ann"}
    assert set(await found(sale.owner, "blocked=false")) == {"bob"}
    status, answer = await act(sale.owner, ann, "unblock")
    assert (status, answer["blocked"], answer["blocked_at"], answer["blocked_reason"]) == (200, False, None, None)
    [again] = await sale.say(("ann", "12 sold"))
    assert [claim["status"] for claim in again["claims"]] == ["winner"]
    assert await logged(app, sale) == [("buyer.blocked", ann), ("buyer.unblocked", ann)]


async def test_blocking_again_changes_the_reason_and_twice_the_same_changes_nothing(
    app: DibsQuart, sign_up: SignUp
) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(("ann", "hi"))
    ann = (await ids(sale))["ann"]
    _, first = await act(sale.owner, ann, "block", reason="spam")
    _, second = await act(sale.owner, ann, "block", reason="spam")
    _, third = await act(sale.owner, ann, "block", reason="never pays")
    assert [first["blocked_at"], first["blocked_reason"]] == [second["blocked_at"], second["blocked_reason"]]
    assert (third["blocked_reason"], third["blocked_at"]) == ("never pays", first["blocked_at"])
    await act(sale.owner, ann, "unblock")
    assert (await act(sale.owner, ann, "unblock"))[0] == 200
    assert len(await logged(app, sale)) == 3


async def test_running_shows_hear_of_a_block(app: DibsQuart, sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(("ann", "hi"))
    _, draft = await sale.owner.call("POST", "/api/shows", json={"title": "Next"})
    ann = (await ids(sale))["ann"]
    await act(sale.owner, ann, "block", reason="spam")
    await act(sale.owner, ann, "unblock")
    rows = await app.runtime.db.hot_fetch(
        "SELECT topic, payload::text FROM outbox WHERE workspace_id = $1 AND type = 'buyer.changed' ORDER BY seq",
        UUID(sale.owner.workspace_id),
    )
    assert [row["topic"] for row in rows] == [f"show:{sale.show_id}"] * 2
    assert f'{{"buyer_id":"{ann}","blocked":true,"handle":"ann","erased":false}}' == rows[0]["payload"]
    assert '"blocked":false' in rows[1]["payload"]
    assert draft["id"] != sale.show_id


async def test_two_identities_become_one_person_and_two_again(app: DibsQuart, sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    for said in (("ann", "sold 12"), ("ann2", "sold A1"), ("bob", "hi")):
        await sale.say(said)
    who = await ids(sale)
    before = await found(sale.owner)
    status, answer = await act(sale.owner, who["ann2"], "merge", into=who["ann"])
    assert (status, answer["buyer_id"], answer["identities"], answer["won_units"]) == (200, who["ann"], 1, 2)
    assert set(await found(sale.owner)) == {"ann", "bob"}
    assert set(await found(sale.owner, "q=ann2")) == {"ann"}
    _, profile = await sale.owner.call("GET", f"/api/buyers/{who['ann']}")
    assert [(one["handle"], one["merged_with"]) for one in profile["identities"]] == [("ann2", who["ann"])]
    assert [(claim["handle"], claim["item_number"], claim["text"]) for claim in profile["claims"]] == [
        ("ann2", "A1", "sold A1"), ("ann", "12", "sold 12"),
    ]  # fmt: skip
    [show] = profile["shows"]
    assert (show["won_units"], show["amount"], show["unpriced"], show["title"]) == (2, "12.50", 1, "Friday")
    _, own = await sale.owner.call("GET", f"/api/buyers/{who['ann2']}")
    assert (own["buyer"]["merged_into"], own["identities"]) == (who["ann"], [])
    status, answer = await act(sale.owner, who["ann2"], "unmerge")
    assert (status, answer["buyer_id"], answer["merged_into"]) == (200, who["ann2"], None)
    assert await found(sale.owner) == before
    assert [entry[0] for entry in await logged(app, sale)] == ["buyer.merged", "buyer.unmerged"]


async def test_what_was_merged_comes_along_and_goes_back_with_it(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(*((name, f"hello {name}") for name in "abc"))
    who = await ids(sale)
    assert (await act(sale.owner, who["a"], "merge", into=who["b"]))[0] == 200
    status, answer = await act(sale.owner, who["b"], "merge", into=who["c"])
    assert (status, answer["buyer_id"], answer["identities"]) == (200, who["c"], 2)
    _, profile = await sale.owner.call("GET", f"/api/buyers/{who['c']}")
    assert {one["handle"]: one["merged_with"] for one in profile["identities"]} == {"a": who["b"], "b": who["c"]}
    status, answer = await act(sale.owner, who["b"], "unmerge")
    assert (answer["identities"], set(await found(sale.owner))) == (1, {"b", "c"})
    assert (await act(sale.owner, who["a"], "unmerge"))[0] == 200
    assert set(await found(sale.owner)) == {"a", "b", "c"}


async def test_merging_into_an_identity_means_its_person(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(*((name, f"hello {name}") for name in "abc"))
    who = await ids(sale)
    await act(sale.owner, who["a"], "merge", into=who["b"])
    _, answer = await act(sale.owner, who["c"], "merge", into=who["a"])
    assert (answer["buyer_id"], answer["identities"]) == (who["b"], 2)
    await act(sale.owner, who["a"], "unmerge")
    assert {handle: one["identities"] for handle, one in (await found(sale.owner)).items()} == {"a": 0, "b": 1}


async def test_what_can_not_be_merged(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(*((name, f"hello {name}") for name in "abc"))
    who = await ids(sale)
    await act(sale.owner, who["a"], "merge", into=who["b"])
    for buyer, into in (("a", "c"), ("b", "a"), ("b", "b"), ("a", "b")):
        status, answer = await act(sale.owner, who[buyer], "merge", into=who[into])
        assert (status, answer["error"]["code"]) == (409, "conflict"), (buyer, into)
    status, answer = await act(sale.owner, who["c"], "unmerge")
    assert (status, answer["error"]["code"]) == (409, "conflict")
    status, answer = await sale.owner.call("PATCH", f"/api/buyers/{who['a']}", json={"version": 1, "note": "x"})
    assert (status, answer["error"]["data"]["merged_into"]) == (409, who["b"])
    assert (await act(sale.owner, who["c"], "merge", into=NOBODY))[0] == 404
    assert (await act(sale.owner, who["c"], "merge", into="x"))[0] == 400


@pytest.mark.parametrize("blocked", ["ann", "ben"])
async def test_one_blocked_identity_blocks_the_person(sign_up: SignUp, blocked: str) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(*((name, f"hello {name}") for name in ("ann", "ben", "cleo")))
    who = await ids(sale)
    await act(sale.owner, who[blocked], "block", reason="spam")
    await act(sale.owner, who["ann"], "merge", into=who["ben"])
    _, person = await act(sale.owner, who["cleo"], "merge", into=who["ben"])
    assert (person["blocked"], person["blocked_reason"]) == (True, "spam")
    said = await sale.say(*((name, "sold 12") for name in ("ann", "ben", "cleo")))
    assert [claim["reason"] for comment in said for claim in comment["claims"]] == ["buyer_blocked"] * 3
    await act(sale.owner, who["ann"], "unmerge")
    await act(sale.owner, who["cleo"], "unmerge")
    assert {handle for handle, one in (await found(sale.owner)).items() if one["blocked"]} == {blocked}
    await act(sale.owner, who["ann"], "merge", into=who["ben"])
    await act(sale.owner, who["ann"], "unblock")
    assert await found(sale.owner, "blocked=true") == {}


async def test_the_people_of_a_show_with_what_they_have(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    await sale.say(
        ("ann", "sold 12"), ("bob", "sold 12"), ("bob", "sold A1"), ("ann2", "sold A1"), ("cleo", "hi"),
        ("dan", "sold A1"),
    )  # fmt: skip
    who = await ids(sale)
    await act(sale.owner, who["ann2"], "merge", into=who["ann"])
    _, answer = await sale.call("GET", "/buyers")
    rows = {row["handle"]: row for row in answer["buyers"]}
    assert list(rows) == ["ann", "bob", "dan"]
    ann = rows["ann"]
    assert (ann["items"], ann["quantity"], ann["waitlist"], ann["total"], ann["unpriced"]) == (2, 2, 0, "12.50", 1)
    assert [(line["item_number"], line["quantity"], line["amount"]) for line in ann["lines"]] == [
        ("12", 1, "12.50"), ("A1", 1, None),
    ]  # fmt: skip
    assert (rows["bob"]["waitlist"], rows["bob"]["waiting_units"], rows["bob"]["total"]) == (1, 1, "0.00")
    _, answer = await sale.call("GET", "/buyers?q=ANN2")
    assert [row["handle"] for row in answer["buyers"]] == ["ann"]
    _, first = await sale.call("GET", "/buyers?limit=2")
    _, second = await sale.call("GET", f"/buyers?limit=2&cursor={first['next']}")
    assert [row["handle"] for row in first["buyers"] + second["buyers"]] == ["ann", "bob", "dan"]
    assert second["next"] is None
    totals = [Decimal(row["total"]) for row in rows.values()]
    assert sum(totals) == Decimal("12.50")


async def test_history_is_paged_over_all_identities(sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    for said in (("ann", "sold 12"), ("ann2", "sold A1"), ("ann", "sold 99"), ("ann2", "pass A1")):
        await sale.say(said)
    who = await ids(sale)
    await act(sale.owner, who["ann2"], "merge", into=who["ann"])
    path, pages, more = f"/api/buyers/{who['ann']}?limit=1", [], ""
    for _ in range(5):
        _, answer = await sale.owner.call("GET", f"{path}{more}")
        pages.append([(claim["item_number"], claim["kind"]) for claim in answer["claims"]])
        more = f"&cursor={answer['next']}"
        if answer["next"] is None:
            break
    assert pages == [[("A1", "pass")], [("99", "claim")], [("A1", "claim")], [("12", "claim")]]


async def test_other_workspaces_and_viewers_change_nothing(app: DibsQuart, sign_up: SignUp) -> None:
    sale, eve = await a_sale(await sign_up()), await sign_up("Eve")
    await sale.say(("ann", "hi"))
    ann = (await ids(sale))["ann"]
    calls: list[tuple[str, str, Any]] = [
        ("GET", "", None), ("PATCH", "", {"version": 1, "note": "mine"}), ("POST", "/block", {"reason": "mine"}),
        ("POST", "/unblock", {}), ("POST", "/merge", {"into": NOBODY}), ("POST", "/unmerge", {}),
    ]  # fmt: skip
    for method, path, body in calls:
        status, answer = await eve.call(method, f"/api/buyers/{ann}{path}", json=body)
        assert (status, answer["error"]["code"]) == (404, "not_found")
    assert (await eve.call("GET", "/api/buyers"))[1] == {"buyers": [], "next": None}
    assert (await eve.call("GET", f"/api/buyers?cursor={ann}"))[0] == 400
    assert (await eve.call("GET", f"/api/shows/{sale.show_id}/buyers"))[0] == 404
    await app.runtime.db.hot_fetch(
        "INSERT INTO members (workspace_id, user_id, role) VALUES ($1, $2, 'viewer')",
        UUID(sale.owner.workspace_id),
        UUID(eve.user_id),
    )
    here = {"X-Dibs-Workspace": sale.owner.workspace_id}
    for method, path, body in calls:
        status, _ = await eve.call(method, f"/api/buyers/{ann}{path}", json=body, headers=here)
        assert status == (200 if method == "GET" else 403)
    assert await logged(app, sale) == []


async def test_nobody_in_another_workspace_can_be_merged_with(sign_up: SignUp) -> None:
    sale, other = await a_sale(await sign_up()), await a_sale(await sign_up("Eve"))
    await sale.say(("ann", "hi"))
    await other.say(("bob", "hi"))
    ann, bob = (await ids(sale))["ann"], (await ids(other))["bob"]
    assert (await act(sale.owner, ann, "merge", into=bob))[0] == 404
    assert (await act(other.owner, ann, "merge", into=bob))[0] == 404
