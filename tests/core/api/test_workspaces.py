"""Workspaces, members, roles, and the wall between tenants."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from dibs.app import DibsQuart


async def grant(owner: Any, person: Any, role: str) -> None:
    path = f"/api/workspaces/{owner.workspace_id}/members"
    status, answer = await owner.call("POST", path, json={"email": person.email, "role": role})
    assert status == 201, answer


async def test_workspaces_are_made_listed_renamed_and_switched(sign_up: Any) -> None:
    ana = await sign_up()
    status, made = await ana.call("POST", "/api/workspaces", json={"name": "Second"})
    assert (status, made["role"]) == (201, "owner")
    listed = (await ana.call("GET", "/api/workspaces"))[1]["workspaces"]
    assert [place["id"] for place in listed] == [ana.workspace_id, made["id"]]
    path = f"/api/workspaces/{made['id']}"
    assert (await ana.call("PATCH", path, json={"name": "Renamed"}))[1]["name"] == "Renamed"
    switched = (await ana.call("POST", f"{path}/switch"))[1]
    headers = {"Authorization": f"Bearer {switched['access_token']}"}
    me = await (await ana.client.get("/api/auth/me", headers=headers)).get_json()
    assert me["workspace"]["id"] == made["id"]
    refreshed = await ana.client.post("/api/auth/refresh", json={"refresh_token": ana.refresh_token})
    assert (await refreshed.get_json())["workspace"]["id"] == made["id"]


async def test_the_header_names_another_workspace_of_the_same_user(sign_up: Any) -> None:
    ana, bob = await sign_up("Ana"), await sign_up("Bob")
    await grant(ana, bob, "viewer")
    there = {"X-Dibs-Workspace": ana.workspace_id}
    assert (await bob.call("GET", "/api/flags", headers=there))[0] == 200
    assert (await bob.call("PUT", "/api/flags/keywords", headers=there, json={"enabled": False}))[0] == 403
    assert (await ana.call("GET", "/api/flags", headers={"X-Dibs-Workspace": bob.workspace_id}))[0] == 404
    assert (await ana.call("GET", "/api/flags", headers={"X-Dibs-Workspace": "nonsense"}))[0] == 404


async def test_members_come_change_and_go_and_it_counts_at_once(sign_up: Any) -> None:
    ana, bob = await sign_up("Ana"), await sign_up("Bob")
    await grant(ana, bob, "viewer")
    members = f"/api/workspaces/{ana.workspace_id}/members"
    assert (await bob.call("GET", members))[0] == 403
    bobs = f"{members}/{bob.user_id}"
    assert (await ana.call("PATCH", bobs, json={"role": "admin"}))[1]["role"] == "admin"
    status, listed = await bob.call("GET", members)
    assert (status, [member["role"] for member in listed["members"]]) == (200, ["owner", "admin"])
    assert [member["email"] for member in listed["members"]] == [ana.email, bob.email]
    assert (await ana.call("POST", members, json={"email": bob.email}))[0] == 409
    assert (await ana.call("POST", members, json={"email": "nobody@example.com"}))[0] == 404
    assert (await ana.call("DELETE", bobs))[0] == 204
    assert (await bob.call("GET", members))[0] == 404
    assert (await ana.call("DELETE", bobs))[0] == 404


async def test_only_owners_make_and_unmake_owners(sign_up: Any) -> None:
    ana, bob, eve = await sign_up("Ana"), await sign_up("Bob"), await sign_up("Eve")
    await grant(ana, bob, "admin")
    members = f"/api/workspaces/{ana.workspace_id}/members"
    assert (await bob.call("PATCH", f"{members}/{bob.user_id}", json={"role": "owner"}))[0] == 403
    assert (await bob.call("POST", members, json={"email": eve.email, "role": "owner"}))[0] == 403
    assert (await bob.call("PATCH", f"{members}/{ana.user_id}", json={"role": "viewer"}))[0] == 403
    assert (await bob.call("DELETE", f"{members}/{ana.user_id}"))[0] == 403
    assert (await bob.call("POST", members, json={"email": eve.email, "role": "operator"}))[0] == 201
    assert (await eve.call("DELETE", f"{members}/{bob.user_id}"))[0] == 403
    assert (await eve.call("DELETE", f"{members}/{eve.user_id}"))[0] == 204


async def test_the_last_owner_can_not_leave_or_step_down(sign_up: Any) -> None:
    ana = await sign_up()
    me = f"/api/workspaces/{ana.workspace_id}/members/{ana.user_id}"
    assert (await ana.call("DELETE", me))[0] == 409
    status, answer = await ana.call("PATCH", me, json={"role": "viewer"})
    assert (status, answer["error"]["code"]) == (409, "conflict")


async def test_an_owner_whose_account_is_closed_is_none_who_could_stay(app: DibsQuart, sign_up: Any) -> None:
    ana, ben = await sign_up(), await sign_up("Ben")
    await grant(ana, ben, "owner")
    members = f"/api/workspaces/{ana.workspace_id}/members"
    await app.runtime.accounts.disable(UUID(ben.user_id))
    assert (await ana.call("DELETE", f"{members}/{ana.user_id}"))[0] == 409
    assert (await ana.call("DELETE", f"{members}/{ben.user_id}"))[0] == 204


@pytest.mark.race
async def test_of_two_owners_who_leave_at_once_one_stays(app: DibsQuart, sign_up: Any) -> None:
    for _ in range(10):
        ana, bob = await sign_up("Ana"), await sign_up("Bob")
        await grant(ana, bob, "owner")
        members = f"/api/workspaces/{ana.workspace_id}/members"
        answers = await asyncio.gather(
            ana.call("DELETE", f"{members}/{ana.user_id}"),
            bob.call("PATCH", f"{members}/{bob.user_id}", json={"role": "viewer"}),
        )
        assert sorted(status for status, _ in answers) in ([200, 409], [204, 409])
        sql = "SELECT count(*) FROM members WHERE workspace_id = $1 AND role = 'owner'"
        assert (await app.runtime.db.hot_fetch(sql, ana.workspace_id))[0][0] == 1


async def test_every_route_of_a_foreign_workspace_is_a_404(app: DibsQuart, sign_up: Any) -> None:
    ana, eve = await sign_up("Ana"), await sign_up("Eve")
    tried = 0
    for rule in app.url_map.iter_rules():
        if "workspace_id" not in rule.arguments:
            continue
        values = dict.fromkeys(rule.arguments, ana.user_id) | {"workspace_id": ana.workspace_id}
        path = app.url_map.bind("test").build(rule.endpoint, values)
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            status, answer = await eve.call(method, path, json={"name": "Mine now", "role": "owner"})
            assert (method, path, status) == (method, path, 404), answer
            tried += 1
    assert tried >= 7
