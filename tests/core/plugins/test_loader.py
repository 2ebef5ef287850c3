"""Each plugin that breaks the contract is refused by name with its reason, and the rest is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dibs.plugins import PluginManager, load_plugins

PARSER = """
    @hookimpl
    def parse_comment(ctx, comment):
        return Reading(reason="from {name}")
"""


def load() -> PluginManager:
    return load_plugins("dibs.test")


def reasons(manager: PluginManager) -> dict[str, str]:
    return {str(error.data["plugin"]): str(error.data["reason"]) for error in manager.refused}


def test_a_plugin_is_found_by_its_entry_point(install: Any) -> None:
    install("good", PARSER)
    manager = load()
    plugin = manager.plugins["good"]
    assert (plugin.distribution, plugin.version, plugin.hooks) == ("dibs-good", "1.2", ("parse_comment",))
    assert manager.refused == []


BROKEN = {
    "import_error": ("raise RuntimeError('boom')", "RuntimeError: boom"),
    "gives_up": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "bad_syntax": ("def (:", "SyntaxError"),
    "needs_more": ("import package_that_is_not_there", "package_that_is_not_there is not installed"),
    "wrong_colour": ("@hookimpl\nasync def parse_comment(ctx, comment): ...", "must be def, not async def"),
    "misspelt": ("@hookimpl\ndef parse_coment(ctx, comment): ...", "did you mean parse_comment?"),
    "unknown": ("@hookimpl\ndef zzz(): ...", "zzz: there is no hook of this name"),
    "argument": ("@hookimpl\ndef parse_comment(ctx, message): ...", "has no argument message"),
    "default": ("@hookimpl\ndef parse_comment(ctx, comment=None): ...", "must not have a default"),
    "stars": ("@hookimpl\ndef parse_comment(*args): ...", "*args must be a plain one"),
    "keyword": ("@hookimpl\ndef parse_comment(*, comment): ...", "comment must be a plain one"),
    "wraps": (
        "@hookimpl(wrapper=True)\ndef parse_comment(ctx, comment):\n    return (yield)",
        "wrappers are not supported",
    ),
    "yields": ("@hookimpl\ndef parse_comment(ctx, comment):\n    yield 1", "not yield it"),
    "not_attrs": ("PLUGIN = PluginInfo('not_attrs', '', '', settings=dict)", "must be an attrs frozen class"),
    "not_frozen": (
        "import attrs\n@attrs.define\nclass S:\n    a: int = 1\nPLUGIN = PluginInfo('not_frozen', '', '', settings=S)",
        "must be frozen",
    ),
    "no_default": (
        "import attrs\n@attrs.frozen\nclass S:\n    a: int\nPLUGIN = PluginInfo('no_default', '', '', settings=S)",
        "needs a default for each field",
    ),
    "other_name": ("PLUGIN = PluginInfo('another', '', '')", "PLUGIN.name is 'another'"),
    "no_info": ("del PLUGIN", "has no PLUGIN"),
    "future": ("PLUGIN = PluginInfo('future', '', '', api=99)", "version 99 of the hooks, this Dibs knows 1"),
    "Shouting": ("", "must be lower-case letters"),
    "itself": ("PLUGIN = PluginInfo('itself', '', '', requires=('itself',))", "it requires itself"),
    "lonely": ("PLUGIN = PluginInfo('lonely', '', '', requires=('absent',))", "it requires absent"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin_is_refused_by_name_while_the_rest_runs(name: str, install: Any) -> None:
    source, reason = BROKEN[name]
    install(name, source)
    install("good", PARSER)
    manager = load()
    assert reason in reasons(manager)[name]
    assert set(reasons(manager)) == {name}
    assert "good" in manager.plugins and name not in manager.plugins
    assert manager.refused[0].code == "plugin_load"
    assert manager.refused[0].data["distribution"] == f"dibs-{name}".lower()


def test_requirements_that_go_round_in_a_circle_are_refused_with_all_who_need_them(install: Any) -> None:
    install("a", info=", requires=('b',)")
    install("b", info=", requires=('a',)")
    install("c", info=", requires=('b',)")
    install("d")
    manager = load()
    assert set(reasons(manager)) == {"a", "b", "c"}
    assert "d" in manager.plugins


def test_a_name_that_is_taken_is_refused_and_its_owner_named(install: Any) -> None:
    install("twice", PARSER, distribution="z-first", module="test_plugin_one")
    install("twice", PARSER, distribution="a-second", module="test_plugin_two")
    manager = load()
    assert manager.plugins["twice"].distribution == "z-first"
    assert "taken by the distribution z-first" in reasons(manager)["twice"]
    assert manager.refused[0].data["distribution"] == "a-second"


def test_an_entry_point_must_name_a_module(install: Any, tmp_path: Path) -> None:
    install("thing", "value = 3", module="test_plugin_thing")
    (tmp_path / "dibs_thing-1.2.dist-info" / "entry_points.txt").write_text(
        "[dibs.test]\nthing = test_plugin_thing:value\n"
    )
    assert "must name a module" in reasons(load())["thing"]


def test_a_hook_of_a_newer_dibs_may_be_marked_optional(install: Any) -> None:
    install("ahead", "@hookimpl(optionalhook=True)\ndef hook_of_tomorrow(thing): ...")
    manager = load()
    assert manager.refused == [] and manager.plugins["ahead"].hooks == ()


def test_others_are_asked_before_ours_and_in_the_order_of_their_names(install: Any) -> None:
    for name in ("beta", "alpha"):
        install(name, PARSER)
    install("ours", PARSER, distribution="dibs", module="test_plugin_ours")
    calls = load().all_hooks().calls("parse_comment")
    assert [call.plugin for call in calls] == ["alpha", "beta", "ours"]


def test_the_core_implements_its_hooks_through_the_same_door() -> None:
    plugin = load().plugins["buses"]
    assert plugin.built_in and plugin.info.always and plugin.hooks == ("event_bus",)


def test_the_plugins_that_come_with_dibs_are_all_in_use() -> None:
    manager = load_plugins()
    assert manager.refused == []
    assert {"first_come", "keywords", "web"} <= set(manager.plugins)
