"""Shared fixtures; the ones that outside authors use too stand in `dibs.testing.fixtures`."""

from pathlib import Path

import pytest

pytest_plugins = ["dibs.testing.fixtures"]

# They start browsers, servers and processes, cut connections and kill: a busy machine may be too slow for one of their
# waits. Such a test is tried once more, and the run's summary says so.
_AT_THE_MERCY_OF_THE_MACHINE = ("e2e", "faults", "race", "core/events", "core/replay", "core/test_server.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).as_posix().startswith(_AT_THE_MERCY_OF_THE_MACHINE):
            item.add_marker(pytest.mark.flaky(reruns=1))
