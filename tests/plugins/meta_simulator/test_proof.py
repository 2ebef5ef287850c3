"""`appsecret_proof`: both forms, and the setting that insists on it."""

from __future__ import annotations

from dibs_meta_simulator.serving import Running
from dibs_meta_simulator.signing import app_secret_proof

from .client import Client


async def test_either_form_is_taken_and_a_wrong_one_is_not(meta: Running, api: Client) -> None:
    secret, now = meta.seed.app.secret, meta.world.clock.second()
    assert (await api.get("me", appsecret_proof=app_secret_proof(secret, api.token))).status == 200
    timed = app_secret_proof(secret, api.token, now)
    assert (await api.get("me", appsecret_proof=timed, appsecret_time=str(now))).status == 200
    assert (await api.get("me", appsecret_proof=timed)).code == (100, None)
    assert (await api.get("me", appsecret_proof=timed, appsecret_time=str(now + 1))).code == (100, None)
    meta.world.clock.move(301)
    assert (await api.get("me", appsecret_proof=timed, appsecret_time=str(now))).code == (100, None)


async def test_the_setting_insists_on_it(meta: Running, api: Client) -> None:
    await api.control("configure_app", require_proof=True)
    refused = await api.get("me")
    assert refused.code == (100, None)
    assert refused.body["error"]["message"] == "API calls from the server require an appsecret_proof argument"
    assert (await api.get("me", appsecret_proof=app_secret_proof(meta.seed.app.secret, api.token))).status == 200


async def test_instagram_tokens_take_the_secret_of_the_app_that_issued_them(meta: Running, api: Client) -> None:
    app, instagram = meta.seed.app, api.instagram()
    good = app_secret_proof(app.instagram_secret, instagram.token)
    assert (await instagram.get("me", appsecret_proof=good)).status == 200
    bad = app_secret_proof(app.secret, instagram.token)
    assert (await instagram.get("me", appsecret_proof=bad)).code == (100, None)
