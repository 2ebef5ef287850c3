"""What buyers are told about their claims, once, and how it goes out."""

from __future__ import annotations

from uuid import UUID

import pytest

from dibs.app import DibsQuart

from ...core.api.conftest import SignUp
from .bay import BayServer
from .conftest import Shop, open_shop

TEXTS = {
    "won_texts": ["WON {name} {item} {title} {quantity} {price} {shop}"],
    "waitlist_texts": ["WAIT {name} {place}"],
    "promoted_texts": ["UP {name} {title}"],
    "unmatched_texts": ["NO {name} {item}"],
    "declined_texts": ["OUT {name}"],
}
ALL = dict.fromkeys(("won", "waitlist", "promoted", "unmatched", "declined"), "private")


def seen(messages: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return [(one["name"], one["outcome"], one["way"], one["state"]) for one in messages]


async def test_who_won_who_waits_and_who_named_nothing_are_told(shop: Shop, bay: BayServer) -> None:
    await shop.set(**ALL, **TEXTS)
    await shop.say("sold 12", who="ana")
    await shop.say("sold 12", who="bob")
    await shop.say("sold 99", who="cy")
    found = await shop.settled(3)
    assert seen(found) == [
        ("Ana", "won", "private", "sent"),
        ("Bob", "waitlist", "private", "sent"),
        ("Cy", "unmatched", "private", "sent"),
    ]
    assert sorted(bay.texts(private=True)) == [
        "NO Cy 99",
        "WAIT Bob 1",
        "WON Ana 12 Red dress 1 $12.50 Ana's workspace",
    ]


async def test_moving_up_is_a_message_of_its_own(shop: Shop, bay: BayServer) -> None:
    await shop.set(**{**ALL, "promoted": "both"}, **TEXTS)
    await shop.say("sold 12", who="ana")
    await shop.say("sold 12", who="bob")
    await shop.settled(2)
    await shop.say("pass 12", who="ana")
    found = await shop.settled(4)
    # The one private answer to Bob's comment was used up when he was put on the list.
    assert seen(found)[2:] == [("Bob", "promoted", "public", "sent"), ("Bob", "promoted", "private", "unreachable")]
    assert found[3]["reason"] == "used"
    assert bay.texts(private=False) == ["UP Bob Red dress"]


async def test_what_is_out_of_date_before_it_went_out_is_not_said(shop: Shop, bay: BayServer) -> None:
    await shop.set(**{**ALL, "pause_seconds": 4}, **TEXTS)
    await shop.say("sold 13", who="zoe")
    await shop.say("sold 12", who="ana")
    await shop.until(lambda found: len(found) == 2)
    await shop.say("pass 12", who="ana")
    found = await shop.settled(2)
    assert seen(found) == [("Zoe", "won", "private", "sent"), ("Ana", "won", "private", "skipped")]
    assert found[1]["reason"] == "released" and len(bay.said) == 1


async def test_what_is_said_to_one_comment_goes_out_as_one(shop: Shop, bay: BayServer) -> None:
    await shop.set(**{**ALL, "pause_seconds": 2}, **TEXTS)
    await shop.say("sold 13", who="zoe")
    await shop.say("sold 13 x9", who="ana")
    found = await shop.settled(3)
    assert {one["state"] for one in found} == {"sent"}
    mine = [text for text in bay.texts(private=True) if "Zoe" not in text]
    assert len(mine) == 1 and mine[0].split("\n")[0].startswith("WON Ana 13 Blue top 4") and "WAIT Ana 1" in mine[0]


async def test_texts_take_turns(shop: Shop, bay: BayServer) -> None:
    await shop.set(won="public", won_texts=["one {name}", "two {name}"])
    for who in ("ana", "bob", "cy"):
        await shop.say("sold 13", who=who)
    await shop.settled(3)
    said = bay.texts(private=False)
    assert len({text.split()[0] for text in said}) == 2 and said[0].split()[0] != said[1].split()[0]


async def test_standard_texts_are_in_the_language_of_the_workspace(shop: Shop, bay: BayServer) -> None:
    await shop.person.call(
        "PATCH", f"/api/workspaces/{shop.workspace_id}", json={"settings": {"language": "es", "currency": "MXN"}}
    )
    await shop.say("sold 12", who="ana")
    await shop.settled(1)
    assert "Red dress" in bay.texts(private=True)[0]
    assert any(word in bay.texts(private=True)[0] for word in ("es tuyo", "Te llevas", "Vendido"))


async def test_answers_keep_their_distance(shop: Shop, bay: BayServer) -> None:
    await shop.set(won="public", pause_seconds=1)
    for who in ("ana", "bob", "cy"):
        await shop.say("sold 13", who=who)
    await shop.settled(3)
    gaps = [later - earlier for earlier, later in zip(bay.calls, bay.calls[1:], strict=False)]
    assert len(gaps) == 2 and min(gaps) > 0.4  # a second, less the jitter of two clocks and a look every tenth


async def test_a_plugin_that_is_off_says_nothing(shop: Shop, bay: BayServer) -> None:
    await shop.app.runtime.flags.set_override(shop.workspace_id, "replies", False)
    await shop.say("sold 12", who="ana")
    await shop.app.runtime.flags.set_override(shop.workspace_id, "replies", True)
    await shop.say("sold 13", who="bob")
    found = await shop.settled(1)
    assert [one["name"] for one in found][-1] == "Bob"


async def test_a_show_that_leaves_answering_to_its_operators(shop: Shop, bay: BayServer) -> None:
    path = f"/api/shows/{shop.show_id}/replies"
    assert (await shop.person.call("PUT", f"{path}/automatic", json={"automatic": False}))[0] == 200
    await shop.say("sold 12", who="ana")
    await shop.say("sold 13", who="bob")
    await shop.until(lambda found: [one["state"] for one in found] == ["held", "held"])
    ana, bob = await shop.messages()
    assert "Red dress" in ana["text"] and bay.said == []
    assert await shop.post("retry", message_ids=[ana["id"]]) == {"changed": 1}
    assert await shop.post("told", message_ids=[bob["id"]]) == {"changed": 1}
    found = await shop.settled(2)
    assert [(one["state"], one["reason"]) for one in found] == [("sent", None), ("sent", "told")]
    assert len(bay.said) == 1


async def test_a_practice_show_writes_to_nobody(shop: Shop, bay: BayServer) -> None:
    await shop.app.runtime.db.plain_fetch("UPDATE shows SET practice = true WHERE id = $1", shop.show_id)
    await shop.say("sold 12", who="ana")
    await shop.app.runtime.db.plain_fetch("UPDATE shows SET practice = false WHERE id = $1", shop.show_id)
    await shop.say("sold 13", who="bob")
    found = await shop.settled(1)
    assert [one["name"] for one in found][-1] == "Bob"


@pytest.mark.parametrize(
    ("field", "texts", "words"),
    [
        ("won_texts", ["You won {prize}"], "{prize} is not a placeholder"),
        ("waitlist_texts", ["fine", "{name.__class__}"], "is not a placeholder"),
        ("promoted_texts", ["{0}"], "is not a placeholder"),
        ("declined_texts", ["{name!r}"], "is not a placeholder"),
        ("unmatched_texts", ["{name"], "a placeholder begins with"),
        ("won_texts", ["x" * 901], "900 bytes"),
        ("won_texts", ["x"] * 21, "at most 20"),
    ],
)
async def test_a_text_that_can_not_be_sent_is_refused_with_its_field(
    shop: Shop, field: str, texts: list[str], words: str
) -> None:
    body = {"settings": {"rules": {"plugins": {"replies": {field: texts}}}}}
    status, told = await shop.person.call("PATCH", f"/api/workspaces/{shop.workspace_id}", json=body)
    assert status == 400
    [fault] = told["error"]["fields"]
    assert fault["path"].endswith(f"plugins.replies.{field}") and words in fault["problem"]


async def test_answers_after_the_end_of_a_broadcast_are_not_tried_where_they_are_not_taken(
    app: DibsQuart, sign_up: SignUp, bay: BayServer
) -> None:
    shop = await open_shop(app, await sign_up(), bay, "livebay")
    await shop.set(won="both")
    await shop.say("sold 12", who="ana")
    assert seen(await shop.settled(2)) == [("Ana", "won", "public", "skipped"), ("Ana", "won", "private", "sent")]
    await app.runtime.db.plain_fetch("UPDATE streams SET status = 'ended' WHERE show_id = $1", shop.show_id)
    await shop.say("sold 13", who="bob")
    found = await shop.settled(4)
    assert (found[3]["state"], found[3]["reason"]) == ("closed", "window") and len(bay.calls) == 1


async def test_nobody_sees_the_answers_of_another_workspace(shop: Shop, sign_up: SignUp) -> None:
    await shop.say("sold 12", who="ana")
    await shop.settled(1)
    stranger = await sign_up("Eve")
    await shop.app.runtime.flags.set_override(UUID(stranger.workspace_id), "replies", True)
    path = f"/api/shows/{shop.show_id}/replies"
    assert (await stranger.call("GET", path))[0] == 404
    assert (await stranger.call("POST", f"{path}/retry", json={}))[0] == 404
    assert (await stranger.call("PUT", f"{path}/automatic", json={"automatic": False}))[0] == 404


async def test_an_answer_parts_from_whoever_is_forgotten_and_goes_with_what_was_won(shop: Shop, bay: BayServer) -> None:
    await shop.set(**ALL, **TEXTS)
    await shop.say("sold 12", who="ana")
    await shop.settled(1)
    fetch, runtime = shop.app.runtime.db.hot_fetch, shop.app.runtime
    row = "SELECT buyer_id, note FROM replies_messages WHERE workspace_id = $1"
    set_note = "UPDATE replies_messages SET note = 'Ana is away' WHERE workspace_id = $1 RETURNING buyer_id"
    [[buyer_id]] = await fetch(set_note, shop.workspace_id)
    stranger = UUID(int=7)
    for other in (UUID(int=1), shop.show_id):
        async with runtime.db.transaction(), runtime.db.raw() as connection:
            plugins = runtime.erase_keeper.plugins
            await plugins.remove(connection, shop.workspace_id, [buyer_id], other, stranger)
        [left] = await fetch(row, shop.workspace_id)
        expected = (buyer_id, "Ana is away") if other != shop.show_id else (stranger, None)
        assert (left["buyer_id"], left["note"]) == expected
