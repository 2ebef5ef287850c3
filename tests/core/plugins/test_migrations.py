"""A plugin's tables come with it, stay when it goes, and its mistakes stop nobody else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import asyncpg
import pytest

from dibs import PluginInfo
from dibs.migrate import heads, migrate, up_to_date
from dibs.plugins import PluginManager
from dibs.plugins.migrations import migrate_all

SCRIPT = """
from alembic import op
revision = "{name}_0001"
down_revision = None
branch_labels = ("{name}",)
depends_on = {depends}
def upgrade(): op.execute("{sql}")
def downgrade(): op.execute("DROP TABLE {name}_things")
"""
TABLE = "CREATE TABLE {name}_things (workspace_id uuid NOT NULL REFERENCES workspaces (id))"


@pytest.fixture
def manager() -> PluginManager:
    return PluginManager()


@pytest.fixture(autouse=True)
def clean_modules() -> Iterator[None]:
    before = set(sys.modules)
    yield
    for module in set(sys.modules) - before:
        del sys.modules[module]


def add(manager: PluginManager, folder: Path, name: str, sql: str = TABLE, depends: object = None) -> None:
    package = folder / name
    versions = package / "migrations" / "versions"
    versions.mkdir(parents=True)
    script = SCRIPT.format(name=name, sql=sql.format(name=name), depends=repr(depends))
    (versions / f"{name}_0001_first.py").write_text(script)
    module = ModuleType(name)
    module.__file__ = str(package / "__init__.py")
    module.__path__ = [str(package)]
    module.PLUGIN = PluginInfo(name, name, "For a test.")  # type: ignore[attr-defined]
    assert manager.add(module, name, f"dibs-{name}"), manager.refused


async def tables(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE tablename LIKE '%things'")
    await connection.close()
    return {row["tablename"] for row in rows}


async def applied(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT version_num FROM alembic_version")
    await connection.close()
    return {row["version_num"] for row in rows}


async def test_each_plugin_has_a_branch_of_its_own(manager: PluginManager, database_url: str, tmp_path: Path) -> None:
    add(manager, tmp_path, "aardvark")
    add(manager, tmp_path, "zebra")
    await migrate_all(database_url, manager)
    assert await tables(database_url) == {"aardvark_things", "zebra_things"}
    assert up_to_date(await applied(database_url), manager.migration_folders())
    assert manager.refused == []


async def test_a_plugin_that_is_gone_stops_nothing_and_keeps_its_tables(
    manager: PluginManager, database_url: str, tmp_path: Path
) -> None:
    add(manager, tmp_path, "aardvark")
    await migrate_all(database_url, manager)
    without = PluginManager()
    await migrate_all(database_url, without)
    add(without, tmp_path, "zebra")
    await migrate_all(database_url, without)
    assert await tables(database_url) == {"aardvark_things", "zebra_things"}
    assert heads(without.migration_folders()) < await applied(database_url)


BROKEN = {
    "a faulty statement": {"sql": "CREATE TABEL"},
    "another one's revision": {"depends": "core_0001"},
}


@pytest.mark.parametrize("case", BROKEN)
async def test_a_plugin_whose_migration_fails_is_refused_by_name(
    case: str, manager: PluginManager, database_url: str, tmp_path: Path
) -> None:
    add(manager, tmp_path, "aardvark", **BROKEN[case])  # type: ignore[arg-type]
    add(manager, tmp_path, "zebra")
    await migrate_all(database_url, manager)
    assert [error.data["plugin"] for error in manager.refused] == ["aardvark"]
    assert set(manager.plugins) == {"zebra"}
    assert await tables(database_url) == {"zebra_things"}


async def test_the_cores_tables_are_there_before_a_plugins(
    manager: PluginManager, pg_server: object, tmp_path: Path
) -> None:
    from dibs.testing.postgres import TestServer

    assert isinstance(pg_server, TestServer)
    await pg_server._run("CREATE DATABASE from_nothing")
    url = pg_server.database_url("from_nothing")
    add(manager, tmp_path, "aardvark")
    await migrate(url, manager.migration_folders())
    assert await tables(url) == {"aardvark_things"}
    await pg_server.drop(url)
