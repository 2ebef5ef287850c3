"""S-05: no page of another site can make a browser do anything, and looking changes nothing."""

from __future__ import annotations

import functools
import itertools
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from dibs.accounts.sessions import csrf_token
from dibs.api.auth import PUBLIC

from .conftest import World
from .walk import Route, ask, routes

# They open something, and are made to be followed from a message: each is good once and leads to a page of ours.
OPENING = ("/sign-in/<token>",)
# Who took a file out is noted in the audit log; nothing else may happen.
NOTED = ("export.made",)
FORM = b"title=x&email=x&enabled=true"
ATTACKS = {
    "a form": {"data": FORM, "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
    "JSON that says it is text": {"data": b'{"title": "x"}', "headers": {"Content-Type": "text/plain"}},
    "JSON without a type": {"data": b'{"title": "x"}', "headers": {}},
    "no origin and no token": {"data": b"{}", "headers": {"Content-Type": "application/json"}},
    "a foreign token": {
        "data": b"{}",
        "headers": {"Content-Type": "application/json", "X-CSRF-Token": csrf_token("another session")},
    },
}


@pytest.fixture
async def session(world: World) -> str:
    """The session of the owner's browser."""
    owner = world.people["owner"]
    return await world.app.runtime.accounts.open_session(UUID(owner.user_id), UUID(owner.workspace_id))


@pytest.fixture
async def unsafe(world: World) -> AsyncIterator[list[Route]]:
    """Every route that writes and needs a sign-in; and a check that nothing was written after all."""
    before = await whole_database(world)
    yield [route for route in routes(world) if route.method != "GET" and route.needs != PUBLIC]
    assert await whole_database(world) == before


async def whole_database(world: World) -> dict[str, str]:
    """A hash of each table, but for what counts attempts, notes when somebody was seen, and goes on by itself."""
    fetch = world.app.runtime.db.hot_fetch
    tables = await fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    found = {}
    for name in (row["tablename"] for row in tables):
        if name not in ("rate_limits", "show_leases", "relay_positions") and not name.startswith("pgqueuer"):
            noted = f"WHERE action NOT IN {NOTED!r}".replace(",)", ")") if name == "audit_log" else ""
            hashed = f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS hash FROM {name} AS t {noted}"
            [row] = await fetch(hashed)
            found[name] = row["hash"]
    return found


async def test_a_page_of_another_site_writes_nothing(world: World, session: str, unsafe: list[Route]) -> None:
    cookie = {"Cookie": f"dibs_session={session}"}
    for route, (attack, how) in itertools.product(unsafe, ATTACKS.items()):
        headers = {**how["headers"], **cookie}  # type: ignore[dict-item]
        client = world.app.test_client(use_cookies=False)
        response = await client.open(route.path(world.ids), method=route.method, headers=headers, data=how["data"])
        assert response.status_code == 403, (route, attack, response.status_code)


async def test_the_right_token_does_not_help_a_foreign_origin(world: World, session: str, unsafe: list[Route]) -> None:
    with_token = {"Cookie": f"dibs_session={session}", "X-CSRF-Token": csrf_token(session)}
    foreign = [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
    for route, origin in itertools.product(unsafe, foreign):
        status, _ = await ask(None, world, route, route.path(world.ids), headers={**with_token, **origin})
        assert status == 403, (route, origin, status)


async def test_a_foreign_origin_can_not_even_sign_somebody_in(world: World) -> None:
    for route in routes(world):
        if route.method != "GET" and route.needs == PUBLIC:
            status, _ = await ask(None, world, route, route.path(world.ids), headers={"Origin": "https://evil.example"})
            # What a platform has to sign is refused for want of that, wherever it comes from.
            assert status == 403 or (status == 400 and route.rule.startswith("/webhooks/")), (route, status)


async def test_looking_changes_nothing(world: World) -> None:
    """Every GET, with ids of things that are there, as who may see everything; all tables before and after."""
    owner, instance = world.people["owner"], world.people["instance"]
    look = functools.partial(ask, world=world)
    looks = [route for route in routes(world) if route.method == "GET" and route.rule not in OPENING]
    before = await whole_database(world)
    for route in looks:
        who = instance if route.needs.startswith("instance:") else owner
        status, text = await look(who, route=route, path=route.path(world.ids))
        assert status < 500, (route, text[:300])
    assert await whole_database(world) == before
