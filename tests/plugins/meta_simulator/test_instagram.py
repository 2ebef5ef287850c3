"""Instagram: what can be read and answered, and only while it is live."""

from __future__ import annotations

from typing import Any

import pytest

from dibs_meta_simulator.serving import Running

from .client import Client

FIELDS = (
    "id,media_type,media_product_type,owner,username,timestamp,"
    "comments.limit(50){id,text,timestamp,username,from,parent_id}"
)


@pytest.fixture
def live(meta: Running) -> str:
    meta.world.clock.freeze(1767225600)
    meta.world.tokens.quick_page(meta.seed.page, meta.seed.app)
    return meta.world.lives.start_instagram(meta.seed.account.id).id


async def test_live_media_with_its_comments_newest_first(meta: Running, api: Client, live: str) -> None:
    first = await api.control("comment", live=live, text="boa noite", who="Ana Buys")
    await api.control("move_clock", seconds=1)
    await api.control("comment", live=live, text="quero o azul", who="Ana Buys")
    for client in (api, api.user(), api.instagram()):
        (media,) = (await client.get(f"{meta.seed.account.id}/live_media", fields=FIELDS)).body["data"]
        assert {name: media[name] for name in media if name != "comments"} == {
            "id": live,
            "media_type": "BROADCAST",
            "media_product_type": "LIVE",
            "owner": {"id": meta.seed.account.id},
            "username": "loja_demo",
            "timestamp": "2026-01-01T00:00:00+0000",
        }
        assert media["comments"]["data"][1] == {
            "id": first["id"],
            "text": "boa noite",
            "timestamp": "2026-01-01T00:00:00+0000",
            "username": "ana_buys",
            "from": {"id": "1780000000000101", "username": "ana_buys"},
        }
    assert (await api.instagram().get("me/live_media")).ids == [live]


async def test_comments_are_absent_without_the_permission_and_empty_before_the_first(
    meta: Running, api: Client, live: str
) -> None:
    path = f"{meta.seed.account.id}/live_media"
    (media,) = (await api.get(path, fields=FIELDS)).body["data"]
    assert media["comments"] == {"data": []}
    await api.control("set_fault", name="no_comments_key", calls=1)
    assert "comments" not in (await api.get(path, fields=FIELDS)).body["data"][0]
    await api.control("withdraw_permission", who=meta.seed.user.id, permission="instagram_manage_comments")
    assert "comments" not in (await api.get(path, fields=FIELDS)).body["data"][0]
    assert (await api.get(f"{live}/comments")).code == (10, None)


async def test_the_edge_gives_fifty_a_page_and_walks_on(api: Client, live: str) -> None:
    said = await api.control("comments", live=live, lines=[{"text": str(number)} for number in range(120)])
    page = await api.get(f"{live}/comments", limit=100)
    seen = page.ids
    assert len(seen) == 50
    while "next" in page.body["paging"]:
        page = await api.get(f"{live}/comments", limit=100, after=page.body["paging"]["cursors"]["after"])
        seen += page.ids
    assert seen == [one["id"] for one in reversed(said)]


async def test_after_the_end_nothing_can_be_read(meta: Running, api: Client, live: str) -> None:
    comment = await api.control("comment", live=live, text="a")
    await api.control("end_live", live=live)
    assert (await api.get(f"{meta.seed.account.id}/live_media")).body == {"data": []}
    for path in (live, f"{live}/comments", comment["id"]):
        assert (await api.get(path)).code == (100, 33), path


def _message(comment_id: str, text: str = "Oi! https://app.example/c/abc") -> dict[str, Any]:
    return {"recipient": {"comment_id": comment_id}, "message": {"text": text}}


async def test_one_private_reply_and_only_while_live(meta: Running, api: Client, live: str) -> None:
    first, second, third = [
        one["id"] for one in await api.control("comments", live=live, lines=[{"text": text} for text in "abc"])
    ]
    path = f"{meta.seed.account.id}/messages"
    sent = await api.call("POST", path, _message(first))
    assert (sent.status, sent.body["recipient_id"]) == (200, "1780000000000201")
    assert (await api.call("POST", path, _message(first))).code == (2534025, None)
    await api.control("set_fault", name="instagram_subcodes", calls=1)
    assert (await api.call("POST", path, _message(first))).code == (100, 2534025)
    assert (await api.instagram().call("POST", "me/messages", _message(second))).status == 200
    assert (await api.call("POST", path, _message(third, "x" * 1001))).code == (100, None)
    assert (await api.call("POST", path, _message("17900000000999999"))).code == (2534014, None)
    await api.control("end_live", live=live)
    late = await api.call("POST", path, _message(third))
    assert (late.status, late.code) == (403, (10, 2534022))
    async with api.http.get(f"{meta.address}/_control/replies") as answer:
        replies = await answer.json()
    assert [(reply["platform"], reply["comment_id"]) for reply in replies] == [
        ("instagram", first),
        ("instagram", second),
    ]


async def test_there_is_no_public_reply(api: Client, live: str) -> None:
    comment = (await api.control("comment", live=live, text="a"))["id"]
    refused = await api.call("POST", f"{comment}/replies", message="sold!")
    assert refused.code == (100, None)
    assert "live video" in refused.body["error"]["message"]
    assert (await api.call("POST", f"{live}/comments", message="next: 12")).code == (10, None)
    assert (await api.call("DELETE", comment)).code == (100, None)


async def test_another_account_is_not_visible(meta: Running, api: Client) -> None:
    other = meta.seed.lone_account.id
    assert (await api.get(f"{other}/live_media")).code == (100, 33)
    assert (await api.instagram().get(f"{other}/live_media")).code == (100, 33)
