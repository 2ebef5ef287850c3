"""The routes of the application, each with a path and a body to try it with, and what the tables hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import attrs
import pytest

from dibs.api.auth import needs_of
from dibs.api.operation import operation_of
from dibs.openapi import make_document
from dibs.openapi.examples import example

from .conftest import Person, World

_VARIABLE = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
_CHOICE = re.compile(r"<any\((\w+)[^)]*\):\w+>")
_TABLES = """
SELECT table_name FROM information_schema.columns WHERE column_name = 'workspace_id' AND table_schema = 'public'
"""
# What a handler demands beside its mark, for the ids of somebody else.
_MEMBER = "/api/workspaces/<uuid:workspace_id>/members/<uuid:user_id>"
MORE_NEEDED = {
    ("DELETE", _MEMBER): "members:write",
    ("POST", f"{_MEMBER}/sign-in-link"): "instance:write",
    ("POST", "/members/link"): "instance:write",
    ("POST", "/tester/save"): "workspace:write",
    ("POST", "/api/runs/<uuid:run_id>/retry"): "catalogue:write",
    ("POST", "/runs/<uuid:run_id>/retry"): "catalogue:write",
}


@attrs.frozen
class Route:
    method: str
    rule: str
    needs: str
    body: Any = attrs.field(default=None, repr=False)

    @property
    def variables(self) -> list[str]:
        return _VARIABLE.findall(_CHOICE.sub(r"\1", self.rule))

    def path(self, ids: Mapping[str, str]) -> str:
        def value(found: re.Match[str]) -> str:
            if found[1] not in ids:
                pytest.fail(f"{self.rule}: let _sale in tests/security/conftest.py supply an id for <{found[1]}>")
            return ids[found[1]]

        return _VARIABLE.sub(value, _CHOICE.sub(r"\1", self.rule))


def routes(world: World) -> Iterator[Route]:
    """Every HTTP route but static files."""
    named = make_document(world.app, world.app.runtime.settings)["components"]["schemas"]
    for rule in world.app.url_map.iter_rules():
        view = world.app.view_functions[rule.endpoint]
        if rule.endpoint.endswith("static") or rule.websocket or "<version>" in rule.rule:
            continue
        described = operation_of(view)
        cls = getattr(described, "body", None)
        body = _whole(named.get(cls.__name__, {}), named) if attrs.has(cls or object) else None
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            needs = MORE_NEEDED.get((method, rule.rule)) or needs_of(view) or "?"
            yield Route(method, rule.rule, needs, body)


def _whole(schema: Mapping[str, Any], named: Mapping[str, Any]) -> Any:
    """A body with every field that names an id, and with those that it must have."""
    fields = schema.get("properties", {})
    shown = [name for name in fields if name in schema.get("required", ()) or name.endswith(("_id", "_ids"))]
    return {name: example(fields[name], named, name) for name in shown}


def with_ids(body: Any, ids: Mapping[str, str]) -> Any:
    """The body with these ids where it names one."""
    if not isinstance(body, dict):
        return body
    return {
        name: ids.get(name, value) if name.endswith("_id") else [ids[name[:-1]]] if name[:-1] in ids else value
        for name, value in body.items()
    }


async def ask(who: Person | None, world: World, route: Route, path: str, **more: Any) -> tuple[int, str]:
    """Status and text of an answer; of a stream only its beginning matters, so it is asked for without a body."""
    method = "HEAD" if path.endswith("/stream") else route.method
    headers = {**(who.headers if who else {}), **more.pop("headers", {})}
    if method not in ("GET", "HEAD") and "json" not in more:
        more["json"] = {}
    client = world.app.test_client(use_cookies=False)
    response = await client.open(path, method=method, headers=headers, **more)
    return response.status_code, (await response.get_data()).decode("utf-8", "replace")


async def everything(world: World, workspace_id: str) -> dict[str, str]:
    """A hash of all rows of a workspace, table by table."""
    fetch = world.app.runtime.db.hot_fetch
    tables = await fetch(_TABLES)
    found = {}
    in_background = {"show_leases", "relay_positions"}
    for name in sorted({row["table_name"] for row in tables} - in_background):
        [row] = await fetch(
            f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS hash FROM {name} AS t "
            "WHERE workspace_id = $1",
            UUID(workspace_id),
        )
        found[name] = row["hash"]
    [row] = await fetch("SELECT md5(t::text) AS hash FROM workspaces AS t WHERE id = $1", UUID(workspace_id))
    return {**found, "workspaces": row["hash"]}
