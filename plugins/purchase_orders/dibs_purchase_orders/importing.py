"""The job that reads an order, looks for its products, waits for people, and receives it. It may be killed anywhere."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from dibs import InvalidInputError, Job, JobContext, PurchaseOrder, PurchaseOrderLine, UploadedFile
from dibs.files import MAX_ROWS
from dibs.runs import Run
from dibs_purchase_orders.columns import fold
from dibs_purchase_orders.matching import Found, find_matches
from dibs_purchase_orders.orders import JOB
from dibs_purchase_orders.receiving import receive_lines
from dibs_purchase_orders.rows import remarks_text

_CHUNK = 50
_ORDER = """
SELECT state, content, file_name, file_kind FROM purchase_orders_orders WHERE workspace_id = $1 AND id = $2
"""
_INSERT = """
INSERT INTO purchase_orders_lines (workspace_id, order_id, line_no, place, cells, code, code_key, name, category, unit,
    quantity, unit_cost, confidence, remarks)
SELECT $1, $2, w.* FROM unnest($3::int[], $4::text[], $5::jsonb[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::numeric[], $12::numeric[], $13::int[], $14::jsonb[]) w
ON CONFLICT (workspace_id, order_id, line_no) DO NOTHING
"""
_READ = """
UPDATE purchase_orders_orders SET state = 'matching', supplier = $3, number = $4, ordered_on = $5, remarks = $6
WHERE workspace_id = $1 AND id = $2 AND state = 'reading'
"""
_UNMATCHED = """
SELECT line_no, code, code_key, name FROM purchase_orders_lines
WHERE workspace_id = $1 AND order_id = $2 AND match IS NULL AND state = 'open' ORDER BY line_no LIMIT $3
"""
_MATCH = """
UPDATE purchase_orders_lines l SET match = w.match, product_id = w.product_id, match_confidence = w.confidence
FROM unnest($3::int[], $4::text[], $5::uuid[], $6::int[]) w(line_no, match, product_id, confidence)
WHERE l.workspace_id = $1 AND l.order_id = $2 AND l.line_no = w.line_no AND l.match IS NULL
"""
_COUNT = """
SELECT count(*) AS total, count(match) AS done FROM purchase_orders_lines WHERE workspace_id = $1 AND order_id = $2
"""
_MATCHED = """
UPDATE purchase_orders_orders SET state = 'checking' WHERE workspace_id = $1 AND id = $2 AND state = 'matching'
"""


async def import_order(context: JobContext, payload: Mapping[str, Any]) -> None:
    """Do what comes next, wherever the order was left."""
    order_id = UUID(payload["order_id"])
    async with context.run(payload["run_id"]) as run:
        if run.state != "running":
            return
        state = await _state(context, order_id)
        if state == "reading":
            await _read(context, run, order_id)
            state = "matching"
        if state == "matching":
            await _match(context, run, order_id)
            state = "checking"
        if state == "checking":
            await run.wait()
        elif state in ("receiving", "done"):
            await receive_lines(context, run, order_id)


async def _state(context: JobContext, order_id: UUID) -> str:
    rows = await context.data.fetch(
        "SELECT state FROM purchase_orders_orders WHERE workspace_id = $1 AND id = $2", order_id
    )
    return str(rows[0]["state"]) if rows else "discarded"


async def _read(context: JobContext, run: Run, order_id: UUID) -> None:
    row = (await context.data.fetch(_ORDER, order_id))[0]
    await run.report("reading", 0, None, row["file_name"])
    file = UploadedFile(row["file_name"], row["content"], row["file_kind"])
    hooks = await context.hooks()
    order = await asyncio.to_thread(hooks.read_purchase_order, file)
    if order is None:
        raise InvalidInputError("No reader understands this file. CSV, XLSX and PDF with text are read.")
    if not 0 < len(order.lines) <= MAX_ROWS:
        raise InvalidInputError(f"The order has {len(order.lines)} lines; it may have from 1 to {MAX_ROWS:,}.")
    await _keep(context, run, order_id, order)


async def _keep(context: JobContext, run: Run, order_id: UUID, order: PurchaseOrder) -> None:
    """Lines that are kept already, from before a process died, stay as they are: reading a file is repeatable."""
    total = len(order.lines)
    for first in range(0, total, _CHUNK):
        chunk = order.lines[first : first + _CHUNK]
        await context.data.execute(_INSERT, order_id, *_columns(first + 1, chunk))
        await run.report("reading", first + len(chunk), total, chunk[-1].name)
    remarks = remarks_text(order.remarks)
    await context.data.execute(_READ, order_id, order.supplier[:200], order.number[:80], order.ordered_on, remarks)


def _columns(first: int, lines: Sequence[PurchaseOrderLine]) -> tuple[list[Any], ...]:
    return (
        list(range(first, first + len(lines))),
        [line.place for line in lines],
        [json.dumps(list(line.cells)) for line in lines],
        [line.code for line in lines],
        [fold(line.code) for line in lines],
        [line.name for line in lines],
        [line.category for line in lines],
        [line.unit for line in lines],
        [line.quantity for line in lines],
        [line.unit_cost for line in lines],
        [line.confidence for line in lines],
        [remarks_text(line.remarks) for line in lines],
    )


async def _match(context: JobContext, run: Run, order_id: UUID) -> None:
    count = (await context.data.fetch(_COUNT, order_id))[0]
    done, total = count["done"], count["total"]
    await run.report("matching", done, total)
    while lines := await context.data.fetch(_UNMATCHED, order_id, _CHUNK):
        found: list[Found] = await find_matches(context, lines)
        await context.data.execute(
            _MATCH, order_id, [line["line_no"] for line in lines], [one.match for one in found],
            [one.product_id for one in found], [one.confidence for one in found],
        )  # fmt: skip
        done += len(lines)
        await run.report("matching", min(done, total), total, lines[-1]["name"])
    await context.data.execute(_MATCHED, order_id)


JOBS = [Job(JOB, import_order, seconds=1800)]
