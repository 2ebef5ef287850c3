"""A live stream for a customer, and what a customer may try how often."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

import attrs
from quart import Response, g

from dibs.api.auth import customer
from dibs.api.customer_tokens import bearer_token, cookie_token
from dibs.api.requests import client_address
from dibs.api.stream import event_stream
from dibs.customer_access.model import CustomerPrincipal
from dibs.customer_access.sign_ins import CustomerSignIns
from dibs.runtime import current_runtime

Allowed = Callable[[], Awaitable[bool]]


@attrs.define(eq=False)
class CustomerGuard:
    """Whether a customer may still listen to a topic. Asked anew each time: what ended here has ended at once."""

    SIGNED_OUT: ClassVar[str] = "signed_out"
    ENDED: ClassVar[str] = "not_allowed"

    who: CustomerPrincipal
    topic: str
    _token: str = attrs.field(repr=False)
    _sign_ins: CustomerSignIns = attrs.field(repr=False)
    _allowed: Allowed = attrs.field(repr=False)
    _on: Allowed = attrs.field(repr=False)
    farewell: str = attrs.field(default=SIGNED_OUT, init=False)

    async def valid(self) -> bool:
        """False once the sign-in ended, the portal is off for the customer, or the plugin says so."""
        if await self._sign_ins.find(self._token) is None:
            self.farewell = self.SIGNED_OUT
            return False
        self.farewell = self.ENDED
        return await self._on() and await self._allowed()


def customer_stream(topic: str, allowed: Allowed) -> Response:
    """The answer that streams a topic to the customer who makes this request.

    It ends, with the event `bye`, within a few seconds of the sign-in's end (reason `signed_out`), or of `allowed`
    having become false (reason `not_allowed`), such as when the customer was shown out, or of the plugin's end.

    :param topic: the caller has checked that it is this customer's.
    :param allowed: asked every few seconds, outside of the request.
    """
    who, token = customer(), bearer_token() or cookie_token() or ""
    sign_ins = current_runtime().customer_access.sign_ins
    guard = CustomerGuard(who, topic, token, sign_ins, allowed, _plugin_is_on(who))
    return event_stream(who.workspace_id, topic, guard)


def _plugin_is_on(who: CustomerPrincipal) -> Allowed:
    """Whether the plugin whose route this is goes on being there for the customer's workspace."""
    plugin, flags = g.get("dibs_plugin"), current_runtime().flags

    async def ask() -> bool:
        return not isinstance(plugin, str) or await flags.is_enabled(who.workspace_id, plugin)

    return ask


async def customer_attempt(kind: str) -> None:
    """Count what a customer tries, by customer and by address: entering a code, asking for what is not theirs.

    :param kind: what is tried; each kind is counted by itself.
    :raises RateLimitedError: too often.
    """
    limits, who = current_runtime().customer_access.limits, customer()
    await limits.take(f"customer_{kind}:customer:{who.customer_id}", f"customer_{kind}:address:{client_address()}")
