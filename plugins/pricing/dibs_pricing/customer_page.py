"""The tab at a customer: their own margin, and what something costs them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from quart import Blueprint, Response, request

from dibs import NotFoundError
from dibs.routes import needs, page, see_other, workspace_data
from dibs_pricing.forms import FAULT, save
from dibs_pricing.pages import WORDS, question
from dibs_pricing.reading import margin_at

blueprint = Blueprint("pricing_customer", __name__, url_prefix="/customers/<uuid:customer_id>/pricing")
_CUSTOMER = "SELECT id AS customer_id, name, contact FROM customers WHERE workspace_id = $1 AND id = $2"


@blueprint.get("")
@needs("costs:read")
async def customer_pricing(customer_id: UUID) -> Response:
    """The margin and the explainer."""
    return await _page(customer_id)


@blueprint.post("")
@needs("prices:write")
async def set_own(customer_id: UUID) -> Response:
    """Set or remove the customer's own margin."""
    form = await request.form
    told = await save(form, {"scope": "customer", "customer_id": str(customer_id)})
    if told is None:
        return await _page(customer_id, status=400, fault=FAULT, given=form.get("margin", "")[:40])
    return await see_other(f"/customers/{customer_id}/pricing", told)


async def _page(customer_id: UUID, *, status: int = 200, **more: Any) -> Response:
    rows = await workspace_data().fetch(_CUSTOMER, customer_id)
    if not rows:
        raise NotFoundError("There is no such customer.", id=str(customer_id))
    values = {
        "customer": rows[0],
        "own": await margin_at(workspace_data(), ("customer", str(customer_id))),
        "default": await margin_at(workspace_data(), ("default", "")),
        "fault": "",
        "given": "",
        **WORDS,
        **await question(customer_id),
        **more,
    }
    return await page("pricing/customer.html", active="customers", status=status, **values)
