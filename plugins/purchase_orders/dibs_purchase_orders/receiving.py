"""Putting the lines of an order into stock: a few in each transaction, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from dibs import DuplicateError, EventContext, InvalidInputError, JobContext, NotFoundError
from dibs.catalogue.model import NewBatch, NewProduct
from dibs.runs import Run
from dibs.stock import Reference

_CHUNK = 20
REFERENCE = "purchase_order_line"
_COUNT = """
SELECT count(*) FILTER (WHERE state = 'received') AS done, count(*) AS total FROM purchase_orders_lines
WHERE workspace_id = $1 AND order_id = $2 AND NOT skipped
"""
_OPEN = """
SELECT line_no FROM purchase_orders_lines
WHERE workspace_id = $1 AND order_id = $2 AND state = 'open' AND NOT skipped AND problem IS NULL ORDER BY line_no
"""
# Locked until their transaction ends: of two processes that are at the same line one finds it received.
_TAKE = """
SELECT l.*, o.number, o.received_on FROM purchase_orders_lines l
JOIN purchase_orders_orders o ON o.workspace_id = l.workspace_id AND o.id = l.order_id
WHERE l.workspace_id = $1 AND l.order_id = $2 AND l.line_no = ANY ($3) AND l.state = 'open'
ORDER BY l.line_no FOR UPDATE OF l
"""
_DONE = """
UPDATE purchase_orders_lines SET state = 'received', batch_id = $4, product_id = $5, version = version + 1
WHERE workspace_id = $1 AND order_id = $2 AND line_no = $3
"""
_PROBLEM = """
UPDATE purchase_orders_lines SET problem = $4, version = version + 1
WHERE workspace_id = $1 AND order_id = $2 AND line_no = $3
"""
_RESULT = """
SELECT count(*) FILTER (WHERE state = 'received') AS received, count(*) FILTER (WHERE skipped) AS skipped,
    count(*) FILTER (WHERE match = 'new' AND state = 'received') AS products,
    count(*) FILTER (WHERE problem IS NOT NULL) AS problems
FROM purchase_orders_lines WHERE workspace_id = $1 AND order_id = $2
"""
_END = """
UPDATE purchase_orders_orders SET state = $3, content = CASE WHEN $3 = 'done' THEN NULL ELSE content END,
    version = version + 1
WHERE workspace_id = $1 AND id = $2 AND state = 'receiving'
"""


async def receive_lines(context: JobContext, run: Run, order_id: UUID) -> None:
    """Receive every line that is open; what can't be received goes back to the people who check."""
    count = (await context.data.fetch(_COUNT, order_id))[0]
    done, total = count["done"], count["total"]
    await run.report("saving", done, total)
    open_lines = [row["line_no"] for row in await context.data.fetch(_OPEN, order_id)]
    for first in range(0, len(open_lines), _CHUNK):
        chunk = open_lines[first : first + _CHUNK]
        name = await _receive(context, order_id, chunk)
        done += len(chunk)
        await run.report("saving", min(done, total), total, name)
    result = {name: int(n) for name, n in (await context.data.fetch(_RESULT, order_id))[0].items()}
    if result["problems"]:
        await context.data.execute(_END, order_id, "checking")
        await run.wait()
    else:
        await context.data.execute(_END, order_id, "done")
        await run.finish(result)


async def _receive(context: JobContext, order_id: UUID, line_nos: Sequence[int]) -> str:
    """Receive a few lines in one transaction; the name of the last. If one is refused, each has its own."""
    try:
        async with context.transaction() as t:
            rows = await t.data.fetch(_TAKE, order_id, list(line_nos))
            for row in rows:
                await _into_stock(t, order_id, row)
            return str(rows[-1]["name"]) if rows else ""
    except (NotFoundError, DuplicateError, InvalidInputError, ValueError) as error:
        if len(line_nos) > 1:
            return [await _receive(context, order_id, [one]) for one in line_nos][-1]
        await context.data.execute(_PROBLEM, order_id, line_nos[0], str(error)[:300])
        return ""


async def _into_stock(t: EventContext, order_id: UUID, line: Mapping[str, Any]) -> None:
    product_id = await _product(t, line)
    catalogue = t.desk.catalogue
    code = await catalogue.free_code(product_id, f"{(line['number'] or 'PO')[:70]}-{line['line_no']}")
    batch = NewBatch(product_id, code, line["quantity"], line["unit_cost"], line["received_on"])
    batch_id = await catalogue.receive_batch(batch, Reference(REFERENCE, line["id"]))
    await t.data.execute(_DONE, order_id, line["line_no"], batch_id, product_id)


async def _product(t: EventContext, line: Mapping[str, Any]) -> UUID:
    """The product that people chose; a new one, unless there is one of its name by now."""
    if line["match"] != "new":
        return UUID(bytes=line["product_id"].bytes)
    found = await t.desk.catalogue.find_products([line["name"]])
    if line["name"] in found:
        return found[line["name"]]
    return await t.desk.catalogue.add_product(NewProduct(line["name"], line["category"] or None, line["unit"]))
