"""Under which name browsers keep passkeys for this server."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

import attrs

from dibs.settings import Settings


@attrs.frozen
class RelyingParty:
    """The domain that passkeys belong to, and the addresses of pages that may ask for them."""

    id: str
    origins: tuple[str, ...]
    name: str = "Dibs"


def relying_party(settings: Settings) -> RelyingParty | None:
    """The domain of the public address; on this machine `localhost`. None: an IP address can't have passkeys."""
    host = urlsplit(settings.origin).hostname or ""
    if settings.public_url is None and _is_address(host):
        local = f"http://localhost:{settings.port}"
        return RelyingParty("localhost", (local, *_below("localhost", settings))) if _is_loopback(host) else None
    if _is_address(host) or not host:
        return None
    return RelyingParty(host, (_bare(settings.origin), *_below(host, settings)))


def _below(domain: str, settings: Settings) -> tuple[str, ...]:
    """The further origins that the domain covers."""
    hosts = ((origin, urlsplit(origin).hostname or "") for origin in settings.allowed_origins)
    return tuple(_bare(origin) for origin, host in hosts if host == domain or host.endswith(f".{domain}"))


def _bare(origin: str) -> str:
    parts = urlsplit(origin)
    return f"{parts.scheme}://{parts.netloc}"


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    """Also a server that listens on every address is reached as `localhost` from its own machine."""
    address = ip_address(host)
    return address.is_loopback or address.is_unspecified
