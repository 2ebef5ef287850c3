"""`dibs serve` as a process: it says where it is, answers, ends in order, and keeps several workers running."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

SERVE = [sys.executable, "-m", "dibs", "serve", "--port", "0"]


@contextmanager
def server(folder: Path, *more: str, **environ: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running server and its address."""
    command = [*SERVE, "--data-dir", str(folder), *more]
    with (folder.parent / "log").open("w") as log:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=folder.parent,
            env={**os.environ, "DIBS_REGISTRATION": "open", **environ},
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(r"Dibs is ready at (http://\S+)\n", line)
        assert found, (line, (folder.parent / "log").read_text())
        yield process, found[1]
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


async def get(address: str, path: str, headers: Any = None) -> tuple[int, Any]:
    """Status and answer, on a connection of its own."""
    async with aiohttp.ClientSession(headers=headers) as client, client.get(address + path) as response:
        return response.status, await response.json()


async def register(address: str, email: str) -> tuple[int, Any]:
    body = {"email": email, "password": "correct horse", "name": "Ana"}
    url = address + "/api/auth/register"
    async with aiohttp.ClientSession() as client, client.post(url, json=body) as response:
        return response.status, await response.json()


async def test_it_starts_again_on_an_existing_folder_and_keeps_what_was_there(
    tmp_path: Path, database_url: str
) -> None:
    folder = tmp_path / "data"
    with server(folder, DATABASE_URL=database_url) as (_, address):
        _, made = await register(address, "ana@example.com")
    with server(folder, DATABASE_URL=database_url) as (process, address):
        assert (await get(address, "/readyz"))[0] == 200
        headers = {"Authorization": f"Bearer {made['access_token']}"}
        assert (await get(address, "/api/auth/me", headers))[0] == 200  # the key that signed it was kept
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert not [line for line in (tmp_path / "log").read_text().splitlines() if '"level":"error"' in line]


async def test_a_stopping_server_finishes_the_request_in_flight(tmp_path: Path, database_url: str) -> None:
    with server(tmp_path / "data", DATABASE_URL=database_url) as (process, address):
        requests = [asyncio.create_task(register(address, f"u{n}@example.com")) for n in range(4)]
        await asyncio.sleep(0.15)
        process.send_signal(signal.SIGTERM)
        answers = await asyncio.gather(*requests)
        assert [status for status, _ in answers] == [201] * 4
        assert await asyncio.to_thread(process.wait, 10) == 0


async def test_workers_share_port_and_key_are_replaced_and_end_together(tmp_path: Path, database_url: str) -> None:
    with server(tmp_path / "data", "-w", "2", DATABASE_URL=database_url) as (process, address):
        workers = psutil.Process(process.pid).children()
        assert len(workers) == 2
        _, made = await register(address, "ana@example.com")
        headers = {"Authorization": f"Bearer {made['access_token']}"}
        for _ in range(8):  # each on a new connection, so that both workers are asked
            assert (await get(address, "/api/auth/me", headers))[0] == 200
        workers[0].kill()
        until = time.monotonic() + 15
        while len([w for w in psutil.Process(process.pid).children() if w.status() != "zombie"]) < 2:
            assert time.monotonic() < until
            await asyncio.sleep(0.1)
        assert (await get(address, "/readyz"))[0] == 200
        everybody = psutil.Process(process.pid).children()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 20) == 0
        assert not [worker for worker in everybody if worker.is_running() and worker.status() != "zombie"]


@pytest.mark.faults
async def test_workers_end_when_their_parent_was_killed(tmp_path: Path, database_url: str) -> None:
    with server(tmp_path / "data", "-w", "2", DATABASE_URL=database_url) as (process, _):
        workers = psutil.Process(process.pid).children()
        process.kill()
        _, alive = await asyncio.to_thread(psutil.wait_procs, workers, 10)
        assert alive == []


@pytest.mark.parametrize(
    ("arguments", "environ", "words", "status"),
    [
        ([], {"DIBS_WORKERS": "many", "DIBS_NONSENSE": "1"}, ["DIBS_WORKERS", "DIBS_NONSENSE"], 2),
        (["--host", "192.0.2.1"], {}, ["can't listen on 192.0.2.1"], 2),
        ([], {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}, ["database does not answer"], 1),
        ([], {"DIBS_BUS": "pigeons"}, ["pigeons"], 2),
    ],
)
def test_what_is_wrong_at_start_is_one_sentence(
    tmp_path: Path, database_url: str, arguments: list[str], environ: dict[str, str], words: list[str], status: int
) -> None:
    command = [*SERVE, "--data-dir", str(tmp_path), *arguments]
    env = {**os.environ, "DATABASE_URL": database_url, **environ}
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == status
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert all(word in last for word in words), done.stderr


async def test_a_stopping_server_says_bye_to_streams_and_ends_soon(tmp_path: Path, database_url: str) -> None:
    with server(tmp_path / "data", DATABASE_URL=database_url) as (process, address):
        _, made = await register(address, "ana@example.com")
        headers = {"Authorization": f"Bearer {made['access_token']}"}
        async with aiohttp.ClientSession(address, headers=headers) as client:
            async with client.post("/api/shows", json={"title": "Evening"}) as new:
                show = (await new.json())["id"]
            async with client.get(f"/api/shows/{show}/stream") as stream:
                assert stream.status == 200
                assert await stream.content.readline() == b"retry: 2000\n"
                process.send_signal(signal.SIGTERM)
                started = time.monotonic()
                rest = await stream.content.read()
        assert b"event: bye" in rest
        assert b"shutdown" in rest
        assert await asyncio.to_thread(process.wait, 10) == 0
        assert time.monotonic() - started < 5


@pytest.mark.parametrize("workers", [1, 2])
async def test_the_built_in_database_is_brought_back_when_it_dies(tmp_path: Path, workers: int) -> None:
    folder = tmp_path / "data"
    with server(folder, "--workers", str(workers), DATABASE_URL="") as (process, address):
        assert (await register(address, "ana@example.com"))[0] == 201
        postmaster = psutil.Process(int((folder / "postgres" / "postmaster.pid").read_text().split()[0]))
        postmaster.kill()
        async with asyncio.timeout(30):
            while postmaster.is_running() or (await get(address, "/readyz"))[0] != 200:
                await asyncio.sleep(0.1)
        assert (await register(address, "ana@example.com"))[0] == 409  # nothing is lost
        assert (await register(address, "ben@example.com"))[0] == 201
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
