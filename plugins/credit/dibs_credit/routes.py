"""The API: how a customer stands, the ledger, and adding to it."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs import CreditStanding
from dibs.bounds import LINE, bounded
from dibs.money import MAX_MONEY
from dibs.routes import needs, operation, read_body, read_query, workspace_transaction
from dibs_credit import ledger
from dibs_credit.ledger import Entry, Kind, NewEntry

blueprint = Blueprint("credit", __name__, url_prefix="/api/credit")
MAX_REASON = 300


@bounded(maxLength=MAX_REASON, pattern=LINE)
def _reason(_: object, attribute: attrs.Attribute[str], value: str) -> None:
    if len(value) > MAX_REASON or any(ord(char) < 32 or 127 <= ord(char) < 160 for char in value):
        raise ValueError(f"{attribute.name} must be one line of at most {MAX_REASON} characters")


@bounded(maximum=9_999_999_999_999, pattern=r"^[+-]?[0-9]{1,13}(\.[0-9]{1,2})?$")
def _amount(_: object, attribute: attrs.Attribute[Decimal], value: Decimal) -> None:
    if not value.is_finite() or abs(value) > MAX_MONEY or value != round(value, 2):
        raise ValueError(f"{attribute.name} must be an amount with at most two decimal places, such as 12.50")


@attrs.frozen
class EntriesQuery:
    """Which lines; `cursor` is `next` of the page before."""

    cursor: UUID | None = None
    limit: int = attrs.field(default=50, validator=[attrs.validators.ge(1), attrs.validators.le(200)])


@attrs.frozen
class EntryBody:
    """A line to add.

    Attributes:
        amount: of a payment above 0; of an adjustment above 0 if the customer owes more, below 0 if less.
        order_id: the open order that is paid; null puts a payment on account.
        reason: required of an adjustment.
    """

    kind: Kind
    amount: Decimal = attrs.field(validator=_amount)
    order_id: UUID | None = None
    reason: str = attrs.field(default="", validator=_reason)


@attrs.frozen
class CreditPage:
    """How a customer stands, and the ledger, the newest line first; `next` is the cursor of the next page."""

    standing: CreditStanding
    entries: list[Entry]
    next: UUID | None


@blueprint.get("/<uuid:customer_id>")
@needs("credit:read")
@operation("How much more a customer may owe", query=EntriesQuery, answer=CreditPage)
async def get_credit(customer_id: UUID) -> Response:
    """Limit, balance, carts, what is available, and the ledger."""
    query = read_query(EntriesQuery)
    return jsonify(await _page(customer_id, query.cursor, query.limit))


@blueprint.post("/<uuid:customer_id>/entries")
@needs("credit:write")
@operation("Note a payment or an adjustment", body=EntryBody, answer=CreditPage, status=201, errors=(409,))
async def add_entry(customer_id: UUID) -> tuple[Response, int]:
    """Add a line to the ledger. Lines are never changed: what was wrong is put right by another one."""
    body = await read_body(EntryBody)
    async with workspace_transaction("credit") as context:
        await ledger.add(context, customer_id, NewEntry(body.kind, body.amount, body.order_id, body.reason))
    return jsonify(await _page(customer_id, None, 50)), 201


async def _page(customer_id: UUID, cursor: UUID | None, limit: int) -> CreditPage:
    async with workspace_transaction("credit") as context:
        standing = await context.desk.credit.standing(customer_id)
        assert standing is not None  # this plugin answers
        entries, following = await ledger.read(context.data, customer_id, cursor, limit)
    return CreditPage(standing, entries, following)
