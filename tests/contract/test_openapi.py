"""The description of the API is whole, true to the code, and accepted by others' tools."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner
from openapi_spec_validator import OpenAPIV31SpecValidator
from quart.routing import QuartRule

from dibs.api.operation import operation_of
from dibs.app import DibsQuart, create_app
from dibs.cli import cli
from dibs.openapi import make_document, make_reference
from dibs.openapi.routes import Route, routes_of
from dibs.settings import Settings

REFERENCE = Path(__file__).parents[2] / "docs" / "api-reference.md"
# What reads input: the way in and the place of the class among the arguments.
READERS = {"read_body": ("read_body", 0), "read_query": ("read_query", 0), "structure": ("structure", 1)}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> DibsQuart:
    folder = tmp_path_factory.mktemp("data")
    return create_app(Settings(database_url="postgresql://nobody@127.0.0.1:1/none", data_dir=folder))


@pytest.fixture(scope="module")
def document(app: DibsQuart) -> dict[str, Any]:
    return make_document(app, app.runtime.settings)


def test_every_route_of_the_api_describes_itself(app: DibsQuart) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if isinstance(rule, QuartRule) and not rule.websocket]
    for rule in rules:
        if rule.rule.startswith("/api/") and rule.rule != "/api/docs":
            view = app.view_functions[rule.endpoint]
            assert operation_of(view) is not None, f"{rule.endpoint} has no @operation"


STORED = "dibs.workspace_settings.plugin_values"  # reads what is stored, which was checked when it was sent


def _calls(function: Any, seen: set[Any]) -> Iterator[tuple[str, Any]]:
    """What reads the input of a handler, itself or in functions that it calls, with the class that it gets."""
    if function in seen:
        return
    seen.add(function)
    names = function.__globals__
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if not isinstance(node, ast.Call):
            continue
        called = _called(node.func, names)
        reader = READERS.get(called.__name__) if inspect.isfunction(called) else None
        if reader is not None:
            cls = node.args[reader[1]]
            assert isinstance(cls, ast.Name), f"{function.__name__}: {reader[0]} of no named class"
            yield reader[0], names.get(cls.id, cls.id)
        elif inspect.isfunction(called) and called.__module__.startswith("dibs") and called.__module__ != STORED:
            yield from _calls(called, seen)


def _called(node: ast.expr, names: dict[str, Any]) -> Any:
    """The function that is called, where it is one of the module, of another module, or of a class."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        owner = names.get(node.value.id)
        return getattr(owner, node.attr, None) if issubclass(type(owner), type | ModuleType) else None
    return None


def test_the_described_classes_are_those_that_check_the_input(app: DibsQuart) -> None:
    for route in routes_of(app):
        if route.operation.body_media != "application/json":
            continue
        read = set(_calls(inspect.unwrap(route.view), set()))
        by_hand = {("read_body", cls) for reader, cls in read if reader == "structure"}
        told = {("read_body", route.operation.body), ("read_query", route.operation.query)}
        declared = {(reader, cls) for reader, cls in told if cls is not None}
        assert {one for one in read if one[0] != "structure"} <= declared <= read | by_hand, _of(route)


def _of(route: Route) -> str:
    return f"{route.method.upper()} {route.path} ({route.name})"


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(app: DibsQuart) -> None:
    routes = routes_of(app)
    assert len({route.name for route in routes}) == len(routes)
    for route in routes:
        assert route.operation.summary and route.words, _of(route)


def test_the_validator_of_openapi_accepts_the_document(document: dict[str, Any]) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_bodies_refuse_fields_that_are_not_known(app: DibsQuart, document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for described in methods.values():
            for content in described.get("requestBody", {}).get("content", {}).values():
                name = content["schema"].get("$ref", "").rpartition("/")[2]
                assert not name or schemas[name]["additionalProperties"] is False, path


def test_the_command_prints_the_document(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["openapi", "--data-dir", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["openapi"] == "3.1.0"


def test_the_reference_in_the_docs_is_the_one_that_is_made_now(document: dict[str, Any]) -> None:
    assert REFERENCE.read_text("utf-8") == make_reference(document), (
        "docs/api-reference.md is old; make it again: dibs openapi --markdown > docs/api-reference.md"
    )


async def test_the_document_is_served_with_a_tag_and_not_sent_twice(database_url: str, tmp_path: Path) -> None:
    served = create_app(Settings(database_url=database_url, data_dir=tmp_path))
    async with served.test_app():
        client = served.test_client()
        first = await client.get("/api/openapi.json")
        assert (first.status_code, (await first.get_json())["info"]["title"]) == (200, "Dibs")
        assert first.headers["Cache-Control"].startswith("public")
        again = await client.get("/api/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, await again.get_data()) == (304, b"")
