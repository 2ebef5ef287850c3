"""The items of a show: adding and changing them in the middle of a sale, and giving units by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs.api.answers.claims import ClaimAnswer
from dibs.api.answers.items import Drawer, ItemAnswer, ItemOrder, Items
from dibs.api.auth import needs, principal
from dibs.api.body import read_body
from dibs.api.operation import operation
from dibs.api.shows import command, is_given, shows
from dibs.audit_log import Actor
from dibs.bounds import bounded, bounds_of
from dibs.catalogue.offering import drawn_from_stock
from dibs.ids import uuid7
from dibs.lane import commands
from dibs.lane.commands import UNSET, Command, LoadingCommand
from dibs.lane.state import BuyerRef
from dibs.models.items import NewItem, price_fault, quantity_fault, title_fault
from dibs.runtime import current_runtime

blueprint = Blueprint("items", __name__, url_prefix="/api/shows/<uuid:show_id>/items")

MAX_ITEMS = 500
MAX_ORDER = 10_000


def _checked(fault: Any) -> Any:
    @bounded(**bounds_of(fault))
    def validate(_: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        problem = None if value is None else fault(value)
        if problem:
            raise ValueError(f"{attribute.name} {problem}")

    return validate


@attrs.frozen
class NewItems:
    """Items to add, all or none."""

    items: list[NewItem] = attrs.field(
        validator=[attrs.validators.min_len(1), attrs.validators.max_len(MAX_ITEMS)],
    )


@attrs.frozen
class ItemPatch:
    """What to change of an item; `version` is the one that was read. `price` null takes the price off, `batch_id` null
    leaves it its own count alone."""

    total_quantity: int | None = attrs.field(default=None, validator=_checked(quantity_fault))
    title: str | None = attrs.field(default=None, validator=_checked(title_fault))
    price: Decimal | None = attrs.field(default=None, validator=_checked(price_fault))
    batch_id: UUID | None = None
    version: int | None = None


@attrs.frozen
class Award:
    """Units for a known buyer, or for a guest who is named."""

    quantity: int = attrs.field(default=1, validator=[attrs.validators.ge(1), attrs.validators.le(9999)])
    buyer_id: UUID | None = None
    guest_name: str | None = attrs.field(default=None, validator=_checked(title_fault))

    def __attrs_post_init__(self) -> None:
        if (self.buyer_id is None) == (not (self.guest_name or "").strip()):
            raise ValueError("give either buyer_id or guest_name")


@attrs.frozen
class NewOrder:
    """Items in the order wanted; those that are not named follow."""

    item_ids: list[UUID] = attrs.field(
        validator=[attrs.validators.min_len(1), attrs.validators.max_len(MAX_ORDER)],
    )


@blueprint.get("")
@needs("shows:read")
@operation("The items of a show", answer=Items)
async def list_items(show_id: UUID) -> Response:
    """The items of a show."""
    who = principal()
    await shows().get(who.workspace_id, show_id)
    return jsonify({"items": await shows().items(who.workspace_id, show_id)})


@blueprint.post("")
@needs("shows:write")
@operation("Add items", body=NewItems, answer=Items, status=201, errors=(409,))
async def add_items(show_id: UUID) -> tuple[Response, int]:
    """Add items; claims that came before them are resolved in their order.

    An item from stock without a title or a price of its own gets those of its batch.
    """
    body = await read_body(NewItems)
    made = await command(show_id, commands.add_items(await _from_stock(body.items)))
    return jsonify({"items": made}), 201


async def _from_stock(items: list[NewItem]) -> list[NewItem]:
    if not any(item.batch_id for item in items):
        return items
    # Nothing is written here: the request's key belongs to the action that follows.
    async with current_runtime().transactions.open(principal().workspace_id, None, Actor.system()) as context:
        return await drawn_from_stock(context, items)


@blueprint.post("/reorder")
@needs("shows:write")
@operation("Put the items in order", body=NewOrder, answer=ItemOrder)
async def reorder_items(show_id: UUID) -> Response:
    """List the items in this order."""
    body = await read_body(NewOrder)
    return jsonify({"item_ids": await command(show_id, commands.reorder(body.item_ids))})


@blueprint.get("/<uuid:item_id>")
@needs("shows:read")
@operation("An item with its winners and its waitlist", answer=Drawer)
async def get_item(show_id: UUID, item_id: UUID) -> Response:
    """An item with its winners and its waitlist, in order."""
    return jsonify(await shows().drawer(principal().workspace_id, show_id, item_id))


@blueprint.delete("/<uuid:item_id>")
@needs("shows:write")
@operation("Delete an item that nobody ever claimed", answer=None, status=204, errors=(409,))
async def delete_item(show_id: UUID, item_id: UUID) -> tuple[str, int]:
    """Take an item out. One that was claimed stays: lower its quantity instead."""
    await command(show_id, commands.remove_item(item_id))
    return "", 204


@blueprint.patch("/<uuid:item_id>")
@needs("shows:write")
@operation("Change an item", body=ItemPatch, answer=ItemAnswer, errors=(409,))
async def change_item(show_id: UUID, item_id: UUID) -> Response:
    """Change quantity, title or price; more units go to those who wait."""
    body = await read_body(ItemPatch)
    price = body.price if await is_given("price") else UNSET
    change = commands.edit_item(
        item_id,
        total=body.total_quantity,
        title=body.title,
        price=price,
        batch_id=body.batch_id if await is_given("batch_id") else UNSET,
        version=body.version,
    )
    return jsonify({"item": await command(show_id, change)})


@blueprint.post("/<uuid:item_id>/award")
@needs("shows:run")
@operation("Give units to a buyer by hand", body=Award, answer=ClaimAnswer, status=201, errors=(409,))
async def award_item(show_id: UUID, item_id: UUID) -> tuple[Response, int]:
    """Give units to a buyer by hand."""
    body = await read_body(Award)
    action: Command | LoadingCommand
    if body.buyer_id is not None:
        action = commands.award_known(item_id, body.buyer_id, body.quantity)
    else:
        guest = BuyerRef(uuid7(), commands.GUEST, str(uuid7()), (body.guest_name or "").strip()[:100])
        action = commands.award(item_id, guest, body.quantity, new_buyer=True)
    return jsonify({"claim": await command(show_id, action)}), 201
