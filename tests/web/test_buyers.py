"""The pages about buyers and the summary, as the server renders them and as their forms work."""

import re
from typing import Any

import attrs
import pytest
from quart.typing import TestClientProtocol

from dibs.ids import uuid7

from .conftest import PAGE, Site, hidden_token


@attrs.define
class Shop:
    """A browser of the owner, and a running show with two items in which people write."""

    browser: TestClientProtocol
    show_id: str
    csrf: str
    headers: dict[str, str]

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.browser.open(path, method=method, json=body, headers=self.headers)
        assert answer.status_code < 400, await answer.get_data(as_text=True)
        return await answer.get_json()

    async def say(self, *said: tuple[str, str]) -> None:
        comments = [{"message": words, "author": {"id": who, "name": who}} for who, words in said]
        await self.call("POST", f"/api/shows/{self.show_id}/comments", {"platform": "facebook", "comments": comments})

    async def ids(self) -> dict[str, str]:
        found = await self.call("GET", "/api/buyers")
        return {buyer["handle"]: buyer["buyer_id"] for buyer in found["buyers"]}

    async def get(self, path: str, status: int = 200) -> str:
        answer = await self.browser.get(path, headers=PAGE)
        assert answer.status_code == status, path
        text = await answer.get_data(as_text=True)
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=|javascript:", text)
        return text

    async def post(self, path: str, **form: str) -> tuple[int, str, str]:
        """Status, where it leads, and the page."""
        answer = await self.browser.post(path, headers=PAGE, form={"csrf_token": self.csrf, **form})
        return answer.status_code, answer.headers.get("Location", ""), await answer.get_data(as_text=True)


@pytest.fixture
async def shop(site: Site) -> Shop:
    browser = await site.signed_in()
    csrf = hidden_token(await (await browser.get("/workspaces", headers=PAGE)).get_data(as_text=True))
    shop = Shop(browser, "", csrf, {"X-CSRF-Token": csrf})
    shop.show_id = (await shop.call("POST", "/api/shows", {"title": "Friday <b>"}))["id"]
    items = [
        {"item_number": "12", "title": "Dress", "quantity": 1, "price": "12.50"},
        {"item_number": "A1", "title": "Mug", "quantity": 3},
    ]
    await shop.call("POST", f"/api/shows/{shop.show_id}/items", {"items": items})
    await shop.call("POST", f"/api/shows/{shop.show_id}/activate")
    return shop


async def test_a_workspace_without_buyers_says_what_to_do(shop: Shop) -> None:
    assert "No buyers yet" in await shop.get("/buyers")
    assert "Nobody matches" in await shop.get("/buyers?q=ann")


async def test_the_list_finds_filters_and_marks(shop: Shop) -> None:
    await shop.say(("ann", "sold 12"), ("bob", "sold A1"), ("<i>eve", "hi"))
    who = await shop.ids()
    assert (await shop.post(f"/buyers/{who['bob']}", note="Pays late", tags="regular, VIP", version="1"))[0] == 303
    assert (await shop.post(f"/buyers/{who['ann']}/block", reason="spam"))[0] == 303
    text = await shop.get("/buyers")
    assert "&lt;i&gt;eve" in text
    assert text.count("badge-bad") == 1
    assert "Pays late" in text
    for query, handles in {
        "q=VIP": ["bob"],
        "blocked=yes": ["ann"],
        "tag=regular": ["bob"],
        "after=nonsense": [*who],
    }.items():
        found = re.findall(r'<bdi class="handle">([^<]*)</bdi>', await shop.get(f"/buyers?{query}"))
        assert sorted(found) == sorted(handle.replace("<", "&lt;").replace(">", "&gt;") for handle in handles), query


async def test_a_form_over_an_older_version_shows_what_the_other_wrote(shop: Shop) -> None:
    await shop.say(("ann", "hi"))
    ann = (await shop.ids())["ann"]
    await shop.post(f"/buyers/{ann}", note="first", tags="", version="1")
    status, _, text = await shop.post(f"/buyers/{ann}", note="second", tags="", version="1")
    assert status == 409
    assert "“first”" in text
    assert ">second</textarea>" in text
    status, _, text = await shop.post(f"/buyers/{ann}", note="x" * 2001, tags="", version="2")
    assert (status, "is longer than" in text) == (400, True)


async def test_blocking_needs_a_reason_and_is_taken_back(shop: Shop) -> None:
    await shop.say(("ann", "hi"))
    ann = (await shop.ids())["ann"]
    status, _, text = await shop.post(f"/buyers/{ann}/block", reason=" ")
    assert (status, "Not blocked" in text) == (400, True)
    assert (await shop.post(f"/buyers/{ann}/block", reason="spam"))[:2] == (303, f"/buyers/{ann}")
    assert "Further claims are declined." in await shop.get(f"/buyers/{ann}")
    assert (await shop.post(f"/buyers/{ann}/unblock"))[0] == 303
    assert "Further claims are declined." not in await shop.get(f"/buyers/{ann}")


async def test_two_are_merged_after_a_look_and_taken_apart_again(shop: Shop) -> None:
    await shop.say(("ann", "sold 12"), ("ann2", "sold A1"), ("bob", "hi"))
    who = await shop.ids()
    text = await shop.get(f"/buyers/{who['ann2']}/merge?q=ann")
    assert (who["ann"] in text, who["bob"] in text) == (True, False)
    text = await shop.get(f"/buyers/{who['ann2']}/merge?with={who['ann']}")
    assert "Together they have won 2 units." in text
    assert (await shop.post(f"/buyers/{who['ann2']}/merge", into=who["ann"]))[:2] == (303, f"/buyers/{who['ann']}")
    text = await shop.get(f"/buyers/{who['ann']}")
    assert f"/buyers/{who['ann2']}/unmerge" in text
    moved = await shop.browser.get(f"/buyers/{who['ann2']}", headers=PAGE)
    assert (moved.status_code, moved.headers["Location"]) == (303, f"/buyers/{who['ann']}")
    assert (await shop.post(f"/buyers/{who['ann']}/merge", into=who["ann2"]))[0] == 303
    assert (await shop.post(f"/buyers/{who['ann2']}/unmerge"))[0] == 303
    assert (await shop.ids()) == who


async def test_pages_of_nobody_are_not_there(shop: Shop) -> None:
    for path in (f"/buyers/{uuid7()}", f"/buyers/{uuid7()}/merge", f"/shows/{uuid7()}/summary"):
        await shop.get(path, status=404)


async def test_the_summary_has_its_figures_in_words_and_a_table(shop: Shop) -> None:
    text = await shop.get(f"/shows/{shop.show_id}/summary")
    assert "Friday &lt;b&gt;" in text
    assert "Live figures" in text
    await shop.say(("ann", "sold 12"), ("bob", "sold 12"), ("bob", "sold A1"), ("eve", "hello"))
    text = await shop.get(f"/shows/{shop.show_id}/summary/figures")
    for words in (
        "2 <small>of 4</small>",
        "50% sold",
        "$12.50",
        "1 unit has no price",
        "75.0% of them claimed",
        "Sold out",
    ):
        assert words in text, words
    assert 'role="img"' in text
    assert "As a table" in text
    drawer = await shop.call("GET", f"/api/shows/{shop.show_id}/items")
    item = drawer["items"][0]["item_id"]
    text = await shop.get(f"/shows/{shop.show_id}/summary/items/{item}")
    assert re.findall(r'<bdi class="handle">([^<]*)</bdi>', text) == ["ann", "bob"]
