"""S-03: every route with every role, and with the ids of a workspace that is none of theirs.

The routes come from the application itself: whoever adds one need not touch this file, unless its path has a new
variable (then `_sale` in conftest.py has to supply an id for it).
"""

from __future__ import annotations

from uuid import UUID

from dibs.accounts.permissions import INSTANCE, ROLES, allows
from dibs.api.auth import CUSTOMER, PUBLIC, SIGNED_IN

from .conftest import CANARY, World
from .walk import ask, everything, routes, with_ids

NOBODY = UUID(int=0xABCDEF)


async def test_nobody_gets_anything_but_what_is_public(world: World) -> None:
    for route in routes(world):
        if route.needs != PUBLIC:
            status, text = await ask(None, world, route, route.path(world.ids))
            assert status == 401, (route, status)
            assert CANARY not in text


async def test_a_role_is_refused_exactly_what_the_table_does_not_give_it(world: World) -> None:
    before = await everything(world, world.workspace_id)
    for route in routes(world):
        if route.needs in (PUBLIC, SIGNED_IN, CUSTOMER):
            continue
        for role in ROLES:
            if route.needs in INSTANCE or not allows(role, route.needs):
                there = {"X-Dibs-Workspace": world.workspace_id}
                status, text = await ask(world.people[role], world, route, route.path(world.ids), headers=there)
                hidden = route.rule.startswith("/api/debug/")  # there in development only, for whoever asks
                assert status == (404 if hidden else 403), (route, role, status, text[:300])
                assert CANARY not in text
    assert await everything(world, world.workspace_id) == before


async def test_members_and_customers_are_of_different_kinds(world: World) -> None:
    """S-03b: a member at each route of customers, a customer at each route of members: 403, and nothing is told."""
    owner, customer_id = world.people["owner"], world.ids["customer_id"]
    patch = {"version": 1, "portal": True}
    assert (await owner.call("PATCH", f"/api/customers/{customer_id}", json=patch))[0] == 200
    _, made = await owner.call("POST", f"/api/customers/{customer_id}/access")
    client = world.app.test_client(use_cookies=False)
    signed_in = await client.post("/api/portal/sign-in", json={"code": made["code"], "bearer": True})
    token = (await signed_in.get_json())["access_token"]
    before = await everything(world, world.workspace_id)
    asked = {CUSTOMER: 0, "": 0}
    for route in routes(world):
        if route.needs == PUBLIC:
            continue
        who = owner if route.needs == CUSTOMER else None
        headers = {} if who else {"Authorization": f"Bearer {token}"}
        status, text = await ask(who, world, route, route.path(world.ids), headers=headers)
        assert status == 403, (route, status, text[:300])
        assert CANARY not in text
        asked[route.needs if route.needs == CUSTOMER else ""] += 1
    assert await everything(world, world.workspace_id) == before
    assert asked[CUSTOMER] >= 3 and asked[""] > 100


async def test_a_role_is_let_through_to_all_that_the_table_gives_it(world: World) -> None:
    """With ids of nothing, and with bodies that are not usable, so that nothing is done: it is the door that counts."""
    ids = {**dict.fromkeys(world.ids, str(NOBODY)), "workspace_id": world.workspace_id, "key": "none", "name": "none"}
    for route in routes(world):
        if route.needs in (PUBLIC, SIGNED_IN, CUSTOMER) or route.rule.endswith("/switch"):
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
        if route.needs in (PUBLIC, SIGNED_IN, CUSTOMER, *INSTANCE):
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
        if route.needs in (PUBLIC, CUSTOMER, *INSTANCE):
            continue
        foreign = [name for name in route.variables if world.ids.get(name) != world.own.get(name)]
        for name in foreign:
            body = with_ids(route.body, world.own)
            theirs, nothing = ({**world.own, name: one} for one in (world.ids[name], str(NOBODY)))
            status, text = await ask(stranger, world, route, route.path(theirs), json=body)
            other, words = await ask(stranger, world, route, route.path(nothing), json=body)
            # It is told in the same words as a thing that is not there at all; 400 and 409 tell no more than 404.
            refused = (400, 404, 409) if route.rule.startswith("/api/") else (303, 400, 404, 409)
            assert status in refused, (route, name, status, text[:300])
            assert (status, text.replace(world.ids[name], "")) == (other, words.replace(str(NOBODY), "")), (route, name)
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
        if route.needs in (PUBLIC, SIGNED_IN, CUSTOMER) or body == with_ids(route.body, {}):
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
