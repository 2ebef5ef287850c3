"""The test bench over the API: through the whole lane, for developers only."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from dibs.app import DibsQuart, create_app
from dibs.settings import Settings

from ..meta.test_live_comments import SAMPLE
from .conftest import Person, SignUp

ROUTES = {
    "emit-comment": {"text": "sold 12"},
    "bulk-comments": {"texts": ["sold 12"]},
    "emit-ig-webhook": {"payload": SAMPLE},
}


@pytest.fixture
async def bench(database_url: str, tmp_path: Path) -> AsyncIterator[DibsQuart]:
    settings = Settings(
        database_url=database_url, data_dir=tmp_path, development=True, registration="open", attempts_per_minute=1000
    )
    made = create_app(settings)
    async with made.test_app():
        yield made


@pytest.fixture
async def ana(bench: DibsQuart) -> Person:
    return await _person(bench, "ana")


async def _person(app: DibsQuart, name: str) -> Person:
    client = app.test_client(use_cookies=False)
    body = {"email": f"{name}@example.com", "password": "correct horse", "name": name}
    made = await (await client.post("/api/auth/register", json=body)).get_json()
    tokens = (made["access_token"], made["refresh_token"])
    return Person(client, made["user"]["id"], body["email"], made["workspace"]["id"], *tokens)


async def a_show(ana: Person) -> str:
    _, show = await ana.call("POST", "/api/shows", json={"title": "Bench"})
    items = [{"item_number": "12", "title": "Dress", "quantity": 3}]
    await ana.call("POST", f"/api/shows/{show['id']}/items", json={"items": items})
    await ana.call("POST", f"/api/shows/{show['id']}/activate")
    return str(show["id"])


async def emit(ana: Person, route: str, show: str, **body: Any) -> tuple[int, Any]:
    return await ana.call("POST", f"/api/debug/{route}", json={"show_id": show, **body})


async def test_nobody_finds_the_bench_on_a_server_that_is_not_for_developers(sign_up: SignUp) -> None:
    ana = await sign_up()
    for route, body in ROUTES.items():
        assert (await emit(ana, route, "01a1fc54-5636-790f-b493-f244132829c3", **body))[0] == 404


async def test_a_comment_goes_through_the_whole_lane_and_counts_once(ana: Person) -> None:
    show = await a_show(ana)
    status, answer = await emit(ana, "emit-comment", show, text="sold 12", handle="Bea", comment_id="1")
    assert status == 200 and answer["comment"]["verdict"] == "claim"
    assert answer["comment"]["claims"][0]["handle"] == "Bea"
    status, answer = await emit(ana, "emit-comment", show, text="sold 12", handle="Bea", comment_id="1")
    assert answer["comment"]["verdict"] == "duplicate"
    _, answer = await emit(ana, "emit-comment", show, text="sold 12", from_seller=True)
    assert answer["comment"]["verdict"] == "ignored"


async def test_many_comments_from_texts_or_made_up(ana: Person) -> None:
    show = await a_show(ana)
    status, answer = await emit(ana, "bulk-comments", show, texts=["sold 12"] * 5 + ["hello"])
    assert status == 200 and answer["comments"] == 6
    assert answer["verdicts"] == {"claim": 5, "ignored": 1}
    status, answer = await emit(ana, "bulk-comments", show, count=2000)
    assert status == 200 and sum(answer["verdicts"].values()) == 2000 and answer["verdicts"]["claim"] > 300
    _, found = await ana.call("GET", f"/api/shows/{show}/items")
    assert found["items"][0]["claimed_count"] == 3


async def test_a_webhook_is_decoded_and_its_faults_are_told(ana: Person) -> None:
    show = await a_show(ana)
    status, answer = await emit(ana, "emit-ig-webhook", show, payload=SAMPLE)
    assert status == 200 and len(answer["comments"]) == 1 and answer["left_out"] == []
    _, answer = await emit(ana, "emit-ig-webhook", show, payload=SAMPLE)
    assert answer["comments"][0]["verdict"] == "duplicate"
    _, answer = await emit(ana, "emit-ig-webhook", show, payload={"object": "page"})
    assert answer == {"comments": [], "left_out": ["the payload has no changes"]}


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("emit-comment", {}),
        ("emit-comment", {"text": 5}),
        ("emit-comment", {"text": "x" * 10_001}),
        ("bulk-comments", {}),
        ("bulk-comments", {"texts": []}),
        ("bulk-comments", {"texts": ["a"], "count": 1}),
        ("bulk-comments", {"texts": ["x" * 10_001]}),
        ("bulk-comments", {"count": 10_001}),
        ("bulk-comments", {"count": 0}),
        ("emit-ig-webhook", {}),
    ],
)
async def test_what_makes_no_sense_is_refused(ana: Person, route: str, body: dict[str, Any]) -> None:
    assert (await emit(ana, route, await a_show(ana), **body))[0] == 400


async def test_a_show_of_somebody_else_is_not_found(bench: DibsQuart, ana: Person) -> None:
    ben, show = await _person(bench, "ben"), await a_show(ana)
    for route, body in ROUTES.items():
        assert (await emit(ben, route, show, **body))[0] == 404
    _, draft = await ben.call("POST", "/api/shows", json={"title": "Empty"})
    assert (await emit(ben, "bulk-comments", draft["id"], count=5))[0] == 400
