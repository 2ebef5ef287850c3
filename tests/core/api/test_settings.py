"""The settings of a workspace over HTTP: read, changed, refused, and what a show makes of them."""

from typing import Any

from dibs.app import DibsQuart
from dibs.workspace_settings import settings_of

DEFAULTS = {
    "rules": {
        "claim_words": ["sold"],
        "pass_words": ["pass"],
        "locales": ["en"],
        "several": False,
        "claim_without_code": False,
        "repeat": "ignore",
        "max_quantity": 30,
        "max_per_buyer": None,
        "edited_comments": "ignore",
        "deleted_comments": "keep",
        "plugins": {},
    },
    "polling_seconds": 3,
    "time_zone": "UTC",
    "currency": "USD",
    "language": "en",
    "retention_days": None,
    "invoice_from": "",
}


def path_of(person: Any) -> str:
    return f"/api/workspaces/{person.workspace_id}"


async def change(person: Any, **body: Any) -> tuple[int, Any]:
    status, answer = await person.call("PATCH", path_of(person), json=body)
    return status, answer


async def entries(app: DibsQuart, workspace_id: str) -> list[tuple[str, Any, Any, str]]:
    rows = await app.runtime.db.hot_fetch(
        "SELECT action, before::text, after::text, actor_name FROM audit_log"
        " WHERE workspace_id = $1 AND action IN ('workspace.renamed', 'settings.changed') ORDER BY id",
        workspace_id,
    )
    return [tuple(row) for row in rows]


async def test_a_new_workspace_has_the_defaults(sign_up: Any) -> None:
    ana = await sign_up()
    status, answer = await ana.call("GET", path_of(ana))
    assert (status, answer["settings"], answer["version"], answer["role"]) == (200, DEFAULTS, 1, "owner")


async def test_what_is_left_out_stays_and_null_goes_back_to_the_default(sign_up: Any) -> None:
    ana = await sign_up()
    wanted = {"rules": {"claim_words": ["mine"], "max_quantity": 5}, "currency": "TWD", "time_zone": "Asia/Taipei"}
    status, answer = await change(ana, settings=wanted, version=1)
    assert (status, answer["version"]) == (200, 2)
    status, answer = await change(ana, settings={"rules": {"max_quantity": None}, "retention_days": 60})
    settings = answer["settings"]
    assert (settings["rules"]["claim_words"], settings["rules"]["max_quantity"]) == (["mine"], 30)
    assert (settings["currency"], settings["retention_days"], answer["version"]) == ("TWD", 60, 3)
    settings = (await change(ana, settings={"rules": None, "retention_days": None}))[1]["settings"]
    assert (settings["rules"], settings["retention_days"]) == (DEFAULTS["rules"], None)


async def test_each_faulty_setting_is_named_and_nothing_is_written(sign_up: Any, app: DibsQuart) -> None:
    ana = await sign_up()

    async def faults(settings: Any) -> dict[str, str]:
        status, answer = await change(ana, settings=settings)
        assert status == 400, answer
        return {field["path"]: field["problem"] for field in answer["error"]["fields"]}

    found = await faults({"polling_seconds": "3", "rules": {"several": 1, "repeat": "maybe"}, "colour": 1})
    assert set(found) == {
        "settings.polling_seconds",
        "settings.rules.several",
        "settings.rules.repeat",
        "settings.colour",
    }
    found = await faults({"polling_seconds": 1, "time_zone": "Mars/Base", "currency": "XXX", "language": "en_US"})
    assert len(found) == 4
    assert found["settings.polling_seconds"] == "must be a whole number from 2 to 10"
    assert set(await faults({"retention_days": 29, "rules": {"max_quantity": 0}})) == {
        "settings.retention_days",
        "settings.rules.max_quantity",
    }
    found = await faults({"rules": {"locales": ["en", "xx"], "pass_words": ["sold", "!"]}})
    assert set(found) == {
        "settings.rules.locales[1]",
        "settings.rules.pass_words[0]",
        "settings.rules.pass_words[1]",
    }
    plugins = {"keywords": {"cf_number": "maybe"}, "nowhere": {"x": 1}, "first_come": {"x": 1}}
    assert set(await faults({"rules": {"plugins": plugins}})) == {
        "settings.rules.plugins.keywords.cf_number",
        "settings.rules.plugins.nowhere",
        "settings.rules.plugins.first_come",
    }
    assert set(await faults({"rules": {"claim_words": ["so\0ld"]}})) == {"settings.rules.claim_words[0]"}
    assert (await ana.call("GET", path_of(ana)))[1]["settings"] == DEFAULTS
    assert await entries(app, ana.workspace_id) == []


async def test_an_old_version_is_refused_with_what_holds_now(sign_up: Any) -> None:
    ana = await sign_up()
    await change(ana, settings={"currency": "EUR"})
    status, answer = await change(ana, name="Other", version=1)
    current = answer["error"]["data"]["current"]
    assert (status, answer["error"]["code"]) == (409, "conflict")
    assert (current["version"], current["settings"]["currency"], current["name"]) == (2, "EUR", "Ana's workspace")
    assert (await change(ana, name="Other", version=2))[0] == 200


async def test_the_currency_stays_while_there_is_something_to_be_paid(sign_up: Any) -> None:
    ana = await sign_up()
    _, product = await ana.call("POST", "/api/products", json={"name": "Scarf"})
    lot = {"product_id": product["product_id"], "code": "A", "quantity": "2"}
    _, batch = await ana.call("POST", "/api/batches", json=lot)
    _, customer = await ana.call("POST", "/api/customers", json={"name": "Mia"})
    line = {"batch_id": batch["batch_id"], "quantity": "1", "price": "12.50"}
    wanted = {"customer_id": customer["customer_id"], "lines": [line]}
    _, order = await ana.call("POST", "/api/orders", json=wanted)
    status, answer = await change(ana, settings={"currency": "JPY"})
    assert (status, answer["error"]["data"]) == (409, {"orders": 1, "carts": 0})
    assert (await change(ana, settings={"time_zone": "Asia/Tokyo"}))[0] == 200
    await ana.call("POST", f"/api/orders/{order['order_id']}/paid", json={"version": order["version"]})
    assert (await change(ana, settings={"currency": "JPY"}))[0] == 200


async def test_each_change_is_in_the_log_with_what_was_and_what_is(sign_up: Any, app: DibsQuart) -> None:
    ana = await sign_up()
    await change(ana, name="Shop", settings={"rules": {"claim_words": ["mine"], "plugins": {"keywords": {}}}})
    await change(ana, name="Shop", settings={"currency": "USD"})
    found = await entries(app, ana.workspace_id)
    assert sorted(found, reverse=True) == [
        ("workspace.renamed", '{"name": "Ana\'s workspace"}', '{"name": "Shop"}', "Ana"),
        (
            "settings.changed",
            '{"rules.claim_words": ["sold"], "rules.plugins.keywords": null}',
            '{"rules.claim_words": ["mine"], "rules.plugins.keywords": {}}',
            "Ana",
        ),
    ]


async def test_only_who_may_changes_and_only_ones_own(sign_up: Any) -> None:
    ana, bob = await sign_up("Ana"), await sign_up("Bob")
    members = f"{path_of(ana)}/members"
    assert (await ana.call("POST", members, json={"email": bob.email, "role": "operator"}))[0] == 201
    assert (await bob.call("GET", path_of(ana)))[0] == 200
    assert (await bob.call("PATCH", path_of(ana), json={"name": "Mine"}))[0] == 403
    assert (await ana.call("PATCH", path_of(bob), json={"name": "Mine"}))[0] == 404
    assert (await ana.call("GET", path_of(bob)))[0] == 404


async def test_a_show_tells_where_each_of_its_settings_comes_from(sign_up: Any) -> None:
    ana, bob = await sign_up("Ana"), await sign_up("Bob")
    await change(ana, settings={"rules": {"claim_words": ["mine"], "max_quantity": 5}, "currency": "EUR"})
    body = {"title": "Friday", "rules": {"max_quantity": 9, "plugins": {"keywords": {"holds": "claim"}}}}
    show = (await ana.call("POST", "/api/shows", json=body))[1]
    path = f"/api/shows/{show.get('show_id') or show['id']}/settings"
    status, answer = await ana.call("GET", path)
    assert status == 200
    assert answer["rules"]["max_quantity"] == {"value": 9, "origin": "show", "inherited": 5}
    assert answer["rules"]["claim_words"] == {"value": ["mine"], "origin": "workspace", "inherited": ["mine"]}
    assert answer["rules"]["several"] == {"value": False, "origin": "default", "inherited": False}
    assert answer["plugins"]["keywords"] == {"value": {"holds": "claim"}, "origin": "show", "inherited": None}
    assert answer["workspace"]["currency"]["origin"] == "workspace"
    assert answer["workspace"]["time_zone"] == {"value": "UTC", "origin": "default", "inherited": "UTC"}
    assert (await bob.call("GET", path))[0] == 404


async def test_settings_that_a_running_show_could_not_obey_are_refused(sign_up: Any) -> None:
    ana = await sign_up()
    show = (await ana.call("POST", "/api/shows", json={"title": "Now", "rules": {"pass_words": ["nope"]}}))[1]
    show_id = show.get("show_id") or show["id"]
    wanted = {"rules": {"claim_words": ["nope"]}}
    assert (await change(ana, settings=wanted))[0] == 200
    await change(ana, settings={"rules": None})
    assert (await ana.call("POST", f"/api/shows/{show_id}/activate"))[0] == 200
    status, answer = await change(ana, settings=wanted)
    field = answer["error"]["fields"][0]
    assert (status, field["path"]) == (400, "settings.rules")
    assert "'Now'" in field["problem"]


async def test_what_another_version_wrote_is_passed_over(sign_up: Any, app: DibsQuart) -> None:
    ana = await sign_up()
    stored = '{"polling_seconds": 99, "later": true, "currency": "EUR"}'
    await app.runtime.db.hot_fetch("UPDATE workspaces SET settings = $2 WHERE id = $1", ana.workspace_id, stored)
    found = await settings_of(app.runtime.db, ana.workspace_id)
    assert (found.polling_seconds, found.currency) == (3, "EUR")
    status, answer = await change(ana, settings={"time_zone": "Europe/Paris"})
    assert (status, answer["settings"]["currency"], answer["settings"]["polling_seconds"]) == (200, "EUR", 3)


async def test_a_change_holds_at_once_where_it_was_made(sign_up: Any, app: DibsQuart) -> None:
    from uuid import UUID

    ana = await sign_up()
    workspace_id = UUID(ana.workspace_id)
    assert (await settings_of(app.runtime.db, workspace_id)).currency == "USD"
    await change(ana, settings={"currency": "JPY"})
    assert (await settings_of(app.runtime.db, workspace_id)).currency == "JPY"


async def test_a_show_that_runs_obeys_the_new_words_at_once(sign_up: Any) -> None:
    ana = await sign_up()
    show = (await ana.call("POST", "/api/shows", json={"title": "Now"}))[1]
    path = f"/api/shows/{show.get('show_id') or show['id']}"
    await ana.call("POST", f"{path}/items", json={"items": [{"item_number": "12", "title": "", "quantity": 9}]})
    assert (await ana.call("POST", f"{path}/activate"))[0] == 200

    async def verdict(text: str, who: str) -> str:
        comments = [{"message": text, "author": {"id": who}}]
        status, answer = await ana.call("POST", f"{path}/comments", json={"comments": comments})
        assert status == 200, answer
        return str(answer["comments"][0]["verdict"])

    assert await verdict("zap 12", "ana") == "ignored"
    assert (await change(ana, settings={"rules": {"claim_words": ["sold", "zap"]}}))[0] == 200
    assert await verdict("zap 12 please", "ben") == "claim"
