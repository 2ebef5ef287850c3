"""The application factory. Nothing is connected before the server starts serving."""

from __future__ import annotations

import time

import structlog
from quart import Quart, Request, Websocket
from quart.typing import ResponseTypes

from dibs.api import (
    accounts,
    audit_log,
    auth,
    batches,
    buyers,
    catalogue_import,
    claim_actions,
    claims,
    connections,
    customer_access,
    customers,
    debug,
    errors,
    factors,
    flags,
    health,
    idempotency,
    ingest,
    invitations,
    item_import,
    items,
    openapi,
    order_papers,
    orders,
    own_account,
    parsing,
    plugins,
    practice,
    products,
    runs,
    second_step,
    settings,
    shows,
    stream,
    streams,
    summary,
    tickets,
    undo,
    webhooks,
    workspaces,
)
from dibs.api.json import OrjsonProvider
from dibs.api.requests import finish_request, new_request_id, show_id_in
from dibs.api.uploads import UploadRequest
from dibs.logs import configure_logs
from dibs.runtime import Runtime
from dibs.settings import Settings

MAX_BODY = 1024 * 1024
BODY_SECONDS = 30
_PARTS = (
    health,
    accounts,
    second_step,
    own_account,
    factors,
    workspaces,
    invitations,
    settings,
    tickets,
    flags,
    plugins,
    connections,
    audit_log,
    parsing,
    shows,
    streams,
    items,
    item_import,
    practice,
    claims,
    claim_actions,
    undo,
    buyers,
    products,
    catalogue_import,
    batches,
    customers,
    customer_access,
    orders,
    order_papers,
    runs,
    summary,
    ingest,
    debug,
    stream,
    webhooks,
    openapi,
)


class DibsQuart(Quart):
    """The web application; `runtime` holds what the process has running."""

    json_provider_class = OrjsonProvider
    request_class = UploadRequest
    runtime: Runtime

    async def handle_request(self, request: Request) -> ResponseTypes:
        """Answer a request, with its ids on every log line written meanwhile."""
        started = time.perf_counter()
        request_id = new_request_id(request.headers.get("X-Request-Id"))
        with structlog.contextvars.bound_contextvars(request_id=request_id, **show_id_in(request.path)):
            response = await super().handle_request(request)
            finish_request(self.runtime, request, response, time.perf_counter() - started)
            structlog.contextvars.unbind_contextvars("user_id")
        return response

    async def handle_websocket(self, websocket: Websocket) -> ResponseTypes | None:
        """Serve a WebSocket, with its ids on every log line written meanwhile."""
        request_id = new_request_id(websocket.headers.get("X-Request-Id"))
        with structlog.contextvars.bound_contextvars(request_id=request_id, **show_id_in(websocket.path)):
            return await super().handle_websocket(websocket)


def create_app(settings: Settings | None = None) -> DibsQuart:
    """A new application with its own runtime, started when the server starts serving."""
    settings = settings or Settings()
    configure_logs(settings)
    app = DibsQuart("dibs", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, BODY_TIMEOUT=BODY_SECONDS, PROPAGATE_EXCEPTIONS=False)
    app.runtime = app.extensions["dibs"] = Runtime(settings)
    errors.install(app)
    auth.install(app)
    idempotency.install(app)
    for module in _PARTS:
        app.register_blueprint(module.blueprint)
    plugins.install(app, app.runtime.plugins)
    app.before_serving(app.runtime.start)
    app.after_serving(app.runtime.close)
    return app
