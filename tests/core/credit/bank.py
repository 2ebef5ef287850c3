"""A workspace with customers, the real plugin `credit`, and carts of the test's own."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from types import ModuleType
from typing import Any
from uuid import UUID

import attrs
import orjson

import dibs_credit
from dibs import EventContext, Exposure, PluginContext, PluginInfo, hookimpl
from dibs.audit_log import Actor
from dibs.db import Database
from dibs.flags import FlagService
from dibs.ids import uuid7
from dibs.jobs.registry import Registry
from dibs.plugins import PluginManager
from dibs.trading.transactions import TransactionParts

CARTS = "CREATE TABLE IF NOT EXISTS toy_carts (workspace_id UUID, customer_id UUID, amount NUMERIC(15, 2))"
_SUM = """
SELECT sum(amount) AS buy, 1.00 AS maybe FROM toy_carts WHERE workspace_id = $1 AND customer_id = $2
HAVING count(*) > 0
"""
ORDER = """
INSERT INTO orders (workspace_id, id, number, origin, source_kind, source_id, customer_id, currency, total, status)
VALUES ($1, $2, (SELECT count(*) + 1 FROM orders WHERE workspace_id = $1), 'MANUAL', 'test', $2, $3, 'EUR', $4, $5)
"""


def carts(name: str = "toy") -> ModuleType:
    """A plugin with carts."""
    module = ModuleType(name)
    module.PLUGIN = PluginInfo(name, name.title(), "Of the tests.", default=True)  # type: ignore[attr-defined]

    async def draft_exposure(context: PluginContext, customer_id: UUID) -> Exposure | None:
        rows = await context.data.fetch(_SUM, customer_id)
        return Exposure(rows[0]["buy"], rows[0]["maybe"]) if rows else None

    module.draft_exposure = hookimpl(draft_exposure)  # type: ignore[attr-defined]
    return module


@attrs.define(eq=False)
class Bank:
    """A workspace; `parts` are what its transactions are made of."""

    db: Database
    parts: TransactionParts
    workspace_id: UUID

    @classmethod
    async def new(cls, db: Database, *more: ModuleType, **settings: Any) -> Bank:
        """A workspace; `more` are plugins beside credit and the carts, `settings` those of credit."""
        workspace_id = uuid7()
        document = {"rules": {"plugins": {"credit": settings}}} if settings else {}
        await db.hot_fetch(CARTS)
        await db.hot_fetch(
            "INSERT INTO workspaces (id, name, settings) VALUES ($1, 'A shop', $2::jsonb)",
            workspace_id, orjson.dumps(document).decode(),
        )  # fmt: skip
        return await cls.at(db, workspace_id, *more)

    @classmethod
    async def at(cls, db: Database, workspace_id: UUID, *more: ModuleType) -> Bank:
        """The same workspace, as another process has it."""
        plugins = PluginManager()
        for name, module in (("credit", dibs_credit), ("toy", carts()), *((one.__name__, one) for one in more)):
            assert plugins.add(module, name), plugins.refused
        return cls(db, TransactionParts(db, plugins, FlagService(db, plugins), Registry()), workspace_id)

    async def customer(self, limit: str | None) -> UUID:
        """A customer with a limit."""
        customer_id = uuid7()
        await self.db.hot_fetch(
            "INSERT INTO customers (workspace_id, id, name, credit_limit) VALUES ($1, $2, 'Ana', $3)",
            self.workspace_id, customer_id, None if limit is None else Decimal(limit),
        )  # fmt: skip
        return customer_id

    async def put(self, customer_id: UUID, amount: str) -> None:
        """Have something in a cart."""
        await self.db.hot_fetch(
            "INSERT INTO toy_carts VALUES ($1, $2, $3)", self.workspace_id, customer_id, Decimal(amount)
        )

    async def order(self, customer_id: UUID, total: str, status: str = "open") -> UUID:
        """An order."""
        order_id = uuid7()
        await self.db.hot_fetch(ORDER, self.workspace_id, order_id, customer_id, Decimal(total), status)
        return order_id

    def open(self) -> AbstractAsyncContextManager[EventContext]:
        """A transaction, by Olga."""
        return self.parts.open(self.workspace_id, "credit", Actor(UUID(int=7), "Olga"))

    async def log(self) -> list[tuple[str, Any]]:
        """What the audit log says: action and what was written with it."""
        rows = await self.db.hot_fetch(
            "SELECT action, after FROM audit_log WHERE workspace_id = $1 ORDER BY id", self.workspace_id
        )
        return [(row[0], orjson.loads(row[1])) for row in rows]
