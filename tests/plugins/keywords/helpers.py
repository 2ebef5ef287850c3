"""Reading a text under given rules, and acts written short."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from dibs import Author, Catalogue, CatalogueItem, IncomingComment, ParseContext, Reading, ShowRules
from dibs.clock import utc_now
from dibs_keywords import known_locales, parse_comment

ALL = known_locales()


def context(
    items: Iterable[str] = (), pinned: str | None = None, settings: dict[str, Any] | None = None, **rules: Any
) -> ParseContext:
    """A show with these items (`12`, or `12:red` for a variant) and rules."""
    rows = []
    for entry in items:
        code, _, variant = entry.partition(":")
        rows.append(CatalogueItem(code, variant or None))
    if pinned is not None:
        rules.setdefault("claim_without_code", True)
    if settings:
        rules["plugins"] = {"keywords": settings}
    return ParseContext(UUID(int=1), None, ShowRules(**rules), Catalogue(tuple(rows), pinned))


def read(ctx: ParseContext, text: str, **more: Any) -> Reading:
    """What the parser reads."""
    reading = parse_comment(ctx, IncomingComment("test", text, utc_now(), author=Author("1", "A"), **more))
    assert reading is not None
    return reading


def done(reading: Reading) -> list[str]:
    """The acts that are carried out, such as `C 12 2 red`."""
    return [] if reading.review else short(reading)


def short(reading: Reading) -> list[str]:
    """All acts of a reading, also those that only an operator may accept."""
    words = []
    for act in reading.acts:
        quantity = f" {act.quantity}" if act.quantity != 1 or act.variant else ""
        variant = f" {act.variant}" if act.variant else ""
        words.append(f"{act.kind[0].upper()} {act.item_number or '-'}{quantity}{variant}")
    return words
