"""Flags on a real database, with plugins made for the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert

from dibs import PluginInfo
from dibs.db import Database
from dibs.flags import FlagService
from dibs.ids import uuid7
from dibs.plugins import PluginManager
from dibs.tables import workspaces


def module(name: str, **info: Any) -> ModuleType:
    made = ModuleType(name)
    made.PLUGIN = PluginInfo(name, name.title(), "For a test.", **info)  # type: ignore[attr-defined]
    return made


@pytest.fixture
def manager() -> PluginManager:
    """`shop` always, `sharing` on by default, `parser` off, `extra` off and in need of `parser`."""
    made = PluginManager()
    for plugin in (
        module("shop", always=True),
        module("sharing", default=True),
        module("parser"),
        module("extra", requires=("parser",)),
    ):
        assert made.add(plugin, plugin.__name__), made.refused
    return made


@pytest.fixture
async def workspace(db: Database) -> UUID:
    return await make_workspace(db)


async def make_workspace(db: Database) -> UUID:
    key = uuid7()
    await db.execute(insert(workspaces).values(id=key, name="Test"))
    return key


@pytest.fixture
async def flags(db: Database, manager: PluginManager) -> AsyncIterator[FlagService]:
    service = FlagService(db, manager)
    await service.start()
    yield service
    await service.close()
