"""The simulator for `dibs simulate meta` and `dibs demo --simulate`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, ClassVar

from dibs.models.simulator import RunningSimulator, Simulator
from dibs_meta_simulator.audience import Audience
from dibs_meta_simulator.errors import GraphError
from dibs_meta_simulator.model.apps import Subscription
from dibs_meta_simulator.serving import Running, start
from dibs_meta_simulator.webhooks.handshake import shake_hands

_log = logging.getLogger(__name__)
_AGAIN = 2.0
_FIELDS = {"page": {"feed", "live_videos"}, "instagram": {"live_comments", "comments"}}
_PATHS = {"page": "/webhooks/facebook", "instagram": "/webhooks/instagram"}


class MetaSimulator(Simulator):
    """Facebook and Instagram."""

    name: ClassVar[str] = "meta"
    title: ClassVar[str] = "Simulated Meta"

    async def start(self, host: str, port: int, public_url: str) -> RunningSimulator:
        """Answer at `host:port`; any address of `public_url` may be redirected to."""
        running = await start(host, port)
        app, base = running.seed.app, f"{public_url}/webhooks"
        app.redirect_origin = public_url
        app.deauthorize_url, app.deletion_url = f"{base}/facebook/deauthorize", f"{base}/facebook/data-deletion"
        app.instagram_deauthorize_url = f"{base}/instagram/deauthorize"
        app.instagram_deletion_url = f"{base}/instagram/data-deletion"
        return SimulatedMeta(running, public_url)


class SimulatedMeta:
    """A simulator that answers, with settings for the plugins `facebook` and `instagram`."""

    def __init__(self, running: Running, public_url: str) -> None:
        self.running = running
        self.address = running.address
        self.settings: Mapping[str, Mapping[str, Any]] = running.settings
        self._subscribing = asyncio.create_task(self._subscribe(public_url))

    async def go_live(self, public_url: str) -> None:
        """Begin a broadcast on the first Page and its Instagram account, with one audience for both."""
        world, seed = self.running.world, self.running.seed
        for kind in _PATHS:
            await self._shake_hands(kind, public_url)
        lives = (world.lives.start(seed.page.id).id, world.lives.start_instagram(seed.account.id).id)
        audience = Audience(world, lives)
        audience.start()
        self.running.stage.audiences.append(audience)

    async def close(self) -> None:
        """Stop."""
        self._subscribing.cancel()
        with suppress(asyncio.CancelledError):
            await self._subscribing
        await self.running.close()

    async def _subscribe(self, public_url: str) -> None:
        """As in the app's dashboard, again and again until the receiver is there and takes the handshake."""
        waiting = set(_PATHS)
        while waiting:
            waiting = {kind for kind in waiting if not await self._shake_hands(kind, public_url)}
            await asyncio.sleep(_AGAIN if waiting else 0)

    async def _shake_hands(self, kind: str, public_url: str) -> bool:
        app = self.running.seed.app
        subscription = Subscription(kind, public_url + _PATHS[kind], app.verify_token, set(_FIELDS[kind]))
        if kind in app.subscriptions:
            return True
        try:
            await shake_hands(subscription)
        except GraphError as error:
            _log.debug("no webhooks for %s: %s", kind, error.message)
            return False
        app.subscriptions[kind] = subscription
        return True
