"""The access of one customer, for staff: the portal on or off, a way in to send, ending it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, request

from dibs import ConflictError
from dibs.api.auth import actor, needs, principal
from dibs.api.customers import customers
from dibs.api.factors import qr_picture
from dibs.customer_access.model import AccessGiven
from dibs.runtime import current_runtime
from dibs_web.forms import version_of
from dibs_web.i18n import _
from dibs_web.rendering import page, see_other


def add_pages(blueprint: Blueprint) -> None:
    """Add the targets of the forms."""
    one = "/customers/<uuid:customer_id>"
    blueprint.add_url_rule(f"{one}/portal", "customer_portal", switch_portal, methods=["POST"])
    blueprint.add_url_rule(f"{one}/access", "customer_access", give_access, methods=["POST"])
    blueprint.add_url_rule(f"{one}/access/end", "customer_access_end", end_access, methods=["POST"])


async def access_values(customer_id: UUID) -> dict[str, Any]:
    """What the card on the customer's page shows."""
    return {"access": await current_runtime().customer_access.state(principal().workspace_id, customer_id)}


@needs("catalogue:write")
async def switch_portal(customer_id: UUID) -> Response:
    """Let the customer use the portal, or not any more."""
    form, here = await request.form, f"/customers/{customer_id}"
    wanted = {"portal": form.get("to") == "on"}
    try:
        await customers().change(principal().workspace_id, customer_id, version_of(form), wanted, actor())
    except ConflictError:
        return see_other(here, toast=_("Somebody else has changed this customer meanwhile. Try again."))
    current_runtime().customer_access.sign_ins.forget()
    return see_other(here, toast=_("The portal is on.") if wanted["portal"] else _("The portal is off."))


@needs("orders:create")
async def give_access(customer_id: UUID) -> Response:
    """Make a way in, and show it: link, code and QR code, this once."""
    who, access = principal(), current_runtime().customer_access
    try:
        made = await access.give(who.workspace_id, customer_id, actor())
    except ConflictError:
        return see_other(f"/customers/{customer_id}", toast=_("The portal is off for this customer."))
    return await _show(customer_id, made)


async def _show(customer_id: UUID, made: AccessGiven) -> Response:
    customer = await customers().get(principal().workspace_id, customer_id)
    values = {"customer": customer, "qr": qr_picture(made.link), **attrs.asdict(made)}
    return await page("customers/access.html", active="customers", **values)


@needs("orders:create")
async def end_access(customer_id: UUID) -> Response:
    """Sign the customer out everywhere."""
    await current_runtime().customer_access.end(principal().workspace_id, customer_id, actor())
    return see_other(f"/customers/{customer_id}", toast=_("The customer is signed out everywhere."))
