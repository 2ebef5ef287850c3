"""Finding a Page's broadcast."""

from __future__ import annotations

import attrs

from dibs_meta_simulator.serving import Running

from .client import Client

FIELDS = "id,title,status,broadcast_start_time,permalink_url,live_views,video{id}"


async def test_what_is_live_is_found_with_both_of_its_ids(meta: Running, api: Client) -> None:
    meta.world.clock.freeze(1767225600)
    started = await api.control("start_live", title="Bazar de sexta")
    meta.world.lives.schedule(meta.seed.page.id)
    found = await api.get(f"{meta.seed.page.id}/live_videos", broadcast_status='["LIVE"]', fields=FIELDS, limit=5)
    (live,) = found.body["data"]
    assert live == {
        "id": started["id"],
        "title": "Bazar de sexta",
        "status": "LIVE",
        "broadcast_start_time": "2026-01-01T00:00:00+0000",
        "permalink_url": f"/{meta.seed.page.id}/videos/{started['video_id']}/",
        "live_views": 37,
        "video": {"id": started["video_id"]},
    }
    assert live["id"] != live["video"]["id"]
    assert set(found.body["paging"]["cursors"]) == {"before", "after"}
    assert found.headers["facebook-api-version"] == "v25.0"


async def test_the_write_value_is_refused_as_a_filter(meta: Running, api: Client) -> None:
    refused = await api.get(f"{meta.seed.page.id}/live_videos", broadcast_status='["LIVE_NOW"]')
    assert refused.code == (100, None)
    assert refused.body["error"]["message"].startswith("(#100) Param broadcast_status[0] must be one of {")
    assert (await api.get(f"{meta.seed.page.id}/live_videos", broadcast_status="LIVE")).code == (100, None)


async def test_a_finished_broadcast_can_stay_listed_for_a_while(meta: Running, api: Client) -> None:
    live = meta.world.lives.start(meta.seed.page.id)
    await api.control("set_fault", name="stale_live", seconds=120)
    await api.control("end_live", live=live.id)
    page = f"{meta.seed.page.id}/live_videos"
    assert (await api.get(page, broadcast_status='["LIVE"]')).ids == [live.id]
    assert (await api.get(live.id, fields="status")).body["status"] == "LIVE"
    await api.control("move_clock", seconds=121)
    assert (await api.get(page, broadcast_status='["LIVE"]')).ids == []
    assert (await api.get(page, broadcast_status='["VOD"]')).ids == [live.id]
    assert (await api.get(live.video_id, fields="live_status")).body["live_status"] == "VOD"


async def test_only_the_page_itself_may_look(meta: Running, api: Client) -> None:
    page = f"{meta.seed.page.id}/live_videos"
    assert (await api.user().get(page)).code == (190, 2069032)
    assert (await api.get(f"{meta.seed.second_page.id}/live_videos")).code == (10, None)
    assert (await attrs.evolve(api, token="EAAno").get(page)).code == (190, None)
    assert (await attrs.evolve(api, token="").get(page)).code == (2500, None)


async def test_a_missing_permission_is_told(meta: Running, api: Client) -> None:
    await api.control("withdraw_permission", who=meta.seed.user.id, permission="pages_read_engagement")
    assert (await api.get(f"{meta.seed.page.id}/live_videos")).code == (10, None)


async def test_unknown_fields_and_objects(meta: Running, api: Client) -> None:
    live = meta.world.lives.start(meta.seed.page.id)
    refused = await api.get(live.id, fields="id,overlay_url")
    assert refused.code == (100, None)
    assert "Tried accessing nonexisting field (overlay_url)" in refused.body["error"]["message"]
    gone = await api.get("300000000000009/comments")
    assert gone.code == (100, 33)
    assert gone.body["error"]["type"] == "GraphMethodException"
    assert gone.body["error"]["fbtrace_id"]
    assert (await api.get(live.id, fields="id,{")).code == (2500, None)
    assert (await api.get(f"{live.id}/no_such_edge")).code == (100, None)


async def test_expired_versions_fall_to_the_next_usable_one(meta: Running, api: Client) -> None:
    meta.world.clock.freeze(1798761600)
    fresh = meta.world.tokens.quick_page(meta.seed.page, meta.seed.app).value

    async def answered(version: str) -> tuple[int, str | None]:
        address = f"{meta.hosts[api.host]}/{version}/me"
        async with api.http.get(address, params={"access_token": fresh}) as answer:
            return answer.status, answer.headers.get("facebook-api-version")

    assert await answered("v19.0") == (200, "v21.0")
    assert await answered("v26.0") == (200, "v26.0")
    assert await answered("v99.0") == (400, None)


async def test_dates_can_be_numbers_and_the_same_answer_is_not_sent_again(meta: Running, api: Client) -> None:
    meta.world.clock.freeze(1767225600)
    fresh = attrs.evolve(api, token=meta.world.tokens.quick_page(meta.seed.page, meta.seed.app).value)
    live = meta.world.lives.start(meta.seed.page.id)
    shown = await fresh.get(live.id, fields="broadcast_start_time", date_format="U")
    assert shown.body["broadcast_start_time"] == 1767225600
    address, headers = f"{meta.hosts[api.host]}/v25.0/{live.id}", {"If-None-Match": shown.headers["ETag"]}
    params = {"access_token": fresh.token, "fields": "broadcast_start_time", "date_format": "U"}
    async with api.http.get(address, params=params, headers=headers) as answer:
        assert answer.status == 304


async def test_a_batch_is_several_calls(meta: Running, api: Client) -> None:
    parts = [{"method": "GET", "relative_url": "me?fields=id"}, {"method": "GET", "relative_url": "v25.0/1"}]
    form = {"batch": str(parts).replace("'", '"'), "access_token": api.token}
    async with api.http.post(f"{meta.hosts[api.host]}/v25.0/", data=form) as answer:
        first, second = await answer.json()
    assert (first["code"], first["body"]) == (200, f'{{"id":"{meta.seed.page.id}"}}')
    assert second["code"] == 400
    assert meta.world.calls.count("node") == 2
