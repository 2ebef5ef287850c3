"""The frame of the pages, for plugins: whoever brings pages puts it under `PAGES`."""

from __future__ import annotations

from typing import Any, Final, Protocol, cast

from quart import Response, current_app

from dibs.errors import NotFoundError

PAGES: Final = "dibs.pages"
"""Key of `app.extensions` under which the pages put their `PageFrame`."""


class PageFrame(Protocol):
    """Renders templates within the frame."""

    async def page(
        self, template: str, *, active: str, status: int, pictures: bool, values: dict[str, Any]
    ) -> Response:
        """A page inside the frame."""

    async def customer_page(self, template: str, *, status: int, values: dict[str, Any]) -> Response:
        """A page inside the customers' frame."""

    async def see_other(self, target: str, toast: str | None) -> Response:
        """On to another page, with a message."""


async def page(template: str, *, active: str, status: int = 200, pictures: bool = False, **values: Any) -> Response:
    """A page of a plugin inside the frame: navigation, workspace switcher, user menu.

    The template extends `page.html` and fills its block `main`; a page of a show sets `tab` to the key of its
    `NavigationEntry`, gives `show` (`id`, `title`, `status`, `practice`) and includes `_show_tabs.html`; one of a
    customer does the same with `customer` (`customer_id`, `name`, `contact`) and `_customer_tabs.html`. Forms carry
    `{{ csrf_field() }}`. No script and no style stands inside the page; the scripts that the pages share are at
    `/static/current/lib/…`.

    :param template: in the folder `templates` of the plugin, below a folder with the plugin's name.
    :param active: the key of the navigation entry that the page belongs to, such as `shows`.
    :param pictures: the browser may fetch pictures that lie elsewhere, such as those of products.
    :raises NotFoundError: this application has no pages.
    """
    return await _frame().page(template, active=active, status=status, pictures=pictures, values=values)


async def customer_page(template: str, *, status: int = 200, **values: Any) -> Response:
    """A page of a plugin for a signed-in customer: the names of seller and customer, and the way out; nothing of staff.

    The template extends `customer.html` and fills its block `main`; `seller` and `shopper` (the customer) are there.
    Forms carry `{{ csrf_field() }}`. No script and no style stands inside the page; pictures may lie elsewhere.

    :param template: in the folder `templates` of the plugin, below a folder with the plugin's name.
    :raises NotFoundError: this application has no pages.
    """
    return await _frame().customer_page(template, status=status, values=values)


async def see_other(target: str, toast: str | None = None) -> Response:
    """On to another page after a form; it says `toast`, in English, translated by the plugin's own catalogue."""
    return await _frame().see_other(target, toast)


def _frame() -> PageFrame:
    found = current_app.extensions.get(PAGES)
    if found is None:
        raise NotFoundError("There is nothing here.")
    return cast(PageFrame, found)
