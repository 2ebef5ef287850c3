"""Inviting people by a link, joining, and who may make an account at all."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from dibs.app import DibsQuart, create_app
from dibs.settings import Settings

from .test_own_account import actions, age


async def invite(person: Any, **body: Any) -> Any:
    status, made = await person.call("POST", f"/api/workspaces/{person.workspace_id}/invitations", json=body)
    assert status == 201, made
    return made


def token_of(made: Any) -> str:
    return str(made["url"]).rpartition("/")[2]


async def look(app: DibsQuart, token: str) -> tuple[int, Any]:
    response = await app.test_client(use_cookies=False).get(f"/api/invitations/{token}")
    return response.status_code, await response.get_json()


async def test_a_link_lets_one_person_in_with_its_role(app: DibsQuart, sign_up: Any) -> None:
    ana, bob, eve = await sign_up("Ana", workspace_name="Corner"), await sign_up("Bob"), await sign_up("Eve")
    made = await invite(ana, role="viewer")
    assert made["url"].startswith("http://localhost/join/")
    status, offer = await look(app, token_of(made))
    assert (status, offer["workspace"], offer["role"], offer["invited_by"]) == (200, "Corner", "viewer", "Ana")
    assert (offer["state"], offer["email_required"]) == ("open", False)
    assert ana.workspace_id not in str(offer)
    path = f"/api/invitations/{token_of(made)}/accept"
    status, joined = await bob.call("POST", path)
    assert (status, joined["workspace"]["id"], joined["workspace"]["role"]) == (200, ana.workspace_id, "viewer")
    there = {"X-Dibs-Workspace": ana.workspace_id}
    assert (await bob.call("GET", "/api/shows", headers=there))[0] == 200
    status, answer = await eve.call("POST", path)
    assert (status, answer["error"]["data"]["state"]) == (409, "used")
    assert (await look(app, token_of(made)))[1]["state"] == "used"
    log = await actions(app, ana.workspace_id)
    assert log == ["workspace.created", "member.invited", "member.joined"]


async def test_of_many_who_follow_a_link_at_once_one_joins(app: DibsQuart, sign_up: Any) -> None:
    ana = await sign_up()
    made = await invite(ana)
    people = [await sign_up(name) for name in ("Bob", "Cleo", "Dan", "Eve")]
    path = f"/api/invitations/{token_of(made)}/accept"
    answers = await asyncio.gather(*(person.call("POST", path) for person in people))
    assert sorted(status for status, _ in answers) == [200, 409, 409, 409]


async def test_a_named_address_must_match(app: DibsQuart, sign_up: Any) -> None:
    ana, bob, eve = await sign_up("Ana"), await sign_up("Bob"), await sign_up("Eve")
    made = await invite(ana, email=bob.email.upper())
    offer = (await look(app, token_of(made)))[1]
    assert offer["email_required"] is True
    assert "@" not in str(offer)
    path = f"/api/invitations/{token_of(made)}/accept"
    assert (await eve.call("POST", path))[0] == 403
    assert (await bob.call("POST", path))[0] == 200


async def test_invitations_are_listed_and_taken_back(app: DibsQuart, sign_up: Any) -> None:
    ana, bob = await sign_up("Ana"), await sign_up("Bob")
    made = await invite(ana, role="admin", email="x@example.com")
    path = f"/api/workspaces/{ana.workspace_id}/invitations"
    listed = (await ana.call("GET", path))[1]["invitations"]
    assert [(row["id"], row["role"], row["email"], row["invited_by"]) for row in listed] == [
        (made["id"], "admin", "x@example.com", "Ana")
    ]
    assert token_of(made) not in str(listed)
    assert (await ana.call("DELETE", f"{path}/{made['id']}"))[0] == 204
    assert (await ana.call("DELETE", f"{path}/{made['id']}"))[0] == 404
    assert (await ana.call("GET", path))[1]["invitations"] == []
    assert (await look(app, token_of(made)))[1]["state"] == "revoked"
    assert (await bob.call("POST", f"/api/invitations/{token_of(made)}/accept"))[0] == 409


async def test_an_old_link_is_told_as_expired(app: DibsQuart, sign_up: Any) -> None:
    ana, bob = await sign_up("Ana"), await sign_up("Bob")
    made = await invite(ana)
    await app.runtime.db.hot_fetch("UPDATE invitations SET expires_at = now() - interval '1 second'")
    assert (await look(app, token_of(made)))[1]["state"] == "expired"
    status, answer = await bob.call("POST", f"/api/invitations/{token_of(made)}/accept")
    assert (status, answer["error"]["data"]["state"]) == (409, "expired")


async def test_only_owners_invite_owners_and_only_those_who_may_invite(app: DibsQuart, sign_up: Any) -> None:
    ana, bob, eve = await sign_up("Ana"), await sign_up("Bob"), await sign_up("Eve")
    path = f"/api/workspaces/{ana.workspace_id}/invitations"
    await bob.call("POST", f"/api/invitations/{token_of(await invite(ana, role='admin'))}/accept")
    await eve.call("POST", f"/api/invitations/{token_of(await invite(ana, role='operator'))}/accept")
    assert (await bob.call("POST", path, json={"role": "owner"}))[0] == 403
    assert (await eve.call("POST", path, json={"role": "viewer"}))[0] == 403
    assert (await eve.call("GET", path))[0] == 403
    owner = await invite(ana, role="owner")
    assert (await bob.call("DELETE", f"{path}/{owner['id']}"))[0] == 403
    assert (await bob.call("POST", path, json={"role": "boss"}))[0] == 400


async def test_an_invitation_ends_with_the_right_of_whoever_made_it(app: DibsQuart, sign_up: Any) -> None:
    ana, bob, eve = await sign_up("Ana"), await sign_up("Bob"), await sign_up("Eve")
    await bob.call("POST", f"/api/invitations/{token_of(await invite(ana, role='admin'))}/accept")
    path = f"/api/workspaces/{ana.workspace_id}"
    made = (await bob.call("POST", f"{path}/invitations", json={"role": "operator"}))[1]
    assert (await ana.call("PATCH", f"{path}/members/{bob.user_id}", json={"role": "viewer"}))[0] == 200
    assert (await look(app, token_of(made)))[1]["state"] == "revoked"
    assert (await eve.call("POST", f"/api/invitations/{token_of(made)}/accept"))[0] == 409


async def test_a_member_need_not_join_again_and_the_link_stays(app: DibsQuart, sign_up: Any) -> None:
    ana, bob = await sign_up("Ana"), await sign_up("Bob")
    made = await invite(ana)
    assert (await ana.call("POST", f"/api/invitations/{token_of(made)}/accept"))[0] == 409
    assert (await bob.call("POST", f"/api/invitations/{token_of(made)}/accept"))[0] == 200


@pytest.mark.parametrize("token", ["x", "0" * 43, "é", "a b"])
async def test_a_link_that_nobody_made_is_a_404(app: DibsQuart, sign_up: Any, token: str) -> None:
    assert (await look(app, token))[0] == 404
    assert (await (await sign_up()).call("POST", f"/api/invitations/{token}/accept"))[0] == 404


async def test_role_changes_removal_and_leaving_stand_in_the_audit_log(app: DibsQuart, sign_up: Any) -> None:
    ana, bob, eve = await sign_up("Ana"), await sign_up("Bob"), await sign_up("Eve")
    for person in (bob, eve):
        await person.call("POST", f"/api/invitations/{token_of(await invite(ana))}/accept")
    members = f"/api/workspaces/{ana.workspace_id}/members"
    await ana.call("PATCH", f"{members}/{bob.user_id}", json={"role": "admin"})
    await ana.call("PATCH", f"{members}/{bob.user_id}", json={"role": "admin"})
    await ana.call("DELETE", f"{members}/{bob.user_id}")
    await eve.call("DELETE", f"{members}/{eve.user_id}")
    assert (await actions(app, ana.workspace_id))[-3:] == ["member.role_changed", "member.removed", "member.left"]


async def test_a_sign_in_link_for_a_member_is_made_by_the_instance_operator_only(app: DibsQuart, sign_up: Any) -> None:
    ana, bob, eve = await sign_up("Ana"), await sign_up("Bob"), await sign_up("Eve")  # the first one runs the instance
    await eve.call("POST", f"/api/invitations/{token_of(await invite(ana))}/accept")
    path = f"/api/workspaces/{ana.workspace_id}/members/{eve.user_id}/sign-in-link"
    status, link = await ana.call("POST", path)
    assert (status, link["expires_in"]) == (201, 900)
    opened = await app.test_client().get("/sign-in/" + link["url"].rpartition("/")[2])
    assert (opened.status_code, opened.headers["Location"]) == (303, "/account")
    assert (await actions(app, ana.workspace_id))[-1] == "member.sign_in_link_made"
    await ana.call("POST", f"/api/invitations/{token_of(await invite(bob, role='owner'))}/accept")
    await eve.call("POST", f"/api/invitations/{token_of(await invite(bob))}/accept")
    assert (await bob.call("POST", f"/api/workspaces/{bob.workspace_id}/members/{eve.user_id}/sign-in-link"))[0] == 403
    stranger = f"/api/workspaces/{ana.workspace_id}/members/{bob.user_id}/sign-in-link"
    assert (await ana.call("POST", stranger))[0] == 404
    await age(app)
    assert (await ana.call("POST", path))[1]["error"]["code"] == "sign_in_too_old"


@pytest.fixture(params=["invited", "closed"])
async def guarded(request: Any, database_url: str, tmp_path: Path) -> AsyncIterator[DibsQuart]:
    settings = Settings(database_url=database_url, data_dir=tmp_path, registration=request.param)
    made = create_app(settings)
    async with made.test_app():
        yield made


async def register(app: DibsQuart, email: str, **more: Any) -> tuple[int, Any]:
    body = {"email": email, "password": "correct horse", "name": "Ana", **more}
    response = await app.test_client(use_cookies=False).post("/api/auth/register", json=body)
    return response.status_code, await response.get_json()


@attrs.frozen
class Caller:
    """Somebody with a token."""

    app: DibsQuart
    token: str
    workspace_id: str

    async def call(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        client = self.app.test_client(use_cookies=False)
        response = await client.open(path, method=method, headers=headers, **more)
        return response.status_code, await response.get_json(silent=True)


async def test_the_setting_decides_who_makes_an_account(guarded: DibsQuart) -> None:
    both = await asyncio.gather(register(guarded, "a@example.com"), register(guarded, "b@example.com"))
    if guarded.runtime.settings.registration == "closed":
        assert [status for status, _ in both] == [403, 403]
        assert both[0][1]["error"]["data"]["reason"] == "registration"
        return
    assert sorted(status for status, _ in both) == [201, 403]
    first = next(answer for status, answer in both if status == 201)
    ana = Caller(guarded, first["access_token"], first["workspace"]["id"])
    assert (await register(guarded, "c@example.com"))[0] == 403
    token = token_of(await invite(ana, role="operator", email="bob@example.com"))
    assert (await register(guarded, "c@example.com", invitation=token))[0] == 403
    status, joined = await register(guarded, "bob@example.com", invitation=token)
    assert (status, joined["workspace"]["id"], joined["workspace"]["role"]) == (201, ana.workspace_id, "operator")
    bob = Caller(guarded, joined["access_token"], ana.workspace_id)
    assert len((await bob.call("GET", "/api/workspaces"))[1]["workspaces"]) == 1
    assert (await register(guarded, "d@example.com", invitation=token))[0] == 409
    assert (await register(guarded, "d@example.com", invitation="nonsense"))[0] == 404
    token = token_of(await invite(ana))
    status, both_places = await register(guarded, "e@example.com", invitation=token, workspace_name="My own")
    assert (status, both_places["workspace"]["id"]) == (201, ana.workspace_id)
    eve = Caller(guarded, both_places["access_token"], ana.workspace_id)
    assert {place["name"] for place in (await eve.call("GET", "/api/workspaces"))[1]["workspaces"]} >= {"My own"}


async def test_the_first_account_runs_the_instance_and_no_other(app: DibsQuart, sign_up: Any) -> None:
    ana, bob = await sign_up("Ana"), await sign_up("Bob")
    assert (await ana.call("GET", "/api/auth/me"))[1]["instance_operator"] is True
    assert (await bob.call("GET", "/api/auth/me"))[1]["instance_operator"] is False
