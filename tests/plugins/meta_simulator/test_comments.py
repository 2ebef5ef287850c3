"""Reading comments by polling."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from dibs_meta_simulator.serving import Running

from .client import Client, Reply

FIELDS = "id,message,created_time,from{id,name},parent{id},attachment"
EVERYTHING = {"filter": "stream", "live_filter": "no_filter", "fields": FIELDS}


@pytest.fixture
def live(meta: Running) -> str:
    meta.world.clock.freeze(1767225600)
    meta.world.tokens.quick_page(meta.seed.page, meta.seed.app)
    return meta.world.lives.start(meta.seed.page.id).id


def _texts(reply: Reply) -> list[str]:
    return [one["message"] for one in reply.body["data"]]


async def _write(api: Client, live: str, *texts: str, apart: float = 1) -> list[str]:
    ids = []
    for text in texts:
        ids.append((await api.control("comment", live=live, text=text))["id"])
        await api.control("move_clock", seconds=apart)
    return ids


async def test_a_comment_reads_as_in_the_reference(meta: Running, api: Client, live: str) -> None:
    (comment_id,) = await _write(api, live, "quero 2 do azul")
    (comment,) = (await api.get(f"{live}/comments", **EVERYTHING)).body["data"]
    assert comment == {
        "id": comment_id,
        "message": "quero 2 do azul",
        "created_time": "2026-01-01T00:00:00+0000",
        "from": {"id": "7000000000000001", "name": "Bia Souza"},
    }
    assert comment_id.startswith(f"{meta.world.lives.live(live).video_id}_")  # type: ignore[union-attr]


async def test_both_orders_and_paging_to_the_end(meta: Running, api: Client, live: str) -> None:
    ids = await _write(api, live, *"abcde", apart=0.4)  # with ties
    for order, expected in (("chronological", ids), ("reverse_chronological", ids[::-1])):
        page = await api.get(f"{live}/comments", order=order, limit=2, **EVERYTHING)
        seen = page.ids
        while "next" in page.body["paging"]:
            query = parse_qs(urlsplit(page.body["paging"]["next"]).query)
            assert query["access_token"] == [api.token]
            after = page.body["paging"]["cursors"]["after"]
            assert query["after"] == [after]
            page = await api.get(f"{live}/comments", order=order, limit=2, after=after, **EVERYTHING)
            seen += page.ids
        assert seen == expected
    back = page.body["paging"]["cursors"]["before"]
    page = await api.get(f"{live}/comments", order="reverse_chronological", limit=2, before=back, **EVERYTHING)
    assert page.ids == [ids[2], ids[1]]


async def test_the_next_address_can_be_followed(api: Client, live: str) -> None:
    ids = await _write(api, live, *"abc")
    page = await api.get(f"{live}/comments", limit=2, **EVERYTHING)
    async with api.http.get(page.body["paging"]["next"]) as answer:
        assert [one["id"] for one in (await answer.json())["data"]] == ids[2:]


async def test_the_default_filters_hide_replies_and_low_quality(meta: Running, api: Client, live: str) -> None:
    first, second = await _write(api, live, "good", "bad")
    meta.world.nodes[second].low_quality = True  # type: ignore[union-attr]
    reply = (await api.call("POST", f"{first}/comments", message="sold!")).body["id"]
    assert (await api.get(f"{live}/comments")).ids == [first]
    assert (await api.get(f"{live}/comments", live_filter="no_filter")).ids == [first, second]
    everything = await api.get(f"{live}/comments", **EVERYTHING)
    assert everything.ids == [first, second, reply]
    assert everything.body["data"][2]["parent"] == {"id": first}
    assert (await api.get(f"{first}/comments")).ids == [reply]


async def test_a_page_can_be_short_or_empty_and_still_have_a_next_one(meta: Running, api: Client, live: str) -> None:
    first, second, third = await _write(api, live, *"abc")
    meta.world.nodes[first].low_quality = True  # type: ignore[union-attr]
    page = await api.get(f"{live}/comments", limit=1)
    assert page.ids == []
    assert "next" in page.body["paging"]
    page = await api.get(f"{live}/comments", limit=1, after=page.body["paging"]["cursors"]["after"])
    assert page.ids == [second]
    await api.control("set_fault", name="empty_pages", calls=1)
    page = await api.get(f"{live}/comments", order="reverse_chronological", **EVERYTHING)
    assert page.ids == []
    after = page.body["paging"]["cursors"]["after"]
    page = await api.get(f"{live}/comments", order="reverse_chronological", after=after, **EVERYTHING)
    assert page.ids == [third, second, first]


async def test_since_keeps_its_own_second_unless_told_otherwise(api: Client, live: str) -> None:
    ids = await _write(api, live, *"abc")
    for since in ("1767225601", "2026-01-01T00:00:01+0000"):
        assert (await api.get(f"{live}/comments", since=since)).ids == ids[1:]
    await api.control("set_fault", name="since_exclusive")
    assert (await api.get(f"{live}/comments", since="1767225601")).ids == ids[2:]


async def test_cursors_go_stale(meta: Running, api: Client, live: str) -> None:
    ids = await _write(api, live, *"abcdefg")
    page = await api.get(f"{live}/comments", limit=2)
    after = page.body["paging"]["cursors"]["after"]
    await api.control("set_fault", name="stale_cursors", mode="skip", comments=2, calls=1)
    assert (await api.get(f"{live}/comments", limit=2, after=after)).ids == ids[4:6]
    await api.control("set_fault", name="stale_cursors", mode="restart", calls=1)
    assert (await api.get(f"{live}/comments", limit=2, after=after)).ids == ids[:2]
    await api.control("set_fault", name="stale_cursors", calls=1)
    assert (await api.get(f"{live}/comments", limit=2, after=after)).code == (100, None)
    await api.control("delete_comment", comment=ids[1])
    assert (await api.get(f"{live}/comments", limit=2, after=after)).code == (100, None)
    assert (await api.get(f"{live}/comments", limit=2, after="rubbish!")).code == (100, None)


async def test_deleted_hidden_and_edited_between_two_looks(meta: Running, api: Client, live: str) -> None:
    first, second, third = await _write(api, live, *"abc")
    await api.control("delete_comment", comment=first)
    await api.control("hide_comment", comment=second)
    await api.control("edit_comment", comment=third, text="changed")
    page = await api.get(f"{live}/comments", **EVERYTHING)
    assert (page.ids, _texts(page)) == ([third], ["changed"])
    assert (await api.get(first)).code == (100, 33)


async def test_many_in_one_second_can_change_places(meta: Running, api: Client, live: str) -> None:
    ids = await _write(api, live, *"abcdefgh", apart=0)
    await api.control("set_fault", name="shuffled_ties")
    pages = [(await api.get(f"{live}/comments")).ids for _ in range(4)]
    assert {frozenset(page) for page in pages} == {frozenset(ids)}
    assert len({tuple(page) for page in pages}) > 1


async def test_ties_can_be_forced(api: Client, live: str) -> None:
    await api.control("set_fault", name="ties", seconds=10)
    await _write(api, live, *"abc")
    shown = (await api.get(f"{live}/comments")).body["data"]
    assert {one["created_time"] for one in shown} == {"2026-01-01T00:00:00+0000"}


async def test_who_wrote_it_may_be_missing(meta: Running, api: Client, live: str) -> None:
    await api.control("comment", live=live, text="a", anonymous=True)
    await _write(api, live, "b")
    own = await api.call("POST", f"{(await api.get(f'{live}/comments')).ids[0]}/comments", message="hi")
    assert own.status == 200
    assert ["from" in one for one in (await api.get(f"{live}/comments", **EVERYTHING)).body["data"]] == [
        False,
        True,
        True,
    ]
    assert not any("from" in one for one in (await api.user().get(f"{live}/comments")).body["data"])
    await api.control("withdraw_permission", who=meta.seed.user.id, permission="pages_read_user_content")
    shown = (await api.get(f"{live}/comments", **EVERYTHING)).body["data"]
    assert ["from" in one for one in shown] == [False, False, True]
    await api.control("set_fault", name="no_strangers")
    assert (await api.get(f"{live}/comments", **EVERYTHING)).ids == [own.body["id"]]


async def test_stickers_have_no_words(api: Client, live: str) -> None:
    await api.control("comment", live=live, text="", attachment={"type": "sticker", "title": "Hi"})
    (comment,) = (await api.get(f"{live}/comments", fields=FIELDS)).body["data"]
    assert (comment["message"], comment["attachment"]["type"]) == ("", "sticker")


async def test_after_the_end_it_answers_by_either_id_or_is_gone(meta: Running, api: Client, live: str) -> None:
    ids = await _write(api, live, "a")
    await api.control("end_live", live=live)
    video = meta.world.lives.live(live).video_id  # type: ignore[union-attr]
    assert (await api.get(f"{live}/comments")).ids == ids
    assert (await api.get(f"{video}/comments")).ids == ids
    assert (await api.get(live, fields="comments.limit(5){id}")).body["comments"]["data"] == [{"id": ids[0]}]
    await api.control("set_fault", name="video_id_only")
    assert (await api.get(f"{live}/comments")).code == (100, 33)
    assert (await api.get(f"{video}/comments")).ids == ids
    await api.control("set_fault", name="gone_after_end")
    assert (await api.get(f"{video}/comments")).code == (100, 33)


async def test_too_large_a_page(api: Client, live: str) -> None:
    await api.control("set_fault", name="reduce_data", limit=50)
    refused = await api.get(f"{live}/comments", limit=100)
    assert refused.code == (1, None)
    assert "reduce the amount of data" in refused.body["error"]["message"]
    assert (await api.get(f"{live}/comments", limit=50)).status == 200


async def test_wrong_words_are_refused(api: Client, live: str) -> None:
    for name, value in (
        ("order", "ranked"),
        ("filter", "all"),
        ("live_filter", "none"),
        ("limit", "0"),
        ("since", "x"),
    ):
        await _write(api, live, "a")
        assert (await api.get(f"{live}/comments", **{name: value})).code == (100, None), name
