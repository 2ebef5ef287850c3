"""Plugins and flags over HTTP; and what is off is not there."""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from dibs.app import DibsQuart, create_app
from dibs.settings import Settings

SOURCE = """
from dibs import PluginInfo, hookimpl
from dibs.routes import needs, principal
from quart import Blueprint, render_template
PLUGIN = PluginInfo("corner", "Corner", "For a test.")
pages = Blueprint("corner", __name__, url_prefix="/corner")

@pages.get("/")
@needs("shows:read")
async def page() -> str:
    return await render_template("corner/page.html", role=principal().role)

@hookimpl
def register_blueprints():
    return [pages]
"""
BAD = """
from dibs import PluginInfo, hookimpl
PLUGIN = PluginInfo("bad", "Bad", "For a test.", default=True)

@hookimpl
def register_blueprints():
    raise RuntimeError("boom")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path with two installed plugins: one with a page, one that can't give its pages."""
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, source in (("corner", SOURCE), ("bad", BAD)):
        package = tmp_path / f"corner_test_{name}"
        (package / "templates" / name).mkdir(parents=True)
        (package / "static").mkdir()
        (package / "__init__.py").write_text(source)
        (package / "templates" / name / "page.html").write_text("<p>In the corner, {{ role }}</p>")
        (package / "static" / "page.css").write_text("p {}")
        meta = tmp_path / f"corner_test_{name}-1.0.dist-info"
        meta.mkdir()
        (meta / "METADATA").write_text(f"Metadata-Version: 2.1\nName: corner-test-{name}\nVersion: 1.0\n")
        (meta / "entry_points.txt").write_text(f"[dibs.plugins]\n{name} = corner_test_{name}\n")
    yield tmp_path
    for module in [module for module in sys.modules if module.startswith("corner_test_")]:
        del sys.modules[module]


@pytest.fixture
async def app(database_url: str, folder: Path) -> AsyncIterator[DibsQuart]:
    made = create_app(
        Settings(database_url=database_url, data_dir=folder, attempts_per_minute=10_000, registration="open")
    )
    async with made.test_app():
        yield made


async def test_plugins_are_listed_with_flag_hooks_and_health(sign_up: Any) -> None:
    ana = await sign_up()
    status, answer = await ana.call("GET", "/api/plugins")
    found = {plugin["name"]: plugin for plugin in answer["plugins"]}
    assert status == 200
    assert found["first_come"]["enabled"] and found["first_come"]["origin"] == "default"
    assert "allocate_claim" in found["first_come"]["hooks"]
    assert found["corner"] | {"version": "1.0", "enabled": False, "health": None} == found["corner"]
    assert [(one["plugin"], one["reason"]) for one in answer["refused"]] == [
        ("bad", "The plugin bad failed in register_blueprints: RuntimeError: boom")
    ]


async def test_a_flag_is_switched_and_cleared_for_ones_own_workspace(sign_up: Any) -> None:
    ana, bob = await sign_up("Ana"), await sign_up("Bob")
    status, answer = await ana.call("PUT", "/api/flags/corner", json={"enabled": True})
    assert (status, answer["flag"]["enabled"], answer["flag"]["origin"]) == (200, True, "override")

    async def corner(who: Any) -> tuple[bool, str]:
        flags = (await who.call("GET", "/api/flags"))[1]["flags"]
        flag = next(flag for flag in flags if flag["key"] == "corner")
        return flag["enabled"], flag["origin"]

    assert await corner(ana) == (True, "override")
    assert await corner(bob) == (False, "default")
    status, answer = await ana.call("DELETE", "/api/flags/corner")
    assert (status, answer["flag"]["origin"]) == (200, "default")


async def test_what_can_not_be_switched_is_refused_with_its_code(sign_up: Any) -> None:
    ana = await sign_up()
    status, answer = await ana.call("PUT", "/api/flags/nothing", json={"enabled": True})
    assert (status, answer["error"]["code"]) == (404, "not_found")
    status, answer = await ana.call("PUT", "/api/flags/web", json={"enabled": False})
    assert (status, answer["error"]["code"]) == (409, "conflict")
    for body, path in (({"enabled": "yes"}, "enabled"), ({}, "enabled"), ({"enabled": True, "x": 1}, "x")):
        status, answer = await ana.call("PUT", "/api/flags/corner", json=body)
        assert (status, answer["error"]["fields"][0]["path"]) == (400, path)


async def test_a_plugins_pages_are_there_only_where_its_flag_is_on(sign_up: Any) -> None:
    ana, bob = await sign_up("Ana"), await sign_up("Bob")
    assert (await ana.call("GET", "/corner/"))[0] == 404
    await ana.call("PUT", "/api/flags/corner", json={"enabled": True})
    page = await ana.client.get("/corner/", headers=ana.headers)
    assert (page.status_code, await page.get_data(as_text=True)) == (200, "<p>In the corner, owner</p>")
    style = await ana.client.get("/static/corner/page.css", headers=ana.headers)
    assert (style.status_code, await style.get_data(as_text=True)) == (200, "p {}")
    assert (await bob.call("GET", "/corner/"))[0] == 404
    assert (await bob.call("GET", "/static/corner/page.css"))[0] == 404
    await ana.call("PUT", "/api/flags/corner", json={"enabled": False})
    assert (await ana.call("GET", "/corner/"))[0] == 404


async def test_without_sign_in_a_plugins_pages_ask_for_it(app: DibsQuart) -> None:
    assert (await app.test_client().get("/corner/")).status_code == 401


async def test_a_plugin_that_can_not_give_its_pages_does_not_stop_the_application(app: DibsQuart) -> None:
    assert "bad" not in app.runtime.plugins.plugins
    assert (await app.test_client().get("/healthz")).status_code == 200
