"""The calls that tell an app that somebody removed it, or wants their data deleted."""

from __future__ import annotations

from typing import Any

import aiohttp
import attrs
import orjson

from dibs_meta_simulator.model.apps import App
from dibs_meta_simulator.signing import signed_request
from dibs_meta_simulator.world import World


@attrs.frozen
class CallbackAnswer:
    """What the app said; `body` is its JSON, or None."""

    status: int
    body: Any


async def send_callback(world: World, app: App, kind: str, user_id: str, instagram: bool = False) -> CallbackAnswer:
    """Call the deauthorise (`deauthorize`) or data-deletion (`deletion`) address of an app.

    Raises:
        KeyError: the app has no such address.
    """
    url = getattr(app, f"{'instagram_' if instagram else ''}{kind}_url")
    if url is None:
        raise KeyError(f"the app has no address for {kind}")
    payload = {"user_id": user_id, "algorithm": "HMAC-SHA256", "issued_at": world.clock.second()}
    secret = app.instagram_secret if instagram else app.secret
    return await post_form(url, {"signed_request": signed_request(secret, payload)})


async def post_form(url: str, form: dict[str, str]) -> CallbackAnswer:
    """POST a form; a receiver that can't be reached answers 0."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(20)) as session,
            session.post(url, data=form, allow_redirects=False) as response,
        ):
            status, body = response.status, await response.read()
    except (TimeoutError, aiohttp.ClientError):
        return CallbackAnswer(0, None)
    try:
        return CallbackAnswer(status, orjson.loads(body))
    except orjson.JSONDecodeError:
        return CallbackAnswer(status, None)
