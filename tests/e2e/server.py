"""A real server process, and a client of its API."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from pathlib import Path
from typing import Any

import aiohttp
import attrs

from . import forking

EMAIL, PASSWORD = "bea@example.com", "correct horse battery"


def free_port() -> int:
    """A port of the loopback address that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@attrs.define(eq=False)
class LiveServer:
    """`dibs serve` on one database and one port, to be killed and started again."""

    database_url: str
    data_dir: Path
    port: int = attrs.field(factory=free_port)
    process: forking.Forked | None = None

    @property
    def origin(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """The settings of every process that works on this database."""
        env = {k: v for k, v in os.environ.items() if not k.startswith("DIBS_")}
        return env | {
            "DATABASE_URL": self.database_url,
            "DIBS_DATA_DIR": str(self.data_dir),
            "DIBS_SECRET_KEY": "0123456789abcdef0123456789abcdef",
            "DIBS_LOG_LEVEL": "warning",
            "DIBS_ATTEMPTS_PER_MINUTE": "100",
        }

    async def start(self) -> None:
        """Start the server and wait until it is ready."""
        with (self.data_dir / "server.log").open("ab") as log:
            self.process = await forking.start("dibs", "serve", "--port", str(self.port), env=self.env, output=log)
        await self._until_ready()

    async def command(self, *arguments: str) -> str:
        """Run another `dibs` command on the same database; its standard output."""
        done = await asyncio.to_thread(forking.run, "dibs", *arguments, env=self.env)
        assert done.returncode == 0, done.stderr
        return done.stdout

    async def _until_ready(self) -> None:
        assert self.process is not None
        async with aiohttp.ClientSession() as session:
            for _ in range(600):
                if self.process.returncode is not None:
                    break
                try:
                    async with session.get(f"{self.origin}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)
        raise AssertionError((self.data_dir / "server.log").read_text("utf-8"))

    async def kill(self) -> None:
        """End the server without a chance to say goodbye."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Tell the server to end in order."""
        await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(number)
            await self.process.wait()


@attrs.define(eq=False)
class Api:
    """The API as an integrator uses it, with a bearer token."""

    origin: str
    session: aiohttp.ClientSession
    token: str = ""
    show_id: str = ""
    colleagues: list[Api] = attrs.field(factory=list)

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """One request; anything but a success fails the test with the server's words."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self.session.request(method, self.origin + path, json=body, headers=headers) as answer:
            text = await answer.text()
            assert answer.status < 400, f"{method} {path}: {answer.status} {text}"
            return await answer.json() if text else None

    async def register(self) -> None:
        """Make the account that the browser signs in with."""
        body = {"email": EMAIL, "password": PASSWORD, "name": "Bea"}
        self.token = (await self.call("POST", "/api/auth/register", body))["access_token"]

    async def colleague(self, name: str, role: str) -> Api:
        """Somebody else of the same workspace, joined by an invitation; `<name>@example.com` signs in."""
        workspace = (await self.call("GET", "/api/auth/me"))["workspaces"][0]["id"]
        made = await self.call("POST", f"/api/workspaces/{workspace}/invitations", {"role": role})
        body = {"email": f"{name.lower()}@example.com", "password": PASSWORD, "name": name}
        invitation = made["url"].rsplit("/", 1)[1]
        other = Api(self.origin, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()), show_id=self.show_id)
        tokens = await other.call("POST", "/api/auth/register", body | {"invitation": invitation})
        other.token = tokens["access_token"]
        self.colleagues.append(other)
        return other

    async def close(self) -> None:
        """End the sessions of the colleagues."""
        for other in self.colleagues:
            await other.session.close()

    async def make_show(self, title: str, items: list[dict[str, Any]], *, active: bool = True) -> str:
        """A show with items, running unless `active` is false."""
        show = await self.call("POST", "/api/shows", {"title": title})
        self.show_id = show["id"]
        if items:
            await self.show("POST", "/items", {"items": items})
        if active:
            await self.show("POST", "/activate", {})
        return self.show_id

    async def show(self, method: str, path: str, body: Any = None) -> Any:
        """A request below the show."""
        return await self.call(method, f"/api/shows/{self.show_id}{path}", body)

    async def say(self, *comments: tuple[str | None, str], first_id: str = "") -> None:
        """Hand comments in, each an author (or None for a hidden one) and a text."""
        rows = [
            {
                "message": text,
                "author": None if author is None else {"id": author, "name": author},
                **({"id": f"{first_id}-{number}"} if first_id else {}),
            }
            for number, (author, text) in enumerate(comments)
        ]
        for start in range(0, len(rows), 500):
            await self.show("POST", "/comments", {"platform": "facebook", "comments": rows[start : start + 500]})

    async def snapshot(self) -> Any:
        """The state as the server has it."""
        return await self.show("GET", "/snapshot")
