"""Words of the pages, and the mark of sentences that they translate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def N_(text: str) -> str:  # noqa: N802 - the name by which texts are collected
    """Mark a text that is translated where it is shown."""
    return text


STATE_WORDS: Final[Mapping[str, str]] = {
    "reading": N_("Being read"),
    "matching": N_("Looking for products"),
    "checking": N_("To be checked"),
    "receiving": N_("Being received"),
    "done": N_("Received"),
    "discarded": N_("Discarded"),
    "failed": N_("Failed"),
}
MATCH_WORDS: Final[Mapping[str, str]] = {
    "name": N_("Same name"),
    "code": N_("Known code"),
    "similar": N_("Similar name"),
    "chosen": N_("Chosen"),
    "new": N_("New product"),
}
LACK_WORDS: Final[Mapping[str, str]] = {
    "name": N_("a name"),
    "quantity": N_("a quantity"),
    "unit_cost": N_("a unit cost"),
    "product": N_("a product"),
    "check": N_("a look"),
}
