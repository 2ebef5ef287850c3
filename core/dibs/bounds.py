"""Validators that say what they check, so that the description of the API can tell it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

_MARK: Final = "dibs_bounds"
_SHOWN_AS: Final = "dibs_shown_as"
LINE: Final = r"^[^\u0000-\u001F\u007F-\u009F]*$"
"""Pattern of a text on one line, without control characters."""
WORDS: Final = r"^[^\u0000-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u001F\u007F-\u009F]*$"
"""The same, with at least one character that can be seen."""


def bounded(**schema: Any) -> Callable[[F], F]:
    """Say in the words of JSON Schema what a validator takes: `@bounded(minLength=1, maxLength=120)`."""

    def mark(validator: F) -> F:
        setattr(validator, _MARK, schema)
        return validator

    return mark


def bounds_of(validator: Any) -> Mapping[str, Any]:
    """What a validator says about itself; empty if nothing."""
    found = getattr(validator, _MARK, {})
    assert isinstance(found, Mapping)
    return found


def shown_as(kind: Any) -> dict[str, Any]:
    """Metadata of a field that is checked elsewhere: `attrs.field(metadata=shown_as(ShowRules))`."""
    return {_SHOWN_AS: kind}


def shown_kind(metadata: Mapping[Any, Any], kind: Any) -> Any:
    """The kind that the description shows for a field."""
    return metadata.get(_SHOWN_AS, kind)
