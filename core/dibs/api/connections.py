"""Connections to accounts at platforms: how each stands, its broadcasts, and connecting by the platform's dialog."""

from __future__ import annotations

from typing import Any, Final, Literal
from urllib.parse import quote, urlencode
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify, redirect, request

from dibs.accounts.links import local_path
from dibs.api.acting import link_to
from dibs.api.answers.connections import ConnectionAnswer, ConnectionList, LiveList, LiveView, PlatformView
from dibs.api.auth import Identity, actor, current_identity, needs, principal, public, require
from dibs.api.body import read_query
from dibs.api.operation import operation
from dibs.codec import unstructure
from dibs.connections.consents import Begun, Browser, Outcome
from dibs.connections.leaving import Disconnected, disconnect
from dibs.errors import ConflictError, ForbiddenError, NotFoundError, UnauthenticatedError
from dibs.models.platform import Live, RefusedError
from dibs.runtime import Runtime, current_runtime

blueprint = Blueprint("connections", __name__, url_prefix="/api/connections")

RESULT_PAGE: Final = "/connections/result"
_LONGEST = 2000


@attrs.frozen
class ConnectQuery:
    """How a sign-in at a platform begins.

    Attributes:
        connection: the connection whose account is to be connected again.
        next: the page of this server to come back to.
        ask_again: `1` asks for what was declined before.
    """

    connection: UUID | None = None
    next: str = attrs.field(default="", validator=attrs.validators.max_len(_LONGEST))
    ask_again: Literal["0", "1"] = "0"


@blueprint.get("")
@needs("connections:read")
@operation("List the connected accounts", answer=ConnectionList)
async def list_connections() -> Response:
    """How each stands, and which platforms others can be connected at."""
    runtime, workspace_id = current_runtime(), principal().workspace_id
    found = await runtime.connections.all_of(workspace_id)
    return jsonify(unstructure(ConnectionList(found, await platform_views(runtime, workspace_id))))


@blueprint.get("/<uuid:connection_id>/lives")
@needs("connections:read")
@operation("Find the broadcasts of a connected account", answer=LiveList, errors=(409,))
async def list_lives(connection_id: UUID) -> Response:
    """Asks the platform. 409 `platform_refused` says that it does not tell, and why."""
    workspace_id = principal().workspace_id
    found = await current_runtime().connections.call(
        workspace_id, connection_id, lambda platform, account: platform.lives(account)
    )
    return jsonify(unstructure(LiveList([_live(live) for live in found])))


@blueprint.post("/<uuid:connection_id>/check")
@needs("connections:write")
@operation("Ask the platform how a connection stands", answer=ConnectionAnswer, errors=(409,))
async def check_connection(connection_id: UUID) -> Response:
    """Renews the token if its end is near. A connection that works after all is `connected` again."""
    checks = current_runtime().connections.checks
    found = await checks.check(principal().workspace_id, connection_id, actor())
    return jsonify(unstructure(ConnectionAnswer(found)))


@blueprint.delete("/<uuid:connection_id>")
@needs("connections:write")
@operation("Disconnect an account", answer=Disconnected)
async def disconnect_account(connection_id: UUID) -> Response:
    """Gives the access back where the platform can do that, and destroys the token in any case."""
    connections = current_runtime().connections
    return jsonify(unstructure(await disconnect(connections, principal().workspace_id, connection_id, actor())))


@blueprint.get("/oauth/<platform>/start")
@needs("connections:write")
@operation("Go to the consent dialog of a platform", query=ConnectQuery, answer=None, status=302, errors=(404, 409))
async def start(platform: str) -> Any:
    """For a browser with its session; from the dialog it comes back to `callback`."""
    query, runtime = read_query(ConnectQuery), current_runtime()
    identity, who = await current_identity(), principal()
    adapter = await runtime.platforms.of(who.workspace_id, platform)
    if identity.session is None:
        raise ConflictError("Accounts are connected in a browser, by somebody who is signed in there.")
    browser, back = Browser(identity.user_id, identity.session), query.next if local_path(query.next) else ""
    try:
        address = await runtime.connections.consents.begin(
            who.workspace_id, browser, platform, redirect_uri(platform), connection_id=query.connection,
            return_to=back, ask_again=query.ask_again == "1",
        )  # fmt: skip
    except RefusedError as error:
        outcome: Outcome = "not_set_up" if adapter.missing_settings() else "refused"
        key = (who.workspace_id, platform, who.user_id, browser.session_hash)
        begun = Begun(*key, query.connection, back, fresh=True)
        ended = await runtime.connections.consents.end(begun, outcome, error.message, reason=error.reason)
        return _go(f"{RESULT_PAGE}?id={ended.id}")
    return _go(address)


@blueprint.get("/oauth/<platform>/callback")
@public
@operation("Come back from the consent dialog of a platform", answer=None, status=302, errors=(404,))
async def callback(platform: str) -> Any:
    """Where the platform sends the browser. It goes on to a page that says what happened; nothing is told here."""
    state, consents = request.args.get("state", ""), current_runtime().connections.consents
    current_runtime().platforms.named(platform)
    identity = await _signed_in()
    if identity is None:  # the state stays good: who signs in again within its time may come back
        return _ended("signed_out", platform)
    begun = await consents.take(state) if 0 < len(state) <= _LONGEST else None
    if begun is None or begun.platform != platform:
        return _ended("unknown", platform)
    browser = Browser(identity.user_id, identity.session or "")
    if (begun.user_id, begun.session_hash) != (browser.user_id, browser.session_hash):
        return _ended("foreign", platform)
    if not begun.fresh:
        return _ended("expired", platform)
    try:
        await require("connections:write", begun.workspace_id)
    except (ForbiddenError, NotFoundError):
        return _ended("forbidden", platform)
    query = {name: value[:_LONGEST] for name, value in request.args.items()}
    ended = await consents.finish(begun, actor(), query, redirect_uri(platform))
    return _go(ended.return_to if ended.smooth and ended.return_to else f"{RESULT_PAGE}?id={ended.id}")


async def platform_views(runtime: Runtime, workspace_id: UUID) -> list[PlatformView]:
    """The platforms of a workspace, and whether accounts can be connected at each."""
    return [
        PlatformView(
            platform.name, platform.title, runtime.platforms.plugin_of(platform.name), platform.abilities.login,
            list(platform.missing_settings()),
        )
        for platform in await runtime.platforms.all_of(workspace_id)
    ]  # fmt: skip


async def _signed_in() -> Identity | None:
    try:
        return await current_identity()
    except UnauthenticatedError:
        return None


def redirect_uri(platform: str) -> str:
    """Where a platform sends browsers back to; it has to be registered there, letter by letter."""
    return link_to(f"/api/connections/oauth/{quote(platform)}/callback")


def _ended(outcome: Outcome, platform: str) -> Any:
    return _go(f"{RESULT_PAGE}?{urlencode({'outcome': outcome, 'platform': platform})}")


def _go(address: str) -> Any:
    response = redirect(address, 302)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"  # codes and states stand in addresses
    return response


def _live(live: Live) -> LiveView:
    return LiveView(live.live_id, live.title, live.status, live.started_at, live.url, live.viewers)
