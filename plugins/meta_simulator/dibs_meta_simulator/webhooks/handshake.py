"""The question that comes before a subscription."""

from __future__ import annotations

import secrets

import aiohttp

from dibs_meta_simulator.errors import GraphError
from dibs_meta_simulator.model.apps import Subscription


async def shake_hands(subscription: Subscription) -> None:
    """Ask the callback for the challenge.

    Raises:
        GraphError: code 2200, it did not answer 200 with the challenge and nothing else.
    """
    challenge = str(secrets.randbelow(10**10))
    asked = {
        "hub.mode": "subscribe",
        "hub.challenge": challenge,
        "hub.verify_token": subscription.verify_token,
    }
    try:
        timeout = aiohttp.ClientTimeout(10)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(subscription.callback_url, params=asked, allow_redirects=False) as answer,
        ):
            status, text = answer.status, await answer.text()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise _failed(f"HTTP Error: {error}") from error
    if status != 200:
        raise _failed(f"HTTP Status Code = {status}; HTTP Message = {text[:80]}")
    if text != challenge:
        raise _failed("Response does not match challenge")


def _failed(why: str) -> GraphError:
    return GraphError(f"(#2200) Callback verification failed with the following errors: {why}", 2200)
