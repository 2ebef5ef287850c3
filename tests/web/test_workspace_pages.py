"""Settings, plugins, audit log and rule tester as pages: forms, faults, roles."""

import re
from typing import Any

from dibs import hookspecs
from dibs.accounts.permissions import ROLES
from dibs.workspace_settings import WorkspaceSettings
from dibs.workspace_settings.changing import get_workspace
from dibs_web.pages.plugins import HOOKS

from .conftest import PAGE, Site, hidden_token

PAGES = {
    "/settings": "Settings",
    "/plugins": "Plugins",
    "/plugins/keywords": "Claim words",
    "/audit": "Audit log",
    "/tester": "Rule tester",
}


async def read(browser: Any, path: str, status: int = 200) -> str:
    answer = await browser.get(path, headers=PAGE)
    text: str = await answer.get_data(as_text=True)
    assert answer.status_code == status, text
    return text


async def send(browser: Any, path: str, status: int, **form: Any) -> str:
    token = hidden_token(await read(browser, "/tester"))
    answer = await browser.post(path, headers=PAGE, form={"csrf_token": token, **form})
    text: str = await answer.get_data(as_text=True)
    assert answer.status_code == status, text
    return text


async def held(site: Site) -> WorkspaceSettings:
    return (await get_workspace(site.app.runtime.db, site.workspace.id)).settings


def rules(**given: Any) -> dict[str, Any]:
    """Fields of rules as a form sends them."""
    return {**{f"has-{name}": "1" for name in given}, **{name: value for name, value in given.items() if value != ""}}


async def test_each_page_opens_with_nothing_inline(site: Site) -> None:
    browser = await site.signed_in()
    for path, words in PAGES.items():
        text = await read(browser, path)
        assert f">{words}</h1>" in text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=|javascript:", text)


async def test_each_role_sees_what_it_may(site: Site) -> None:
    browser, db = await site.signed_in(), site.app.runtime.db
    await db.hot_fetch("UPDATE users SET instance_operator = false")
    for role in ROLES:
        await db.hot_fetch("UPDATE members SET role = $1", role)
        site.app.runtime.accounts.standings.forget()
        await _sees_what_it_may(browser, role)


async def _sees_what_it_may(browser: Any, role: str) -> None:
    admin = role in ("owner", "admin")
    assert ("Save settings" in await read(browser, "/settings")) is admin
    assert ("Save settings" in await read(browser, "/plugins/keywords")) is admin
    listed = await read(browser, "/plugins")
    assert ("Switch off" in listed) is admin
    assert "For all workspaces" not in listed
    assert ("Save for the workspace" in await read(browser, "/tester")) is admin
    await read(browser, "/audit", 200 if admin else 403)
    for path in ("/settings", "/plugins/keywords", "/plugins/keywords/switch", "/plugins/keywords/revive"):
        token = hidden_token(await read(browser, "/tester"))
        answer = await browser.post(path, headers=PAGE, form={"csrf_token": token, "to": "off"})
        assert (path, answer.status_code != 403) == (path, admin)
    await send(browser, "/plugins/keywords/rollout", 403, to="off")


async def test_settings_are_saved_and_only_what_differs_is_set(site: Site) -> None:
    browser = await site.signed_in()
    form = rules(claim_words="sold\nmine", pass_words="pass", locales="en", several="")
    await send(browser, "/settings", 303, name="Shop", currency="EUR", time_zone="UTC", retention_days="90", **form)
    stored = await get_workspace(site.app.runtime.db, site.workspace.id)
    assert stored.name == "Shop"
    assert stored.document == {"currency": "EUR", "retention_days": 90, "rules": {"claim_words": ["sold", "mine"]}}
    await send(browser, "/settings", 303, name="Shop", retention_days="", **rules(claim_words="sold"))
    stored = await get_workspace(site.app.runtime.db, site.workspace.id)
    assert stored.document == {"currency": "EUR"}
    assert "Set for the workspace" not in await read(browser, "/settings")


async def test_faults_stand_at_their_fields_and_what_was_typed_stays(site: Site) -> None:
    browser = await site.signed_in()
    typed = {"name": "Shop & Co", "time_zone": "Mars", "polling_seconds": "11", "currency": "EUR"}
    text = await send(browser, "/settings", 400, **typed, **rules(claim_words="!!!", pass_words="nope"))
    for field in ("time_zone", "polling_seconds"):
        assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', text), field
    assert 'value="Shop &amp; Co"' in text
    assert 'value="Mars"' in text
    assert "nope" in text
    text = await send(browser, "/settings", 400, name="Shop", **rules(claim_words="!!!"))
    assert re.search(r'name="claim_words"[^>]*aria-invalid="true"', text)
    text = await send(browser, "/settings", 400, name="Shop", polling_seconds="many", **rules(max_quantity="0"))
    assert "must be a whole number" in text
    assert await held(site) == WorkspaceSettings()


async def test_an_old_form_is_refused_and_shows_what_holds(site: Site) -> None:
    browser = await site.signed_in()
    await send(browser, "/settings", 303, name="First", version="1")
    text = await send(browser, "/settings", 409, name="Second", version="1")
    assert "Somebody else has changed the settings" in text
    assert 'value="First"' in text


async def test_a_plugin_is_switched_and_its_warnings_are_told(site: Site) -> None:
    browser = await site.signed_in()
    assert "nobody could claim" in await read(browser, "/plugins")
    await send(browser, "/plugins/keywords/switch", 303, to="off")
    text = await read(browser, "/plugins")
    assert "Switch on Claim words" in text
    assert "Chosen for this workspace" in text
    await send(browser, "/plugins/keywords/switch", 303, to="default")
    assert "Chosen for this workspace" not in await read(browser, "/plugins")
    await send(browser, "/plugins/nothing/switch", 404, to="off")
    await send(browser, "/plugins/web/switch", 409, to="off")


async def test_a_plugin_that_is_off_is_switched_on_where_it_is_set_up(site: Site) -> None:
    browser = await site.signed_in()
    assert "This plugin is off" in await read(browser, "/plugins/replies")
    token = hidden_token(await read(browser, "/tester"))
    form = {"csrf_token": token, "to": "on", "back": "here"}
    answer = await browser.post("/plugins/replies/switch", headers=PAGE, form=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/plugins/replies")
    assert "This plugin is off" not in await read(browser, "/plugins/replies")


def test_every_hook_has_words() -> None:
    hooks = {name for name, spec in vars(hookspecs).items() if callable(spec) and hasattr(spec, "dibs_spec")}
    assert hooks and not hooks - set(HOOKS)


async def test_who_runs_the_instance_rolls_a_plugin_out(site: Site) -> None:
    browser = await site.signed_in()
    await send(browser, "/plugins/keywords/rollout", 303, to="some", rollout="25")
    assert "on for 25 % of them" in await read(browser, "/plugins")
    await send(browser, "/plugins/keywords/rollout", 303, to="some", rollout="300")
    assert "must be from 0 to 100" in await read(browser, "/plugins")
    await send(browser, "/plugins/keywords/rollout", 303, to="off")
    await send(browser, "/plugins/keywords/rollout", 303, to="default")
    assert "the plugin’s default" in await read(browser, "/plugins")


async def test_the_settings_of_a_plugin_are_a_form_made_from_its_class(site: Site) -> None:
    browser = await site.signed_in()
    text = await read(browser, "/plugins/keywords")
    assert "What “keep 12” does" in text
    form = rules(bare_codes="true", holds="claim", hold_words="keep\nF", max_code_length="6", cf_number="ask")
    await send(browser, "/plugins/keywords", 303, **form)
    values = (await held(site)).rules.plugins["keywords"]
    assert values == {"bare_codes": True, "holds": "claim", "hold_words": ["keep", "F"]}
    text = await send(browser, "/plugins/keywords", 400, **rules(max_code_length="13"))
    assert re.search(r'name="max_code_length"[^>]*aria-invalid="true"', text)
    assert "must be a whole number" in await send(browser, "/plugins/keywords", 400, **rules(max_code_length="x"))
    await send(browser, "/plugins/keywords", 303, **rules(holds="review", bare_codes=""))
    assert "keywords" not in (await held(site)).rules.plugins
    assert "nothing to set" in await read(browser, "/plugins/first_come")


async def test_the_log_shows_before_and_after_and_can_be_filtered(site: Site) -> None:
    browser = await site.signed_in()
    await send(browser, "/settings", 303, name="Shop <b>", currency="EUR")
    text = await read(browser, "/audit")
    assert "changed the settings" in text
    assert "<del><bdi>USD</bdi></del>" in text
    assert "<ins><bdi>Shop &lt;b&gt;</bdi></ins>" in text
    text = await read(browser, "/audit/list?action=workspace.")
    assert "renamed the workspace" in text
    assert "changed the settings" not in text
    for query in ("since=2100-01-01", "until=2000-01-01", "actor_id=01a1fc54-5636-790f-b493-f244132829c3"):
        assert "Nothing fits these filters" in await read(browser, f"/audit?{query}")
    for query in ("since=soon", "until=9999-12-31", "cursor=x", "actor_id=x", "show_id=%00", "action=%00"):
        await read(browser, f"/audit?{query}")


async def test_the_tester_says_what_comments_would_do(site: Site) -> None:
    browser = await site.signed_in()
    comments = "sold 12\nsold <b>99</b>\n\nis 12 sold?"
    text = await send(browser, "/tester/results", 200, text=comments, items="12, 13:red")
    assert text.count('class="try-row') == 3
    assert "It is a question." in text
    assert "sold &lt;b&gt;99&lt;/b&gt;" in text
    text = await send(browser, "/tester/results", 200, text="zap 12", items="12", **rules(claim_words="zap"))
    assert "try-row try-claim" in text
    text = await send(browser, "/tester/results", 200, text="zap 12", **rules(claim_words="!", max_quantity="x"))
    assert "must be a whole number from 1 to 999" in text
    assert await held(site) == WorkspaceSettings()


async def test_what_was_tried_is_kept_for_the_show_or_the_workspace(site: Site) -> None:
    browser, db = await site.signed_in(), site.app.runtime.db
    await send(browser, "/tester/save", 303, to="workspace", **rules(claim_words="zap"))
    assert (await held(site)).rules.claim_words == ("zap",)
    rows = await db.hot_fetch(
        "INSERT INTO shows (workspace_id, id, title) VALUES ($1, gen_random_uuid(), 'Friday') RETURNING id",
        site.workspace.id,
    )
    show_id = str(rows[0]["id"])
    assert "Friday" in await read(browser, f"/tester?show={show_id}")
    await send(browser, "/tester/save", 303, to="show", show_id=show_id, **rules(claim_words="zip"))
    assert (await db.hot_fetch("SELECT rules::text FROM shows"))[0][0] == '{"claim_words": ["zip"]}'
    text = await send(browser, "/tester/save", 400, to="workspace", **rules(pass_words="zap"))
    assert re.search(r'name="pass_words"[^>]*aria-invalid="true"', text)
    await read(browser, "/tester?show_id=nothing", 404)
