"""The catalogue: products with what there is of them, receiving and adjusting, and lists from a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import attrs
from quart import Blueprint, Response, request

from dibs import ConflictError, InvalidInputError
from dibs.api.auth import actor, needs, principal
from dibs.api.batches import batches
from dibs.api.catalogue_import import carry_out
from dibs.api.list_upload import uploaded_list
from dibs.api.products import products
from dibs.catalogue.model import (
    BatchFilter,
    BatchPatch,
    MovementFilter,
    NewBatch,
    NewMovement,
    NewProduct,
    ProductFilter,
    ProductPatch,
)
from dibs.catalogue.reading import read_list
from dibs.codec import structure
from dibs.errors import OutOfStockError
from dibs.item_import import Record, read_records
from dibs_web.forms import id_or_none, optional, query_text, version_of
from dibs_web.i18n import _
from dibs_web.rendering import faults_by_field, page, see_other
from dibs_web.security import WITH_PICTURES

_PAGE: Final = 50
_MOST_BATCHES: Final = 200


def add_pages(blueprint: Blueprint) -> None:
    """Add the list, a product, a batch, the import, and the targets of their forms."""
    product, batch = "/catalogue/<uuid:product_id>", "/catalogue/batches/<uuid:batch_id>"
    rules = (
        ("/catalogue", "catalogue", list_products, "GET"),
        ("/catalogue", "catalogue_add", add_product, "POST"),
        ("/catalogue/import", "catalogue_import", show_import, "GET"),
        ("/catalogue/import", "catalogue_import_post", import_list, "POST"),
        (product, "product", show_product, "GET"),
        (product, "product_edit", edit_product, "POST"),
        (f"{product}/batches", "product_receive", receive, "POST"),
        (batch, "batch", show_batch, "GET"),
        (batch, "batch_edit", edit_batch, "POST"),
        (f"{batch}/move", "batch_move", move, "POST"),
    )
    for path, endpoint, view, method in rules:
        blueprint.add_url_rule(path, endpoint, view, methods=[method])


async def _page(template: str, *, status: int = 200, **values: Any) -> Response:
    """A page of the catalogue. Its pictures come from where the seller keeps them."""
    response = await page(f"catalogue/{template}", active="catalogue", status=status, **values)
    response.headers["Content-Security-Policy"] = WITH_PICTURES
    return response


@needs("catalogue:read")
async def list_products() -> Response:
    """The products in order of their names."""
    return await _list()


async def _list(*, status: int = 200, **more: Any) -> Response:
    asked = {name: query_text(name) for name in ("q", "category")}
    cursor = id_or_none(request.args.get("after", ""))
    wanted = ProductFilter(q=asked["q"], category=asked["category"] or None, cursor=cursor, limit=_PAGE)
    workspace_id = principal().workspace_id
    try:
        rows, after = await products().page(workspace_id, wanted)
    except InvalidInputError:  # the place to go on from is gone
        rows, after = await products().page(workspace_id, attrs.evolve(wanted, cursor=None))
    here = {name: value for name, value in asked.items() if value}
    categories = await products().categories(workspace_id)
    values = {
        "rows": rows,
        "asked": asked,
        "categories": categories,
        "category_choices": [("", _("Any")), *((name, name) for name in categories)],
        "first": f"/catalogue?{urlencode(here)}" if wanted.cursor else "",
        "next": f"/catalogue?{urlencode({**here, 'after': str(after)})}" if after else "",
        "given": {},
        "faults": {},
        **more,
    }
    return await _page("list.html", status=status, **values)


def _product_fields(form: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": form.get("name", "").strip(),
        "category": optional(form, "category"),
        "unit": form.get("unit", "").strip(),
        "picture_url": optional(form, "picture_url"),
    }


@needs("catalogue:write")
async def add_product() -> Response:
    """Add a product."""
    form = await request.form
    try:
        new = structure(_product_fields(form), NewProduct)
        made = await products().add(principal().workspace_id, new, actor())
    except (InvalidInputError, ConflictError) as error:
        return await _list(status=_status(error), given=form, faults=_faults(error, "name"))
    return see_other(f"/catalogue/{made.product_id}", toast=_("Added. Now receive a first batch."))


@needs("catalogue:read")
async def show_product(product_id: UUID) -> Response:
    """A product with its batches."""
    return await _product(product_id)


async def _product(product_id: UUID, *, status: int = 200, **more: Any) -> Response:
    who = principal()
    wanted = BatchFilter(product_id=product_id, limit=_MOST_BATCHES)
    found, after = await batches().page(who.workspace_id, wanted, costs=who.may("costs:read"))
    values = {
        "product": await products().get(who.workspace_id, product_id),
        "rows": found,
        "more_batches": after is not None,
        "categories": await products().categories(who.workspace_id),
        "given": {},
        "faults": {},
        "batch_given": {},
        "batch_faults": {},
        **more,
    }
    return await _page("product.html", status=status, **values)


@needs("catalogue:write")
async def edit_product(product_id: UUID) -> Response:
    """Keep name, category, unit and picture."""
    form, workspace_id = await request.form, principal().workspace_id
    wanted = _product_fields(form)
    try:
        structure({"version": 0, **wanted}, ProductPatch)
        await products().change(workspace_id, product_id, version_of(form), wanted, actor())
    except (InvalidInputError, ConflictError) as error:
        stale = _stale(error)
        return await _product(
            product_id, status=_status(error), given=form, faults={} if stale else _faults(error, "name"), stale=stale
        )
    return see_other(f"/catalogue/{product_id}", toast=_("Saved."))


def _batch_fields(form: Mapping[str, str]) -> dict[str, Any]:
    return {
        "code": form.get("code", "").strip(),
        "unit_cost": optional(form, "unit_cost", decimal=True),
        "received_on": optional(form, "received_on"),
    }


@needs("catalogue:write")
async def receive(product_id: UUID) -> Response:
    """Receive a new batch."""
    form = await request.form
    quantity = optional(form, "quantity", decimal=True) or "0"
    given = {"product_id": str(product_id), "quantity": quantity, **_batch_fields(form)}
    try:
        await batches().receive(principal().workspace_id, structure(given, NewBatch), actor())
    except (InvalidInputError, ConflictError) as error:
        faults = _faults(error, "code")
        return await _product(product_id, status=_status(error), batch_given=form, batch_faults=faults)
    return see_other(f"/catalogue/{product_id}", toast=_("Received."))


@needs("catalogue:read")
async def show_batch(batch_id: UUID) -> Response:
    """A batch with its ledger."""
    return await _batch(batch_id)


async def _batch(batch_id: UUID, *, status: int = 200, **more: Any) -> Response:
    who, after = principal(), id_or_none(request.args.get("after", ""))
    found, following = await batches().movements(who.workspace_id, batch_id, MovementFilter(after, _PAGE))
    path = f"/catalogue/batches/{batch_id}"
    values = {
        "batch": await batches().get(who.workspace_id, batch_id, costs=who.may("costs:read")),
        "movements": found,
        "first": path if after else "",
        "next": f"{path}?after={following}" if following else "",
        "given": {},
        "faults": {},
        "move_given": {},
        "move_faults": {},
        **more,
    }
    return await _page("batch.html", status=status, **values)


@needs("catalogue:write")
async def edit_batch(batch_id: UUID) -> Response:
    """Keep code, unit cost and day."""
    form, workspace_id = await request.form, principal().workspace_id
    try:
        patch = structure({"version": version_of(form), **_batch_fields(form)}, BatchPatch)
        wanted = {name: getattr(patch, name) for name in ("code", "unit_cost", "received_on")}
        await batches().change(workspace_id, batch_id, patch.version, wanted, actor())
    except (InvalidInputError, ConflictError) as error:
        stale = _stale(error)
        faults = {} if stale else _faults(error, "code")
        return await _batch(batch_id, status=_status(error), given=form, faults=faults, stale=stale)
    return see_other(f"/catalogue/batches/{batch_id}", toast=_("Saved."))


@needs("catalogue:write")
async def move(batch_id: UUID) -> Response:
    """Receive more, adjust, put aside or take back."""
    form = await request.form
    given = {
        "kind": form.get("kind", ""),
        "quantity": optional(form, "quantity", decimal=True) or "",
        "reason": form.get("reason", "").strip(),
    }
    try:
        await batches().move(principal().workspace_id, batch_id, structure(given, NewMovement), actor())
    except OutOfStockError as error:
        words = _("Only %(left)s are left that nobody has a claim on.", left=error.data["left"])
        return await _batch(batch_id, status=409, move_given=form, move_faults={"quantity": words})
    except (InvalidInputError, ConflictError) as error:
        return await _batch(batch_id, status=_status(error), move_given=form, move_faults=_moved(error))
    return see_other(f"/catalogue/batches/{batch_id}", toast=_("Written into the ledger."))


def _moved(error: InvalidInputError | ConflictError) -> dict[str, str]:
    """What is wrong with a movement as a whole is told at the field that can put it right."""
    faults = _faults(error, "quantity")
    whole = faults.pop("$", "")
    if whole:
        faults["reason" if whole.startswith("reason") else "quantity"] = whole.partition(" ")[2]
    return faults


@needs("catalogue:write")
async def show_import() -> Response:
    """Where a list is pasted or chosen."""
    return await _page("import.html", text="", found=None, faults={})


@needs("catalogue:write")
async def import_list() -> Response:
    """Look at a list; with `confirm`, bring it in."""
    form = await request.form
    confirmed = "confirm" in form
    text = form.get("text", "")
    try:
        records, remarks = (read_records(text), ()) if confirmed else await uploaded_list()
        text = text if confirmed else _as_text(records)
        found = await carry_out(read_list(records, remarks), preview=not confirmed)
    except (InvalidInputError, ConflictError) as error:
        return await _page("import.html", status=_status(error), text=text, found=None, faults=_faults(error, "list"))
    if not confirmed:
        return await _page("import.html", text=text, found=found, faults={})
    done = found.totals.new + found.totals.changed
    return see_other("/catalogue", toast=_("Imported: %(count)s rows changed something.", count=done))


def _as_text(records: Sequence[Record]) -> str:
    """The rows as they are sent again to be brought in, each on its own line number as far as lines go."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    for line, cells in records:
        out.write("\n" * max(0, line - 1 - out.getvalue().count("\n")))
        writer.writerow([cell.replace("\0", "") for cell in cells])
    return out.getvalue()


def _status(error: InvalidInputError | ConflictError) -> int:
    return 400 if isinstance(error, InvalidInputError) else 409


def _stale(error: Exception) -> bool:
    return isinstance(error, ConflictError) and "version" in error.data


def _faults(error: InvalidInputError | ConflictError, field: str) -> dict[str, str]:
    """What is wrong by field; a conflict is told at the one that it is about."""
    return faults_by_field(error) if isinstance(error, InvalidInputError) else {field: error.message}
