"""A comparison for people, and as one JSON object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dibs.replay.compare import Comparison, Difference, Side, Stake
from dibs.replay.report import plural

_SHORT = {
    "claim_words": "claim-word",
    "pass_words": "pass-word",
    "locales": "locale",
    "several": "several",
    "repeat": "repeat",
}


def comparison_json(found: Comparison) -> dict[str, Any]:
    """Both sides with their rules and counts, and every buyer's stake that differs."""
    return {
        "a": _side(found.a),
        "b": _side(found.b),
        "differences": [_difference(one) for one in found.differences],
        "moved": [_difference(one) for one in found.moved],
    }


def print_comparison(console: Console, found: Comparison) -> None:
    """A table of the buyers who come off differently, and the sums of both sides."""
    if found.differences:
        table = Table("Item", "Buyer", "Under A", "Under B")
        for one in found.differences:
            item = " ".join(filter(None, (one.key.item_number, one.key.variant)))
            name = one.key.handle or one.key.platform_user_id
            table.add_row(escape(item or "-"), escape(name), stake_words(one.a), stake_words(one.b))
        console.print(table)
    else:
        _line(console, "Nobody's claims differ.")
    for name, side in (("A", found.a), ("B", found.b)):
        counts = side.verdicts
        _line(
            console,
            f"{name} ({rules_words(side.rules)}): {counts['claim']:,} claim, {counts['pass']:,} pass, "
            f"{counts['review']:,} wait for review, {plural(side.won, 'unit')} won.",
        )
    differ = f"Claims that differ: {len(found.differences):,}." if found.differences else ""
    moved = f"Claims that only wait at another place: {len(found.moved):,}." if found.moved else ""
    if differ or moved:
        _line(console, f"{differ} {moved}".strip())


def stake_words(stake: Stake) -> str:
    """A stake in a few words."""
    words = [f"won {stake.won}"] if stake.won else []
    if stake.waiting:
        words.append(f"waits for {stake.waiting} (#{stake.position})")
    if stake.review:
        words.append("in review")
    if stake.unmatched:
        words.append("no such item")
    return ", ".join(words) or "-"


def rules_words(rules: Mapping[str, Any]) -> str:
    """Rules as they would be typed."""
    words = []
    for name, value in rules.items():
        shown = ",".join(value) if isinstance(value, list) else str(value).lower()
        words.append(f"{_SHORT[name]} {shown}")
    return "; ".join(words) or "default rules"


def _side(side: Side) -> dict[str, Any]:
    counts = side.verdicts
    stored = sum(counts.values()) - counts["duplicate"]
    acting = counts["claim"] + counts["pass"] + counts["review"]
    return {
        "rules": dict(side.rules),
        "comments": {
            "received": sum(counts.values()),
            "stored": stored,
            "duplicates": counts["duplicate"],
            "claims": counts["claim"],
            "passes": counts["pass"],
            "review": counts["review"],
            "ignored": stored - acting,
        },
        "units_won": side.won,
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "item_number": one.key.item_number,
        "variant": one.key.variant or None,
        "platform": one.key.platform,
        "platform_user_id": one.key.platform_user_id,
        "user_handle": one.key.handle,
        "a": _stake(one.a),
        "b": _stake(one.b),
    }


def _stake(stake: Stake) -> dict[str, Any]:
    return {
        "won": stake.won,
        "waiting": stake.waiting,
        "waitlist_position": stake.position,
        "review": stake.review,
        "unmatched": stake.unmatched,
    }


def _line(console: Console, words: str) -> None:
    console.print(words, highlight=False, markup=False, soft_wrap=True)
