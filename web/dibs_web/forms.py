"""Reading the fields of a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID

from quart import request


def optional(form: Mapping[str, str], name: str, *, decimal: bool = False) -> str | None:
    """A field without the space around it, None if it is empty. A comma is how half the world writes decimals."""
    text = form.get(name, "").strip()
    return (text.replace(",", ".") if decimal else text) or None


def version_of(form: Mapping[str, str]) -> int:
    """The version that the form was made of; 0, which nothing has, if there is none."""
    text = form.get("version", "")
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


def query_text(name: str) -> str:
    """A text of the query, without what can't be printed."""
    return "".join(char for char in request.args.get(name, "") if char.isprintable()).strip()[:100]


def id_or_none(text: str) -> UUID | None:
    """An id, or None if it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
