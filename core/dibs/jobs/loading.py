"""Getting at PgQueuer without holding up the process: its import takes half a second."""

from __future__ import annotations

import asyncio
import importlib
from types import ModuleType

_loaded: dict[str, ModuleType] = {}


async def library() -> ModuleType:
    """The module `dibs.jobs.library`, imported in a thread."""
    return await _load("dibs.jobs.library")


async def manager() -> ModuleType:
    """The module `dibs.jobs.manager`, imported in a thread."""
    return await _load("dibs.jobs.manager")


async def _load(name: str) -> ModuleType:
    # Not sys.modules: there a module stands while its import is still under way.
    if name not in _loaded:
        _loaded[name] = await asyncio.to_thread(importlib.import_module, name)
    return _loaded[name]
