"""Links that show an order to its customer: an unguessable token, of which only the hash is kept, and an expiry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import attrs

from dibs import audit_log
from dibs.accounts.secrets import new_token, token_hash
from dibs.audit_log import Actor
from dibs.db import Database
from dibs.errors import NotFoundError
from dibs.ids import uuid7
from dibs.models.orders import Order
from dibs.orders import sql
from dibs.orders.model import OrderLink, SharedLine, SharedOrder
from dibs.orders.reading import order_of

_ADD = """
INSERT INTO order_links (workspace_id, id, order_id, token_hash, expires_at)
SELECT workspace_id, $3, id, $4, now() + $5::interval FROM orders WHERE workspace_id = $1 AND id = $2
RETURNING expires_at
"""
_VALID = """
SELECT expires_at FROM order_links
WHERE workspace_id = $1 AND order_id = $2 AND revoked_at IS NULL AND expires_at > now() ORDER BY expires_at
"""
_REVOKE = """
UPDATE order_links SET revoked_at = now()
WHERE workspace_id = $1 AND order_id = $2 AND revoked_at IS NULL AND expires_at > now() RETURNING id
"""
# The one query that knows no workspace yet: the token says which it is.
_FIND = """
SELECT workspace_id, order_id FROM order_links WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > now()
"""


@attrs.frozen(eq=False)
class OrderLinks:
    """The links of orders."""

    db: Database

    async def make(self, workspace_id: UUID, order_id: UUID, days: int, actor: Actor) -> OrderLink:
        """A new link; those made before go on. Raises `NotFoundError`."""
        link_id, token = uuid7(), new_token()
        async with self.db.transaction(), self.db.raw() as connection:
            kept = workspace_id, order_id, link_id, token_hash(token), timedelta(days=days)
            expires_at = await connection.fetchval(_ADD, *kept)
            if expires_at is None:
                raise NotFoundError("There is no such order.", order_id=str(order_id))
            after = {"expires_at": expires_at.isoformat()}
            await audit_log.record(
                connection, workspace_id, actor, "order.shared", entity="order", entity_id=order_id, after=after
            )
        return OrderLink(link_id, token, expires_at)

    async def valid(self, workspace_id: UUID, order_id: UUID) -> list[datetime]:
        """When each valid link of an order expires; the links themselves nobody knows."""
        return [row["expires_at"] for row in await self.db.plain_fetch(_VALID, workspace_id, order_id)]

    async def revoke(self, workspace_id: UUID, order_id: UUID, actor: Actor) -> int:
        """Void every link of an order; how many there were. Raises `NotFoundError`."""
        async with self.db.transaction(), self.db.raw() as connection:
            if await connection.fetchval(sql.STANDING, workspace_id, order_id) is None:
                raise NotFoundError("There is no such order.", order_id=str(order_id))
            gone = len(await connection.fetch(_REVOKE, workspace_id, order_id))
            if gone:
                await audit_log.record(
                    connection, workspace_id, actor, "order.unshared", entity="order", entity_id=order_id,
                    after={"links": gone},
                )  # fmt: skip
        return gone

    async def order(self, token: str) -> tuple[UUID, Order]:
        """The order behind a link, and its workspace, for those who make a page or a file of it: it has costs and
        notes in it. Raises `NotFoundError` for a token that is wrong, expired or revoked, all the same."""
        found = await self.db.plain_fetch(_FIND, token_hash(token))
        if not found:
            raise NotFoundError("There is no such order, or the link has expired.")
        ids: Sequence[Any] = found[0]["workspace_id"], found[0]["order_id"]
        rows = await self.db.plain_fetch(sql.ONE, *ids)
        order = order_of(rows[0], await self.db.plain_fetch(sql.LINES, *ids))
        return UUID(bytes=ids[0].bytes), order

    async def shared(self, token: str) -> SharedOrder:
        """What whoever has the link may see. Raises `NotFoundError` as `order`."""
        return shared_order((await self.order(token))[1])


def shared_order(order: Order) -> SharedOrder:
    """What the customer may see of an order, named one by one."""
    lines = [
        SharedLine(line.name, line.unit, line.quantity, line.price, line.sample, line.total) for line in order.lines
    ]
    return SharedOrder(order.number, order.created_at, order.status, order.currency, order.total, lines)
