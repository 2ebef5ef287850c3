"""Orders in words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from dibs.errors import CreditExceededError, DibsError, InvalidInputError, OutOfStockError, PriceMissingError
from dibs_web.filters import as_money
from dibs_web.i18n import N_, _, translate

STATUS_WORDS: Final[Mapping[str, str]] = {"open": N_("Open"), "paid": N_("Paid"), "cancelled": N_("Cancelled")}
ORIGIN_WORDS: Final[Mapping[str, str]] = {
    "LIVE_SHOPPING": N_("Live session"),
    "SHOW": N_("Show"),
    "MANUAL": N_("By hand"),
}
SOURCE_WORDS: Final[Mapping[str, str]] = {
    "override": N_("own price of the session"),
    "customer_margin": N_("margin of the customer"),
    "category_margin": N_("margin of the category"),
    "default_margin": N_("usual margin"),
    "cost": N_("bare cost, confirmed by the host"),
    "item": N_("price of the item"),
    "agreed": N_("agreed upon"),
    "manual": N_("typed in"),
    "refined": N_("rule of a plugin"),
}
"""Where a price came from."""
PAPER_WORDS: Final[Mapping[str, str]] = {
    "invoice": N_("Invoice"),
    "packing_slip": N_("Packing slip"),
    "order": N_("Order"),
    "date": N_("Date"),
    "to": N_("For"),
    "item": N_("Item"),
    "quantity": N_("Quantity"),
    "price": N_("Price"),
    "amount": N_("Amount"),
    "total": N_("Total"),
    "samples": N_("Samples, not charged"),
    "paid": N_("Paid"),
    "cancelled": N_("Cancelled"),
    "page": N_("Page"),
    "of": N_("of"),
    "packed": N_("Packed"),
    "pieces": N_("Lines"),
}
"""The words of `dibs.orders.papers.WORDS`, to be translated."""
_NEXT_STEPS: Final[Mapping[str, str]] = {
    "price_missing": N_("Give the item a price in the set-up of the show, then order again."),
    "price_refused": N_("Look at the price of the item, then order again."),
    "credit_exceeded": N_("The customer is over the credit limit. An admin can order all the same, with a reason."),
    "out_of_stock": N_("The batch has less than was won. Correct its stock, or release a claim, then order again."),
    "conflict": N_("Something changed meanwhile. Look at what they have won, then order again."),
    "unavailable": N_("The server was busy. Order again."),
}
_ELSE: Final = N_("Order again; if it stays, look at what they have won.")


def next_step(code: str) -> str:
    """What to do about an order that was refused."""
    return translate(_NEXT_STEPS.get(code, _ELSE))


def refusal(error: DibsError) -> str:
    """Why an order was refused, and what to do next."""
    if isinstance(error, CreditExceededError):
        over = as_money(-Decimal(error.data["available"]))
        return _("With this the customer would owe %(over)s more than the credit limit.", over=over)
    if isinstance(error, OutOfStockError | InvalidInputError | PriceMissingError):
        return f"{translate(error.message)} {next_step(error.code) if error.code in _NEXT_STEPS else ''}".strip()
    return translate(error.message)
