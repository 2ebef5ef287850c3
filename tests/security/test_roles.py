"""S-03: every route with every role, and with the ids of a workspace that is none of theirs.

The routes come from the application itself: whoever adds one need not touch this file, unless its path has a new
variable (then `_sale` in conftest.py has to supply an id for it).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import attrs
import pytest

from dibs.accounts.permissions import INSTANCE, ROLES, allows
from dibs.api.auth import PUBLIC, SIGNED_IN, needs_of
from dibs.api.operation import operation_of
from dibs.openapi import make_document
from dibs.openapi.examples import example

from .conftest import CANARY, Person, World

NOBODY = UUID(int=0xABCDEF)
_VARIABLE = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
_CHOICE = re.compile(r"<any\((\w+)[^)]*\):\w+>")
_TABLES = """
SELECT table_name FROM information_schema.columns WHERE column_name = 'workspace_id' AND table_schema = 'public'
"""
# What a handler demands beside its mark, for the ids of somebody else.
_MEMBER = "/api/workspaces/<uuid:workspace_id>/members/<uuid:user_id>"
MORE_NEEDED = {("DELETE", _MEMBER): "members:write", ("POST", f"{_MEMBER}/sign-in-link"): "instance:write"}


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
    return response.status_code, await response.get_data(as_text=True)


async def everything(world: World, workspace_id: str) -> dict[str, str]:
    """A hash of all rows of a workspace, table by table."""
    fetch = world.app.runtime.db.hot_fetch
    tables = await fetch(_TABLES)
    found = {}
    for name in sorted(row["table_name"] for row in tables):
        [row] = await fetch(
            f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS hash FROM {name} AS t "
            "WHERE workspace_id = $1",
            UUID(workspace_id),
        )
        found[name] = row["hash"]
    [row] = await fetch("SELECT md5(t::text) AS hash FROM workspaces AS t WHERE id = $1", UUID(workspace_id))
    return {**found, "workspaces": row["hash"]}


async def test_nobody_gets_anything_but_what_is_public(world: World) -> None:
    for route in routes(world):
        if route.needs != PUBLIC:
            status, text = await ask(None, world, route, route.path(world.ids))
            assert status == 401, (route, status)
            assert CANARY not in text


async def test_a_role_is_refused_exactly_what_the_table_does_not_give_it(world: World) -> None:
    before = await everything(world, world.workspace_id)
    for route in routes(world):
        if route.needs in (PUBLIC, SIGNED_IN):
            continue
        for role in ROLES:
            if route.needs in INSTANCE or not allows(role, route.needs):
                there = {"X-Dibs-Workspace": world.workspace_id}
                status, text = await ask(world.people[role], world, route, route.path(world.ids), headers=there)
                assert status == 403, (route, role, status, text[:300])
                assert CANARY not in text
    assert await everything(world, world.workspace_id) == before


async def test_a_role_is_let_through_to_all_that_the_table_gives_it(world: World) -> None:
    """With ids of nothing, and with bodies that are not usable, so that nothing is done: it is the door that counts."""
    ids = {**dict.fromkeys(world.ids, str(NOBODY)), "workspace_id": world.workspace_id, "key": "none", "name": "none"}
    for route in routes(world):
        if route.needs in (PUBLIC, SIGNED_IN) or route.rule.endswith("/switch"):
            continue
        for role in (*ROLES, "instance"):
            there = {"X-Dibs-Workspace": world.workspace_id}
            if role == "instance" and route.needs not in INSTANCE:
                continue
            if role == "instance":
                there = {}
            elif route.needs in INSTANCE or not allows(role, route.needs):  # type: ignore[arg-type]
                continue
            status, text = await ask(world.people[role], world, route, route.path(ids), headers=there)
            assert status not in (401, 403, 405) and status < 500, (route, role, status, text[:300])


async def test_a_workspace_of_others_is_not_there(world: World) -> None:
    """Whoever names it, in a header or in a path, is told that there is no such workspace."""
    stranger = world.people["stranger"]
    before = await everything(world, world.workspace_id)
    for route in routes(world):
        if route.needs in (PUBLIC, SIGNED_IN, *INSTANCE):
            continue
        ids = {**world.own, "workspace_id": world.workspace_id}
        there = {} if "workspace_id" in route.variables else {"X-Dibs-Workspace": world.workspace_id}
        status, text = await ask(stranger, world, route, route.path(ids), headers=there)
        assert status == 404, (route, status)
        assert CANARY not in text
    assert await everything(world, world.workspace_id) == before


async def test_a_thing_of_another_workspace_is_not_there(world: World) -> None:
    """Each id of the path in turn is one of the other workspace; then each id of the body."""
    stranger = world.people["stranger"]
    before = await everything(world, world.workspace_id)
    tried = 0
    for route in routes(world):
        if route.needs in (PUBLIC, *INSTANCE):
            continue
        foreign = [name for name in route.variables if world.ids.get(name) != world.own.get(name)]
        for name in foreign:
            ids = {**world.own, name: world.ids[name]}
            status, text = await ask(stranger, world, route, route.path(ids), json=with_ids(route.body, world.own))
            # A body that is not described can't be made: that it is refused tells nothing either.
            right = (404,) if route.body is not None or route.method in ("GET", "DELETE") else (400, 404)
            assert status in right, (route, name, status, text[:300])
            assert not _told(text, world), (route, name, text[:300])
            tried += 1
    assert await everything(world, world.workspace_id) == before
    assert tried >= 30


async def test_a_body_that_names_a_thing_of_another_workspace_does_nothing_to_it(world: World) -> None:
    stranger = world.people["stranger"]
    before = await everything(world, world.workspace_id)
    named = 0
    for route in routes(world):
        body = with_ids(route.body, world.ids)
        if route.needs in (PUBLIC, SIGNED_IN) or body == with_ids(route.body, {}):
            continue
        status, text = await ask(stranger, world, route, route.path(world.own), json=body)
        assert status in (400, 403, 404, 409), (route, status, text[:300])
        assert not _told(text, world), (route, text[:300])
        named += 1
    assert await everything(world, world.workspace_id) == before
    assert named >= 2


def _told(text: str, world: World) -> bool:
    """Whether an answer to a stranger has a text of the workspace that is none of theirs."""
    theirs = f"{CANARY} of owner", f"{CANARY}owner", f"{CANARY}viewer"
    return any(words in text for words in theirs)
