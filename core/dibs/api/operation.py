"""What a route says about itself, for the OpenAPI document. The classes are those that check the input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import attrs

_MARK: Final = "dibs_operation"
F = TypeVar("F", bound=Callable[..., Any])


@attrs.frozen
class Operation:
    """One operation of the API.

    Attributes:
        summary: what it does, in a few words.
        body: the class that `read_body` gets, or None. `body_optional` says that it may be left out.
        query: the class that `read_query` gets, or None.
        answer: the class of the JSON answer; None if there is no content; `dict` for any object.
        status: the status of success.
        errors: the statuses of refusals beside those that every route may give (400 with a body or query, 401, 403,
            404 with an id in the path, 429, 503).
        media: the media type of the answer; several with commas between them.
        body_media: the media type of the body.
        file: the field of a form in which a file may come instead of the body; "" if none may.
    """

    summary: str
    body: Any = None
    query: Any = None
    answer: Any = dict
    status: int = 200
    errors: tuple[int, ...] = ()
    media: str = "application/json"
    body_media: str = "application/json"
    body_optional: bool = False
    file: str = ""


def operation(
    summary: str,
    *,
    body: Any = None,
    query: Any = None,
    answer: Any = dict,
    status: int = 200,
    errors: tuple[int, ...] = (),
    media: str = "application/json",
    body_media: str = "application/json",
    body_optional: bool = False,
    file: str = "",
) -> Callable[[F], F]:
    """Describe a handler; stands directly above it, below `@needs`."""
    described = Operation(summary, body, query, answer, status, errors, media, body_media, body_optional, file)

    def mark(view: F) -> F:
        setattr(view, _MARK, described)
        return view

    return mark


def operation_of(view: Callable[..., Any]) -> Operation | None:
    """What a handler says about itself, or None. `functools.wraps` carries it through `@needs`."""
    found = getattr(view, _MARK, None)
    return found if isinstance(found, Operation) else None
