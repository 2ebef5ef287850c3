"""An order for whoever has its link: outside the frame, phone first, with nothing but what the customer may see."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from quart import Blueprint, Response, render_template

from dibs.api.auth import public
from dibs.api.order_papers import shared_paper
from dibs.api.orders import links
from dibs.api.requests import client_address
from dibs.errors import NotFoundError, RateLimitedError
from dibs.orders.links import shared_order
from dibs.runtime import current_runtime
from dibs.workspace_settings.reading import settings_of
from dibs_web.order_words import STATUS_WORDS
from dibs_web.pages.orders import paper_words
from dibs_web.pages.sign_in import too_many
from dibs_web.rendering import as_response
from dibs_web.security import STRICT

_NAME = "SELECT name FROM workspaces WHERE id = $1"


def add_pages(blueprint: Blueprint) -> None:
    """Add the page that a link leads to, and its invoice."""
    blueprint.add_url_rule("/shared/orders/<token>", "shared_order", public(show))
    blueprint.add_url_rule("/shared/orders/<token>/invoice.pdf", "shared_order_invoice", public(invoice))


async def show(token: str) -> Response:
    """The order. A link that is wrong, expired or revoked leads to a page that says what to do."""
    runtime = current_runtime()
    try:
        await runtime.accounts.limits.take(f"shared:address:{client_address()}")
        workspace_id, found = await links().order(token)
    except NotFoundError:
        return await _page("orders/gone.html", 404)
    except RateLimitedError as error:
        return await _too_many(error)
    settings = await settings_of(runtime.db, workspace_id)
    names = await runtime.db.plain_fetch(_NAME, workspace_id)
    shown = shared_order(found)
    return await _page(
        "orders/shared.html",
        order=shown,
        charged=[line for line in shown.lines if not line.sample],
        samples=[line for line in shown.lines if line.sample],
        statuses=STATUS_WORDS,
        seller=names[0]["name"],
        day=shown.date.astimezone(ZoneInfo(settings.time_zone)).date(),
        token=token,
    )


async def invoice(token: str) -> Response:
    """The invoice as a PDF, in the language of the reader."""
    try:
        return _guarded(await shared_paper(token, paper_words()))
    except NotFoundError:
        return await _page("orders/gone.html", 404)
    except RateLimitedError as error:
        return await _too_many(error)


async def _too_many(error: RateLimitedError) -> Response:
    response = await _page("orders/gone.html", 429, fault=too_many(error))
    response.headers["Retry-After"] = str(error.data["retry_after"])
    return response


async def _page(template: str, status: int = 200, **values: Any) -> Response:
    response = await as_response(await render_template(template, **values), status)
    response.headers["Content-Security-Policy"] = STRICT
    return _guarded(response)


def _guarded(response: Response) -> Response:
    """The address is the key: no search engine keeps it, no other page is told it, no cache holds what it shows."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Cache-Control"] = "no-store"
    return response
