"""Products of the workspace: finding, adding, changing, and the whole catalogue as a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs.api.answers.catalogue import ProductsPage
from dibs.api.auth import actor, needs, principal
from dibs.api.body import json_body, read_body, read_query
from dibs.api.operation import operation
from dibs.catalogue import Products
from dibs.catalogue.export import catalogue_csv
from dibs.catalogue.model import NewProduct, Product, ProductFilter, ProductPatch
from dibs.runtime import current_runtime

blueprint = Blueprint("products", __name__, url_prefix="/api/products")


def products() -> Products:
    """The products of this process."""
    return Products(current_runtime().db)


async def given_fields(patch: Any, left_out: Sequence[str] = ("version",)) -> dict[str, Any]:
    """The fields that the body of this request names, as they were read."""
    body = await json_body()
    named = [field.name for field in attrs.fields(type(patch)) if field.name in body and field.name not in left_out]
    return {name: getattr(patch, name) for name in named}


@blueprint.get("")
@needs("catalogue:read")
@operation("Find products by name or category", query=ProductFilter, answer=ProductsPage)
async def list_products() -> Response:
    """Products in order of their names, with the sums over their batches; `cursor` goes on."""
    found, after = await products().page(principal().workspace_id, read_query(ProductFilter))
    return jsonify(ProductsPage(found, after))


@blueprint.post("")
@needs("catalogue:write")
@operation("Add a product", body=NewProduct, answer=Product, status=201, errors=(409,))
async def add_product() -> tuple[Response, int]:
    """Add a product; its name is not taken yet."""
    body = await read_body(NewProduct)
    return jsonify(await products().add(principal().workspace_id, body, actor())), 201


@blueprint.get("/export")
@needs("catalogue:read")
@operation("The whole catalogue as a CSV file", answer=str, media="text/csv")
async def export_catalogue() -> Response:
    """A row for each batch, and one for each product without any; the import takes the same columns."""
    who = principal()
    text = await catalogue_csv(current_runtime().db, who.workspace_id, costs=who.may("costs:read"))
    headers = {"Content-Disposition": 'attachment; filename="catalogue.csv"', "Cache-Control": "no-store"}
    return Response(text, content_type="text/csv; charset=utf-8", headers=headers)


@blueprint.get("/<uuid:product_id>")
@needs("catalogue:read")
@operation("A product", answer=Product)
async def get_product(product_id: UUID) -> Response:
    """One product with the sums over its batches."""
    return jsonify(await products().get(principal().workspace_id, product_id))


@blueprint.patch("/<uuid:product_id>")
@needs("catalogue:write")
@operation("Change a product", body=ProductPatch, answer=Product, errors=(409,))
async def change_product(product_id: UUID) -> Response:
    """Change the fields that are named; whoever read an older version gets a 409."""
    body = await read_body(ProductPatch)
    wanted = await given_fields(body)
    return jsonify(await products().change(principal().workspace_id, product_id, body.version, wanted, actor()))
