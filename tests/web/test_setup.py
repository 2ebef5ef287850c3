"""The set-up of a show: details, words and rules, items as they stand."""

import re
from typing import Any
from uuid import uuid4

import orjson
import pytest

from dibs_web.rule_fields import FIELDS

from .conftest import PAGE, Site, send, text_of

HOSTILE = "</template><script>alert(1)</script>\"' onfocus=alert(1) x="
RULES = {
    "claim_words": "sold",
    "pass_words": "pass",
    "locales": "en",
    "repeat": "ignore",
    "max_quantity": "30",
    "max_per_buyer": "",
    "edited_comments": "ignore",
    "deleted_comments": "keep",
}


async def _stored(site: Site, show_id: str) -> dict[str, Any]:
    sql = "SELECT title, rules, version, scheduled_at, practice FROM shows WHERE workspace_id = $1 AND id = $2"
    row = dict((await site.app.runtime.db.hot_fetch(sql, site.workspace.id, show_id))[0])
    return {**row, "rules": orjson.loads(row["rules"])}


def _rules_form(version: int, **changed: str) -> dict[str, str]:
    there = {f"has-{field.name}": "1" for field in FIELDS}
    return {**there, **RULES, "version": str(version), **changed}


@pytest.mark.parametrize("role", ["viewer", "operator"])
async def test_the_page_in_every_state_for_who_may_and_who_may_not_write(site: Site, role: str) -> None:
    browser = await site.member(role)
    for status in ("draft", "active", "paused", "ended"):
        text = await text_of(browser, f"/shows/{await site.make_show('Linen', status)}/setup")
        assert ("No account is connected yet" in text) == (role == "operator" and status != "ended")
        assert ("This show listens to no stream" in text) == (status != "ended")
        assert ("Save details" in text) == ("setup/main.js" in text) == (role == "operator")
        assert (text.count(" disabled") > 5) == (role == "viewer"), status


async def test_details_are_kept_in_the_workspaces_time_zone(site: Site) -> None:
    sql = """UPDATE workspaces SET settings = '{"time_zone": "America/New_York"}' WHERE id = $1"""
    await site.app.runtime.db.hot_fetch(sql, site.workspace.id)
    show, browser = await site.make_show(), await site.signed_in()
    form = {"title": " Linen ", "scheduled_at": "2027-01-15T19:30", "practice": "on", "version": "1"}
    answer = await send(browser, f"/shows/{show}/setup/details", form)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/shows/{show}/setup")
    stored = await _stored(site, show)
    assert (stored["title"], stored["scheduled_at"].isoformat(), stored["practice"]) == (
        "Linen", "2027-01-16T00:30:00+00:00", True,
    )  # fmt: skip
    text = await text_of(browser, f"/shows/{show}/setup")
    assert 'value="2027-01-15T19:30"' in text
    assert "Saved." in text


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"title": "", "scheduled_at": "2027-01-15T19:30"}, "title"),
        ({"title": "Sale", "scheduled_at": "x"}, "scheduled_at"),
        ({"title": "Sale", "scheduled_at": "0001-01-01T00:00"}, "scheduled_at"),
    ],
)
async def test_faulty_details_stay_in_the_form_and_are_told(site: Site, form: dict[str, str], field: str) -> None:
    show, browser = await site.make_show(), await site.signed_in()
    answer = await send(browser, f"/shows/{show}/setup/details", {**form, "version": "1"})
    text = await answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert f'id="field-{field}-fault"' in text
    assert all(f'value="{value}"' in text for value in form.values() if value)
    assert (await _stored(site, show))["title"] == "Friday finds"


async def test_a_change_on_top_of_somebody_elses_is_refused_and_shows_how_it_is_now(site: Site) -> None:
    show, browser = await site.make_show(), await site.signed_in()
    await send(browser, f"/shows/{show}/setup/details", {"title": "Theirs", "version": "1"})
    answer = await send(browser, f"/shows/{show}/setup/details", {"title": "Mine", "version": "1"})
    text = await answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Somebody else has changed this show" in text
    assert 'value="Theirs"' in text
    rules = await send(browser, f"/shows/{show}/setup/rules", _rules_form(1, claim_words="mine"))
    assert rules.status_code == 409
    assert (await _stored(site, show))["rules"] == {}


async def test_only_rules_that_differ_become_the_shows_own_and_each_goes_back(site: Site) -> None:
    show, browser = await site.make_show(), await site.signed_in()
    path = f"/shows/{show}/setup/rules"
    form = _rules_form(1, claim_words="mine\n sold \n\nmine", max_per_buyer="3", several="on")
    assert (await send(browser, path, form)).status_code == 303
    own = {"claim_words": ["mine", "sold"], "max_per_buyer": 3, "several": True}
    assert (await _stored(site, show))["rules"] == own
    text = await text_of(browser, f"/shows/{show}/setup")
    assert re.findall(r'name="reset" value="(\w+)"', text) == ["claim_words", "max_per_buyer", "several"]
    assert (await send(browser, path, _rules_form(2, reset="claim_words"))).status_code == 303
    assert (await _stored(site, show))["rules"] == {"max_per_buyer": 3, "several": True}


async def test_faulty_rules_stay_in_the_form_and_are_told(site: Site) -> None:
    show, browser = await site.make_show(), await site.signed_in()
    path = f"/shows/{show}/setup/rules"
    for changed, field in (
        ({"max_quantity": "many"}, "max_quantity"),
        ({"max_per_buyer": "0"}, "max_per_buyer"),
        ({"repeat": "perhaps"}, "repeat"),
        ({"claim_words": "x" * 101}, "claim_words"),
    ):
        answer = await send(browser, path, _rules_form(1, **changed))
        text = await answer.get_data(as_text=True)
        assert answer.status_code == 400, text
        assert 'class="field-fault"' in text, field
        assert all(value in text for value in changed.values() if field != "repeat")
    assert (await _stored(site, show))["rules"] == {}


async def test_hostile_titles_are_only_text(site: Site) -> None:
    show = await site.make_show(HOSTILE)
    sql = """
    INSERT INTO items
        (workspace_id, id, show_id, item_number, code, variant, variant_key, title, position, total_quantity)
    VALUES ($1, $2, $3, $4, $4, $4, $4, $4, 1, 5)
    """
    await site.app.runtime.db.hot_fetch(sql, site.workspace.id, uuid4(), show, HOSTILE)
    answer = await (await site.signed_in()).get(f"/shows/{show}/setup", headers=PAGE)
    text = await answer.get_data(as_text=True)
    assert "<script>alert" not in text
    assert '" onfocus' not in text
    assert "require-trusted-types-for 'script'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=\"|\sstyle=", text)


async def test_who_may_not_write_is_refused_and_a_foreign_show_is_not_there(site: Site) -> None:
    show, viewer = await site.make_show(), await site.member("viewer")
    for form in ("details", "rules"):
        answer = await send(viewer, f"/shows/{show}/setup/{form}", _rules_form(1, title="x"))
        assert answer.status_code == 403
    stranger = await site.member("operator")
    page = await text_of(stranger, "/workspaces")
    own = re.search(r'name="workspace_id" value="([0-9a-f-]+)"><button aria-label="Open', page)
    assert own is not None
    await site.enter(stranger, own[1])
    await text_of(stranger, f"/shows/{show}/setup", 404)
    for form in ("details", "rules"):
        answer = await send(stranger, f"/shows/{show}/setup/{form}", _rules_form(1, title="x"))
        assert answer.status_code == 404
    assert (await _stored(site, show))["version"] == 1
