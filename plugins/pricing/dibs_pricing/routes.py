"""The API: margins, and what a price would be."""

from __future__ import annotations

from quart import Blueprint, Response, jsonify

from dibs import FieldFault, InvalidInputError
from dibs.routes import needs, operation, principal, read_body, read_query, workspace_data, workspace_transaction
from dibs_pricing.answers import MarginRules, PriceExplained, QuoteQuery, explained
from dibs_pricing.changing import MarginPlace, NewMargin, remove_margin, set_margin
from dibs_pricing.explaining import explain
from dibs_pricing.model import Margin
from dibs_pricing.reading import all_margins

blueprint = Blueprint("pricing", __name__, url_prefix="/api/pricing")


@blueprint.get("/margins")
@needs("costs:read")
@operation("List the margins", answer=MarginRules)
async def list_margins() -> Response:
    """The margin of the workspace, of its categories and of its customers."""
    found = await all_margins(workspace_data())
    default = next((one for one in found if one.scope == "default"), None)
    categories, customers = ([one for one in found if one.scope == scope] for scope in ("category", "customer"))
    return jsonify(MarginRules(default, categories, customers))


@blueprint.put("/margins")
@needs("prices:write")
@operation("Set a margin", body=NewMargin, answer=Margin, errors=(404, 409))
async def put_margin() -> Response:
    """Of the workspace, a category or a customer; open carts get their new prices."""
    new = await read_body(NewMargin)
    async with workspace_transaction("pricing") as context:
        return jsonify(await set_margin(context, new))


@blueprint.delete("/margins")
@needs("prices:write")
@operation("Remove a margin", query=MarginPlace, answer=None, status=204, errors=(404, 409))
async def delete_margin() -> tuple[str, int]:
    """The next in the chain decides from then on: category, workspace, the bare cost."""
    place = read_query(MarginPlace)
    async with workspace_transaction("pricing") as context:
        await remove_margin(context, place)
    return "", 204


@blueprint.get("/quote")
@needs("orders:read")
@operation("Explain a price", query=QuoteQuery, answer=PriceExplained, errors=(404,))
async def quote() -> Response:
    """What a batch costs a customer now, and why. Costs and margins are for those who may see them."""
    query = read_query(QuoteQuery)
    if query.batch_id is None:
        raise InvalidInputError("It is not said what is to be priced.", [FieldFault("batch_id", "is required")])
    async with workspace_transaction("pricing") as context:
        found = await explain(context, query.batch_id, query.customer_id, query.quantity)
    return jsonify(explained(found, costs=principal().may("costs:read")))
