"""Turning outside data into frozen classes at the edge: strict types, unknown fields refused, all faults at once."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from uuid import UUID

import attrs
from cattrs import Converter
from cattrs.errors import BaseValidationError, ForbiddenExtraKeysError, IterableValidationError
from cattrs.gen import make_dict_structure_fn
from cattrs.strategies import configure_tagged_union as configure_tagged_union

from dibs.errors import FieldFault, InvalidInputError

T = TypeVar("T")


class _WrongType(ValueError):
    pass


def _exact(kind: type[Any], words: str) -> Any:
    def structure(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise _WrongType(f"must be {words}")
        return value

    return structure


def _number(value: Any, _: Any) -> float:
    if type(value) not in (int, float) or value != value:
        raise _WrongType("must be a number")
    return float(value)


def _decimal(value: Any, _: Any) -> Decimal:
    """Money and quantities travel as strings; a JSON number would already have been rounded."""
    if type(value) not in (str, int):
        raise _WrongType("must be a decimal number written as a string")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise _WrongType("must be a decimal number") from None
    if not number.is_finite():
        raise _WrongType("must be a finite number")
    return number


def _uuid(value: Any, _: Any) -> UUID:
    if isinstance(value, UUID):
        return value
    if type(value) is not str:
        raise _WrongType("must be an id (UUID)")
    try:
        return UUID(value)
    except ValueError:
        raise _WrongType("must be an id (UUID)") from None


def parse_instant(value: Any, _: Any = None) -> datetime:
    """An RFC 3339 instant with its offset (`2026-11-21T10:00:00+00:00`, also Meta's `+0000`)."""
    if isinstance(value, datetime):
        return value
    if type(value) is not str:
        raise _WrongType("must be a time such as 2026-11-21T10:00:00+00:00")
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        raise _WrongType("must be a time such as 2026-11-21T10:00:00+00:00") from None
    if instant.tzinfo is None:
        raise _WrongType("must carry its offset from UTC, such as +00:00")
    return instant


def make_converter() -> Converter:
    """A strict converter: no coercion, unknown keys refused."""
    converter = Converter(forbid_extra_keys=True, detailed_validation=True)
    converter.register_structure_hook(str, _exact(str, "a text"))
    converter.register_structure_hook(int, _exact(int, "a whole number"))
    converter.register_structure_hook(bool, _exact(bool, "true or false"))
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(Decimal, _decimal)
    converter.register_structure_hook(UUID, _uuid)
    converter.register_structure_hook(datetime, parse_instant)
    converter.register_structure_hook_factory(
        attrs.has, lambda cls: make_dict_structure_fn(cls, converter, _cattrs_forbid_extra_keys=True)
    )
    converter.register_unstructure_hook(Decimal, str)
    converter.register_unstructure_hook(UUID, str)
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    return converter


converter = make_converter()


def structure(value: Any, cls: type[T], what: str = "The request") -> T:
    """Build `cls` from outside data.

    Raises:
        InvalidInputError: with one `FieldFault` for each faulty field, path from the top of `value`.
    """
    try:
        return converter.structure(value, cls)
    except (BaseValidationError, ForbiddenExtraKeysError, ValueError, TypeError, KeyError, AttributeError) as error:
        faults = tuple(_faults(error, ""))
        raise InvalidInputError(f"{what} has {len(faults)} faulty field(s).", faults) from error


def unstructure(value: Any) -> Any:
    """JSON-able form of a value class."""
    return converter.unstructure(value)


def _faults(error: BaseException, path: str) -> list[FieldFault]:
    if isinstance(error, ForbiddenExtraKeysError):
        return [FieldFault(_join(path, name), "is not a known field") for name in sorted(error.extra_fields)]
    if isinstance(error, IterableValidationError):
        grouped, rest = error.group_exceptions()
        return [f for inner, note in grouped for f in _faults(inner, f"{path}[{note.index}]")] + [
            f for inner in rest for f in _faults(inner, path)
        ]
    if isinstance(error, BaseValidationError):
        grouped_class, rest = error.group_exceptions()  # type: ignore[attr-defined]
        return [f for inner, note in grouped_class for f in _faults(inner, _join(path, note.name))] + [
            f for inner in rest for f in _faults(inner, path)
        ]
    return [FieldFault(path or "$", _words(error))]


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _words(error: BaseException) -> str:
    if isinstance(error, KeyError):
        return "is required"
    if isinstance(error, _WrongType):
        return str(error)
    if isinstance(error, ValueError) and error.args:
        return str(error.args[0])
    return "is not usable here" if not str(error) else str(error)
