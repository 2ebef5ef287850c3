"""The shop of the demo while it runs: kept over the server's own API by the demo's user, as anybody would."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import aiohttp

from dibs.demo_data.shop import demo_shop
from dibs.simulation.clicking import Browser, ClickingError, new_session
from dibs.simulation.seller import Seller
from dibs.simulation.shopkeeper import Shopkeeper

if TYPE_CHECKING:
    from uuid import UUID

    from dibs.runtime import Runtime

_TIMEOUT = aiohttp.ClientTimeout(total=20)
_TROUBLE = (ClickingError, aiohttp.ClientError, TimeoutError)


@asynccontextmanager
async def kept_shop(runtime: Runtime, user_id: UUID, workspace_id: UUID) -> AsyncIterator[Shopkeeper]:
    """A keeper who has opened the shop. What went wrong is in its remarks: the show goes on without a shop."""
    async with new_session(_TIMEOUT) as session:
        keeper = Shopkeeper(Browser(runtime.settings.origin, session), demo_shop())
        try:
            token = await runtime.accounts.create_sign_in_link(user_id, workspace_id, "/account")
            await Seller(keeper.browser).sign_in(token)
            await keeper.open_shop()
        except _TROUBLE as error:
            keeper.remarks.append(str(error))
        try:
            yield keeper
        finally:
            with suppress(*_TROUBLE):  # it would stay in the list of the user's devices
                await keeper.browser.call("POST", "/sign-out")
