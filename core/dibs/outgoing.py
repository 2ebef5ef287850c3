"""Calls to other servers: one session a process, time limits, no way into the private network.

Only hosts that the instance's own settings name as private (`private`) may be private; everything else must resolve
to public addresses, whatever a name server says, and no redirect is followed.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from typing import Any

import aiohttp
import attrs
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

TOTAL_SECONDS, CONNECT_SECONDS = 20.0, 5.0
LARGEST_ANSWER = 8 * 1024 * 1024


class PrivateAddressError(OSError):
    """A host that must be public has a private address."""


def is_public(address: str) -> bool:
    """Whether an IP address is reachable on the internet at large."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not found.is_multicast


@attrs.define(eq=False)
class PublicResolver(AbstractResolver):
    """Resolves names to public addresses alone, those of `private` hosts to whatever they have."""

    private: frozenset[str]
    _inner: ThreadedResolver = attrs.field(factory=ThreadedResolver, init=False)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host. Raises `PrivateAddressError`."""
        found = await self._inner.resolve(host, port, family)
        if host not in self.private and not all(is_public(entry["host"]) for entry in found):
            raise PrivateAddressError(f"{host} is not a public host")
        return found

    async def close(self) -> None:
        """Nothing is held."""
        await self._inner.close()


@attrs.frozen
class Answer:
    """What a server answered; header names in lower case, the body whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes = attrs.field(repr=False)


@attrs.define(eq=False)
class Outgoing:
    """The HTTP client of a process. Opened at its first call; `private` hosts may lie in the private network."""

    private: frozenset[str] = frozenset()
    _session: aiohttp.ClientSession | None = attrs.field(default=None, init=False)

    async def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = TOTAL_SECONDS,
    ) -> Answer:
        """One call, its answer read whole (8 MB at most).

        Raises:
            aiohttp.ClientError, TimeoutError, OSError: no answer, or none that can be used.
        """
        limit = aiohttp.ClientTimeout(total=seconds, connect=CONNECT_SECONDS)
        async with self.session.request(
            method, self.checked(url), params=params, data=form, json=json, headers=headers, timeout=limit,
            allow_redirects=False,
        ) as response:  # fmt: skip
            body = await response.content.read(LARGEST_ANSWER + 1)
            if len(body) > LARGEST_ANSWER:
                raise aiohttp.ClientPayloadError("the answer is too large")
            while chunk := await response.content.read(LARGEST_ANSWER + 1 - len(body)):
                body += chunk
                if len(body) > LARGEST_ANSWER:
                    raise aiohttp.ClientPayloadError("the answer is too large")
            return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, body)

    @property
    def session(self) -> aiohttp.ClientSession:
        """The session itself, for answers that are read as they come; pass `checked(url)`."""
        if self._session is None:
            connector = aiohttp.TCPConnector(resolver=PublicResolver(self.private), limit=200, limit_per_host=50)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    def checked(self, url: str) -> URL:
        """The address, if it may be called: an IP address never reaches the resolver. Raises `PrivateAddressError`."""
        parsed = URL(url)
        host = parsed.host or ""
        is_ip = host.replace(".", "").isdigit() or ":" in host
        if parsed.scheme not in ("http", "https") or (is_ip and host not in self.private and not is_public(host)):
            raise PrivateAddressError(f"{host or 'this address'} may not be called")
        return parsed

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
