"""The page of the rules: what the margins are, what something costs somebody and why, what can't be priced."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from quart import Blueprint, Response, request

from dibs.routes import needs, page, see_other, workspace_data, workspace_settings, workspace_transaction
from dibs_pricing.explaining import Explanation, explain
from dibs_pricing.forms import FAULT, id_of, save, words_of
from dibs_pricing.listing import categories, find_batches, find_customers, without_cost
from dibs_pricing.reading import all_margins
from dibs_pricing.words import PROBLEM_WORDS, STEP_WORDS, WARNING_WORDS

blueprint = Blueprint("pricing_pages", __name__, url_prefix="/pricing")
WORDS: Final = {"step_words": STEP_WORDS, "problem_words": PROBLEM_WORDS, "warning_words": WARNING_WORDS}


@blueprint.get("")
@needs("costs:read")
async def pricing() -> Response:
    """The rules and the explainer."""
    return await _page()


async def _page(*, status: int = 200, **more: Any) -> Response:
    data = workspace_data()
    margins = await all_margins(data)
    return await page(
        "pricing/page.html",
        active="pricing",
        status=status,
        **{
            "default": next((one for one in margins if one.scope == "default"), None),
            "customers": [one for one in margins if one.scope == "customer"],
            "categories": await categories(data, margins),
            "without_cost": await without_cost(data),
            "settings": await workspace_settings("pricing"),
            "fault_at": None,
            "fault": FAULT,
            "given": "",
            **WORDS,
            **await question(await _customer()),
            **more,
        },
    )


@blueprint.post("/margins")
@needs("prices:write")
async def set_one() -> Response:
    """Set or remove the margin of the workspace or a category."""
    form = await request.form
    category = form.get("category", "")
    place = {"scope": "category", "category": category} if category else {"scope": "default"}
    told = await save(form, place)
    if told is None:
        return await _page(status=400, fault_at=category, given=form.get("margin", "")[:40])
    return await see_other("/pricing", told)


async def _customer() -> UUID | None:
    """The customer whom the explainer is about: the one found by words or chosen, or none."""
    chosen, words = id_of("customer_id"), words_of("customer")
    if chosen is not None or not words:
        return chosen
    found = await find_customers(workspace_data(), words)
    return found[0]["id"] if found else None


async def question(customer_id: UUID | None) -> dict[str, Any]:
    """What the explainer shows: the batch that was asked for, else the likeliest one, and others that it may be."""
    words, chosen = words_of("product"), id_of("batch_id")
    found = await find_batches(workspace_data(), words)
    batch_id = chosen or (found[0]["id"] if found else None)
    return {
        "asked": {"product": words, "customer": words_of("customer"), "customer_id": customer_id},
        "found": found,
        "explained": None if batch_id is None else await _explained(batch_id, customer_id),
    }


async def _explained(batch_id: UUID, customer_id: UUID | None) -> Explanation:
    async with workspace_transaction("pricing") as context:
        return await explain(context, batch_id, customer_id, Decimal(1))
