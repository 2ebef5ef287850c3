"""A customer of the demo, on a phone of their own: comes in by the code, joins by the room code, proposes prices."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp

from dibs.demo_data.shop import ShopProposal
from dibs.simulation.clicking import Browser


async def propose(origin: str, code: str, room_code: str, wishes: Mapping[str, ShopProposal]) -> None:
    """Sign in, propose what `wishes` says for the line of each batch, and sign out again. Raises `ClickingError`."""
    async with aiohttp.ClientSession() as session:
        account = await Browser(origin, session).call("POST", "/api/portal/sign-in", {"code": code, "bearer": True})
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {account['access_token']}"}) as session:
        phone = Browser(origin, session)
        cart = await phone.call("POST", "/api/portal/join", {"room_code": room_code})
        for line in cart["lines"]:
            if line["batch_id"] in wishes:
                wish = wishes[line["batch_id"]]
                body = {"price": wish.price, "quantity": wish.quantity, "message": wish.message}
                path = f"/api/portal/sessions/{cart['session_id']}/lines/{line['line_id']}/proposals"
                await phone.call("POST", path, body)
        await phone.call("POST", "/api/portal/sign-out")
