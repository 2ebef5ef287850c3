"""Bringing the database to the state that the code expects: one Alembic branch for the core, one for each plugin."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 0x44494253  # "DIBS": one migration at a time for each database
CORE = Path(__file__).parent / "migrations"


async def migrate(url: str, plugin_folders: Sequence[Path] = ()) -> None:
    """Apply every migration of the core and of the given plugin `migrations` folders.

    Safe to call from several processes at once. Does nothing, quickly, when the database is up to date.

    :param url: a `postgresql://` address.
    """
    wanted = heads(plugin_folders)
    connection = await asyncpg.connect(url)
    try:
        if await _current(connection) == wanted:
            return
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        if await _current(connection) != wanted:
            await asyncio.to_thread(_upgrade, url, plugin_folders)
    finally:
        await connection.close()


def heads(plugin_folders: Sequence[Path] = ()) -> frozenset[str]:
    """The newest revision of each branch, read from the scripts' names (`<revision>_<words>.py`) and headers."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - slow import, needed only here

    return frozenset(ScriptDirectory.from_config(config("", plugin_folders)).get_heads())


def config(url: str, plugin_folders: Sequence[Path] = ()) -> Config:
    """The Alembic configuration for these folders."""
    from alembic.config import Config  # noqa: PLC0415

    made = Config()
    made.set_main_option("script_location", str(CORE))
    made.set_main_option("path_separator", "newline")
    folders = [CORE / "versions", *(folder / "versions" for folder in plugin_folders)]
    made.set_main_option("version_locations", "\n".join(str(folder) for folder in folders))
    made.attributes["url"] = url
    return made


async def _current(connection: asyncpg.Connection[asyncpg.Record]) -> frozenset[str]:
    if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
        return frozenset()
    return frozenset(row[0] for row in await connection.fetch("SELECT version_num FROM alembic_version"))


def _upgrade(url: str, plugin_folders: Sequence[Path]) -> None:
    from alembic import command  # noqa: PLC0415

    command.upgrade(config(url, plugin_folders), "heads")
