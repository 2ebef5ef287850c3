"""The web application: every host of Meta under its prefix, and the controls."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from quart import Quart, Response, request

from dibs_meta_simulator.control import routes as control
from dibs_meta_simulator.control.actions import Stage
from dibs_meta_simulator.disturbing import disturbed
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
    app.register_blueprint(logins.make_blueprint(stage.world))
    app.register_blueprint(control.make_blueprint(stage))
    return app


def _graph(world: World, host: str) -> Callable[..., Any]:
    async def graph(path: str) -> Response:
        params, base = await read_params(), f"{request.host_url}{host}"
        call = Request(host, base, request.method, path, params, request.headers)
        broken = await disturbed(world, where_of(call))
        if broken is not None:
            return broken
        made = await answer(world, call)
        return json_response(made.body, made.status, made.headers)

    return graph


def _code(world: World) -> Callable[..., Any]:
    async def code() -> Response:
        try:
            return json_response(exchange_code(world, await read_params()))
        except InstagramError as error:
            return json_response(error.envelope(), 400)

    return code


async def read_params() -> dict[str, Any]:
    """Parameters of the address, then of the form or the JSON body."""
    params: dict[str, Any] = dict(request.args)
    if request.method == "GET":
        return params
    if request.is_json:
        body = orjson.loads(await request.get_data() or b"{}")
        return params | body if isinstance(body, dict) else params
    return params | dict(await request.form)


def json_response(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A body as JSON, compressed if the caller takes that and it is worth it."""
    data = orjson.dumps(body)
    more = {"Vary": "Accept-Encoding", **(headers or {})}
    if len(data) > _SQUEEZED and "gzip" in request.headers.get("Accept-Encoding", ""):
        data, more["Content-Encoding"] = gzip.compress(data, 1), "gzip"
    return Response(data, status, more, content_type="application/json; charset=UTF-8")
