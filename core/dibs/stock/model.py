"""A batch's counters, and what moves them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal, Protocol
from uuid import UUID

import attrs

Kind = Literal["received", "adjusted", "reserved", "given_back", "hold", "unhold", "sold", "returned"]
Counter = Literal["on_hand", "reserved", "on_hold"]

EFFECTS: Final[Mapping[Kind, tuple[Counter, int]]] = {
    "received": ("on_hand", 1),
    "adjusted": ("on_hand", 1),
    "returned": ("on_hand", 1),
    "sold": ("on_hand", -1),
    "reserved": ("reserved", 1),
    "given_back": ("reserved", -1),
    "hold": ("on_hold", 1),
    "unhold": ("on_hold", -1),
}
"""The one counter that a kind of movement changes, and which way. An adjustment carries its own sign."""


@attrs.frozen
class Reference:
    """What a movement or a hold is for: `item`, `order`, `session` …, and its id."""

    kind: str
    id: UUID


@attrs.frozen
class Movement:
    """One line of the ledger, to be written.

    Attributes:
        quantity: above 0, at most four decimal places; of an adjustment also below 0.
        reason: in the words of whoever does it.
        about: what people call the thing that needs it, such as `item 12`, for the refusal.
    """

    batch_id: UUID
    kind: Kind
    quantity: Decimal
    reference: Reference | None = None
    reason: str = ""
    about: str = ""


class Counters(Protocol):
    """Whatever has a batch's counters."""

    @property
    def on_hand(self) -> Decimal: ...
    @property
    def reserved(self) -> Decimal: ...
    @property
    def on_hold(self) -> Decimal: ...
    @property
    def in_carts(self) -> Decimal: ...


def available(batch: Counters) -> Decimal:
    """What nobody has a claim on: on hand − reserved − on hold − what carts hold."""
    return batch.on_hand - batch.reserved - batch.on_hold - batch.in_carts


@attrs.frozen
class BatchStock:
    """A batch as it stands under its lock; `name` is what people call it."""

    id: UUID
    name: str
    on_hand: Decimal
    reserved: Decimal
    on_hold: Decimal
    in_carts: Decimal
