"""Getting at PgQueuer without holding up the process: its import takes half a second."""

from __future__ import annotations

import asyncio
import importlib
import threading
from types import ModuleType

_loaded: dict[str, ModuleType] = {}
_one_at_a_time = threading.Lock()  # PgQueuer imports itself in circles: two threads in it meet half-made modules


def is_loaded() -> bool:
    """Whether `library` answers at once."""
    return "dibs.jobs.library" in _loaded


async def library() -> ModuleType:
    """The module `dibs.jobs.library`, imported in a thread."""
    return await _load("dibs.jobs.library")


async def manager() -> ModuleType:
    """The module `dibs.jobs.manager`, imported in a thread."""
    return await _load("dibs.jobs.manager")


async def _load(name: str) -> ModuleType:
    # Not sys.modules: there a module stands while its import is still under way.
    if name not in _loaded:
        _loaded[name] = await asyncio.to_thread(_import, name)
    return _loaded[name]


def _import(name: str) -> ModuleType:
    with _one_at_a_time:
        return importlib.import_module(name)
