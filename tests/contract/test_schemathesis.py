"""Schemathesis sends what the description allows and what it forbids, and holds every answer to it."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypercorn.asyncio import serve
from hypercorn.config import Config

from dibs.openapi import make_document

from ..depth import often
from .conftest import World

EXAMPLES, SECONDS = str(often(3, 50)), often(150, 1500)
# They end the sign-in that asks, so they are asked last, with a sign-in of their own.
ENDING = r"/api/auth/(logout|sign-out-everywhere|sessions/.*|password|email)$"
INSTANCE = r"/api/instance/"
STREAM = r"/(stream|readyz|metrics)$"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
)
_SETTINGS = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 413, 415, 429]

[phases.coverage]
generate-duplicate-query-parameters = false
unexpected-methods = ["TRACE"]
"""


@asynccontextmanager
async def listening(world: World) -> AsyncIterator[str]:
    """The application at a port of the loopback address."""
    ended = asyncio.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.errorlog = None
    server = asyncio.create_task(serve(world.app, config, shutdown_trigger=ended.wait))  # type: ignore[arg-type]
    yield f"http://127.0.0.1:{port}"
    ended.set()
    await server


def narrowed(world: World) -> dict[str, Any]:
    """The description with the ids of the workspace, and without the headers that lead to another one."""
    document = make_document(world.app, world.app.runtime.settings, closed=True)
    for methods in document["paths"].values():
        for described in methods.values():
            kept = [one for one in described["parameters"] if "$ref" not in one]
            for one in kept:
                if one["in"] == "path" and one["name"] in world.ids:
                    one["schema"] = {"enum": [world.ids[one["name"]]]}
            described["parameters"] = kept
    return document


async def run(folder: Path, origin: str, token: str, *more: str) -> str:
    """A run of schemathesis; what it says if it found something, else nothing."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(folder / "st.toml"), "run"]
    command += [str(folder / "api.json"), "--url", origin, "-H", f"Authorization: Bearer {token}"]
    command += ["--checks", ",".join(CHECKS), "--phases", "coverage,fuzzing", "--max-examples", EXAMPLES]
    command += ["--seed", "1", "--no-color", "--suppress-health-check", "all", "--continue-on-failure", *more]
    done = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await asyncio.wait_for(done.communicate(), SECONDS)
    assert done.returncode in (0, 1), said.decode()
    return said.decode() if done.returncode else ""


@pytest.mark.timeout(SECONDS * 2)
async def test_every_answer_is_one_that_is_described(world: World, tmp_path: Path) -> None:
    (tmp_path / "api.json").write_text(json.dumps(narrowed(world)))
    (tmp_path / "st.toml").write_text(_SETTINGS)
    owner, admin, instance = (world.people[role] for role in ("owner", "admin", "instance"))
    async with listening(world) as origin:
        said = await run(tmp_path, origin, owner.access_token, "--exclude-path-regex", f"{ENDING}|{STREAM}|{INSTANCE}")
        said += await run(tmp_path, origin, instance.access_token, "--include-path-regex", INSTANCE)
        said += await run(tmp_path, origin, admin.access_token, "--include-path-regex", ENDING)
    assert not said, said


async def test_an_answer_that_is_not_as_described_is_found(world: World, tmp_path: Path) -> None:
    """The control of the test above: the same run, with one field described that no answer has."""
    document = narrowed(world)
    document["components"]["schemas"]["Ticket"]["required"].append("colour")
    (tmp_path / "api.json").write_text(json.dumps(document))
    (tmp_path / "st.toml").write_text(_SETTINGS)
    async with listening(world) as origin:
        token = world.people["owner"].access_token
        said = await run(tmp_path, origin, token, "--include-path", "/api/tickets")
    assert "'colour' is a required property" in said or '"colour" is a required property' in said, said
