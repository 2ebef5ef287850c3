"""S-11 and S-14: no text becomes a statement, and none is too strange to be stored or refused."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from dibs.openapi import make_document
from dibs.openapi.examples import example

from .conftest import World

SQL = [
    "'",
    "\"; DROP TABLE shows; --",
    "' OR '1'='1",
    "1; SELECT pg_sleep(9) --",
    "') UNION SELECT NULL, version() --",
    "\\'; --",
    "$$; $1 $2 %s %(x)s :x {0}",
    "/* */ -- \n ;",
    "title DESC, (SELECT 1)",
    "%' ESCAPE '_",
    "{1,2}\"\\",
    "0x27204f52",
]  # fmt: skip
STRANGE = [
    "Z" + "\u0301" * 10_000,
    "\u202egnirts desrever\u202c\u2066\u2069",
    "\u200b\u200c\u200d\ufeff\u2060",
    "①②③ ＳＯＬＤ ５ \u1d5f\u1d52\u02e1\u1d48",
    "a\0b",
    "\x1b[2J\x07\b\x85\u2028\u2029",
    "\ufffe\uffff\U0010ffff",
    "x" * 500_000,
    "𝔰𝔬𝔩𝔡 " * 2_000,
]
SKIPPED = ("/api/auth/logout", "/api/auth/sign-out-everywhere", "/api/auth/register", "/stop", "/stream")


def _with(schema: Mapping[str, Any], named: Mapping[str, Any], text: str) -> Any:
    """A body whose texts are all this one."""
    if "$ref" in schema:
        return _with(named[schema["$ref"].rpartition("/")[2]], named, text)
    if "anyOf" in schema:
        return _with(schema["anyOf"][0], named, text)
    kinds = schema.get("type", "")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if kind == "object":
        return {name: _with(field, named, text) for name, field in schema.get("properties", {}).items()}
    if kind == "array":
        return [_with(schema.get("items", {}), named, text)]
    if kind == "string" and "format" not in schema and "enum" not in schema:
        return text
    return example(schema, named)


def requests(world: World, text: str, *, every: bool) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each operation with the text in its query and in its body; `every` puts it into ids and numbers as well."""
    document = make_document(world.app, world.app.runtime.settings)
    named = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            if any(word in path for word in SKIPPED) or (method, "{workspace_id}" in path) == ("delete", True):
                continue
            filled, more = path, {"query_string": {}}
            for one in described["parameters"]:
                if one.get("in") == "path":
                    filled = filled.replace(f"{{{one['name']}}}", world.ids.get(one["name"], "x"))
                elif one.get("in") == "query" and (every or one["schema"].get("type") == "string"):
                    more["query_string"][one["name"]] = text
            content = described.get("requestBody", {}).get("content", {}).get("application/json")
            if content:
                body = _with(content["schema"], named, text)
                more["data"] = json.dumps(body).encode()
                more["headers"] = {"Content-Type": "application/json"}
            yield method.upper(), filled, more


async def test_no_text_becomes_a_part_of_a_statement(world: World) -> None:
    log = await database_log(world)
    before = len(complaints(log))
    for text, every in itertools.product(SQL, (True, False)):
        for method, path, more in requests(world, text, every=every):
            status, answer = await world.people["owner"].call(method, path, **more)
            assert status < 500, (method, path, answer)
    assert complaints(log)[before:] == []


async def database_log(world: World) -> Path:
    """Where the database server writes its log."""
    fetch = world.app.runtime.db.hot_fetch
    [row] = await fetch("SELECT current_setting('data_directory') AS folder")
    log = Path(row["folder"]) / "log"
    with pytest.raises(asyncpg.PostgresSyntaxError):
        await fetch("SELEC 'the log is read'")
    assert any("SELEC" in line for line in complaints(log)), "this is not the log of the server"
    return log


def complaints(log: Path) -> list[str]:
    """What the log of the database says about statements that it does not understand."""
    words = ("syntax error", "unterminated", "does not exist", "invalid input syntax", "operator")
    return [line for line in log.read_text("utf-8", "replace").splitlines() if any(word in line for word in words)]


async def test_no_text_is_too_strange(world: World) -> None:
    for text in STRANGE:
        for method, path, more in requests(world, text, every=False):
            if len(text) >= 2_000:  # no server takes an address of that length
                more["query_string"] = {}
            status, answer = await world.people["owner"].call(method, path, **more)
            assert status < 500, (method, path, answer)


async def test_of_a_comment_two_thousand_characters_are_kept_and_no_nul(world: World) -> None:
    path, owner = f"/api/shows/{world.ids['show_id']}/comments", world.people["owner"]
    comments = [{"id": f"s{n}", "message": text[:10_000]} for n, text in enumerate(STRANGE)]
    status, heard = await owner.call("POST", path, json={"comments": comments})
    assert (status, len(heard["comments"])) == (200, len(STRANGE))
    _, kept = await owner.call("GET", f"{path}?limit=500")
    texts = [comment["text"] for comment in kept["comments"]]
    assert len(texts) >= len(STRANGE)
    assert all(len(text) <= 2_000 and "\0" not in text for text in texts)


async def test_half_a_surrogate_pair_is_no_json(world: World) -> None:
    body = b'{"title": "\\ud800"}'
    status, answer = await world.people["owner"].call(
        "POST", "/api/shows", data=body, headers={"Content-Type": "application/json"}
    )
    assert (status, answer["error"]["code"]) == (400, "invalid_input")


async def test_a_body_of_more_than_a_mebibyte_is_refused(world: World) -> None:
    status, answer = await world.people["owner"].call("POST", "/api/shows", json={"title": "x" * 1024 * 1025})
    assert (status, answer["error"]["code"]) == (413, "too_large")
