"""The vectors of the platform reference."""

from __future__ import annotations

import hashlib
import hmac

from dibs_meta_simulator.model.people import Viewer
from dibs_meta_simulator.serving import Running
from dibs_meta_simulator.signing import app_secret_proof, signed_request, webhook_body, webhook_headers

from .client import Client, receiving

SECRET, TOKEN = "0123456789abcdef0123456789abcdef", "EAAFAKEPAGETOKEN0001"


def test_the_classic_proof() -> None:
    assert app_secret_proof(SECRET, TOKEN) == "d301fbaca02825a098fd520ffd07b117b1271afa83cc32e921d168ae41cb9708"


def test_the_timestamped_proof() -> None:
    proof = app_secret_proof(SECRET, TOKEN, 1767225600)
    assert proof == "008d9859b28a34226287ad9127f520b825263fb7e1674392523d9fd264b8d1ee"


def test_the_signed_request() -> None:
    payload = {"user_id": "10200000000000001", "algorithm": "HMAC-SHA256", "issued_at": 1767225600}
    assert signed_request(SECRET, payload) == (
        "xImVLj0Pmi27cFgxQHP0Q4EDZ5QnOXFUno3Pfe7pa6w.eyJ1c2VyX2lkIjoiMTAyMDAwMDAwMDAwMDAwMDEiLCJhbGdvcml0aG0iOiJITUFDLV"
        "NIQTI1NiIsImlzc3VlZF9hdCI6MTc2NzIyNTYwMH0"
    )


async def test_a_live_comment_goes_out_byte_for_byte_as_in_the_reference(meta: Running, api: Client) -> None:
    world, seed = meta.world, meta.seed
    world.clock.freeze(1767225600)
    async with receiving() as receiver:
        await _listen(meta, api, receiver.url)
        live = world.lives.start_instagram(seed.account.id)
        ana = Viewer("1780000000000101", "ana_buys", "1780000000000201")
        world.lives.comment(live.id, ana, "mais 1 café 🙏")
        await meta.deliveries.settled()
        body, headers = receiver.posts[0]
    signature = "ffab68167b292a64c659f480d4a856b25ff8c3b294a21bf7f19a55c61bc9da3f"
    assert len(body) == 346
    assert rb"caf\u00e9 \ud83d\ude4f" in body
    assert headers["X-Hub-Signature-256"] == f"sha256={signature}"
    assert hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest() == signature


async def test_a_signature_over_the_decoded_text_is_another_one(meta: Running, api: Client) -> None:
    world, seed = meta.world, meta.seed
    world.clock.freeze(1767225600)
    world.faults.set("webhook_decoded", at=1.0)
    async with receiving() as receiver:
        await _listen(meta, api, receiver.url)
        live = world.lives.start_instagram(seed.account.id)
        world.lives.comment(live.id, Viewer("1780000000000101", "ana_buys", "1780000000000201"), "mais 1 café 🙏")
        await meta.deliveries.settled()
        _, headers = receiver.posts[0]
    assert headers["X-Hub-Signature-256"].startswith("sha256=b15bd876")


def test_slashes_are_escaped_and_signed_so() -> None:
    body = webhook_body({"text": "https://x"})
    assert body == rb'{"text":"https:\/\/x"}'
    assert webhook_headers(SECRET, body)["X-Hub-Signature"].startswith("sha1=")


async def _listen(meta: Running, api: Client, url: str) -> None:
    """Subscribe as with Facebook Login: the app to `instagram`, the Page to any field of its own."""
    app = meta.seed.app
    subscribed = await Client(meta, api.http, app.token).call(
        "POST",
        f"{app.id}/subscriptions",
        object="instagram",
        callback_url=url,
        verify_token="simulated",
        fields="live_comments",
        include_values="true",
    )
    assert subscribed.body == {"success": True}
    page = await api.call("POST", f"{meta.seed.page.id}/subscribed_apps", subscribed_fields="feed")
    assert page.body == {"success": True}
