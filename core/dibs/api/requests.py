"""What every request gets: an id, security headers, one log line, its place in the metrics."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any
from uuid import UUID

import structlog
from quart import Request, Response, request
from werkzeug.wrappers import Response as PlainResponse

from dibs.ids import uuid7
from dibs.runtime import Runtime, current_runtime
from dibs.settings import Settings

log = structlog.get_logger("dibs.http")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_SHOW = re.compile(r"/shows/([0-9a-fA-F-]{32,36})(?:/|$)")
_CSP = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def new_request_id(given: str | None) -> str:
    """The id that the client or a proxy gave, if it is harmless, else a new one."""
    return given if given and _REQUEST_ID.fullmatch(given) else uuid7().hex


def show_id_in(path: str) -> dict[str, str]:
    """The show that a path names, as a field of its log lines."""
    found = _SHOW.search(path)
    try:
        return {"show_id": str(UUID(found.group(1)))} if found else {}
    except ValueError:
        return {}


@functools.cache
def security_headers(settings: Settings) -> Mapping[str, str]:
    """The headers that every answer carries."""
    headers = {
        "Content-Security-Policy": _CSP,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
    if settings.secure_cookies:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


def finish_request(runtime: Runtime, request: Request, response: Any, seconds: float) -> None:
    """Add the headers to the answer, count it, and write its log line."""
    if not isinstance(response, Response | PlainResponse):
        return
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    response.headers["X-Request-Id"] = request_id
    for name, value in security_headers(runtime.settings).items():
        if name not in response.headers:
            response.headers.add(name, value)
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    route = request.url_rule.rule if request.url_rule is not None else "(none)"
    runtime.metrics.requests.labels(request.method, route, str(response.status_code)).inc()
    runtime.metrics.request_seconds.labels(route).observe(seconds)
    write = log.debug if route in ("/healthz", "/readyz", "/metrics") else log.info
    write(
        "request",
        method=request.method,
        route=route,
        path=request.path,
        status=response.status_code,
        ms=round(seconds * 1000, 2),
    )


def peer_address() -> str:
    """The address at the other end of the connection; empty if it has none (a socket of this machine)."""
    client: Sequence[Any] | None = request.scope.get("client")
    return str(client[0]) if client else ""


def client_address() -> str:
    """The address that a rate limit counts: the peer, or what the trusted proxies in front report.

    With n trusted proxies the n-th entry of `X-Forwarded-For` from the right is the one that the outermost of
    them
    saw; whatever stands left of it was written by the client.
    """
    peer = peer_address()
    trusted = current_runtime().settings.trusted_proxies
    entries = [part.strip() for part in ",".join(request.headers.getlist("X-Forwarded-For")).split(",")]
    if trusted == 0 or len(entries) < trusted:
        return _network(peer)
    return _network(entries[-trusted]) or _network(peer)


def _network(text: str) -> str:
    """An address without its port; of IPv6 the /64 that one customer has."""
    host = text
    if text.startswith("["):
        host = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        host = text.partition(":")[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped) if mapped else f"{UUID(int=int(address)).hex[:16]}::/64"
