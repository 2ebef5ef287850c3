"""The guide: what is done is read from the database, and each step is one button that works once."""

import re

from quart.typing import TestClientProtocol

from .conftest import PAGE, Site, hidden_token, send, text_of


def current(text: str) -> str:
    """The step that is to be taken now."""
    found = re.search(r'id="step-(\w+)" aria-current="step"', text)
    return found[1] if found else ""


async def press(browser: TestClientProtocol, name: str, **form: str) -> str:
    """Press a button of the guide; the address that it leads to."""
    text = await text_of(browser, "/start")
    show = re.search(r'name="show_id" value="([0-9a-f-]+)"', text)
    sent = {"show_id": show[1], **form} if show else form
    answer = await send(browser, f"/start/{name}", sent)
    assert answer.status_code == 303, await answer.get_data(as_text=True)
    return str(answer.headers["Location"])


async def test_from_nothing_to_the_results_one_button_at_a_time(site: Site) -> None:
    ana = await site.signed_in()
    assert current(await text_of(ana, "/start")) == "show"
    assert (await press(ana, "show", title="<b>Mine</b>")).endswith("#step-items")
    text = await text_of(ana, "/start")
    assert current(text) == "items" and "<b>Mine</b>" not in text
    assert (await press(ana, "items")).endswith("#step-audience")
    assert current(await text_of(ana, "/start")) == "audience"
    assert (await press(ana, "audience")).endswith("/console")
    text = await text_of(ana, "/start")
    assert current(text) == "claims" and 'hx-get="/start/figures"' in text
    assert "Comments" in await text_of(ana, "/start/figures")
    assert (await press(ana, "end")).endswith("#step-results")
    text = await text_of(ana, "/start")
    assert current(text) == "results"
    assert "Connect an account" in text and 'href="/connections"' in text
    export = re.search(r'href="(/api/shows/[^"]+export[^"]+)"', text)
    assert export is not None
    assert (await ana.get(export[1].replace("&amp;", "&"))).status_code == 200
    assert current(await text_of(ana, "/start")) == ""


async def test_a_second_press_does_no_harm(site: Site) -> None:
    ana = await site.signed_in()
    await press(ana, "show", title="Mine")
    await press(ana, "items")
    form = {"show_id": re.findall(r"/shows/([0-9a-f-]+)/", await text_of(ana, "/start"))[0]}
    for name in ("items", "audience", "audience", "end", "end"):
        assert (await send(ana, f"/start/{name}", form)).status_code == 303
    items = await site.app.runtime.db.hot_fetch("SELECT count(*) FROM items")
    assert items[0][0] == 10


async def test_a_title_is_needed(site: Site) -> None:
    ana = await site.signed_in()
    for title in ("", " ", "x" * 201):
        answer = await send(ana, "/start/show", {"title": title})
        assert answer.status_code == 400
        assert "field-fault" in await answer.get_data(as_text=True)


async def test_buttons_are_about_the_show_of_the_page(site: Site) -> None:
    ana = await site.signed_in()
    other = await site.make_show("Real one")
    await press(ana, "show", title="Mine")
    for name in ("items", "audience", "end"):
        for show in (other, "", "x"):
            assert (await send(ana, f"/start/{name}", {"show_id": show})).status_code == 404


async def test_a_paused_show_is_told(site: Site) -> None:
    ana = await site.signed_in()
    await press(ana, "show", title="Mine")
    await press(ana, "items")
    await site.app.runtime.db.hot_fetch("UPDATE shows SET status = 'paused'")
    text = await text_of(ana, "/start")
    show = re.findall(r'name="show_id" value="([0-9a-f-]+)"', text)[0]
    answer = await send(ana, "/start/audience", {"show_id": show})
    assert answer.status_code == 409
    assert "The show is paused" in await answer.get_data(as_text=True)


async def test_the_guide_is_put_away_and_comes_back_with_the_next_practice_show(site: Site) -> None:
    ana = await site.signed_in()
    await press(ana, "show", title="Mine")
    assert "Your practice show is not finished" in await text_of(ana, "/")
    answer = await send(ana, "/start/close", {})
    assert answer.status_code == 303
    assert "Your practice show is not finished" not in await text_of(ana, "/")
    await press(ana, "show", title="Another")
    assert "Your practice show is not finished" in await text_of(ana, "/")


async def test_viewers_have_no_guide(site: Site) -> None:
    viewer = await site.member("viewer")
    assert (await viewer.get("/start", headers=PAGE)).status_code == 403
    token = hidden_token(await text_of(viewer, "/workspaces"))
    form = {"title": "Mine", "csrf_token": token}
    assert (await viewer.post("/start/show", headers=PAGE, form=form)).status_code == 403
    assert "not finished" not in await text_of(viewer, "/")


async def test_without_the_flag_there_is_no_download(site: Site) -> None:
    ana = await site.signed_in()
    await press(ana, "show", title="Mine")
    await site.app.runtime.db.hot_fetch("UPDATE shows SET status = 'ended'")
    assert "/export?" in await text_of(ana, "/start")
    await site.app.runtime.flags.set_override(site.workspace.id, "export", False)
    assert "/export?" not in await text_of(ana, "/start")
