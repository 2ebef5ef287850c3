"""Bringing the database to the state that the code expects: an Alembic branch for core and each plugin."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg

from dibs.errors import PluginError, UnavailableError

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

_LOCK = 0x44494253  # "DIBS": one migration at a time for each database
CORE = Path(__file__).parent / "migrations"


async def migrate(url: str, plugin_folders: Sequence[Path] = ()) -> None:
    """Apply every migration of the core and of the given plugin `migrations` folders.

    Safe to call from several processes at once. Does nothing, quickly, when the database is up to date.

    :param url: a `postgresql://` address.
    :raises UnavailableError: the database does not answer.
    """
    try:
        connection = await asyncpg.connect(url)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise UnavailableError(f"The database does not answer: {error}") from error
    try:
        if up_to_date(await _current(connection), plugin_folders):
            return
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        if not up_to_date(await _current(connection), plugin_folders):
            await asyncio.to_thread(_upgrade, url, plugin_folders)
    finally:
        await connection.close()


def up_to_date(applied: Iterable[str], plugin_folders: Sequence[Path] = ()) -> bool:
    """Whether these revisions, as the database names them, are all that the code has.

    One of a plugin that is gone does not matter.
    """
    return heads(plugin_folders).issubset(applied)


def heads(plugin_folders: Sequence[Path] = ()) -> frozenset[str]:
    """The newest revision of each branch, read from the headers of the scripts, without importing Alembic."""
    found: set[str] = set()
    followed: set[str] = set()
    for folder in (CORE, *plugin_folders):
        for script in sorted((folder / "versions").glob("*.py")):
            header = _header(script)
            if header.get("revision"):
                found.add(header["revision"])
                before = header.get("down_revision") or ()
                followed.update((before,) if isinstance(before, str) else before)
    return frozenset(found - followed)


def _header(script: Path) -> dict[str, Any]:
    """The constants that a migration script begins with."""
    values: dict[str, Any] = {}
    for node in ast.parse(script.read_bytes(), str(script)).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name) and target.id in ("revision", "down_revision"):
                values[target.id] = ast.literal_eval(node.value)  # type: ignore[attr-defined] # an assignment
    return values


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
    """Alembic's `upgrade`, the core first. A plugin that is gone does not stop it; its tables stay."""
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415 - slow import

    script, made = _script(plugin_folders), config(url, plugin_folders)
    known = {revision.revision for revision in script.walk_revisions()}
    for destination in ("core@head", "heads"):

        def steps(current: Any, _: Any, to: str = destination) -> Any:
            applied: Any = tuple(name for name in current if name in known)
            return script._upgrade_revs(to, applied)

        with EnvironmentContext(made, script, fn=steps, destination_rev=destination):
            script.run_env()


def _script(plugin_folders: Sequence[Path]) -> ScriptDirectory:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - slow import, needed only here

    script = ScriptDirectory.from_config(config("", plugin_folders))
    for revision in script.walk_revisions():
        if revision.dependencies:
            # Alembic would note the plugin alone; without the plugin nobody would know of the core.
            raise PluginError(f"The migration {revision.revision} must not use depends_on; the core is migrated first.")
    return script
