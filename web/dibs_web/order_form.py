"""The form of an order by hand: its lines as they were typed, priced by the rules where nobody typed a price."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

import attrs

from dibs.api.auth import principal
from dibs.api.batches import batches
from dibs.api.plugin_data import core_transaction
from dibs.catalogue.model import Batch
from dibs.codec import structure
from dibs.errors import InvalidInputError, NotFoundError
from dibs.models.pricing import PriceProblem, PriceQuote
from dibs.money import line_total, money_text, parse_money, parse_quantity, total
from dibs.orders.by_hand import prices_by_hand
from dibs.orders.model import MOST_BY_HAND, NewManualLine
from dibs_web.forms import id_or_none
from dibs_web.i18n import N_, _, translate

_NUMBERED = re.compile("batch-([0-9]{1,4})")


@attrs.define
class FormLine:
    """A line as it was typed. `quoted` is the price that the rules gave last: who left it wants the rules' price."""

    batch: Batch
    quantity: str = "1"
    price: str = ""
    quoted: str = ""
    sample: bool = False
    source: str = ""
    hint: str = ""
    faults: dict[str, str] = attrs.field(factory=dict)

    @property
    def typed(self) -> bool:
        """Whether somebody typed a price of their own."""
        return bool(self.price) and self.price != self.quoted

    @property
    def amount(self) -> Decimal | None:
        """What the line comes to; None if that can't be told yet."""
        try:
            amount = line_total(parse_money(self.price), parse_quantity(self.quantity))
        except InvalidInputError:
            return None
        return Decimal("0.00") if self.sample else amount

    def wanted(self) -> NewManualLine | None:
        """The line to order; None, with `faults`, if it can't be read."""
        body = {
            "batch_id": str(self.batch.batch_id),
            "quantity": self.quantity,
            "price": self.price if self.typed else None,
            "sample": self.sample,
        }
        try:
            return structure(body, NewManualLine)
        except InvalidInputError as error:
            self.faults = {fault.path: translate(fault.problem) for fault in error.faults}
            return None


async def read_lines(form: Mapping[str, str]) -> list[FormLine]:
    """The lines of a form; those whose batch is gone are left out."""
    numbers = sorted(int(found[1]) for name in form if (found := _NUMBERED.fullmatch(name)))
    lines = [await _line(form, number) for number in numbers[:MOST_BY_HAND]]
    return [line for line in lines if line is not None]


async def new_line(batch_id: UUID | None) -> FormLine | None:
    """A line of one piece; None if there is no such batch."""
    if batch_id is None:
        return None
    try:
        return FormLine(await batches().get(principal().workspace_id, batch_id))
    except NotFoundError:
        return None


async def _line(form: Mapping[str, str], number: int) -> FormLine | None:
    line = await new_line(id_or_none(form.get(f"batch-{number}", "")))
    if line is not None:
        line.quantity = _number(form.get(f"quantity-{number}", ""))
        line.price, line.quoted = _number(form.get(f"price-{number}", "")), form.get(f"quoted-{number}", "")
        line.sample = f"sample-{number}" in form
    return line


def _number(text: str) -> str:
    """What was typed; a comma is how half the world writes decimals."""
    return text.strip().replace(",", ".")[:40]


async def price_lines(customer_id: UUID, lines: Sequence[FormLine]) -> None:
    """Fill in what the rules say, where nobody typed a price, and where a price comes from."""
    open_lines = [line for line in lines if not line.typed]
    wanted = [line.wanted() for line in open_lines]
    pairs = [(line, new) for line, new in zip(open_lines, wanted, strict=True) if new is not None]
    for line in lines:
        line.source = "manual" if line.typed else ""
    if not pairs:
        return
    async with core_transaction() as context:
        quotes = await prices_by_hand(context, customer_id, [new for _line, new in pairs])
    for (line, _new), quote in zip(pairs, quotes, strict=True):
        _fill(line, quote)


def _fill(line: FormLine, quote: PriceQuote | PriceProblem) -> None:
    if isinstance(quote, PriceProblem) or quote.needs_confirmation:
        line.price, line.quoted, line.hint = "", "", _("No price rule: type the price.")
        return
    line.price = line.quoted = money_text(quote.price)
    line.source = quote.source


def sum_of(lines: Sequence[FormLine]) -> Decimal | None:
    """What all lines come to; None if one can't be told yet."""
    amounts = [line.amount for line in lines]
    return None if None in amounts else total(amount for amount in amounts if amount is not None)


TOO_FEW = N_("Add what is ordered first.")
