"""The web application: every host of Meta under its prefix, and the controls."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any

import orjson
from quart import Quart, Response, request

from dibs_meta_simulator import streaming
from dibs_meta_simulator.calls import CallRecord
from dibs_meta_simulator.control import page
from dibs_meta_simulator.control import routes as control
from dibs_meta_simulator.control.actions import Stage
from dibs_meta_simulator.disturbing import cut, disturbed
from dibs_meta_simulator.graph.dispatch import Request, answer, where_of
from dibs_meta_simulator.hosts import GRAPH, INSTAGRAM_API, INSTAGRAM_GRAPH
from dibs_meta_simulator.logins import pages as logins
from dibs_meta_simulator.logins.instagram_tokens import InstagramError, exchange_code
from dibs_meta_simulator.world import World

_METHODS = ["GET", "POST", "DELETE"]
_SQUEEZED = 1000


def make_app(stage: Stage) -> Quart:
    """The application over a world."""
    app = Quart(__name__, static_folder="static", static_url_path="/_static")
    for host in (GRAPH, INSTAGRAM_GRAPH):
        view = _graph(stage.world, host)
        app.add_url_rule(f"/{host}/", host, view, methods=_METHODS, defaults={"path": ""})
        app.add_url_rule(f"/{host}/<path:path>", host, view, methods=_METHODS)
    app.add_url_rule(f"/{INSTAGRAM_API}/oauth/access_token", "code", _code(stage.world), methods=["POST"])
    streaming.add_route(app, stage.world)
    app.register_blueprint(logins.make_blueprint(stage.world))
    app.register_blueprint(control.make_blueprint(stage))
    app.register_blueprint(page.make_blueprint(stage))
    return app


def _graph(world: World, host: str) -> Callable[..., Any]:
    async def graph(path: str) -> Response:
        params, base = await read_params(), f"{request.host_url}{host}"
        call = Request(host, base, request.method, path, params, {k.lower(): v for k, v in request.headers.items()})
        broken = await disturbed(world, where_of(call))
        if broken is not None:
            return broken
        made = await answer(world, call)
        response = json_response(made.body, made.status, made.headers)
        return cut(response) if world.faults.hit("cut", where_of(call)) else response

    return graph


def _code(world: World) -> Callable[..., Any]:
    async def code() -> Response:
        params, path = await read_params(), "oauth/access_token"
        call = Request(INSTAGRAM_API, "", "POST", path, params, {})
        broken = await disturbed(world, where_of(call))
        if broken is not None:
            return broken
        record = CallRecord(world.clock.now(), INSTAGRAM_API, "POST", path, path)
        try:
            body, record.status = exchange_code(world, params), 200
        except InstagramError as error:
            body, record.status = error.envelope(), 400
        world.calls.add(record)
        return json_response(body, record.status)

    return code


async def read_params() -> dict[str, Any]:
    """Parameters of the address, then of the form or the JSON body."""
    params: dict[str, Any] = dict(request.args)
    if request.method == "GET":
        return params
    if request.is_json:
        body = await request.get_json(silent=True)
        return params | body if isinstance(body, dict) else params
    return params | dict(await request.form)


def json_response(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A body as JSON, compressed if the caller takes that and it is worth it; 304 if the caller has it already."""
    data = orjson.dumps(body)
    tag = f'"{blake2b(data, digest_size=10).hexdigest()}"'
    more = {"Vary": "Accept-Encoding", "ETag": tag, **(headers or {})}
    if status == 200 and request.headers.get("If-None-Match") == tag:
        return Response(b"", 304, more)
    if len(data) > _SQUEEZED and "gzip" in request.headers.get("Accept-Encoding", ""):
        data, more["Content-Encoding"] = gzip.compress(data, 1), "gzip"
    return Response(data, status, more, content_type="application/json; charset=UTF-8")
