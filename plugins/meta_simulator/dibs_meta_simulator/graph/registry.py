"""Which function answers which edge, and which fields a node has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import attrs

from dibs_meta_simulator.errors import GraphError, bad_parameter
from dibs_meta_simulator.graph.call import Call
from dibs_meta_simulator.graph.fields import Field

Handler = Callable[[Call, Any], Any]
F = TypeVar("F", bound=Handler)

EDGES: dict[tuple[type[Any], str, str], Handler] = {}
ABSENT = object()


def edge(kind: type[Any], method: str, name: str = "") -> Callable[[F], F]:
    """Register a handler; an empty name is the node itself."""

    def register(handler: F) -> F:
        EDGES[kind, method, name] = handler
        return handler

    return register


@attrs.frozen
class Shape:
    """The fields of a kind of node.

    Attributes:
        name: the type as errors call it.
        fields: name to a function of call, node and inner fields; its answer may be `ABSENT`.
        unset: fields that exist and are never there in a simulated answer.
    """

    name: str
    fields: dict[str, Callable[[Call, Any, Field], Any]]
    unset: frozenset[str] = frozenset()

    def show(self, call: Call, node: Any, wanted: Iterable[Field]) -> dict[str, Any]:
        """The node with those fields, and always its id.

        Raises:
            GraphError: code 100, there is no such field.
        """
        shown: dict[str, Any] = {}
        for field in wanted:
            read = self.fields.get(field.name)
            if read is None:
                if field.name not in self.unset:
                    raise nonexisting(field.name, self.name)
                continue
            value = read(call, node, field)
            if value is not ABSENT:
                shown[field.name] = value
        if "id" in self.fields and "id" not in shown:
            shown["id"] = node.id
        return shown


def nonexisting(name: str, kind: str) -> GraphError:
    """Code 100: a field that the node does not have."""
    return bad_parameter(f"Tried accessing nonexisting field ({name}) on node type ({kind})")


def only(field: Field, values: dict[str, Any], kind: str) -> dict[str, Any]:
    """An object inside a field, with the inner fields that were asked for."""
    if field.inner is None:
        return values
    for wanted in field.inner:
        if wanted.name not in values:
            raise nonexisting(wanted.name, kind)
    return {wanted.name: values[wanted.name] for wanted in field.inner}
