"""The streams of a show over the API: warnings, what is refused, and what the console begins with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from quart.typing import TestClientProtocol

from dibs.accounts.model import Registration
from dibs.app import create_app
from dibs.ids import uuid7

from . import toy
from .conftest import QUICK, Studio, settings_for
from .toy import ToyServer


@attrs.define(eq=False)
class Desk:
    """A studio with an API, and a member who is signed in there."""

    studio: Studio
    client: TestClientProtocol
    token: str

    async def call(self, method: str, path: str = "", body: Any = None) -> tuple[int, Any]:
        """Status and JSON of a request below the streams of the show."""
        more = {} if body is None else {"json": body}
        address = f"/api/shows/{self.studio.show_id}/streams{path}"
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = await self.client.open(address, method=method, headers=headers, **more)
        return answer.status_code, await answer.get_json(silent=True)

    async def until(self, state: str) -> dict[str, Any]:
        """The one stream, as soon as it is in this state."""
        async with asyncio.timeout(20):
            while True:
                [stream] = (await self.call("GET"))[1]["streams"]
                if stream["state"] == state:
                    return dict(stream)
                await asyncio.sleep(0.02)


@pytest.fixture
async def desk(server: ToyServer, database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    app = create_app(settings_for(server, database_url, tmp_path))
    assert app.runtime.plugins.add(toy, "toy")  # type: ignore[arg-type]
    app.runtime.pace = QUICK
    async with app.test_app():
        registration = Registration(email="ana@example.com", password="correct horse", name="Ana")
        user, workspace = await app.runtime.accounts.register(registration, "127.0.0.1")
        studio = Studio(app.runtime, server, workspace.id, user.id, uuid7(), uuid7())
        studio.show_id = await studio.new_show()
        studio.connection_id, _ = await studio.connect()
        client = app.test_client(use_cookies=False)
        signed = await client.post("/api/auth/login", json={"email": "ana@example.com", "password": "correct horse"})
        yield Desk(studio, client, (await signed.get_json())["access_token"])


async def test_a_show_without_a_stream_warns_and_can_be_started(desk: Desk) -> None:
    status, answer = await desk.call("GET")
    assert (status, answer["streams"]) == (200, [])
    assert answer["warnings"] == ["This show listens to nothing: no comment comes in by itself."]
    await desk.studio.run()


async def test_a_stream_is_added_chosen_tried_and_removed_while_the_show_runs(desk: Desk) -> None:
    studio = desk.studio
    studio.server.go_live("1", title="Kitchen")
    studio.server.go_live("2", title="Garage")
    await studio.run()
    status, added = await desk.call("POST", body={"connection_id": str(studio.connection_id)})
    assert (status, added["state"], added["account"], added["live_id"]) == (201, "idle", "The page", "")
    assert (await desk.call("POST", body={"connection_id": str(studio.connection_id)}))[0] == 409
    stream = await desk.until("choose")
    assert [one["title"] for one in stream["choices"]] == ["Kitchen", "Garage"]
    one = f"/{stream['stream_id']}"
    status, chosen = await desk.call("POST", f"{one}/choose", {"where": "2"})
    assert (status, chosen["title"], chosen["choices"]) == (200, "Garage", [])
    stream = await desk.until("listening")
    assert (stream["viewers"], stream["trouble"]) == (10, None)
    studio.server.status = 404
    stream = await desk.until("trouble")
    assert (stream["trouble"]["reason"], stream["trouble"]["message"]) == ("gone", "It is gone.")
    assert stream["trouble"]["what_to_do"].startswith("Look whether the broadcast still runs")
    studio.server.status = None
    assert (await desk.call("POST", f"{one}/retry"))[0] == 200
    await desk.until("listening")
    assert await desk.call("DELETE", one) == (204, None)
    assert (await desk.call("DELETE", one))[0] == 404
    assert (await desk.call("GET"))[1]["streams"] == []


async def test_what_can_not_be_listened_to_is_refused_with_the_field(desk: Desk) -> None:
    connection = str(desk.studio.connection_id)
    status, answer = await desk.call("POST", body={"connection_id": connection, "where": "not an address!"})
    assert (status, answer["error"]["fields"][0]["path"]) == (400, "where")
    assert (await desk.call("POST", body={"connection_id": str(uuid7())}))[0] == 404
    assert (await desk.call("POST", body={}))[0] == 400
    await desk.studio.run()
    await desk.studio.run("ended")
    status, answer = await desk.call("POST", body={"connection_id": connection})
    assert (status, answer["error"]["message"]) == (409, "The show is over.")


async def test_the_platforms_refusals_are_told_in_words(desk: Desk) -> None:
    _, token = await desk.studio.connect()
    desk.studio.server.dead.add(token)
    status, answer = await desk.call("POST", body={"connection_id": str(desk.studio.connection_id), "where": "777"})
    assert (status, answer["error"]["code"]) == (409, "platform_refused")
    assert answer["error"]["message"] == "The token has ended."


async def test_the_console_begins_with_the_streams(desk: Desk) -> None:
    desk.studio.server.go_live()
    await desk.studio.add()
    answer = await desk.client.get(
        f"/api/shows/{desk.studio.show_id}/snapshot", headers={"Authorization": f"Bearer {desk.token}"}
    )
    [stream] = (await answer.get_json())["streams"]
    assert (stream["live_id"], stream["state"], stream["platform"]) == ("777", "idle", "toy")
