"""Corner itself, as far as its adapter asks it: a little HTTP server of its own on loopback."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import aiohttp
import attrs
from aiohttp import web

SECRET, VERIFY, ROOM, LIVE, PERSON = "secret-of-corner", "verify-corner", "room1", "live1", "ana"


@attrs.define(eq=False)
class Corner:
    """One person with one room, in which one broadcast runs."""

    address: str = ""
    notes: list[dict[str, Any]] = attrs.field(factory=list)
    answers: list[dict[str, Any]] = attrs.field(factory=list)
    codes: set[str] = attrs.field(factory=set)
    over: bool = False

    def note(self, who: str, text: str) -> dict[str, Any]:
        """Somebody writes; whoever asks finds it."""
        number = len(self.notes) + 1
        said_by = {"id": who, "name": who.title()}
        made = {"id": f"n{number}", "live": LIVE, "text": text, "at": time.time(), "by": said_by}
        self.notes.append(made)
        return made

    async def consent(self, request: web.Request) -> web.Response:
        """The dialog; the person agrees at once."""
        assert request.query["app"] == "app"
        self.codes.add("code1")
        back = {"code": "code1", "state": request.query["state"]}
        raise web.HTTPFound(f"{request.query['back']}?{urlencode(back)}")

    async def token(self, request: web.Request) -> web.Response:
        """A code is good once."""
        told = await request.json()
        if told["secret"] != SECRET or told["code"] not in self.codes:
            return web.json_response({"problem": "bad_code"}, status=400)
        self.codes.discard(told["code"])
        room = {"id": ROOM, "name": "Ana's room", "token": "token1"}
        return web.json_response({"person": PERSON, "rooms": [room]})

    async def lives(self, request: web.Request) -> web.Response:
        """What runs in the room."""
        return web.json_response([] if self.over else [{"id": LIVE, "title": "Bazaar"}])

    async def live(self, request: web.Request) -> web.Response:
        """The broadcast."""
        return web.json_response({"id": LIVE, "title": "Bazaar", "over": self.over})

    async def page(self, request: web.Request) -> web.Response:
        """The notes after a number, for whoever has the token."""
        if request.headers.get("Authorization") != "Bearer token1":
            return web.json_response({"problem": "token_dead"}, status=401)
        after = int(request.query["after"])
        page = {"notes": self.notes[after:], "last": len(self.notes), "viewers": 7, "over": self.over}
        return web.json_response(page)

    async def answer(self, request: web.Request) -> web.Response:
        """The seller answers a note."""
        self.answers.append(await request.json())
        return web.json_response({"id": f"a{len(self.answers)}"})

    async def push(self, address: str, *notes: dict[str, Any], secret: str = SECRET) -> int:
        """Send notes to a webhook address, signed."""
        body = json.dumps({"parts": [{"room": ROOM, "live": LIVE, "notes": notes}]}).encode()
        signature = hmac.digest(secret.encode(), body, "sha256").hex()
        headers = {"X-Corner-Signature": signature, "X-Corner-Kind": "notes"}
        async with aiohttp.ClientSession() as session, session.post(address, data=body, headers=headers) as answer:
            return answer.status

    async def tell(self, address: str, person: str = PERSON) -> tuple[int, str]:
        """Tell a callback about a person, signed."""
        signature = hmac.digest(SECRET.encode(), person.encode(), "sha256").hex()
        form = {"signed_request": f"{person}.{signature}"}
        async with aiohttp.ClientSession() as session, session.post(address, data=form) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def running_corner() -> AsyncIterator[Corner]:
    """Corner on a free port."""
    corner, app = Corner(), web.Application()
    app.router.add_get("/consent", corner.consent)
    app.router.add_post("/token", corner.token)
    app.router.add_get(f"/rooms/{ROOM}/lives", corner.lives)
    app.router.add_get(f"/lives/{LIVE}", corner.live)
    app.router.add_get(f"/lives/{LIVE}/notes", corner.page)
    app.router.add_post(f"/lives/{LIVE}/answers", corner.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    place = web.TCPSite(runner, "127.0.0.1", 0)
    await place.start()
    corner.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield corner
    finally:
        await runner.cleanup()
