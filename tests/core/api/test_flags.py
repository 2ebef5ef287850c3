"""Flags and plugins over HTTP: what is logged, what the instance operator may, and plugins that failed."""

from typing import Any
from uuid import UUID

import pytest

from dibs.app import DibsQuart
from dibs.errors import PluginHookError


async def logged(app: DibsQuart, workspace_id: str) -> list[tuple[Any, ...]]:
    rows = await app.runtime.db.hot_fetch(
        "SELECT action, entity_id, before::text, after::text FROM audit_log"
        " WHERE workspace_id = $1 AND entity IN ('flag', 'plugin') ORDER BY id",
        workspace_id,
    )
    return [tuple(row) for row in rows]


async def test_switching_and_clearing_stand_in_the_log_once_each(sign_up: Any, app: DibsQuart) -> None:
    ana = await sign_up()
    for _ in range(2):
        assert (await ana.call("PUT", "/api/flags/keywords", json={"enabled": False}))[0] == 200
    assert (await ana.call("DELETE", "/api/flags/keywords"))[1]["flag"]["origin"] == "default"
    assert await logged(app, ana.workspace_id) == [
        ("flag.switched", "keywords", '{"enabled": null}', '{"enabled": false}'),
        ("flag.cleared", "keywords", '{"enabled": false}', '{"enabled": null}'),
    ]


async def test_a_change_that_can_not_be_logged_is_not_made(sign_up: Any, app: DibsQuart) -> None:
    ana = await sign_up()
    await app.runtime.db.hot_fetch("ALTER TABLE audit_log ADD CONSTRAINT no_more CHECK (false) NOT VALID")
    assert (await ana.call("PUT", "/api/flags/keywords", json={"enabled": False}))[0] == 500
    assert await app.runtime.db.hot_fetch("SELECT 1 FROM flag_overrides") == []


async def test_who_runs_the_instance_sets_what_holds_for_all(sign_up: Any, app: DibsQuart) -> None:
    ana, bob = await sign_up("Ana"), await sign_up("Bob")
    await app.runtime.db.hot_fetch("UPDATE users SET instance_operator = (id = $1)", UUID(ana.user_id))
    app.runtime.accounts.standings.forget()
    path = "/api/instance/flags/keywords"
    status, answer = await ana.call("PUT", path, json={"enabled": True, "rollout": 0})
    assert (status, answer["flag"]["flag"], answer["flag"]["rollout"]) == (200, True, 0)
    flag = (await bob.call("GET", "/api/flags"))[1]["flags"]
    assert next((one["enabled"], one["origin"]) for one in flag if one["key"] == "keywords") == (False, "rollout")
    assert (await ana.call("GET", path))[1]["flag"]["rollout"] == 0
    assert {one["key"] for one in (await ana.call("GET", "/api/instance/flags"))[1]["flags"]} >= {"keywords"}
    assert (await ana.call("DELETE", path))[1]["flag"]["origin"] == "default"
    assert await logged(app, ana.workspace_id) == [
        (
            "flag.rolled_out",
            "keywords",
            '{"enabled": null, "rollout": null}',
            '{"enabled": true, "rollout": 0}',
        ),
        (
            "flag.rolled_out",
            "keywords",
            '{"enabled": true, "rollout": 0}',
            '{"enabled": null, "rollout": null}',
        ),
    ]
    for method, body in (("GET", None), ("PUT", {"enabled": True}), ("DELETE", None)):
        assert (await bob.call(method, path, json=body))[0] == 403


@pytest.mark.parametrize(
    "body", [{"enabled": True, "rollout": 101}, {"enabled": False, "rollout": 5}, {"enabled": True, "rollout": "5"}]
)
async def test_an_impossible_rollout_is_refused(sign_up: Any, app: DibsQuart, body: Any) -> None:
    ana = await sign_up()
    await app.runtime.db.hot_fetch("UPDATE users SET instance_operator = true")
    app.runtime.accounts.standings.forget()
    status, answer = await ana.call("PUT", "/api/instance/flags/keywords", json=body)
    assert (status, answer["error"]["fields"][0]["path"]) == (400, "rollout")
    assert (await ana.call("PUT", "/api/instance/flags/nothing", json={"enabled": True}))[0] == 404
    assert (await ana.call("PUT", "/api/instance/flags/web", json={"enabled": False}))[0] == 409


async def test_a_plugin_that_failed_is_revived_and_it_is_logged(sign_up: Any, app: DibsQuart) -> None:
    ana = await sign_up()
    workspace_id = UUID(ana.workspace_id)
    for _ in range(5):
        await app.runtime.flags.health.failed(workspace_id, "keywords", PluginHookError("boom", plugin="keywords"))
    plugin = (await ana.call("GET", "/api/plugins/keywords"))[1]["plugin"]
    assert (plugin["enabled"], plugin["origin"]) == (False, "health")
    assert (plugin["health"]["failures"], plugin["health"]["last_error"]) == (5, "boom")
    status, answer = await ana.call("POST", "/api/plugins/keywords/revive")
    assert (status, answer["plugin"]["enabled"], answer["plugin"]["health"]["failures"]) == (200, True, 0)
    assert (await ana.call("POST", "/api/plugins/keywords/revive"))[0] == 200
    assert [row[:2] for row in await logged(app, ana.workspace_id)] == [("plugin.revived", "keywords")]
    assert (await ana.call("POST", "/api/plugins/nothing/revive"))[0] == 404


async def test_a_plugin_tells_its_settings_and_what_is_set(sign_up: Any) -> None:
    ana = await sign_up()
    rules = {"plugins": {"keywords": {"holds": "claim"}}}
    path = f"/api/workspaces/{ana.workspace_id}"
    assert (await ana.call("PATCH", path, json={"settings": {"rules": rules}}))[0] == 200
    status, answer = await ana.call("GET", "/api/plugins/keywords")
    fields = {field["name"]: field for field in answer["plugin"]["settings"]}
    assert (status, answer["values"], answer["version"]) == (200, {"holds": "claim"}, 2)
    assert (fields["holds"]["kind"], fields["holds"]["choices"]) == ("choice", ["ignore", "review", "claim"])
    assert (fields["bare_codes"]["kind"], fields["bare_codes"]["optional"]) == ("bool", True)
    assert (fields["max_code_length"]["low"], fields["max_code_length"]["high"]) == (1, 12)
    assert fields["hold_words"]["kind"] == "texts"
    assert fields["hold_words"]["help"].startswith("One on each line")
    assert (await ana.call("GET", "/api/plugins/nothing"))[0] == 404
