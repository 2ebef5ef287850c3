"""What staff do with orders: taking one in, correcting it, receiving it, giving it up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from dibs import ConflictError, EventContext, FieldFault, InvalidInputError, NewRun, NotFoundError, UploadedFile
from dibs_purchase_orders.model import PurchaseLineView, PurchaseOrderView
from dibs_purchase_orders.rows import LACKING, LINE, ORDER, line_view, order_view

KIND: Final = "purchase_orders.import"
JOB: Final = "purchase_orders.import"
STAGES: Final = ("reading", "matching", "saving")
_ADD = """
INSERT INTO purchase_orders_orders (workspace_id, id, run_id, file_name, file_kind, file_size, content, created_by_name)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_ONE = f"SELECT {ORDER} FROM purchase_orders_orders o WHERE o.workspace_id = $1 AND o.id = $2"
_LOCK = """
SELECT state, run_id, version, file_name FROM purchase_orders_orders WHERE workspace_id = $1 AND id = $2 FOR UPDATE
"""
_UNREADY = f"""
SELECT l.line_no FROM purchase_orders_lines l WHERE l.workspace_id = $1 AND l.order_id = $2 AND l.state = 'open'
    AND NOT l.skipped AND {LACKING} ORDER BY l.line_no LIMIT 20
"""
_TO_RECEIVE = """
SELECT count(*) AS n FROM purchase_orders_lines WHERE workspace_id = $1 AND order_id = $2 AND state = 'open'
    AND NOT skipped
"""
_AGAIN = """
UPDATE purchase_orders_lines SET problem = NULL WHERE workspace_id = $1 AND order_id = $2 AND problem IS NOT NULL
"""
_PATCH = """
UPDATE purchase_orders_orders SET supplier = coalesce($3, supplier), number = coalesce($4, number),
    received_on = coalesce($5, received_on), version = version + 1 WHERE workspace_id = $1 AND id = $2
"""
_STATE = "UPDATE purchase_orders_orders SET state = $3, version = version + 1 WHERE workspace_id = $1 AND id = $2"
_DISCARD = """
UPDATE purchase_orders_orders SET state = 'discarded', content = NULL, version = version + 1
WHERE workspace_id = $1 AND id = $2
"""
_LINE = f"SELECT {LINE} FROM purchase_orders_lines l WHERE l.workspace_id = $1 AND l.order_id = $2 AND l.line_no = $3"
_PRODUCT = "SELECT 1 FROM products WHERE workspace_id = $1 AND id = $2"
_LINE_FIELDS = ("code", "name", "category", "unit", "quantity", "unit_cost", "checked", "skipped")


async def take_in(context: EventContext, file: UploadedFile) -> UUID:
    """Keep a file and begin to read it; the id of the order."""
    order_id = context.desk.new_id()
    path = f"/purchase-orders/{order_id}"
    new = NewRun(KIND, file.name, STAGES, JOB, {"order_id": str(order_id)}, path, "catalogue:write")
    run = await context.runs.begin(new)
    size, who = len(file.content), context.desk.actor.name
    await context.data.execute(_ADD, order_id, run.run_id, file.name, file.kind, size, file.content, who)
    after = {"file": file.name, "bytes": size}
    await context.desk.note("purchase_order.uploaded", "purchase_order", order_id, None, after)
    return order_id


async def get_order(context: EventContext, order_id: UUID) -> PurchaseOrderView:
    """An order. Raises `NotFoundError`."""
    rows = await context.data.fetch(_ONE, order_id)
    if not rows:
        raise _no_such(order_id)
    return order_view(rows[0], await context.runs.find([rows[0]["run_id"]]))


async def change_order(context: EventContext, order_id: UUID, version: int, wanted: Mapping[str, Any]) -> None:
    """Correct supplier, number and day of receipt. Raises `ConflictError`."""
    row = await _locked(context, order_id)
    _demand_checking(row["state"])
    if row["version"] != version:
        raise ConflictError("Somebody else has changed this order.", version=row["version"])
    await context.data.execute(_PATCH, order_id, *(wanted.get(name) for name in ("supplier", "number", "received_on")))


async def change_line(
    context: EventContext, order_id: UUID, line_no: int, version: int, wanted: Mapping[str, Any]
) -> PurchaseLineView:
    """Correct a line: the fields that are named. A line that somebody corrected counts as checked.

    Raises:
        ConflictError: somebody else was quicker (`data["version"]`), or the order is not being checked.
        NotFoundError: there is no such line, or no such product.
    """
    _demand_checking((await _locked(context, order_id))["state"])
    row = await _line(context, order_id, line_no)
    if row["version"] != version:
        raise ConflictError("Somebody else has changed this line.", version=row["version"])
    if row["state"] != "open":
        raise ConflictError("This line was received already.")
    columns = {name: wanted[name] for name in _LINE_FIELDS if wanted.get(name) is not None}
    columns |= await _match_of(context, wanted)
    if "checked" not in columns and "skipped" not in columns and columns:
        columns["checked"] = True
    await _write_line(context, order_id, line_no, columns)
    return line_view(await _line(context, order_id, line_no), costs=True)


async def receive(context: EventContext, order_id: UUID) -> None:
    """Have the lines put into stock.

    Raises:
        ConflictError: the order is not being checked, or there is nothing to receive.
        InvalidInputError: lines lack something; each is named.
    """
    row = await _locked(context, order_id)
    _demand_checking(row["state"])
    unready = [one["line_no"] for one in await context.data.fetch(_UNREADY, order_id)]
    if unready:
        faults = [FieldFault(f"line {number}", "must be completed, checked or left out") for number in unready]
        raise InvalidInputError("Some lines can't be received yet.", faults, lines=unready)
    if not (await context.data.fetch(_TO_RECEIVE, order_id))[0]["n"]:
        raise ConflictError("There is no line to receive.")
    await context.data.execute(_AGAIN, order_id)
    await context.data.execute(_STATE, order_id, "receiving")
    await context.runs.resume(row["run_id"])
    after = {"file": row["file_name"]}
    await context.desk.note("purchase_order.received", "purchase_order", order_id, None, after)


async def discard(context: EventContext, order_id: UUID) -> None:
    """Give an order up: its file is deleted, what was received stays. Raises `ConflictError` if it is done."""
    row = await _locked(context, order_id)
    if row["state"] in ("done", "discarded"):
        raise ConflictError("This order is done.", state=row["state"])
    await context.data.execute(_DISCARD, order_id)
    await context.runs.stop(row["run_id"], "discarded", "The purchase order was discarded.")
    after = {"file": row["file_name"]}
    await context.desk.note("purchase_order.discarded", "purchase_order", order_id, None, after)


async def _match_of(context: EventContext, wanted: Mapping[str, Any]) -> dict[str, Any]:
    if wanted.get("is_new"):
        return {"match": "new", "product_id": None, "match_confidence": 100}
    product_id = wanted.get("product_id")
    if product_id is None:
        return {}
    if not await context.data.fetch(_PRODUCT, product_id):
        raise NotFoundError("There is no such product.", product_id=str(product_id))
    return {"match": "chosen", "product_id": product_id, "match_confidence": 100}


async def _write_line(context: EventContext, order_id: UUID, line_no: int, columns: Mapping[str, Any]) -> None:
    sets = ", ".join(f"{name} = ${number}" for number, name in enumerate(columns, start=4))
    await context.data.execute(
        f"UPDATE purchase_orders_lines SET {sets}{', ' if sets else ''}problem = NULL, version = version + 1 "
        "WHERE workspace_id = $1 AND order_id = $2 AND line_no = $3",
        order_id, line_no, *columns.values(),
    )  # fmt: skip


async def _locked(context: EventContext, order_id: UUID) -> Mapping[str, Any]:
    rows = await context.data.fetch(_LOCK, order_id)
    if not rows:
        raise _no_such(order_id)
    return rows[0]


async def _line(context: EventContext, order_id: UUID, line_no: int) -> Mapping[str, Any]:
    rows = await context.data.fetch(_LINE, order_id, line_no)
    if not rows:
        raise NotFoundError("There is no such line.", line_no=line_no)
    return rows[0]


def _demand_checking(state: str) -> None:
    if state != "checking":
        raise ConflictError("This order is not waiting to be checked.", state=state)


def _no_such(order_id: UUID) -> NotFoundError:
    return NotFoundError("There is no such purchase order.", order_id=str(order_id))
