"""The whole application served by this process, with a workspace and somebody who may see its shows."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import attrs

from dibs.accounts.model import Registration
from dibs.app import DibsQuart, create_app
from dibs.bench.arena import Arena
from dibs.ids import uuid7
from dibs.server import listen, serve_app
from dibs.settings import Settings


@attrs.frozen
class Stage:
    """A served application: its port, an access token, and its workspace as the lane's measurements use it."""

    arena: Arena
    port: int
    token: str = attrs.field(repr=False)


@asynccontextmanager
async def open_stage(database_url: str, plugins: Mapping[str, Mapping[str, Any]] | None = None) -> AsyncIterator[Stage]:
    """Serve on a free loopback port until the block ends; `plugins` are the instance's settings of plugins."""
    stop = asyncio.Event()
    with tempfile.TemporaryDirectory(prefix="dibs-bench-") as folder, listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        settings = Settings(database_url=database_url, data_dir=Path(folder), port=port, log_level="warning")
        app = create_app(attrs.evolve(settings, plugins=plugins or {}))
        await app.runtime.start()
        serving = asyncio.create_task(serve_app(app, listener, stop))
        try:
            yield await _stage(app, port)
        finally:
            stop.set()
            await serving


async def _stage(app: DibsQuart, port: int) -> Stage:
    accounts = app.runtime.accounts
    new = Registration(email=f"{uuid7()}@example.com", password="never signs in with it", name="Bench")
    user, workspace = await accounts.users.create(new, "no password")
    token = accounts.access_token(await accounts.open_sign_in(user.id))
    return Stage(Arena(app.runtime, workspace.id), port, token)
