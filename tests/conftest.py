"""Shared fixtures; the ones that outside authors use too stand in `dibs.testing.fixtures`."""

from pathlib import Path

import argon2.profiles
import pytest

from dibs.accounts import passwords

from . import lazy_routes  # noqa: F401

pytest_plugins = ["dibs.testing.fixtures"]

# They start browsers, servers and processes, cut connections and kill: a busy machine may be too slow for one of their
# waits. Such a test is tried once more, and the run's summary says so.
_AT_THE_MERCY_OF_THE_MACHINE = ("e2e", "faults", "race", "core/events", "core/replay", "core/test_server.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).as_posix().startswith(_AT_THE_MERCY_OF_THE_MACHINE):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(autouse=True)
def _light_passwords(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id at its least cost where passwords are not the subject; servers of their own pay all of it."""
    if "core/accounts" not in request.path.as_posix():
        monkeypatch.setattr(passwords, "COST", argon2.profiles.CHEAPEST)
