"""One call of the Graph API, with what handlers ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import orjson

from dibs_meta_simulator.clock import iso_text
from dibs_meta_simulator.errors import GraphError, bad_parameter, known_error
from dibs_meta_simulator.graph.fields import Field, named, parse_fields
from dibs_meta_simulator.hosts import INSTAGRAM_GRAPH
from dibs_meta_simulator.model.apps import App
from dibs_meta_simulator.model.tokens import Kind, Token
from dibs_meta_simulator.world import World


@attrs.define(eq=False)
class Call:
    """A call whose token was found good.

    Attributes:
        base: the address of the host, as the caller knows it.
        path: without version, such as `300000000000001/comments`.
        params: from address, form or JSON body; form and address values are texts.
    """

    world: World
    host: str
    base: str
    method: str
    version: str
    path: str
    params: Mapping[str, Any]
    token: Token
    app: App

    @property
    def where(self) -> dict[str, str | None]:
        """What faults can be limited to."""
        first, _, edge = self.path.partition("/")
        return {"endpoint": edge or "node", "host": self.host, "method": self.method, "object": first}

    def text(self, name: str) -> str | None:
        """A parameter as text, None if it is not there."""
        value = self.params.get(name)
        return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()

    def needed(self, name: str) -> str:
        """A parameter that has to be there.

        Raises:
            GraphError: code 100.
        """
        value = self.text(name)
        if not value:
            raise bad_parameter(f"The parameter {name} is required.")
        return value

    def number(self, name: str, default: int, most: int | None = None) -> int:
        """A whole number above 0.

        Raises:
            GraphError: code 100, it is none.
        """
        text = self.text(name)
        if text is None:
            return default
        if not text.isdigit() or int(text) < 1:
            raise bad_parameter(f"Param {name} must be a positive integer")
        return int(text) if most is None else min(int(text), most)

    def parsed(self, name: str) -> Any:
        """A parameter that holds JSON, whether sent as text or within a JSON body; None if it is not there.

        Raises:
            GraphError: code 100, it is not JSON.
        """
        value = self.params.get(name)
        if not isinstance(value, str):
            return value
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad_parameter(f"Param {name} must be valid JSON") from None

    def choice(self, name: str, default: str, *choices: str) -> str:
        """One of some words.

        Raises:
            GraphError: code 100, it is none of them.
        """
        value = self.text(name) or default
        if value not in choices:
            raise bad_parameter(f"Param {name} must be one of {{{', '.join(choices).upper()}}}")
        return value

    def fields(self, *default: str) -> tuple[Field, ...]:
        """The wanted fields."""
        text = self.text("fields")
        return parse_fields(text) if text else named(*default)

    def moment(self, seconds: float) -> str | int:
        """A time in the format that was asked for."""
        return int(seconds) if self.params.get("date_format") == "U" else iso_text(seconds)

    def allows(self, *scopes: str) -> bool:
        """Whether all those permissions were granted."""
        return self.token.grant.granted.issuperset(scopes)

    def need(self, facebook: tuple[str, ...], instagram: tuple[str, ...] = (), code: int = 10) -> None:
        """Insist on permissions, those of the login that the token came from.

        Raises:
            GraphError: code 10, or 200.
        """
        wanted = instagram if self.token.kind is Kind.INSTAGRAM else facebook
        missing = [scope for scope in wanted if scope not in self.token.grant.granted]
        if missing:
            words = f"(#{code}) This endpoint requires the '{missing[0]}' permission"
            raise known_error(code, message=words)

    def inner(self, node_id: str, edge: str, params: Mapping[str, Any]) -> Call:
        """The same call for an edge that was asked for as a field."""
        return attrs.evolve(self, path=f"{node_id}/{edge}", params={"date_format": self.text("date_format"), **params})

    def page_only(self, page_id: str) -> None:
        """Insist on the token of that Page.

        Raises:
            GraphError: code 190, subcode 2069032, or code 10.
        """
        if self.token.kind is Kind.PAGE and self.token.profile_id == page_id:
            return
        if self.token.kind is Kind.PAGE:
            raise known_error(10)
        raise known_error(190, 2069032)

    @property
    def instagram_host(self) -> bool:
        """Whether this is the host of Instagram Login."""
        return self.host == INSTAGRAM_GRAPH


def refuse_method(call: Call) -> GraphError:
    """An edge that does not know the method."""
    word = {"GET": "get", "POST": "post", "DELETE": "delete"}.get(call.method, "request")
    kind = f"Unsupported {word} request."
    return GraphError(kind, 100, kind="GraphMethodException", subcode=33 if call.method != "GET" else None)
