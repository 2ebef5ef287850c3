"""Setting an order in type: its facts travel as data, so that nothing in a name is ever read as markup."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import as_file, files
from typing import Any, Final, Literal, get_args
from zoneinfo import ZoneInfo

import attrs
import orjson

from dibs.errors import UnavailableError
from dibs.models.orders import Order, OrderLine
from dibs.money import money_text, quantity_text

Paper = Literal["invoice", "packing_slip"]
PAPERS: Final[tuple[Paper, ...]] = get_args(Paper)
WORDS: Final[Mapping[str, str]] = {
    "invoice": "Invoice",
    "packing_slip": "Packing slip",
    "order": "Order",
    "date": "Date",
    "to": "For",
    "item": "Item",
    "quantity": "Quantity",
    "price": "Price",
    "amount": "Amount",
    "total": "Total",
    "samples": "Samples, not charged",
    "paid": "Paid",
    "cancelled": "Cancelled",
    "page": "Page",
    "of": "of",
    "packed": "Packed",
    "pieces": "Lines",
}
"""Every word on a paper, in English; whoever has another language gives these again."""
_SECONDS = 20.0


@attrs.frozen
class Words:
    """The words of a paper in some language, such as `en`: for hyphens, and for who has it read out."""

    text: Mapping[str, str] = attrs.field(default=WORDS, repr=False)
    language: str = "en"


@attrs.frozen
class PaperData:
    """What a paper shows beside the order.

    Attributes:
        seller: the name of the workspace, and below it what else stands at the top of an invoice.
        zone: the workspace's time zone, for the day.
        words: as `WORDS`.
        language: such as `en`, for hyphens and the reader of a screen.
    """

    seller: str
    zone: ZoneInfo
    seller_lines: tuple[str, ...] = ()
    words: Mapping[str, str] = attrs.field(default=WORDS, repr=False)
    language: str = "en"


async def make_paper(paper: Paper, order: Order, data: PaperData) -> bytes:
    """An order as a PDF. It takes some ten milliseconds, in a thread.

    Raises:
        UnavailableError: it could not be set in time.
    """
    given = orjson.dumps(_facts(paper, order, data)).decode()
    try:
        async with asyncio.timeout(_SECONDS):
            return await asyncio.to_thread(_set_in_type, given)
    except TimeoutError:
        raise UnavailableError("The paper could not be made in time; try again.", retry_after=5) from None


def _set_in_type(given: str) -> bytes:
    import typst  # noqa: PLC0415 - the library is large, and few requests need it

    with as_file(files(__package__) / "paper.typ") as template:
        made = typst.compile(template, format="pdf", sys_inputs={"order": given})
    assert isinstance(made, bytes)
    return made


def _facts(paper: Paper, order: Order, data: PaperData) -> dict[str, Any]:
    """An allow-list: no cost and no note of the team ever gets onto a paper."""
    charged = [_line(line) for line in order.lines if not line.sample]
    return {
        "paper": paper,
        "words": {**WORDS, **data.words},
        "language": data.language,
        "seller": data.seller,
        "seller_lines": list(data.seller_lines),
        "number": str(order.number),
        "date": _day(order.created_at, data.zone),
        "name": order.name,
        "contact": order.contact,
        "status": order.status,
        "paid_on": _day(order.paid_at, data.zone) if order.paid_at else "",
        "currency": order.currency,
        "lines": charged,
        "samples": [_line(line) for line in order.lines if line.sample],
        "total": money_text(order.total),
    }


def _line(line: OrderLine) -> dict[str, str]:
    quantity = f"{quantity_text(line.quantity)} {line.unit}".rstrip()
    return {"name": line.name, "quantity": quantity, "price": money_text(line.price), "total": money_text(line.total)}


def _day(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).date().isoformat()
