"""What a seller does to sell on a platform, done through pages and API as a seller would."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import attrs

from dibs.demo_data import demo_items_path, demo_show
from dibs.models.items import NewItem
from dibs.recording.items import read_items
from dibs.simulation.clicking import Browser, ClickingError

_DETECT_SECONDS = 20.0


@attrs.define(eq=False)
class Seller:
    """A seller who is signed in at the server that `browser` is at."""

    browser: Browser

    async def sign_in(self, token: str) -> None:
        """By a sign-in link."""
        page = await self.browser.open(f"/sign-in/{token}")
        if page.forms and any("sign-in" in form.action for form in page.forms):
            await self.browser.send(page, "csrf_token")
        await self.browser.open("/connections")

    async def connect(self, platform: str) -> list[dict[str, Any]]:
        """Go to the consent dialog, agree to all, choose all accounts; the connections that there are then."""
        page = await self.browser.open(f"/api/connections/oauth/{platform}/start")
        if page.forms and not page.address.startswith(self.browser.origin):
            page = await self.browser.send(page, "decision")
        if any("account" in form.names for form in page.forms):
            page = await self.browser.send(page, "account")
        found: list[dict[str, Any]] = (await self.browser.call("GET", "/api/connections"))["connections"]
        if not any(one["status"] == "connected" for one in found):
            raise ClickingError(f"No account was connected at {platform}.", text=page.text[:2000])
        return found

    async def end_shows(self) -> None:
        """End what an earlier demo left listening to broadcasts of the same ids; a recorded sale plays on."""
        for status in ("active", "paused"):
            for show in (await self.browser.call("GET", f"/api/shows?status={status}"))["shows"]:
                path = f"/api/shows/{show['id']}"
                if (await self.browser.call("GET", f"{path}/streams"))["streams"]:
                    await self.browser.call("POST", f"{path}/stop")

    async def prepare_show(self) -> str:
        """A draft with the items of the demo; its id."""
        show = demo_show()
        rules = {name: value for name, value in attrs.asdict(show).items() if name != "title"}
        made = await self.browser.call("POST", "/api/shows", {"title": f"Live: {show.title}", "rules": rules})
        show_id: str = made["id"]
        items = [_item(item) for item in read_items(demo_items_path()).items]
        await self.browser.call("POST", f"/api/shows/{show_id}/items", {"items": items})
        return show_id

    async def listen(self, show_id: str, connections: Sequence[dict[str, Any]]) -> list[str]:
        """Find the broadcast that each account has on air and have the show listen to it; the platforms found."""
        async with asyncio.timeout(_DETECT_SECONDS):
            found: dict[str, tuple[str, str]] = {}
            while not found.keys() >= {one["platform"] for one in connections}:
                for one in connections:
                    live = await self._live_of(one["id"])
                    if live is not None:
                        found[one["platform"]] = (one["id"], live)
                await asyncio.sleep(0.3)
        for connection_id, live_id in found.values():
            body = {"connection_id": connection_id, "where": live_id}
            await self.browser.call("POST", f"/api/shows/{show_id}/streams", body)
        return sorted(found)

    async def start(self, show_id: str) -> None:
        """Begin the show, with buyers answered if there is a plugin for that."""
        await self.browser.call("POST", f"/api/shows/{show_id}/activate")

    async def answer_buyers(self) -> bool:
        """Switch the answers to buyers on; False if there is no plugin for it."""
        try:
            await self.browser.call("PUT", "/api/flags/replies", {"enabled": True})
        except ClickingError:
            return False
        return True

    async def _live_of(self, connection_id: str) -> str | None:
        lives = (await self.browser.call("GET", f"/api/connections/{connection_id}/lives"))["lives"]
        return next((live["live_id"] for live in lives if live["status"] == "live"), None)


def _item(item: NewItem) -> dict[str, Any]:
    values = {name: value for name, value in attrs.asdict(item).items() if value is not None}
    return {name: str(value) if name == "price" else value for name, value in values.items()}
