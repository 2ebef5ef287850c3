"""Access of customers as the rest of Dibs sees it: giving it, using it, ending it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import attrs
import structlog

from dibs.accounts.secrets import load_secrets, token_hash
from dibs.accounts.sweeper import Sweeper
from dibs.audit_log import Actor, record
from dibs.customer_access import links, sign_ins
from dibs.customer_access.codes import Code
from dibs.customer_access.model import SIGN_IN, AccessGiven, AccessState, CustomerPrincipal, Seller
from dibs.customer_access.sign_ins import CustomerSignIns
from dibs.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from dibs.accounts.limits import RateLimits
    from dibs.db import Database, RawConnection
    from dibs.settings import Settings

log = structlog.get_logger("dibs.customer_access")
HOURS: Final = 24
_CUSTOMER = "SELECT portal FROM customers WHERE workspace_id = $1 AND id = $2 FOR NO KEY UPDATE"
_EXISTS = "SELECT 1 FROM customers WHERE workspace_id = $1 AND id = $2"
_SELLER = """
SELECT name, coalesce(settings ->> 'currency', 'USD'), coalesce(settings ->> 'time_zone', 'UTC') FROM workspaces
WHERE id = $1
"""
_STATE = """
SELECT count(*) FILTER (WHERE ended_at IS NULL AND expires_at > now()) AS signed_in,
    max(seen_at) FILTER (WHERE ended_at IS NULL AND expires_at > now()) AS seen_at,
    (SELECT max(expires_at) FROM customer_links WHERE workspace_id = $1 AND customer_id = $2 AND used_at IS NULL
        AND expires_at > now() AND wrong_codes < $3) AS open_until
FROM customer_sessions WHERE workspace_id = $1 AND customer_id = $2
"""
_BAD_LINK: Final = (
    "This link does not open anything: it was used, it is too old, or it was replaced. Ask for a new one."
)
_BAD_CODE: Final = "This code does not open anything. Check it, or ask for a new one."
Redeem = Callable[[Any], Awaitable[links.Invited | None]]


@attrs.define(eq=False)
class CustomerAccess:
    """The ways in and the sign-ins of the customers of all workspaces.

    Attributes:
        limits: attempts that one address, or one way in, may make.
        sign_ins: who is behind a token.
    """

    db: Database
    settings: Settings
    limits: RateLimits
    sign_ins: CustomerSignIns = attrs.field(init=False)
    _keys: tuple[bytes, ...] = attrs.field(default=(), init=False, repr=False)
    _sweeper: Sweeper = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.sign_ins = CustomerSignIns(self.db)
        self._sweeper = Sweeper(self.sign_ins.write_seen, [self.sign_ins.sweep, self._sweep_links])

    async def start(self) -> None:
        """Load the secret key and begin to sweep out what has expired."""
        self._keys = await asyncio.to_thread(load_secrets, self.settings)
        self._sweeper.start()

    async def close(self) -> None:
        """Stop sweeping."""
        await self._sweeper.close()

    async def give(self, workspace_id: UUID, customer_id: UUID, actor: Actor, hours: int = HOURS) -> AccessGiven:
        """A way in for a customer, in place of one that was not used yet.

        Raises:
            NotFoundError: there is no such customer.
            ConflictError: the customer may not use the portal (`data["portal"]`).
        """
        async with self.db.transaction(), self.db.raw() as connection:
            if not await _may_come_in(connection, workspace_id, customer_id):
                raise ConflictError("The portal is off for this customer. Switch it on first.", portal=False)
            lifetime = timedelta(hours=hours)
            made = await links.create(connection, workspace_id, customer_id, actor, lifetime, self._keys[0])
            token, code, expires_at = made
            told = {"expires_at": expires_at}
            await _note(connection, workspace_id, actor, "customer.access_given", customer_id, told)
        return AccessGiven(f"{self.settings.origin}{SIGN_IN}/{token}", str(code), expires_at)

    async def check(self, workspace_id: UUID, customer_id: UUID) -> None:
        """Raise `NotFoundError` unless the workspace has this customer."""
        if not await self.db.hot_fetch(_EXISTS, workspace_id, customer_id):
            raise _no_such(customer_id)

    async def seller(self, workspace_id: UUID) -> Seller:
        """Whose customers they are."""
        return Seller(*(await self.db.hot_fetch(_SELLER, workspace_id))[0])

    async def state(self, workspace_id: UUID, customer_id: UUID) -> AccessState:
        """What staff see of a customer's access."""
        rows = await self.db.hot_fetch(_STATE, workspace_id, customer_id, links.WRONG_CODES)
        return AccessState(*rows[0])

    async def end(self, workspace_id: UUID, customer_id: UUID, actor: Actor) -> None:
        """End every sign-in of a customer, and close every way in. Raises `NotFoundError`."""
        async with self.db.transaction(), self.db.raw() as connection:
            await _may_come_in(connection, workspace_id, customer_id)
            await end_access(connection, workspace_id, customer_id)
            await _note(connection, workspace_id, actor, "customer.access_ended", customer_id, None)
        self.sign_ins.forget()

    async def look(self, token: str, address: str) -> tuple[str, str]:
        """The names of customer and seller behind the token of a link, which stays good.

        Raises:
            RateLimitedError: too many attempts from this address.
            NotFoundError: it opens nothing.
        """
        await self.limits.take(f"customer_link:address:{address}")
        async with self.db.transaction(), self.db.raw() as connection:
            found = await links.look(connection, token)
        if found is None:
            raise _bad_link()
        return found

    async def by_token(self, token: str, address: str) -> tuple[str, CustomerPrincipal]:
        """Sign a customer in by the token of a link: the token of the sign-in, and who it is.

        Raises:
            RateLimitedError: too many attempts from this address.
            NotFoundError: it opens nothing; why is not told.
        """
        await self.limits.take(f"customer_sign_in:address:{address}")
        found = await self._open(lambda connection: links.by_token(connection, token))
        if found is None:
            raise _bad_link()
        return found

    async def by_code(self, typed: str, address: str) -> tuple[str, CustomerPrincipal]:
        """Sign a customer in by a code. A wrong one is counted where the client can't choose: at the way in.

        Raises:
            RateLimitedError: too many attempts from this address, or at this way in.
            NotFoundError: it opens nothing; why is not told.
        """
        code = Code.read(typed)
        keys = [f"customer_sign_in:address:{address}"]
        if code is not None:
            keys.append(f"customer_sign_in:link:{token_hash(code.name).hex()[:32]}")
        await self.limits.take(*keys)
        found = None
        if code is not None:
            read = code
            found = await self._open(lambda connection: links.by_code(connection, read, self._keys))
        if found is None:
            log.warning("customer_code_refused", address=address)
            raise NotFoundError("This code does not open anything. Check it, or ask for a new one.")
        return found

    async def _open(self, redeem: Redeem) -> tuple[str, CustomerPrincipal] | None:
        """Use a way in up and sign in, in one transaction; a wrong code is counted all the same."""
        async with self.db.transaction(), self.db.raw() as connection:
            invited = await redeem(connection)
            if invited is None:
                return None
            token, who = await self.sign_ins.open(connection, invited)
            actor = Actor(None, who.name, None)
            await _note(connection, who.workspace_id, actor, "customer.signed_in", who.customer_id, None)
        log.info("customer_signed_in", customer_id=str(who.customer_id))
        return token, who

    async def _sweep_links(self) -> None:
        await self.db.hot_fetch(links.SWEEP)


async def end_access(connection: RawConnection, workspace_id: UUID, customer_id: UUID) -> None:
    """In a transaction: end every sign-in of a customer, and close every way in."""
    await links.void(connection, workspace_id, customer_id)
    await sign_ins.end_all(connection, workspace_id, customer_id)


async def _may_come_in(connection: RawConnection, workspace_id: UUID, customer_id: UUID) -> bool:
    row = await connection.fetchrow(_CUSTOMER, workspace_id, customer_id)
    if row is None:
        raise _no_such(customer_id)
    return bool(row["portal"])


def _bad_link() -> NotFoundError:
    return NotFoundError(
        "This link does not open anything: it was used, it is too old, or it was replaced. Ask for a new one."
    )


def _no_such(customer_id: UUID) -> NotFoundError:
    return NotFoundError("There is no such customer.", customer_id=str(customer_id))


async def _note(
    connection: RawConnection, workspace_id: UUID, actor: Actor, action: str, customer_id: UUID, after: Any
) -> None:
    await record(connection, workspace_id, actor, action, entity="customer", entity_id=customer_id, after=after)
