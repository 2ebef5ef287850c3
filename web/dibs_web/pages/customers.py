"""Customers: finding one, what is known of them, and which buyers they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import attrs
from quart import Blueprint, Response, request

from dibs import ConflictError, InvalidInputError
from dibs.api.auth import actor, needs, principal
from dibs.api.buyers import people
from dibs.api.customers import customers, profile
from dibs.buyers.model import BuyerFilter
from dibs.catalogue.model import CustomerFilter, CustomerPatch, NewCustomer
from dibs.codec import structure
from dibs_web.forms import id_or_none, optional, query_text, version_of
from dibs_web.i18n import _
from dibs_web.newest_orders import orders_of
from dibs_web.pages.customer_access import access_values
from dibs_web.rendering import faults_by_field, page, see_other

_PAGE: Final = 50
_CANDIDATES: Final = 10


def add_pages(blueprint: Blueprint) -> None:
    """Add the list, a customer, and the targets of their forms."""
    one = "/customers/<uuid:customer_id>"
    blueprint.add_url_rule("/customers", "customers", list_customers)
    blueprint.add_url_rule("/customers", "customer_add", add_customer, methods=["POST"])
    blueprint.add_url_rule(one, "customer", show_customer)
    blueprint.add_url_rule(one, "customer_edit", edit_customer, methods=["POST"])
    blueprint.add_url_rule(f"{one}/link", "customer_link", link, methods=["POST"])
    blueprint.add_url_rule(f"{one}/unlink", "customer_unlink", unlink, methods=["POST"])


@needs("catalogue:read")
async def list_customers() -> Response:
    """The customers in order of their names."""
    return await _list()


async def _list(*, status: int = 200, **more: Any) -> Response:
    words, cursor = query_text("q"), id_or_none(request.args.get("after", ""))
    wanted, workspace_id = CustomerFilter(words, cursor, _PAGE), principal().workspace_id
    try:
        rows, after = await customers().page(workspace_id, wanted)
    except InvalidInputError:  # the place to go on from is gone
        rows, after = await customers().page(workspace_id, attrs.evolve(wanted, cursor=None))
    here = {"q": words} if words else {}
    values = {
        "rows": rows,
        "words": words,
        "first": f"/customers?{urlencode(here)}" if wanted.cursor else "",
        "next": f"/customers?{urlencode({**here, 'after': str(after)})}" if after else "",
        "given": {},
        "faults": {},
        **more,
    }
    return await page("customers/list.html", active="customers", status=status, **values)


def _fields(form: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": form.get("name", "").strip(),
        "contact": form.get("contact", "").strip(),
        "note": form.get("note", "").replace("\r\n", "\n"),
        "credit_limit": optional(form, "credit_limit", decimal=True),
    }


@needs("catalogue:write")
async def add_customer() -> Response:
    """Add a customer."""
    form = await request.form
    try:
        new = structure(_fields(form), NewCustomer)
    except InvalidInputError as error:
        return await _list(status=400, given=form, faults=faults_by_field(error))
    made = await customers().add(principal().workspace_id, new, actor())
    return see_other(f"/customers/{made.customer_id}", toast=_("Added."))


@needs("catalogue:read")
async def show_customer(customer_id: UUID) -> Response:
    """What is known of a customer, and their buyers."""
    return await _customer(customer_id)


async def _customer(customer_id: UUID, *, status: int = 200, **more: Any) -> Response:
    workspace_id, words = principal().workspace_id, query_text("buyer")
    found = await profile(workspace_id, customer_id)
    linked = {one.buyer_id for one in found.buyers}
    candidates, _more = (
        await people().page(workspace_id, BuyerFilter(q=words, limit=_CANDIDATES)) if words else ([], None)
    )
    values = {
        "customer": found.customer,
        "buyers": found.buyers,
        "words": words,
        **await access_values(customer_id),
        "candidates": [one for one in candidates if one.buyer_id not in linked],
        "given": {},
        "faults": {},
        **await orders_of(customer_id=customer_id),
        **more,
    }
    return await page("customers/customer.html", active="customers", status=status, **values)


@needs("catalogue:write")
async def edit_customer(customer_id: UUID) -> Response:
    """Keep what is known."""
    form = await request.form
    try:
        patch = structure({"version": version_of(form), **_fields(form)}, CustomerPatch)
        wanted = {name: getattr(patch, name) for name in ("name", "contact", "note", "credit_limit")}
        await customers().change(principal().workspace_id, customer_id, patch.version, wanted, actor())
    except InvalidInputError as error:
        return await _customer(customer_id, status=400, given=form, faults=faults_by_field(error))
    except ConflictError:
        return await _customer(customer_id, status=409, given=form, stale=True)
    return see_other(f"/customers/{customer_id}", toast=_("Saved."))


@needs("catalogue:write")
async def link(customer_id: UUID) -> Response:
    """Say that a buyer is this customer."""
    buyer_id = id_or_none((await request.form).get("buyer_id", ""))
    if buyer_id is None:
        return see_other(f"/customers/{customer_id}", toast=_("Choose a buyer first."))
    try:
        await customers().link(principal().workspace_id, customer_id, buyer_id, actor())
    except ConflictError as error:
        words = _("This buyer was erased.") if "erased" in error.data else _("This buyer is another customer already.")
        return see_other(f"/customers/{customer_id}", toast=words)
    return see_other(f"/customers/{customer_id}", toast=_("Linked."))


@needs("catalogue:write")
async def unlink(customer_id: UUID) -> Response:
    """Say that a buyer is not this customer."""
    buyer_id = id_or_none((await request.form).get("buyer_id", ""))
    if buyer_id is not None:
        await customers().unlink(principal().workspace_id, customer_id, buyer_id, actor())
    return see_other(f"/customers/{customer_id}", toast=_("Unlinked."))
