"""The key that seals tokens can be changed, by a command that may be stopped and begun again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest

from dibs.connections import rotation
from dibs.connections.rotation import Rotation
from dibs.connections.service import Connections
from dibs.models.platform import RefusedError

from .conftest import SECRET, Port

NEW = "n" * 40
_RUN = "from dibs.cli import main; main()"


def keys(database_url: str, folder: Path, *arguments: str, secret: str = NEW, old: str = SECRET) -> tuple[int, Any]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("DIBS_")}
    env |= {"DATABASE_URL": database_url, "DIBS_DATA_DIR": str(folder), "DIBS_SECRET_KEY": secret}
    env |= {"DIBS_OLD_SECRET_KEYS": old} if old else {}
    command = [sys.executable, "-c", _RUN, "keys", *arguments, "--json"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert "canary" not in done.stdout + done.stderr
    return done.returncode, json.loads(done.stdout)


def with_key(port: Port, secret: str, *old: str) -> Connections:
    """The connections of a process with these keys."""
    settings = attrs.evolve(port.runtime.settings, secret_key=secret, old_secret_keys=old)
    return Connections(port.runtime.db, port.runtime.platforms, settings)


async def authenticator(port: Port) -> None:
    await port.runtime.accounts.second_factors.totp.begin(port.user_id)


async def test_the_command_seals_everything_anew_and_the_old_key_may_go(
    port: Port, database_url: str, tmp_path: Path
) -> None:
    one, two = await port.connect("p1"), await port.connect("p2")
    await authenticator(port)
    before = await port.connections.account(port.workspace_id, one)
    _, listed = keys(database_url, tmp_path, "list")
    assert [(use["current"], use["tokens"], use["authenticators"]) for use in listed["keys"]] == [
        (True, 0, 0),
        (False, 2, 1),
    ]
    assert keys(database_url, tmp_path, "rotate") == (0, {"sealed": 3, "current": 0, "unreadable": 0})
    assert keys(database_url, tmp_path, "rotate", old="") == (0, {"sealed": 0, "current": 3, "unreadable": 0})
    fresh = with_key(port, NEW)
    await fresh.start()
    assert await fresh.account(port.workspace_id, one) == before
    with pytest.raises(RefusedError, match="can't be read"):
        await port.connections.account(port.workspace_id, two)


async def test_what_no_key_opens_is_left_and_told(port: Port, database_url: str, tmp_path: Path) -> None:
    await port.connect("p1")
    assert keys(database_url, tmp_path, "rotate", old="") == (1, {"sealed": 0, "current": 0, "unreadable": 1})
    _, listed = keys(database_url, tmp_path, "list", old="")
    assert [(use["known"], use["tokens"]) for use in listed["keys"]] == [(True, 0), (False, 1)]
    account = await port.connections.account(
        port.workspace_id, (await port.connections.all_of(port.workspace_id))[0].id
    )
    assert account.account_id == "p1"


async def test_a_rotation_that_was_cut_off_goes_on_and_spares_what_was_connected_again(
    port: Port, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    for number in range(5):
        await port.connect(f"p{number}")
    new = with_key(port, NEW, SECRET)
    await new.start()
    work = Rotation(port.runtime.db, new.sealer, port.runtime.accounts.second_factors.totp.sealer)

    def cut(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await work.rotate(cut)
    seen: list[int] = []
    done = await work.rotate(seen.append)
    assert (done.sealed, done.current, seen) == (3, 2, [2, 2, 1])
    found = await new.all_of(port.workspace_id)
    assert {(await new.account(port.workspace_id, one.id)).account_id for one in found} == {f"p{n}" for n in range(5)}
