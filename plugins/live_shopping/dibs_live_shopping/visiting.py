"""What a customer may see and do: the sessions that are theirs, and refusals in words that tell nothing of the shop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Final
from uuid import UUID

import attrs

from dibs import (
    ConflictError,
    CreditExceededError,
    EventContext,
    ForbiddenError,
    NotFoundError,
    OutOfStockError,
    PriceMissingError,
    PriceRefusedError,
    SessionClosedError,
    WorkspaceData,
)
from dibs.routes import customer, customer_attempt, customer_data, customer_transaction
from dibs_live_shopping.model import Status
from dibs_live_shopping.sessions import in_session

PLUGIN: Final = "live_shopping"
# A session of a show is for a buyer, who may have become a customer since.
_MINE = """
(s.customer_id = $2 OR s.customer_id IS NULL AND s.buyer_id IN (
    SELECT b.id FROM buyers b WHERE b.workspace_id = $1 AND b.customer_id = $2
))
"""
_LIST = f"""
SELECT s.id AS session_id, s.status, s.title, s.host_name, s.scheduled_at, s.expires_at
FROM live_sessions s
WHERE s.workspace_id = $1 AND {_MINE} AND s.status IN ('scheduled', 'active', 'paused') AND s.kicked_at IS NULL
ORDER BY s.status = 'scheduled', s.scheduled_at NULLS LAST, s.id DESC LIMIT 50
"""
_ONE = f"""
SELECT s.id, s.kicked_at, s.kick_reason FROM live_sessions s WHERE s.workspace_id = $1 AND {_MINE} AND s.id = $3
"""
_LOCKED = f"{_ONE} FOR NO KEY UPDATE"
# Now and then, and never in anybody's way: a host's transaction holds the row only for a moment.
_SEEN = """
UPDATE live_sessions SET seen_at = clock_timestamp() WHERE workspace_id = $1 AND id = (
    SELECT s.id FROM live_sessions s
    WHERE s.workspace_id = $1 AND s.id = $2
        AND (s.seen_at IS NULL OR s.seen_at < clock_timestamp() - interval '10 seconds')
    FOR NO KEY UPDATE SKIP LOCKED
)
"""
_BY_CODE = f"SELECT s.id FROM live_sessions s WHERE s.workspace_id = $1 AND {_MINE} AND s.room_code = $3"


@attrs.frozen
class OwnSession:
    """A session in the customer's list."""

    session_id: UUID
    status: Status
    title: str
    host_name: str
    scheduled_at: datetime | None
    expires_at: datetime | None


async def own_sessions() -> list[OwnSession]:
    """The open sessions of the customer who asks; what is open now first."""
    rows = await customer_data().fetch(_LIST, customer().customer_id)
    return [OwnSession(UUID(bytes=row["session_id"].bytes), *(row[name] for name in _SHOWN)) for row in rows]


_SHOWN = ("status", "title", "host_name", "scheduled_at", "expires_at")


async def check_visit(data: WorkspaceData, session_id: UUID, *, lock: bool = False) -> None:
    """Raise unless the customer who asks may be in this session.

    Raises:
        NotFoundError: it is not theirs, or there is none: told in the same way, and counted.
        RateLimitedError: they asked for too many that are not theirs.
        ForbiddenError: they were sent out of it.
    """
    rows = await data.fetch(_LOCKED if lock else _ONE, customer().customer_id, session_id)
    if not rows:
        await customer_attempt("portal_miss")
        raise NotFoundError("There is no such session.")
    if rows[0]["kicked_at"] is not None:
        raise ForbiddenError(
            "The host has sent you out of this session.", reason="kicked", words=rows[0]["kick_reason"]
        )


async def is_welcome(data: WorkspaceData, customer_id: UUID, session_id: UUID) -> bool:
    """Whether a customer may still be in a session; for streams, outside of a request. Who may was seen there."""
    rows = await data.fetch(_ONE, customer_id, session_id)
    if not rows or rows[0]["kicked_at"] is not None:
        return False
    await data.execute(_SEEN, session_id)
    return True


async def session_by_code(room_code: str) -> UUID:
    """The customer's own session with this room code. Raises `NotFoundError`, whoever else it may belong to."""
    await customer_attempt("portal_join")
    clean = "".join(sign for sign in room_code.upper() if sign.isalnum())
    rows = await customer_data().fetch(_BY_CODE, customer().customer_id, clean)
    if not rows:
        raise NotFoundError("There is no session with this room code for you. Check it, or ask your host.")
    return UUID(bytes=rows[0]["id"].bytes)


@asynccontextmanager
async def visit(session_id: UUID) -> AsyncIterator[EventContext]:
    """One transaction of the customer about a session of theirs. Locked, so that nobody is sent out meanwhile."""
    with refusals():
        async with in_session(lambda: customer_transaction(PLUGIN), session_id) as context:
            await check_visit(context.data, session_id, lock=True)
            yield context


_TOLD: Final = frozenset({"status", "version", "most", "state"})


@contextmanager
def refusals() -> Iterator[None]:
    """Pass refusals on to a customer: their kind and plain words; no stock, no cost, no limit, no names of lots."""
    try:
        yield
    except (PriceMissingError, PriceRefusedError):
        raise PriceMissingError("There is no price for this yet. Ask your host.") from None
    except CreditExceededError:
        raise CreditExceededError("This is more than may be put on your account now. Ask your host.") from None
    except OutOfStockError:
        raise OutOfStockError("There is not enough of this left.") from None
    except (SessionClosedError, ConflictError) as error:
        told = {name: value for name, value in error.data.items() if name in _TOLD}
        raise type(error)(error.message, **told) from None
    except NotFoundError as error:
        raise NotFoundError(error.message) from None
