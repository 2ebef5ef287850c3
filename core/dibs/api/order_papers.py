"""Orders on paper: the invoice and the packing slip as PDF, for members and for whoever has the link of an order."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

import attrs
from quart import Blueprint, Response

from dibs.api.auth import needs, principal, public
from dibs.api.operation import operation
from dibs.api.orders import links, orders
from dibs.api.requests import client_address
from dibs.models.orders import Order
from dibs.orders.papers import Paper, PaperData, Words, make_paper
from dibs.runtime import current_runtime
from dibs.workspace_settings.reading import settings_of

blueprint = Blueprint("order_papers", __name__, url_prefix="/api")
PDF = "application/pdf"
_NAME = "SELECT name FROM workspaces WHERE id = $1"


@blueprint.get("/orders/<uuid:order_id>/invoice.pdf")
@needs("orders:read")
@operation("The invoice of an order", answer=str, media=PDF)
async def invoice(order_id: UUID) -> Response:
    """What was bought, at which prices, as a PDF in English."""
    return await paper_of("invoice", principal().workspace_id, await _order(order_id))


@blueprint.get("/orders/<uuid:order_id>/packing-slip.pdf")
@needs("orders:read")
@operation("The packing slip of an order", answer=str, media=PDF)
async def packing_slip(order_id: UUID) -> Response:
    """What goes into the parcel, without prices, as a PDF in English."""
    return await paper_of("packing_slip", principal().workspace_id, await _order(order_id))


@blueprint.get("/shared/orders/<token>/invoice.pdf")
@public
@operation("The invoice of an order, for whoever has the link", answer=str, media=PDF)
async def shared_invoice(token: str) -> Response:
    """No sign-in. A link that is wrong, expired or revoked leads to a 404."""
    return await shared_paper(token)


async def _order(order_id: UUID) -> Order:
    return await orders().get(principal().workspace_id, order_id, costs=False)


async def shared_paper(token: str, words: Words | None = None) -> Response:
    """The invoice behind a link, without how to reach the customer. Raises `NotFoundError`, `RateLimitedError`."""
    await current_runtime().accounts.limits.take(f"shared:address:{client_address()}")
    workspace_id, order = await links().order(token)
    return await paper_of("invoice", workspace_id, attrs.evolve(order, contact=""), words)


async def paper_of(paper: Paper, workspace_id: UUID, order: Order, words: Words | None = None) -> Response:
    """A paper of an order as a download; `words` in the language of the reader, else in English."""
    db = current_runtime().db
    settings = await settings_of(db, workspace_id)
    rows = await db.plain_fetch(_NAME, workspace_id)
    lines = tuple(settings.invoice_from.splitlines())
    words = words or Words()
    body = await make_paper(
        paper, order, PaperData(rows[0]["name"], ZoneInfo(settings.time_zone), lines, words.text, words.language)
    )
    response = Response(body, content_type=PDF)
    name = f"{paper.replace('_', '-')}-{order.number}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
