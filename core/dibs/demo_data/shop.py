"""The shop of the demo, as `shop.toml` has it: amounts and quantities are texts, as the API takes them."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Literal

import attrs

from dibs.codec import structure


@attrs.frozen
class ShopMargins:
    """Margins in per cent of the price: the usual one, and those of categories."""

    default: str
    categories: dict[str, str] = attrs.field(factory=dict)


@attrs.frozen
class ShopBatch:
    """A lot that came in so many days ago; `cost` is None if it is not known."""

    code: str
    quantity: str
    days: int
    cost: str | None = None


@attrs.frozen
class ShopProduct:
    """A product with its batches."""

    name: str
    category: str
    unit: str
    batches: tuple[ShopBatch, ...]


@attrs.frozen
class ShopCustomer:
    """A customer; `buyer` is the name under which they buy in the demo's show."""

    name: str
    contact: str = ""
    note: str = ""
    credit_limit: str | None = None
    portal: bool = False
    buyer: str | None = None


@attrs.frozen
class ShopProposal:
    """What the customer proposes for a line."""

    price: str
    quantity: str
    message: str = ""


@attrs.frozen
class ShopLine:
    """A line of an order or a cart, by the code of its batch."""

    batch: str
    quantity: str
    intent: Literal["sample_request", "interested", "to_purchase"] = "to_purchase"
    highlighted: bool = False
    proposal: ShopProposal | None = None


@attrs.frozen
class ShopOverride:
    """A price in one session."""

    batch: str
    price: str
    reason: str


@attrs.frozen
class ShopOrder:
    """An order that was made by hand."""

    customer: str
    lines: tuple[ShopLine, ...]
    note: str = ""
    paid: bool = False


@attrs.frozen
class ShopSession:
    """A private session: running, or `in_days` away."""

    customer: str
    title: str
    notes: str = ""
    timeout_minutes: int | None = None
    in_days: int | None = None
    lines: tuple[ShopLine, ...] = ()
    overrides: tuple[ShopOverride, ...] = ()


@attrs.frozen
class DemoShop:
    """Everything that the demo puts into its workspace beside the show."""

    margins: ShopMargins
    products: tuple[ShopProduct, ...]
    customers: tuple[ShopCustomer, ...]
    orders: tuple[ShopOrder, ...]
    sessions: tuple[ShopSession, ...]


def demo_shop() -> DemoShop:
    """The shop."""
    text = (files("dibs.demo_data") / "shop.toml").read_text(encoding="utf-8")
    return structure(tomllib.loads(text), DemoShop, "The demo's shop")
