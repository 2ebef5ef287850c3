"""What is to be blanked in the JSON of events and of the audit log. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import attrs

from dibs.lane.keys import ERASED

_WORDS = frozenset({"handle", "text", "edited_text"})
_NOTED = frozenset({"handle", "note", "reason"})


@attrs.frozen
class Traces:
    """Where somebody left traces in a show.

    Attributes:
        buyer_id: the identity; `stays_as` is the one that its claims and comments belong to from now on.
        comments, claims: theirs.
    """

    buyer_id: UUID
    stays_as: UUID
    comments: Collection[int] = ()
    claims: Collection[str] = ()


def without(value: Any, traces: Traces) -> Any:
    """A payload without names and words of the person; everything else as it was."""
    if isinstance(value, list):
        return [without(each, traces) for each in value]
    if not isinstance(value, Mapping):
        return value
    inner = {name: without(each, traces) for name, each in value.items()}
    return _blanked(inner, traces) if _is_theirs(value, traces) else inner


def _is_theirs(value: Mapping[str, Any], traces: Traces) -> bool:
    if value.get("buyer_id") is not None:
        return bool(value["buyer_id"] == str(traces.buyer_id))
    return (
        value.get("comment_no") in traces.comments
        or value.get("claim_id") in traces.claims
        or value.get("entity_id") in traces.claims
    )


def _blanked(value: Mapping[str, Any], traces: Traces) -> dict[str, Any]:
    return {name: _blank(name, each, traces) for name, each in value.items()}


def _blank(name: str, value: Any, traces: Traces) -> Any:
    nobody = f"{ERASED}{traces.stays_as}"
    if value is None:
        return None
    if name in _WORDS:
        return ""
    if name == "author":
        return {"id": nobody, "name": ""}
    return {"buyer_id": str(traces.stays_as), "platform_user_id": nobody}.get(name, value)


def unnoted(value: Any) -> Any:
    """An entry of the audit log about the person without what was noted about them; that it was done stays."""
    if isinstance(value, list):
        return [unnoted(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {name: _unnoted(name, each) for name, each in value.items()}


def unworded(value: Any) -> Any:
    """What a plugin noted, with every text empty; ids and the names of fields stay."""
    if isinstance(value, list):
        return [unworded(each) for each in value]
    if isinstance(value, Mapping):
        return {name: each if name.endswith("_id") else unworded(each) for name, each in value.items()}
    return "" if isinstance(value, str) else value


def _unnoted(name: str, value: Any) -> Any:
    if name in _NOTED and isinstance(value, str):
        return ""
    return [] if name == "tags" else unnoted(value)
