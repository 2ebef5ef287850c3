"""When two names are the same."""

from __future__ import annotations

from dibs.models.codes import fold_text


def name_key(name: str) -> str:
    """What two names of the same product share."""
    return " ".join(fold_text(name).split())
