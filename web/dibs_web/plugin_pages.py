"""The frame as plugins get it, by `dibs.routes.page`."""

from __future__ import annotations

from typing import Any

from quart import Response

from dibs_web.i18n import translate
from dibs_web.reader import current_reader
from dibs_web.rendering import page, see_other
from dibs_web.security import WITH_PICTURES, guard
from dibs_web.shopper import customer_page, for_customers


class PluginFrame:
    """Renders what plugins bring, with everything that holds for our own pages."""

    async def page(
        self, template: str, *, active: str, status: int, pictures: bool, values: dict[str, Any]
    ) -> Response:
        """A page inside the frame."""
        await current_reader()
        response = await page(template, active=active, status=status, **values)
        if pictures:
            response.headers["Content-Security-Policy"] = WITH_PICTURES
        return guard(response)

    async def customer_page(self, template: str, *, status: int, values: dict[str, Any]) -> Response:
        """A page inside the customers' frame."""
        return await customer_page(template, status, **values)

    async def see_other(self, target: str, toast: str | None) -> Response:
        """On to another page, with a message."""
        if not for_customers():
            await current_reader()
        return see_other(target, toast=translate(toast) if toast else None)
