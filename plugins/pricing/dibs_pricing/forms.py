"""Reading the forms of the pages, and setting what they say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from quart import request

from dibs import ConflictError, InvalidInputError, NotFoundError, structure
from dibs.routes import workspace_transaction
from dibs_pricing.changing import MarginPlace, NewMargin, remove_margin, set_margin
from dibs_pricing.words import N_

FAULT = N_("Write per cent above -100 and below 100, such as 30 or 27.5.")
_STALE = N_("Somebody else has changed this margin meanwhile. This is what it is now.")


def words_of(name: str) -> str:
    """A text of the query, without what can't be printed."""
    return "".join(char for char in request.args.get(name, "") if char.isprintable()).strip()[:100]


def id_of(name: str) -> UUID | None:
    """An id of the query, None if it is none."""
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


def typed(form: Mapping[str, str]) -> str:
    """A margin as it was typed, with a point for a comma and without the sign of per cent."""
    text = form.get("margin", "").strip().removesuffix("%").strip()
    return text.replace("\N{MINUS SIGN}", "-").replace(",", ".")


async def save(form: Mapping[str, str], place: Mapping[str, Any]) -> str | None:
    """Set the margin of a place, or remove it if the field is empty; what to tell the reader.

    Returns None for what is no margin, which the page then says beside the field.
    """
    text, version = typed(form), form.get("version", "")
    about = {**place, "version": int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0}
    try:
        if text:
            await _set(structure({**about, "margin": text}, NewMargin))
            return N_("Saved. Open carts get their new prices.")
        return await _remove(structure(about, MarginPlace))
    except InvalidInputError:
        return None
    except ConflictError:
        return _STALE


async def _set(new: NewMargin) -> None:
    async with workspace_transaction("pricing") as context:
        await set_margin(context, new)


async def _remove(place: MarginPlace) -> str:
    try:
        async with workspace_transaction("pricing") as context:
            await remove_margin(context, place)
    except NotFoundError:
        return _STALE if place.version else N_("Nothing to change.")
    return N_("Removed. Open carts get their new prices.")
