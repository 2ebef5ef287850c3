"""The routes of an application that describe themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
from quart import Quart
from quart.routing import QuartRule

from dibs.api.auth import CUSTOMER, PUBLIC, needs_of, takes_ticket
from dibs.api.operation import Operation, operation_of

_VARIABLE = re.compile(r"<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>")
_KINDS: Mapping[str, Mapping[str, Any]] = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer", "minimum": 0},
}
_ORDER = ("get", "post", "put", "patch", "delete")


@attrs.frozen
class Route:
    """One method on one path.

    Attributes:
        method: in small letters, such as `post`.
        path: as OpenAPI writes it, such as `/api/shows/{show_id}`.
        name: unique among all routes.
        area: the module that it is in, in words, such as `own account`.
        variables: the variables of the path with their schemas.
        needs: a permission, `(public)`, `(signed in)` or `(customer)`.
    """

    method: str
    path: str
    name: str
    area: str
    variables: Mapping[str, Mapping[str, Any]]
    needs: str
    view: Any = attrs.field(repr=False)
    operation: Operation = attrs.field(repr=False)

    @property
    def public(self) -> bool:
        """Whether anybody may call it."""
        return self.needs == PUBLIC

    @property
    def for_customers(self) -> bool:
        """Whether it is for customers alone."""
        return self.needs == CUSTOMER

    @property
    def takes_ticket(self) -> bool:
        """Whether a stream ticket opens it as well."""
        return takes_ticket(self.view)

    @property
    def words(self) -> str:
        """What its docstring says."""
        return inspect.cleandoc(self.view.__doc__ or "")

    @property
    def area_words(self) -> str:
        """What the docstring of its module says."""
        module = inspect.getmodule(inspect.unwrap(self.view))
        return inspect.cleandoc((module.__doc__ or "").partition("\n\n")[0]) if module else ""


def routes_of(app: Quart) -> list[Route]:
    """Every route with `@operation`, by area and path; a rule that takes one of several words is several routes."""
    rules = [rule for rule in app.url_map.iter_rules() if isinstance(rule, QuartRule) and not rule.websocket]
    found = [route for rule in rules for route in _routes(app, rule)]
    return sorted(found, key=lambda route: (route.area, route.path, _ORDER.index(route.method)))


def _routes(app: Quart, rule: QuartRule) -> Iterator[Route]:
    view = app.view_functions[rule.endpoint]
    described = operation_of(view)
    if described is None:
        return
    area, _, name = rule.endpoint.rpartition(".")
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
        for word, pattern in _choices(rule.rule):
            path = _VARIABLE.sub(r"{\3}", pattern)
            unique = "_".join(filter(None, (area.replace(".", "_"), name, word)))
            yield Route(
                method.lower(),
                path,
                unique,
                area.replace("_", " "),
                _variables(pattern),
                needs_of(view) or "",
                view,
                described,
            )


def _variables(pattern: str) -> dict[str, Mapping[str, Any]]:
    return {found[3]: _KINDS.get(found[1], {"type": "string"}) for found in _VARIABLE.finditer(pattern)}


def _choices(rule: str) -> Iterator[tuple[str, str]]:
    several = re.search(r"<any\(([^)]+)\):\w+>", rule)
    if several is None:
        yield "", rule
        return
    for word in several[1].split(","):
        yield word.strip(), rule.replace(several[0], word.strip())
