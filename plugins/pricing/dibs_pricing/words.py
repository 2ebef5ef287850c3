"""What is said to people, marked for translation where it is shown."""

from __future__ import annotations

from collections.abc import Mapping


def N_(text: str) -> str:  # noqa: N802 - the name by which texts are collected
    """Mark a text that is translated where it is shown."""
    return text


STEP_WORDS: Mapping[str, str] = {
    "override": N_("Price set in the session"),
    "item": N_("Price of the show's item"),
    "customer_margin": N_("Margin of the customer"),
    "category_margin": N_("Margin of the category"),
    "default_margin": N_("Margin of the workspace"),
    "cost": N_("The bare cost"),
}
"""What decides, in the order in which it is asked."""

PROBLEM_WORDS: Mapping[str, str] = {
    "missing_cost": N_("It is not known what this batch cost, so no margin can be put on it."),
    "bad_margin": N_("The margin is not between −100 % and 100 %."),
    "price_too_large": N_("With this margin the price is larger than any price that can be kept."),
}
WARNING_WORDS: Mapping[str, str] = {
    "below_cost": N_("Below what the batch cost"),
    "no_price_rule": N_("No rule gives a price: a host has to confirm it before the customer sees it"),
    "fell_far": N_("Much lower than the rule's price"),
}
