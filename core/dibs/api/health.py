"""Is the process alive, can it work, and what does it count."""

from __future__ import annotations

import asyncio
from hmac import compare_digest
from ipaddress import ip_address

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from quart import Blueprint, Response, jsonify, request

from dibs.api.answers.process import Health
from dibs.api.auth import public
from dibs.api.operation import operation
from dibs.api.requests import peer_address
from dibs.errors import NotFoundError
from dibs.runtime import Runtime, current_runtime

blueprint = Blueprint("health", __name__)
log = structlog.get_logger("dibs.health")
READY_SECONDS = 2.0
_NOT_READY = {
    "stopping": "The server is being stopped.",
    "migrations": "The database has other migrations than this code.",
    "database": "The database does not answer.",
}


@blueprint.get("/healthz")
@public
@operation("The process runs", answer=Health)
async def healthz() -> Response:
    """The process runs. Asks nothing else, so that a database outage does not restart every process."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
@public
@operation("The process can work", answer=Health)
async def readyz() -> Response:
    """200 while this process can do its work: the database answers, is migrated, and no shutdown has
    begun."""
    problem = await _problem(current_runtime())
    if problem is None:
        return jsonify({"status": "ok"})
    error = {"code": "unavailable", "message": _NOT_READY[problem]}
    response = jsonify({"status": "unavailable", "problem": problem, "error": error})
    response.status_code = 503
    response.headers["Retry-After"] = "1"
    return response


async def _problem(runtime: Runtime) -> str | None:
    if runtime.stopping:
        return "stopping"
    try:
        async with asyncio.timeout(READY_SECONDS):
            return None if await runtime.migrated() else "migrations"
    except Exception as error:  # whatever it is, the process is not ready
        log.warning("not_ready", problem=repr(error))
        return "database"


@blueprint.get("/metrics")
@public
@operation("What the process counts", answer=str, errors=(404,), media="text/plain")
async def metrics() -> Response:
    """Prometheus text, for this machine itself or for who knows `metrics_token`; a 404 for everyone else."""
    runtime = current_runtime()
    if not _may_see_metrics(runtime.settings.metrics_token):
        raise NotFoundError("There is nothing here.")
    return Response(generate_latest(runtime.metrics.registry), content_type=CONTENT_TYPE_LATEST)


def _may_see_metrics(token: str | None) -> bool:
    if token is not None:
        return compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(peer_address()).is_loopback
    except ValueError:
        return False
