"""A stranger's project: installed beside Dibs, found, migrated, and asked only where its flag is on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .installing import CLI, HERE, install, run


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which two projects of strangers and three broken ones were installed."""
    target = tmp_path_factory.mktemp("site")
    install(("project", "exports", "broken"), target, tmp_path_factory.mktemp("source"))
    return target


@pytest.fixture(scope="module")
def listed(site: Path) -> dict[str, Any]:
    """What `dibs plugins --json` says."""
    found = json.loads(run(site, CLI, "plugins", "--json"))
    assert isinstance(found, dict)
    return found


def test_the_command_line_lists_it(listed: dict[str, Any]) -> None:
    plugin = next(plugin for plugin in listed["plugins"] if plugin["name"] == "wordplay")
    assert plugin["distribution"] == "dibs-wordplay" and plugin["version"] == "2.3.0"
    assert plugin["hooks"] == ["parse_comment"]
    assert plugin["flag"] == {"key": "wordplay", "default": False, "always": False}


def test_its_broken_siblings_are_refused_by_name_and_the_rest_runs(listed: dict[str, Any]) -> None:
    reasons = {
        refused["plugin"]: refused["reason"]
        for refused in listed["refused"]
        if refused["distribution"] == "dibs-broken"
    }
    assert "a_package_that_nobody_has is not installed" in reasons.pop("no_import")
    assert "parse_comment: must be def, not async def" in reasons.pop("wrong_colour")
    assert "did you mean allocate_claim?" in reasons.pop("misspelt")
    assert reasons == {}
    assert {"wordplay", "first_come"} <= {plugin["name"] for plugin in listed["plugins"]}


ASK = """
import asyncio, json, sys
from datetime import datetime, UTC
from uuid import UUID
from dibs import Author, Catalogue, IncomingComment, ParseContext, ShowRules
from dibs.db import Database
from dibs.flags import FlagService
from dibs.ids import uuid7
from dibs.plugins import load_plugins
from dibs.plugins.migrations import migrate_all
from dibs.tables import workspaces
from sqlalchemy import insert

async def main(url):
    manager = load_plugins()
    await migrate_all(url, manager)
    db = Database(url)
    await db.connect()
    flags = FlagService(db, manager)
    await flags.start()
    here, there = uuid7(), uuid7()
    for key in (here, there):
        await db.execute(insert(workspaces).values(id=key, name="Test"))
    rules = ShowRules(plugins={"wordplay": {"answers": {"an echo": "12"}}})
    comment = IncomingComment("facebook", "An ECHO", datetime.now(UTC), author=Author("1"))
    async def rule_in(workspace):
        hooks = await flags.hooks_for(workspace)
        reading = hooks.parse_comment(ParseContext(workspace, None, rules, Catalogue()), comment)
        return [act.rule for act in reading.acts] if reading else None
    before = await rule_in(here)
    await flags.set_override(here, "wordplay", True)
    found = {"before": before, "on": await rule_in(here), "elsewhere": await rule_in(there)}
    await flags.set_override(here, "wordplay", False)
    found["off"] = await rule_in(here)
    found["tables"] = [row["relname"] for row in await db.hot_fetch(
        "SELECT relname FROM pg_class WHERE relname = 'wordplay_riddles'")]
    found["branches"] = sorted(row["version_num"] for row in await db.hot_fetch(
        "SELECT version_num FROM alembic_version"))
    await flags.close()
    await db.close()
    print(json.dumps(found))

asyncio.run(main(sys.argv[1]))
"""


def test_its_tables_come_and_its_parser_answers_only_where_its_flag_is_on(site: Path, database_url: str) -> None:
    found = json.loads(run(site, ASK, database_url))
    assert found["tables"] == ["wordplay_riddles"]
    assert "wordplay_0001" in found["branches"] and len(found["branches"]) >= 2
    assert found["on"] == ["answer"]
    assert all(rules is None or "answer" not in rules for rules in (found[k] for k in ("before", "off")))
    assert found["elsewhere"] == found["before"]


def test_it_is_switched_on_and_off_on_the_command_line(site: Path, database_url: str) -> None:
    def value(*args: str) -> tuple[bool, str]:
        shown = json.loads(run(site, CLI, "flags", *args, "--json", url=database_url))
        flag = next(flag for flag in shown["flags"] if flag["key"] == "wordplay")
        return flag["enabled"], flag["origin"]

    assert value("list") == (False, "default")
    assert value("set", "wordplay", "on") == (True, "flag")
    assert value("clear", "wordplay") == (False, "default")


EXPORT = """
import asyncio, json, sys
from uuid import UUID
from dibs.app import create_app
from dibs.settings import Settings
from pathlib import Path

async def main(url, folder):
    app = create_app(Settings(database_url=url, data_dir=Path(folder)))
    async with app.test_app():
        client = app.test_client()
        person = {"email": "ana@example.com", "password": "correct horse", "name": "Ana"}
        made = await (await client.post("/api/auth/register", json=person)).get_json()
        headers = {"Authorization": f"Bearer {made['access_token']}"}
        async def call(path, body=None):
            post = lambda: client.post(path, json=body, headers=headers)
            response = await (client.get(path, headers=headers) if body is None else post())
            return await (response.get_data(as_text=True) if "/export" in path else response.get_json())
        show = (await call("/api/shows", {"title": "Friday"}))["id"]
        items = {"items": [{"item_number": "12", "title": "Dress", "quantity": 1, "price": "12.50"}]}
        await call(f"/api/shows/{show}/items", items)
        await call(f"/api/shows/{show}/activate", {})
        said = [{"id": who, "message": "sold 12", "author": {"id": who, "name": who}} for who in ("=ann", "bob")]
        await call(f"/api/shows/{show}/comments", {"comments": said})
        before = await call(f"/api/shows/{show}/export?type=packing")
        await app.runtime.flags.set_override(UUID(made["workspace"]["id"]), "rosette", True)
        kinds = {kind: await call(f"/api/shows/{show}/export?type={kind}") for kind in ("packing", "claims", "buyers")}
        print(json.dumps({"before": before, **kinds}))

asyncio.run(main(*sys.argv[1:]))
"""


def test_it_exports_a_kind_and_a_column_of_its_own_where_its_flag_is_on(
    site: Path, database_url: str, tmp_path: Path
) -> None:
    found = json.loads(run(site, EXPORT, database_url, str(tmp_path)).splitlines()[-1])
    assert json.loads(found["before"])["error"]["fields"] == [
        {"path": "type", "problem": "must be one of buyers, claims, comments, order_lines, orders"}
    ]
    assert found["packing"] == '"label","amount"\r\n"12 for =ann","12.50"\r\n'
    header, first, second, _ = found["claims"].split("\r\n")
    assert header.endswith('"status","waitlist_position","amount"')
    assert first.endswith('"Dress","","\'=ann","1","winner","","12.50"')
    assert second.endswith('"waitlist","1","12.50"')
    assert found["buyers"].startswith('"user_handle","items_claimed","total_items","total_amount"\r\n')


PUBLIC = tuple(f"from dibs.{name} import" for name in ("exports", "money", "routes", "platforms"))


def test_its_code_uses_only_what_dibs_makes_public() -> None:
    folders = ("project/dibs_wordplay", "exports", "platform", "prices")
    sources = [source for folder in folders for source in (HERE / folder).rglob("*.py")]
    lines = [line for source in sources for line in source.read_text().splitlines()]
    imports = [line for line in lines if line.startswith(("from dibs.", "import dibs."))]
    assert [line for line in imports if not line.startswith(PUBLIC)] == []
