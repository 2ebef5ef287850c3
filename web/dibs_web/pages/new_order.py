"""An order by hand: for whom, what of which batch, at which price. The form is all that is kept before it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from quart import Blueprint, Response, request

from dibs import ConflictError, InvalidInputError
from dibs.api.auth import needs, principal
from dibs.api.batches import batches
from dibs.api.customers import customers
from dibs.api.plugin_data import core_transaction
from dibs.catalogue.model import BatchFilter, CustomerFilter
from dibs.errors import CreditExceededError
from dibs.ids import uuid7
from dibs.models.orders import Order
from dibs.orders.by_hand import make_by_hand
from dibs.orders.model import NewManualLine, NewManualOrder
from dibs_web.forms import id_or_none, query_text
from dibs_web.i18n import _, translate
from dibs_web.order_form import TOO_FEW, FormLine, new_line, price_lines, read_lines, sum_of
from dibs_web.order_words import SOURCE_WORDS, refusal
from dibs_web.rendering import fragment, page, see_other

_FOUND: Final = 12
_WIDTH: Final = 100


def add_pages(blueprint: Blueprint) -> None:
    """Add the choice of the customer, the form, and its sum while it is filled in."""
    one = "/orders/new/<uuid:customer_id>"
    blueprint.add_url_rule("/orders/new", "order_new", choose)
    blueprint.add_url_rule(one, "order_new_form", begin)
    blueprint.add_url_rule(one, "order_new_post", go_on, methods=["POST"])
    blueprint.add_url_rule(f"{one}/sum", "order_new_sum", show_sum, methods=["POST"])


@needs("orders:create")
async def choose() -> Response:
    """Who orders."""
    words = query_text("q")
    rows, more = await customers().page(principal().workspace_id, CustomerFilter(words, None, _FOUND))
    return await page("orders/choose.html", active="orders", rows=rows, words=words, more=more is not None)


@needs("orders:create")
async def begin(customer_id: UUID) -> Response:
    """The form, empty."""
    return await _form(customer_id, [], {"find": query_text("q")})


@needs("orders:create")
async def go_on(customer_id: UUID) -> Response:
    """Look for a batch, add or drop a line, or make the order: `act` says which."""
    form = await request.form
    act, _colon, what = form.get("act", "find").partition(":")
    lines = await read_lines(form)
    if act == "add" and (line := await new_line(id_or_none(what))) is not None:
        lines.append(line)
    elif act == "drop" and what.isascii() and what.isdigit() and int(what) < len(lines):
        del lines[int(what)]
    elif act == "save":
        return await _save(customer_id, lines, form)
    return await _form(customer_id, lines, form)


async def _save(customer_id: UUID, lines: Sequence[FormLine], form: Mapping[str, str]) -> Response:
    wanted = [line.wanted() for line in lines]
    if not wanted:
        return await _form(customer_id, lines, form, status=400, fault=translate(TOO_FEW))
    if any(one is None for one in wanted):
        return await _form(customer_id, lines, form, status=400)
    try:
        made = await _make(customer_id, [one for one in wanted if one is not None], form)
    except InvalidInputError as error:
        return await _form(customer_id, lines, form, status=400, fault=refusal(error))
    except ConflictError as error:
        over = isinstance(error, CreditExceededError)
        return await _form(customer_id, lines, form, status=409, fault=refusal(error), over=over)
    return see_other(f"/orders/{made.order_id}", toast=_("Order %(number)s is made.", number=made.number))


async def _make(customer_id: UUID, lines: Sequence[NewManualLine], form: Mapping[str, str]) -> Order:
    reason = form.get("credit_reason", "").strip() or None
    note = form.get("note", "").replace("\r\n", "\n").strip()
    async with core_transaction() as context:
        return await make_by_hand(
            context,
            NewManualOrder(customer_id, lines, note, reason),
            may_override=principal().may("credit:override"),
            once=id_or_none(form.get("once", "")),
        )


async def _form(
    customer_id: UUID, lines: Sequence[FormLine], form: Mapping[str, str], *, status: int = 200, **more: Any
) -> Response:
    workspace_id = principal().workspace_id
    customer = await customers().get(workspace_id, customer_id)
    words = "".join(char for char in form.get("find", "") if char.isprintable()).strip()[:_WIDTH]
    found, others = await batches().page(workspace_id, BatchFilter(q=words, available=True, limit=_FOUND))
    await price_lines(customer_id, lines)
    values = {
        "customer": customer,
        "lines": lines,
        "found": found,
        "others": others is not None,
        "words": words,
        "sum": sum_of(lines),
        "note": form.get("note", ""),
        "once": id_or_none(form.get("once", "")) or uuid7(),
        "sources": SOURCE_WORDS,
        "fault": "",
        "over": False,
        **more,
    }
    return await page("orders/new.html", active="orders", status=status, strict=False, **values)


@needs("orders:create")
async def show_sum(customer_id: UUID) -> Response:
    """What the form comes to, while it is filled in."""
    customer = await customers().get(principal().workspace_id, customer_id)
    lines = await read_lines(await request.form)
    await price_lines(customer.customer_id, lines)
    return await fragment("orders/_sum.html", sum=sum_of(lines), lines=lines)
