"""Where carts are measured: a catalogue in stock, customers with a limit, and open sessions with full carts."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import attrs

from dibs.errors import UnavailableError
from dibs.ids import uuid7
from dibs.workspace_data import PooledData

if TYPE_CHECKING:
    from dibs.db import Database
    from dibs.plugins import PluginManager

PLUGIN = "live_shopping"
Begin: TypeAlias = Callable[[UUID, UUID], Awaitable[UUID]]
LINES = 20
_PRODUCTS = """
INSERT INTO products (workspace_id, id, name, name_key, category)
SELECT $1, p.id, p.name, lower(p.name), 'Fabric' FROM unnest($2::uuid[], $3::text[]) AS p (id, name)
"""
_BATCHES = """
INSERT INTO batches (workspace_id, id, product_id, code, code_key, unit_cost, received_on)
SELECT $1, b.id, b.product_id, 'L1', 'l1', 6.00, current_date FROM unnest($2::uuid[], $3::uuid[]) AS b (id, product_id)
"""
_RECEIVED = """
WITH moved AS (
    INSERT INTO stock_movements (workspace_id, id, batch_id, kind, quantity)
    SELECT $1, gen_random_uuid(), id, 'received', 1000000 FROM batches WHERE workspace_id = $1
)
UPDATE batches SET on_hand = 1000000 WHERE workspace_id = $1
"""
_CUSTOMERS = """
INSERT INTO customers (workspace_id, id, name, credit_limit)
SELECT $1, id, 'Customer', 10000000 FROM unnest($2::uuid[]) AS c (id)
"""
_HOLDS = """
WITH held AS (
    INSERT INTO stock_holds (workspace_id, batch_id, holder_kind, holder_id, quantity)
    SELECT $1, h.batch_id, $2, h.holder_id, $5 FROM unnest($3::uuid[], $4::uuid[]) AS h (holder_id, batch_id)
    RETURNING batch_id, quantity
)
UPDATE batches b SET in_carts = b.in_carts + s.quantity
FROM (SELECT batch_id, sum(quantity) AS quantity FROM held GROUP BY batch_id) s
WHERE b.workspace_id = $1 AND b.id = s.batch_id
"""


@attrs.frozen
class Carts:
    """Sessions, the batches that can be added, and a customer with carts of 500 lines together."""

    workspace_id: UUID
    sessions: Sequence[UUID]
    batches: Sequence[UUID]
    big_customer: UUID


def plugin_bench(plugins: PluginManager) -> Any:
    """What the plugin of private sessions has for the benchmark: `fill` and `add`.

    Raises:
        UnavailableError: the plugin is not there.
    """
    loaded = plugins.plugins.get(PLUGIN)
    if loaded is None:
        raise UnavailableError(f"The benchmark of carts needs the plugin {PLUGIN}.")
    return importlib.import_module(f"{loaded.module.__name__}.bench")


async def fill_carts(db: Database, bench: Any, workspace_id: UUID, sessions: int, begin: Begin) -> Carts:
    """So many open sessions of as many customers with twenty lines each, and one customer with 25 sessions.

    :param begin: makes a session for a customer, with one unit of a batch in its cart, in the ordinary way.
    """
    data = PooledData(workspace_id, db)
    batches = await _stock(data, 2000)
    customers, made = [uuid7() for _ in range(sessions + 2)], [uuid7() for _ in range(sessions + 25)]
    await data.execute(_CUSTOMERS, customers)
    like = await begin(customers[0], batches[0])
    owners = [*customers[1:-1], *[customers[-1]] * 25]
    wanted = [(one, batches[(n * LINES + k) % len(batches)]) for n, one in enumerate(made) for k in range(LINES)]
    kind, lines = await bench.fill(data, list(zip(made, owners, strict=True)), wanted, like)
    await data.execute(_HOLDS, kind, [line for line, _ in lines], [batch for _, batch in lines], Decimal(1))
    for table in ("live_sessions", "live_lines", "batches", "stock_holds", "customers", "products"):
        await _analyze(db, table)
    return Carts(workspace_id, made[:sessions], batches, customers[-1])


async def _stock(data: PooledData, count: int) -> list[UUID]:
    products, batches = [uuid7() for _ in range(count)], [uuid7() for _ in range(count)]
    await data.execute(_PRODUCTS, products, [f"Product {n}" for n in range(count)])
    await data.execute(_BATCHES, batches, products)
    await data.execute(_RECEIVED)
    return batches


async def _analyze(db: Database, table: str) -> None:
    await db.hot_fetch(f"ANALYZE {table}")
