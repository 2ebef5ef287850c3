"""Turning outside data into frozen classes at the edge: strict types, unknown fields refused, every fault
named."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isnan
from types import GenericAlias
from typing import Any, Literal, TypeVar, get_args, get_origin
from uuid import UUID

import attrs
from cattrs import Converter
from cattrs.cols import list_structure_factory, mapping_structure_factory
from cattrs.errors import BaseValidationError, ForbiddenExtraKeysError, IterableValidationError
from cattrs.gen import make_dict_structure_fn, override

from dibs.errors import FieldFault, InvalidInputError

T = TypeVar("T")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COLLECTIONS: Mapping[Any, Any] = {list: list, tuple: tuple, Sequence: tuple, set: set, frozenset: frozenset}


class _WrongTypeError(ValueError):
    pass


def _exact(kind: type[Any], words: str) -> Any:
    def structure(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise _WrongTypeError(f"must be {words}")
        return value

    return structure


def _number(value: Any, _: Any) -> float:
    if type(value) not in (int, float) or isnan(value):
        raise _WrongTypeError("must be a number")
    return float(value)


def _decimal(value: Any, _: Any) -> Decimal:
    """Money and quantities travel as strings; a JSON number would already have been rounded."""
    if type(value) not in (str, int):
        raise _WrongTypeError("must be a decimal number written as a string")
    if not _DECIMAL.fullmatch(str(value)):
        raise _WrongTypeError("must be a decimal number such as 12.50")
    return Decimal(value)


def _uuid(value: Any, _: Any) -> UUID:
    if isinstance(value, UUID):
        return value
    if type(value) is not str:
        raise _WrongTypeError("must be an id (UUID)")
    try:
        return UUID(value)
    except ValueError:
        raise _WrongTypeError("must be an id (UUID)") from None


def parse_instant(value: Any, _: Any = None) -> datetime:
    """An RFC 3339 instant with its offset (`2026-11-21T10:00:00+00:00`, also Meta's `+0000`)."""
    if isinstance(value, datetime):
        return value
    if type(value) is not str:
        raise _WrongTypeError("must be a time such as 2026-11-21T10:00:00+00:00")
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        raise _WrongTypeError("must be a time such as 2026-11-21T10:00:00+00:00") from None
    if instant.tzinfo is None:
        raise _WrongTypeError("must carry its offset from UTC, such as +00:00")
    return instant


def _day(value: Any, _: Any) -> date:
    if type(value) is date:
        return value
    if type(value) is not str or not _DAY.fullmatch(value):
        raise _WrongTypeError("must be a day such as 2026-11-21")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise _WrongTypeError("must be a day such as 2026-11-21") from None


def _is_literal(cls: Any) -> bool:
    return get_origin(cls) is Literal


def _one_of(value: Any, cls: Any) -> Any:
    known = get_args(cls)
    if type(value) not in {type(name) for name in known} or value not in known:
        raise _WrongTypeError(f"must be one of {', '.join(str(name) for name in known)}")
    return value


def _is_collection(cls: Any) -> bool:
    if get_origin(cls) is tuple:
        return get_args(cls)[1:] == (Ellipsis,)
    return get_origin(cls) in _COLLECTIONS and len(get_args(cls)) == 1


def _collection_hook(cls: Any, converter: Converter) -> Any:
    """Only lists: a text or an object could be gone through as well, and would be nonsense."""
    make = _COLLECTIONS[get_origin(cls)]
    kind_of_list: Any = GenericAlias(list, get_args(cls))
    structure_list = list_structure_factory(kind_of_list, converter)

    def structure(value: Any, kind: Any) -> Any:
        if not isinstance(value, list | tuple | set | frozenset):
            raise _WrongTypeError("must be a list")
        return make(structure_list(value, kind))

    return structure


def _is_mapping(cls: Any) -> bool:
    return get_origin(cls) in (dict, Mapping)


def _mapping_hook(cls: Any, converter: Converter) -> Any:
    kind_of_dict: Any = GenericAlias(dict, get_args(cls))
    structure_mapping: Any = mapping_structure_factory(kind_of_dict, converter)

    def structure(value: Any, kind: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _WrongTypeError("must be an object")
        return structure_mapping(value, kind)

    return structure


def _class_hook(cls: type[Any], converter: Converter) -> Any:
    """Structure a class field by field, each with its validator at once, so that a fault names its field."""
    checked: dict[str, Any] = {
        field.name: override(struct_hook=_with_validator(field, converter))
        for field in attrs.fields(attrs.resolve_types(cls))
        if field.validator is not None and field.init
    }
    structure_class = make_dict_structure_fn(cls, converter, _cattrs_forbid_extra_keys=True, **checked)

    def structure(value: Any, kind: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _WrongTypeError("must be an object with named fields")
        return structure_class(value, kind)

    return structure


def _with_validator(field: attrs.Attribute[Any], converter: Converter) -> Any:
    def structure_field(value: Any, kind: Any) -> Any:
        made = converter.structure(value, kind)
        try:
            assert field.validator is not None
            field.validator(None, field, made)
        except AttributeError:  # it looks at other fields of the object, which then checks it when it is made
            pass
        return made

    return structure_field


def make_converter() -> Converter:
    """A strict converter: no coercion, unknown keys refused."""
    converter = Converter(forbid_extra_keys=True, detailed_validation=True)
    converter.register_structure_hook(str, _exact(str, "a text"))
    converter.register_structure_hook(int, _exact(int, "a whole number"))
    converter.register_structure_hook(bool, _exact(bool, "true or false"))
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(Decimal, _decimal)
    converter.register_structure_hook(UUID, _uuid)
    converter.register_structure_hook(date, _day)
    converter.register_structure_hook(datetime, parse_instant)
    converter.register_structure_hook_func(_is_literal, _one_of)
    converter.register_structure_hook_factory(_is_collection, lambda cls: _collection_hook(cls, converter))
    converter.register_structure_hook_factory(_is_mapping, lambda cls: _mapping_hook(cls, converter))
    converter.register_structure_hook_factory(attrs.has, lambda cls: _class_hook(cls, converter))
    converter.register_unstructure_hook(Decimal, str)
    converter.register_unstructure_hook(UUID, str)
    converter.register_unstructure_hook(date, date.isoformat)
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
    except (
        BaseValidationError,
        ForbiddenExtraKeysError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
    ) as error:
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
    return [FieldFault(path or "$", _words(error, path.rpartition(".")[2]))]


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _words(error: BaseException, field: str) -> str:
    if isinstance(error, KeyError):
        return "is required"
    if isinstance(error, ValueError) and error.args:
        return _without_field(str(error.args[0]), field)
    return "is not usable here" if not str(error) else str(error)


def _without_field(words: str, field: str) -> str:
    """The words of a validator without the name of the field, which the path tells already."""
    words = words.removeprefix(f"{field} ").removeprefix(f"'{field}' ")
    return re.sub(r"^Length of '\w+' ", "length ", words)
