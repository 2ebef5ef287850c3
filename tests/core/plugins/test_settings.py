"""Settings of plugins are checked before they are kept; every fault has its path."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import attrs
import pytest

from dibs import InvalidInputError, PluginInfo
from dibs.plugins import PluginManager


@attrs.frozen
class Greeting:
    """Settings for a test."""

    word: str = "hello"
    times: int = attrs.field(default=1, validator=attrs.validators.le(9))


@pytest.fixture
def manager() -> PluginManager:
    made = PluginManager()
    for name, settings in (("greeter", Greeting), ("plain", None)):
        module = ModuleType(name)
        module.PLUGIN = PluginInfo(name, name, "", settings=settings)  # type: ignore[attr-defined]
        assert made.add(module, name)
    return made


@pytest.mark.parametrize("values", [{}, {"greeter": {}}, {"greeter": {"times": 3}}, {"plain": {}}])
def test_good_settings_pass(manager: PluginManager, values: dict[str, Any]) -> None:
    manager.check_settings(values)


def test_all_faults_are_named_at_once_with_their_paths(manager: PluginManager) -> None:
    values = {"greeter": {"word": 5, "tmes": 2, "times": 10}, "plain": {"x": 1}, "absent": {}}
    with pytest.raises(InvalidInputError) as caught:
        manager.check_settings(values, "rules.plugins")
    assert {fault.path for fault in caught.value.faults} == {
        "rules.plugins.greeter.word",
        "rules.plugins.greeter.times",
        "rules.plugins.greeter.tmes",
        "rules.plugins.plain",
        "rules.plugins.absent",
    }


@pytest.mark.parametrize("values", [[], "x", None])
def test_settings_that_are_no_object_are_refused(manager: PluginManager, values: Any) -> None:
    with pytest.raises(InvalidInputError) as caught:
        manager.check_settings(values)
    assert caught.value.faults[0].path == "plugins"


def test_a_plugins_settings_that_are_no_object_are_refused(manager: PluginManager) -> None:
    with pytest.raises(InvalidInputError) as caught:
        manager.check_settings({"greeter": 5})
    assert caught.value.faults[0].path == "plugins.greeter"
