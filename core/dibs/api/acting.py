"""The signed-in user as somebody who changes their own account, and the device that they do it with."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

import structlog
from quart import g, request

from dibs.accounts.acting import Acting
from dibs.accounts.sign_ins import OpenedBy, Opening, SignInKey
from dibs.api.auth import current_identity, optional_principal
from dibs.audit_log import Actor
from dibs.runtime import current_runtime

_BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def request_id() -> str | None:
    """The id of this request, to find its log lines."""
    found = structlog.contextvars.get_contextvars().get("request_id")
    return found if isinstance(found, str) else None


async def acting() -> Acting:
    """Who is signed in, for a change of their own account. Raises `UnauthenticatedError`."""
    identity, who = await current_identity(), await optional_principal()
    name = who.name if who is not None else (await current_runtime().accounts.users.get(identity.user_id)).name
    actor = Actor(identity.user_id, name, request_id(), g.pop("dibs_request_key", None))
    return Acting(identity.user_id, actor, who.workspace_id if who is not None else None)


async def sign_in_key() -> SignInKey:
    """The sign-in of this request."""
    identity = await current_identity()
    return SignInKey.of(identity.session, identity.sign_in_id)


async def demand_fresh() -> UUID:
    """The signed-in user, if they proved lately who they are. Raises `StaleSignInError`."""
    await current_runtime().accounts.sign_ins.demand_fresh(await sign_in_key())
    return (await current_identity()).user_id


def link_to(path: str) -> str:
    """The address of a page for somebody else: below the public address, else below the one that was asked here."""
    return f"{current_runtime().settings.public_url or request.host_url.rstrip('/')}{path}"


def opening(by: OpenedBy) -> Opening:
    """How the sign-in of this request begins."""
    return Opening(by, device_name(request.headers.get("User-Agent", "")))


def device_name(user_agent: str) -> str:
    """Browser and system in a few words; of a program its name."""
    browser = next((name for mark, name in _BROWSERS if f"{mark}/" in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    program = re.match(r"[A-Za-z][\w.-]{0,40}", user_agent)
    return browser or system or (program[0] if program else "")
