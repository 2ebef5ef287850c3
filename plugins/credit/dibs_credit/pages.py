"""The pages: a customer's credit, and all customers by how they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid4

from quart import Blueprint, Response, request

from dibs import ConflictError, InvalidInputError, NotFoundError
from dibs.routes import needs, page, see_other, workspace_data, workspace_settings, workspace_transaction
from dibs_credit import ledger
from dibs_credit.bar import bar_of
from dibs_credit.ledger import NewEntry
from dibs_credit.listing import ORDER, books, open_orders
from dibs_credit.settings import N_

blueprint = Blueprint("credit_pages", __name__)
_ONE: Final = "/customers/<uuid:customer_id>/credit"
_PAGE: Final = 50
_REASON: Final = 300
_AMOUNT: Final = re.compile(r"[+-]?[0-9]{1,13}(\.[0-9]{1,4})?")
_CUSTOMER = """
SELECT id AS customer_id, name, contact, credit_limit FROM customers WHERE workspace_id = $1 AND id = $2
"""
STATE_WORDS: Final[Mapping[str, str]] = {
    "exceeded": N_("Above the limit"),
    "approaching": N_("Near the limit"),
    "fine": N_("Fine"),
    "unlimited": N_("No limit"),
}
NO_CREDIT: Final = N_("No credit")
TONES: Final[Mapping[str, str]] = {"exceeded": "bad", "approaching": "warn", "fine": "good"}
KIND_WORDS: Final[Mapping[str, str]] = {"payment": N_("Payment"), "adjustment": N_("Adjustment")}


@blueprint.get("/credit")
@needs("credit:read")
async def all_accounts() -> Response:
    """Customers by state, those above their limit first."""
    chosen, number = request.args.get("state", ""), request.args.get("page", "")
    chosen = chosen if chosen in ORDER else ""
    place = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 0
    found = await books(workspace_data(), await workspace_settings("credit"), chosen, place)
    return await page(
        "credit/list.html",
        active="credit_list",
        found=found,
        chosen=chosen,
        place=place,
        words_of=_words_of,
        state_words=STATE_WORDS,
        tones=TONES,
    )


@blueprint.get(_ONE)
@needs("credit:read")
async def credit(customer_id: UUID) -> Response:
    """How a customer stands, and the ledger."""
    return await _page(customer_id)


@blueprint.post(f"{_ONE}/entries")
@needs("credit:write")
async def add_entry(customer_id: UUID) -> Response:
    """Note a payment or an adjustment."""
    form = await request.form
    here = f"/customers/{customer_id}/credit"
    try:
        async with workspace_transaction("credit") as context:
            await ledger.add(context, customer_id, _entry(form))
    except InvalidInputError as error:
        return await _page(customer_id, status=400, given=form, faults=_faults(error))
    except (ConflictError, NotFoundError) as error:
        if "order_id" not in error.data:
            raise
        return await see_other(here, N_("That order is not open any more; put the money on account instead."))
    return await see_other(here, N_("Written down."))


@blueprint.post(f"{_ONE}/limit")
@needs("credit:write")
async def set_limit(customer_id: UUID) -> Response:
    """Set the limit; empty takes it away."""
    form = await request.form
    text = form.get("credit_limit", "").strip()
    try:
        async with workspace_transaction("credit") as context:
            await context.desk.credit.set_limit(customer_id, _amount(text) if text else None)
            ledger.tell_changed(context, customer_id)
    except InvalidInputError:
        words = N_("must be a number from 0 with at most two decimal places, such as 12.50")
        return await _page(customer_id, status=400, limit_given=text, faults={"credit_limit": words})
    return await see_other(f"/customers/{customer_id}/credit", N_("The limit is set."))


async def _page(customer_id: UUID, *, status: int = 200, **more: Any) -> Response:
    before = _id(request.args.get("before", ""))
    async with workspace_transaction("credit") as context:
        rows = await context.data.fetch(_CUSTOMER, customer_id)
        standing = await context.desk.credit.standing(customer_id)
        assert standing is not None  # this plugin answers
        entries, following = await ledger.read(context.data, customer_id, before, _PAGE)
        orders = await open_orders(context.data, customer_id)
    values = {
        "customer": dict(rows[0]),
        "standing": standing,
        "bar": bar_of(standing),
        "entries": entries,
        "next": following,
        "paged": before is not None,
        "orders": orders,
        "form_id": uuid4(),
        "given": {},
        "faults": {},
        "words_of": _words_of,
        "tones": TONES,
        "kind_words": KIND_WORDS,
        **more,
    }
    return await page("credit/customer.html", active="customers", status=status, **values)


def _words_of(state: str, limit: Decimal | None) -> str:
    """A state in English; a limit of 0 that nothing is owed on is near nothing."""
    return NO_CREDIT if limit == 0 and state == "approaching" else STATE_WORDS[state]


def _entry(form: Mapping[str, str]) -> NewEntry:
    kind, reason = form.get("kind", ""), " ".join(form.get("reason", "").split())
    amount = _amount(form.get("amount", ""))
    order_id, form_id = _id(form.get("order_id", "")), _id(form.get("form_id", ""))
    if kind == "adjustment":
        return NewEntry("adjustment", amount, None, reason[:_REASON], form_id)
    return NewEntry("payment", amount, order_id, reason[:_REASON], form_id)


def _amount(text: str) -> Decimal:
    """An amount as people type it, with a comma or a point; what is none becomes one that no check takes."""
    typed = text.strip().replace(",", ".")
    return Decimal(typed if _AMOUNT.fullmatch(typed) else "NaN")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _faults(error: InvalidInputError) -> dict[str, str]:
    return {fault.path: fault.problem for fault in error.faults}
