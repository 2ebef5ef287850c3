"""What is to be blanked in the JSON of events and of the audit log. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import attrs

_WORDS = frozenset({"handle", "author_name", "text", "edited_text", "note", "reason_given", "words"})


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
    nobody = f"erased:{traces.stays_as}"
    blanked: dict[str, Any] = {}
    for name, each in value.items():
        if name in _WORDS and isinstance(each, str):
            blanked[name] = ""
        elif name == "buyer_id" and each is not None:
            blanked[name] = str(traces.stays_as)
        elif name == "platform_user_id" and each is not None:
            blanked[name] = nobody
        elif name == "author" and isinstance(each, Mapping):
            blanked[name] = {"id": nobody, "name": ""}
        else:
            blanked[name] = each
    return blanked


def emptied(value: Any) -> Any:
    """An entry about the person: every text, list and name in it is gone, what kind of entry it was stays."""
    if isinstance(value, Mapping):
        return {name: emptied(each) for name, each in value.items()}
    if isinstance(value, list):
        return []
    return "" if isinstance(value, str) else value
