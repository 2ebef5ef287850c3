"""Orders in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dibs_web.i18n import N_

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
    "note": N_("Note"),
    "page": N_("Page"),
    "of": N_("of"),
    "packed": N_("Packed"),
    "pieces": N_("Lines"),
}
"""The words of `dibs.orders.papers.WORDS`, to be translated."""
