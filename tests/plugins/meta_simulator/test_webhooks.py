"""Webhooks: subscribing, and every way in which deliveries arrive."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import attrs
import pytest

from dibs_meta_simulator.serving import Running

from .client import Client, Receiver, Reply, receiving


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


async def _subscribe(api: Client, receiver: Receiver, kind: str, fields: str, token: str = "simulated") -> Reply:
    app = api.meta.seed.app
    more = {"callback_url": receiver.url, "verify_token": token, "include_values": "true"}
    client = attrs.evolve(api, token=app.token)
    return await client.call("POST", f"{app.id}/subscriptions", object=kind, fields=fields, **more)


@pytest.fixture
async def live(meta: Running, api: Client, receiver: Receiver) -> str:
    """An Instagram broadcast that is heard through Instagram Login."""
    assert (await _subscribe(api, receiver, "instagram", "live_comments,comments")).body == {"success": True}
    account = f"{meta.seed.account.id}/subscribed_apps"
    done = await api.instagram().call("POST", account, subscribed_fields="comments,live_comments")
    assert done.body == {"success": True}
    return meta.world.lives.start_instagram(meta.seed.account.id).id


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


def _payloads(receiver: Receiver) -> list[Any]:
    return [json.loads(body) for body, _ in receiver.posts]


def _signed(receiver: Receiver, secret: str) -> list[bool]:
    return [
        headers.get("X-Hub-Signature-256") == f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
        for body, headers in receiver.posts
    ]


async def test_the_handshake_comes_first(api: Client, receiver: Receiver) -> None:
    refused = await _subscribe(api, receiver, "instagram", "live_comments", token="wrong")
    assert refused.code == (2200, None)
    assert api.meta.seed.app.subscriptions == {}
    assert (await _subscribe(api, receiver, "instagram", "live_comments")).status == 200
    assert receiver.asked[-1]["hub.mode"] == "subscribe"
    app = attrs.evolve(api, token=api.meta.seed.app.token)
    (shown,) = (await app.get(f"{api.meta.seed.app.id}/subscriptions")).body["data"]
    assert (shown["object"], shown["fields"][0]["name"]) == ("instagram", "live_comments")
    assert (await _subscribe(api, receiver, "instagram", "no_such_field")).code == (100, None)


async def test_a_page_is_heard_when_both_levels_are_subscribed(meta: Running, api: Client, receiver: Receiver) -> None:
    await _subscribe(api, receiver, "page", "feed,live_videos")
    live = meta.world.lives.start(meta.seed.page.id)
    await meta.deliveries.settled()
    assert receiver.posts == []
    path = f"{meta.seed.page.id}/subscribed_apps"
    await api.call("POST", path, subscribed_fields="feed,live_videos")
    assert (await api.get(path)).body["data"][0]["subscribed_fields"] == ["feed", "live_videos"]
    comment = meta.world.lives.comment(live.id, "Dani", "quero!")
    meta.world.lives.edit(comment.id, "eu quero!")
    meta.world.lives.comment(live.id, meta.world.lives.host(live.id), "next")
    meta.world.lives.delete(comment.id)
    meta.world.lives.end(live.id)
    await meta.deliveries.settled()
    changes = [change for one in _payloads(receiver) for entry in one["entry"] for change in entry["changes"]]
    feed = [change["value"] for change in changes if change["field"] == "feed"]
    assert sorted(value["verb"] for value in feed) == ["add", "add", "edited", "remove"]
    first = next(value for value in feed if value["verb"] == "add" and value["comment_id"] == comment.id)
    assert first["post_id"] == first["parent_id"] == f"{meta.seed.page.id}_{live.video_id}"
    assert (first["message"], first["from"]["name"]) == ("quero!", "Dani")
    assert isinstance(first["created_time"], int)
    assert first["post"]["status_type"] == "added_video"
    assert meta.seed.page.id in [value["from"]["id"] for value in feed]
    statuses = [change["value"]["status"] for change in changes if change["field"] == "live_videos"]
    assert sorted(statuses) == ["live_stopped", "vod"]
    assert all(_signed(receiver, meta.seed.app.secret))
    assert (await api.call("DELETE", path)).body == {"success": True}
    assert (await api.get(path)).body == {"data": []}


async def test_the_secret_is_that_of_the_login(meta: Running, receiver: Receiver, live: str) -> None:
    meta.world.lives.comment(live, "Ana", "a")
    meta.seed.app.instagram_signer = "meta"
    meta.world.lives.comment(live, "Ana", "b")
    await meta.deliveries.settled()
    assert sorted(_signed(receiver, meta.seed.app.instagram_secret)) == [False, True]
    assert sorted(_signed(receiver, meta.seed.app.secret)) == [False, True]


async def test_batches_of_a_thousand(meta: Running, api: Client, receiver: Receiver, live: str) -> None:
    await api.control("configure_webhooks", batch=1000, hold=5)
    said = [meta.world.lives.comment(live, "Ana", str(number)).id for number in range(1500)]
    await meta.deliveries.settled()
    assert sorted(len(one["entry"][0]["changes"]) for one in _payloads(receiver)) == [500, 1000]
    assert sorted(receiver.comments()) == sorted(said)


async def test_twice_late_and_in_another_order(meta: Running, api: Client, receiver: Receiver, live: str) -> None:
    meta.world.clock.freeze()
    await api.control("set_fault", name="webhook_duplicate", copies=2, seconds=1)
    await api.control("set_fault", name="webhook_late", seconds=20)
    said = [meta.world.lives.comment(live, "Ana", "a").id]
    await meta.deliveries.settled()
    assert receiver.posts == []
    for seconds in (21, 1, 1):
        await api.control("move_clock", seconds=seconds)
        await meta.deliveries.settled()
    assert receiver.comments() == said * 3
    await api.control("clear_faults")
    receiver.posts.clear()
    await api.control("set_fault", name="webhook_reorder", seconds=10)
    await api.control("set_fault", name="webhook_lost", calls=1)
    lost, *said = [meta.world.lives.comment(live, "Ana", str(number)).id for number in range(10)]
    await api.control("move_clock", seconds=11)
    await meta.deliveries.settled()
    assert sorted(receiver.comments()) == said
    assert receiver.comments() != said
    assert lost not in receiver.comments()


async def test_it_is_delivered_again_until_200(meta: Running, api: Client, receiver: Receiver, live: str) -> None:
    meta.world.clock.freeze()
    receiver.answers = [500, 403, 202]
    meta.world.lives.comment(live, "Ana", "a")
    await _until(lambda: len(receiver.posts) == 2)  # the second attempt comes at once
    await meta.deliveries.settled()
    for waits in (2, 10):
        await api.control("move_clock", seconds=waits)
        await meta.deliveries.settled()
    assert len({body for body, _ in receiver.posts}) == 1
    assert meta.deliveries.recent[-1].answers == [500, 403, 202, 200]
    async with api.http.get(f"{meta.address}/_control/deliveries") as answer:
        (told,) = await answer.json()
    assert told["answers"] == [500, 403, 202, 200]
    assert len(told["took"]) == 4
    assert told["body"].encode() == receiver.posts[0][0]
    await api.control("move_clock", seconds=3 * 86400)
    await meta.deliveries.settled()
    assert len(receiver.posts) == 4


async def test_after_36_hours_it_is_dropped(meta: Running, api: Client, receiver: Receiver, live: str) -> None:
    assert sum(meta.deliveries.retries) <= 36 * 3600
    meta.world.clock.freeze()
    receiver.answers = [500] * 50
    meta.world.lives.comment(live, "Ana", "a")
    delivery = meta.deliveries.recent[-1]
    while not delivery.dropped:
        tried = len(delivery.answers)
        await api.control("move_clock", seconds=15 * 3600)
        await _until(lambda tried=tried: len(delivery.answers) > tried)  # type: ignore[misc]
    assert len(delivery.answers) == len(meta.deliveries.retries) + 1


async def test_wrong_and_missing_signatures(meta: Running, api: Client, receiver: Receiver, live: str) -> None:
    for fault in ("webhook_bad_signature", "webhook_no_signature"):
        await api.control("set_fault", name=fault, calls=1)
        meta.world.lives.comment(live, "Ana", "a")
        await meta.deliveries.settled()
    assert _signed(receiver, meta.seed.app.instagram_secret) == [False, False]
    assert "X-Hub-Signature-256" not in receiver.posts[1][1]


async def _shape(meta: Running, receiver: Receiver, live: str, *faults: str, text: str = "a/é") -> tuple[bytes, Any]:
    receiver.posts.clear()
    for fault in faults:
        meta.world.faults.set(fault, calls=1)
    meta.world.lives.comment(live, "Ana", text)
    await meta.deliveries.settled()
    return receiver.posts[0][0], _payloads(receiver)[0]


async def test_every_shape_of_a_payload(meta: Running, receiver: Receiver, live: str) -> None:
    raw, usual = await _shape(meta, receiver, live)
    assert rb"a\/\u00e9" in raw
    assert usual["entry"][0]["time"] < 1e11
    assert usual["entry"][0]["changes"][0]["value"]["media"] == {"id": live, "media_product_type": "LIVE"}
    _, late = await _shape(meta, receiver, live, "webhook_ms")
    assert late["entry"][0]["time"] > 1e11
    _, named = await _shape(meta, receiver, live, "webhook_comment_id")
    value = named["entry"][0]["changes"][0]["value"]
    assert "id" not in value
    assert value["comment_id"].startswith("179")
    _, nameless = await _shape(meta, receiver, live, "webhook_no_id")
    assert not {"id", "comment_id"} & set(nameless["entry"][0]["changes"][0]["value"])
    _, wrapped = await _shape(meta, receiver, live, "webhook_array")
    assert wrapped[0]["object"] == "instagram"
    _, direct = await _shape(meta, receiver, live, "webhook_direct")
    assert (direct["entry"][0]["field"], direct["entry"][0]["value"]["text"]) == ("live_comments", "a/é")
    _, more = await _shape(meta, receiver, live, "webhook_unknown")
    assert "unheard_of" in more
    assert "unheard_of" in more["entry"][0]["changes"][0]["value"]
    raw, _ = await _shape(meta, receiver, live, "webhook_plain_slashes")
    assert rb"a/\u00e9" in raw
    assert all(_signed(receiver, meta.seed.app.instagram_secret))


async def test_the_account_itself_is_heard_too(meta: Running, receiver: Receiver, live: str) -> None:
    meta.world.lives.comment(live, meta.world.lives.host(live), "next: 12")
    await meta.deliveries.settled()
    value = _payloads(receiver)[0]["entry"][0]["changes"][0]["value"]
    assert value["from"] == {
        "id": meta.seed.account.id,
        "username": "loja_demo",
        "self_ig_scoped_id": meta.seed.account.id,
    }


async def test_only_names_without_include_values(meta: Running, receiver: Receiver, live: str) -> None:
    meta.seed.app.subscriptions["instagram"].include_values = False
    meta.world.lives.comment(live, "Ana", "a")
    await meta.deliveries.settled()
    assert _payloads(receiver)[0]["entry"][0]["changed_fields"] == ["live_comments"]


@pytest.mark.parametrize("hindrance", ["live", "advanced_access", "public", "over"])
async def test_what_keeps_instagram_silent(meta: Running, receiver: Receiver, live: str, hindrance: str) -> None:
    if hindrance == "public":
        meta.seed.account.public = False
    elif hindrance == "over":
        meta.world.lives.end(live)
    else:
        setattr(meta.seed.app, hindrance, False)
    meta.world.lives.comment(live, "Ana", "a")
    await meta.deliveries.settled()
    assert receiver.posts == []


@pytest.mark.parametrize("instagram", [False, True])
async def test_removal_and_deletion_are_told_with_a_signed_request(
    meta: Running, api: Client, receiver: Receiver, instagram: bool
) -> None:
    prefix = "instagram_" if instagram else ""
    await api.control(
        "configure_app", **{f"{prefix}deletion_url": receiver.url, f"{prefix}deauthorize_url": receiver.url}
    )
    receiver.body = {"url": "https://app.example/deletion?code=del_7f3a", "confirmation_code": "del_7f3a"}
    user = meta.seed.user.id
    for kind in ("deauthorize", "deletion"):
        said = await api.control("send_callback_to", kind=kind, user=user, instagram=instagram)
        assert said == {"status": 200, "body": receiver.body}
    secret = meta.seed.app.instagram_secret if instagram else meta.seed.app.secret
    for body, headers in receiver.posts:
        assert headers["Content-Type"] == "application/x-www-form-urlencoded"
        signature, _, payload = body.decode().removeprefix("signed_request=").partition(".")
        made = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()
        assert made == _decoded(signature)
        assert json.loads(_decoded(payload))["user_id"] == user


def _decoded(text: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
