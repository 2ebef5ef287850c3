"""Customers of the workspace, and which buyers they are."""

from __future__ import annotations

from uuid import UUID

from quart import Blueprint, Response, jsonify

from dibs.api.answers.catalogue import CustomerProfile, CustomersPage
from dibs.api.auth import actor, needs, principal
from dibs.api.body import read_body, read_query
from dibs.api.operation import operation
from dibs.api.products import given_fields
from dibs.catalogue import Customers
from dibs.catalogue.model import BuyerLink, Customer, CustomerFilter, CustomerPatch, NewCustomer
from dibs.runtime import current_runtime

blueprint = Blueprint("customers", __name__, url_prefix="/api/customers")


def customers() -> Customers:
    """The customers of this process."""
    return Customers(current_runtime().db)


@blueprint.get("")
@needs("catalogue:read")
@operation("Find customers by name, contact or note", query=CustomerFilter, answer=CustomersPage)
async def list_customers() -> Response:
    """Customers in order of their names; `cursor` goes on."""
    found, after = await customers().page(principal().workspace_id, read_query(CustomerFilter))
    return jsonify(CustomersPage(found, after))


@blueprint.post("")
@needs("catalogue:write")
@operation("Add a customer", body=NewCustomer, answer=Customer, status=201)
async def add_customer() -> tuple[Response, int]:
    """Add a customer."""
    body = await read_body(NewCustomer)
    return jsonify(await customers().add(principal().workspace_id, body, actor())), 201


@blueprint.get("/<uuid:customer_id>")
@needs("catalogue:read")
@operation("A customer with the linked buyers", answer=CustomerProfile)
async def get_customer(customer_id: UUID) -> Response:
    """One customer, and the buyers who are this customer."""
    return jsonify(await profile(principal().workspace_id, customer_id))


async def profile(workspace_id: UUID, customer_id: UUID) -> CustomerProfile:
    """All that is known of a customer. Raises `NotFoundError`."""
    found = await customers().get(workspace_id, customer_id)
    return CustomerProfile(found, await customers().buyers(workspace_id, customer_id))


@blueprint.patch("/<uuid:customer_id>")
@needs("catalogue:write")
@operation("Change a customer", body=CustomerPatch, answer=Customer, errors=(409,))
async def change_customer(customer_id: UUID) -> Response:
    """Change the fields that are named; whoever read an older version gets a 409."""
    body = await read_body(CustomerPatch)
    wanted = await given_fields(body)
    changed = await customers().change(principal().workspace_id, customer_id, body.version, wanted, actor())
    current_runtime().customer_access.sign_ins.forget()
    return jsonify(changed)


@blueprint.post("/<uuid:customer_id>/buyers")
@needs("catalogue:write")
@operation("Link a buyer to a customer", body=BuyerLink, answer=CustomerProfile, errors=(409,))
async def link_buyer(customer_id: UUID) -> Response:
    """Say that a buyer, with all identities, is this customer."""
    body, who = await read_body(BuyerLink), principal()
    await customers().link(who.workspace_id, customer_id, body.buyer_id, actor())
    return jsonify(await profile(who.workspace_id, customer_id))


@blueprint.delete("/<uuid:customer_id>/buyers/<uuid:buyer_id>")
@needs("catalogue:write")
@operation("Take the link of a buyer off a customer", answer=None, status=204)
async def unlink_buyer(customer_id: UUID, buyer_id: UUID) -> tuple[str, int]:
    """Say that a buyer is not this customer."""
    await customers().unlink(principal().workspace_id, customer_id, buyer_id, actor())
    return "", 204
