"""From a request to an answer: version, token, proof, budget, handler, envelope."""

from __future__ import annotations

import re
from collections.abc import Mapping
from inspect import isawaitable
from typing import Any

import attrs

from dibs_meta_simulator.calls import CallRecord
from dibs_meta_simulator.errors import GraphError, known_error, no_such_object
from dibs_meta_simulator.graph import comments, instagram, live_videos, messages, people, subscriptions  # noqa: F401
from dibs_meta_simulator.graph.access import check_proof, check_token, given_token
from dibs_meta_simulator.graph.batch import answer_batch
from dibs_meta_simulator.graph.call import Call, refuse_method
from dibs_meta_simulator.graph.registry import EDGES
from dibs_meta_simulator.graph.usage import budget_of, limit_error, usage_headers
from dibs_meta_simulator.graph.versions import usable_version
from dibs_meta_simulator.hosts import GRAPH, INSTAGRAM_GRAPH
from dibs_meta_simulator.logins import facebook_tokens, instagram_tokens
from dibs_meta_simulator.model.apps import App
from dibs_meta_simulator.model.tokens import Kind
from dibs_meta_simulator.world import World

_VERSION = re.compile(r"(v\d{1,3}\.\d)(?:/|$)")
_DEFAULT = "v25.0"
_REFUSED = 'OAuth "Facebook Platform" "invalid_token" "{}"'


@attrs.frozen
class Request:
    """What came in; `path` starts behind the host, without a slash."""

    host: str
    base: str
    method: str
    path: str
    params: Mapping[str, Any]
    headers: Mapping[str, str]


@attrs.define
class Answer:
    """What goes out."""

    status: int
    body: Any
    headers: dict[str, str] = attrs.field(factory=dict)


async def answer(world: World, request: Request) -> Answer:
    """Answer a call of `graph.facebook.com` or `graph.instagram.com`, and note it; of a batch, each part."""
    if "batch" in request.params and request.method == "POST" and not split_version(request.path)[1]:
        return await _batch(world, request)
    version, path = split_version(request.path)
    where = where_of(request)
    record = CallRecord(world.clock.now(), request.host, request.method, where["endpoint"] or "", path)
    made = Answer(200, None)
    try:
        made.headers["facebook-api-version"] = version = usable_version(version or _DEFAULT, record.at)
        _strike(world, where)
        made.body = await _body(world, request, version, path, record, made.headers)
    except GraphError as error:
        made.status, made.body, record.code = error.status, error.envelope(world.ids.text("A", 12)), error.code
        if error.code in (102, 190):
            made.headers["WWW-Authenticate"] = _REFUSED.format(error.message.replace('"', "'"))
    record.status = made.status
    world.calls.add(record)
    return made


async def _batch(world: World, request: Request) -> Answer:
    common = {name: value for name, value in request.params.items() if name != "batch"}
    version, _ = split_version(request.path)

    async def one(method: str, path: str, params: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        whole = path if split_version(path)[0] else f"{version or _DEFAULT}/{path}"
        made = await answer(world, attrs.evolve(request, method=method, path=whole, params=params))
        return made.status, made.headers, made.body

    try:
        return Answer(200, await answer_batch(str(request.params["batch"]), common, one))
    except GraphError as error:
        return Answer(error.status, error.envelope(world.ids.text("A", 12)))


def split_version(path: str) -> tuple[str | None, str]:
    """The version in a path, and what follows it."""
    found = _VERSION.match(path)
    return (found[1], path[found.end() :].strip("/")) if found else (None, path.strip("/"))


def where_of(request: Request) -> dict[str, str | None]:
    """What faults can be limited to."""
    first, _, edge = split_version(request.path)[1].partition("/")
    plain = "node" if first == "me" or first[:1].isdigit() else f"{first}/{edge}".strip("/") or "batch"
    return {
        "endpoint": edge if edge and plain == "node" else plain,
        "host": request.host,
        "method": request.method,
        "object": first,
        "token": given_token(request.params, request.headers),
    }


def _strike(world: World, where: Mapping[str, str | None]) -> None:
    fault = world.faults.hit("error", where)
    if fault is not None:
        error = known_error(int(fault.number("code", 2)), fault.with_.get("subcode"), fault.with_.get("message"))
        error.status = int(fault.number("status", error.status))
        raise error


async def _body(
    world: World, request: Request, version: str, path: str, record: CallRecord, headers: dict[str, str]
) -> Any:
    special = _token_endpoint(world, request, path)
    if special is not None:
        return special
    token = check_token(world, request.host, given_token(request.params, request.headers))
    app: App = world.get(App, token.app_id)
    check_proof(world, app, token, request.params)
    call = Call(world, request.host, request.base, request.method, version, path, request.params, token, app)
    kind, subject, budget = budget_of(call)
    record.subject = subject
    closed = budget.closed_until > record.at
    full = budget.spend(record.at)
    headers.update(usage_headers(call, kind, subject, budget))
    if full:
        record.limited = closed
        raise limit_error(kind)
    if path == "debug_token":
        return facebook_tokens.debug(world, request.params, token)
    made = _handle(call)
    return await made if isawaitable(made) else made


def _token_endpoint(world: World, request: Request, path: str) -> Any:
    if request.host == GRAPH and path == "oauth/access_token":
        return facebook_tokens.exchange(world, request.params)
    if request.host == INSTAGRAM_GRAPH and request.method == "GET":
        if path == "access_token":
            return instagram_tokens.longer(world, request.params)
        if path == "refresh_access_token":
            return instagram_tokens.refresh(world, request.params)
    return None


def _handle(call: Call) -> Any:
    first, _, edge = call.path.partition("/")
    if edge.startswith("permissions/"):
        edge, _, scope = edge.partition("/")
        call.params = {**call.params, "permission": scope}
    node_id = _me(call) if first == "me" else first
    node = call.world.nodes.get(node_id)
    if node is None:
        raise no_such_object(node_id)
    handler = EDGES.get((type(node), call.method, edge))
    if handler is None:
        raise _unknown_edge(call, node, edge)
    call.path = f"{node_id}/{edge}" if edge else node_id
    return handler(call, node)


def _me(call: Call) -> str:
    token = call.token
    if token.kind is Kind.APP:
        raise GraphError("An active access token must be used to query information about the current user.", 2500)
    return token.profile_id or token.user_id


def _unknown_edge(call: Call, node: Any, edge: str) -> GraphError:
    if any(kind is type(node) and name == edge for kind, _, name in EDGES):
        return refuse_method(call)
    if edge:
        words = f"(#100) Tried accessing nonexisting field ({edge}) on node type ({type(node).__name__})"
        return GraphError(words, 100)
    return no_such_object(node.id)
