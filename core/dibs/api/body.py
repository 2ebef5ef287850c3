"""Reading request bodies and query parameters into frozen classes."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

import orjson
from quart import request
from werkzeug.exceptions import UnsupportedMediaType

from dibs.api.query import typed_query
from dibs.codec import structure
from dibs.errors import FieldFault, InvalidInputError, NotFoundError

T = TypeVar("T")


async def json_body() -> Any:
    """The JSON value of the request body.

    Raises:
        InvalidInputError: the body is empty or not JSON.
        UnsupportedMediaType: the body does not say that it is JSON (a form of another site can't say so).
    """
    if request.mimetype != "application/json" and not request.mimetype.endswith("+json"):
        raise UnsupportedMediaType
    data = await request.get_data()
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidInputError(f"The body is not JSON ({place}).", [FieldFault("$", "is not JSON")]) from None


async def read_body(cls: type[T]) -> T:
    """The request body as a `cls`; every faulty field is named in the error."""
    return structure(await json_body(), cls, "The body")


def read_query(cls: type[T]) -> T:
    """The query parameters, each given once, as a `cls`; every faulty one is named in the error.

    A field is a text, `int` (`"2"`), `bool` (`"true"`, `"false"`), `datetime`, `UUID`, `Decimal` or a `Literal`, each
    also with `| None`, and has a default.
    """
    repeated = [FieldFault(key, "is given more than once") for key, values in request.args.lists() if len(values) > 1]
    if repeated:
        raise InvalidInputError("A query parameter is given more than once.", repeated)
    return structure(typed_query(request.args.to_dict(), cls), cls, "The query")


def whole_number(name: str, default: int, low: int, high: int) -> int:
    """A whole number of the query, from `low` to `high`."""
    text = request.args.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 18 or not low <= int(text) <= high:
        fault = FieldFault(name, f"must be a whole number from {low} to {high}")
        raise InvalidInputError("The query has 1 faulty field(s).", [fault])
    return int(text)


def path_id(text: str) -> UUID:
    """An id of the path; what is no id names nothing, which is a 404."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError("There is nothing with this id.") from None
