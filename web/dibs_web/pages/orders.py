"""Orders: finding one, what is in it, paying, cancelling, sharing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import attrs
import segno
from quart import Blueprint, Response, request

from dibs import ConflictError, InvalidInputError, NotFoundError
from dibs.api.acting import link_to
from dibs.api.auth import actor, needs, principal
from dibs.api.order_papers import paper_of
from dibs.api.orders import links, orders
from dibs.api.plugin_data import core_transaction
from dibs.audit_log.reading import AuditEntry, AuditFilter, AuditLog
from dibs.buyers import People
from dibs.codec import structure
from dibs.models.orders import Order
from dibs.money import line_total, total
from dibs.orders.model import LinkDays, OrderCancelling, OrderFilter, OrderLink
from dibs.orders.papers import Paper, Words
from dibs.runtime import current_runtime
from dibs.shows.service import Shows
from dibs_web.audit_words import action_words
from dibs_web.forms import id_or_none, query_text, version_of
from dibs_web.i18n import _, language, translate
from dibs_web.order_words import ORIGIN_WORDS, PAPER_WORDS, SOURCE_WORDS, STATUS_WORDS
from dibs_web.rendering import faults_by_field, page, see_other

_PAGE: Final = 50
_FILTERS: Final = ("q", "status", "origin")
_IDS: Final = ("show_id", "customer_id", "buyer_id")


def add_pages(blueprint: Blueprint) -> None:
    """Add the list, an order, its papers, and the targets of its forms."""
    one = "/orders/<uuid:order_id>"
    blueprint.add_url_rule("/orders", "orders", list_orders)
    blueprint.add_url_rule(one, "order", show_order)
    blueprint.add_url_rule(f"{one}/<any(invoice, packing_slip):paper>.pdf", "order_paper", paper)
    blueprint.add_url_rule(f"{one}/paid", "order_paid", mark_paid, methods=["POST"])
    blueprint.add_url_rule(f"{one}/cancel", "order_cancel", cancel, methods=["POST"])
    blueprint.add_url_rule(f"{one}/links", "order_links", share, methods=["POST"])
    blueprint.add_url_rule(f"{one}/links/revoke", "order_unshare", unshare, methods=["POST"])


@needs("orders:read")
async def list_orders() -> Response:
    """Orders, the newest first, by status, origin and words."""
    asked = {name: query_text(name) for name in _FILTERS}
    ids = {name: found for name in _IDS if (found := id_or_none(request.args.get(name, ""))) is not None}
    wanted = OrderFilter(
        status=asked["status"] if asked["status"] in STATUS_WORDS else None,  # type: ignore[arg-type]
        origin=asked["origin"] if asked["origin"] in ORIGIN_WORDS else None,  # type: ignore[arg-type]
        **ids,
        q=asked["q"],
        cursor=id_or_none(request.args.get("after", "")),
        limit=_PAGE,
    )
    workspace_id = principal().workspace_id
    try:
        rows, after = await orders().page(workspace_id, wanted)
    except InvalidInputError:  # the place to go on from is gone
        rows, after = await orders().page(workspace_id, attrs.evolve(wanted, cursor=None))
    here = {name: value for name, value in asked.items() if value} | {name: str(one) for name, one in ids.items()}
    return await page(
        "orders/list.html",
        active="orders",
        rows=rows,
        asked=asked,
        ids=ids,
        sums=await orders().sums(workspace_id, attrs.evolve(wanted, cursor=None)),
        statuses=STATUS_WORDS,
        origins=ORIGIN_WORDS,
        filtered=bool(here),
        first=f"/orders?{urlencode(here)}" if wanted.cursor else "",
        next=f"/orders?{urlencode({**here, 'after': str(after)})}" if after else "",
    )


@needs("orders:read")
async def show_order(order_id: UUID) -> Response:
    """All that there is to say about an order."""
    return await _order(order_id)


async def _order(order_id: UUID, *, status: int = 200, **more: Any) -> Response:
    who = principal()
    found = await orders().get(who.workspace_id, order_id, costs=who.may("costs:read"))
    values: dict[str, Any] = {
        "order": found,
        "charged": [line for line in found.lines if not line.sample],
        "samples": [line for line in found.lines if line.sample],
        "margin": _margin(found) if who.may("costs:read") else None,
        "links": await links().valid(who.workspace_id, order_id),
        "statuses": STATUS_WORDS,
        "origins": ORIGIN_WORDS,
        "sources": SOURCE_WORDS,
        "history": await _history(order_id),
        "show_title": await _show_title(found),
        "buyer_name": await _buyer_name(found),
        "action_words": action_words,
        "link": None,
        "faults": {},
        **more,
    }
    return await page("orders/order.html", active="orders", status=status, **values)


async def _show_title(order: Order) -> str:
    """The title of the show that the order is from; `""` if there is none any more."""
    if order.show_id is None:
        return ""
    try:
        return str((await Shows(current_runtime().db).get(principal().workspace_id, order.show_id))["title"])
    except NotFoundError:
        return ""


async def _buyer_name(order: Order) -> str:
    found = (
        await People(current_runtime().db).buyers(principal().workspace_id, [order.buyer_id]) if order.buyer_id else []
    )
    return found[0].handle or order.name if found else order.name


async def _history(order_id: UUID) -> Sequence[AuditEntry]:
    """What was done to the order, the newest first."""
    wanted = AuditFilter(entity="order", entity_id=str(order_id))
    return (await AuditLog(current_runtime().db).page(principal().workspace_id, wanted)).entries


def _margin(order: Order) -> Mapping[str, Any] | None:
    """What is left of an order after its costs; None if a cost is unknown."""
    if not order.total or any(line.unit_cost is None for line in order.lines):
        return None
    cost = total(line_total(line.unit_cost, line.quantity) for line in order.lines if line.unit_cost is not None)
    return {"cost": cost, "left": order.total - cost, "percent": (order.total - cost) * 100 / order.total}


@needs("orders:read")
async def paper(order_id: UUID, paper: Paper) -> Response:
    """The invoice or the packing slip, in the language of the reader."""
    found = await orders().get(principal().workspace_id, order_id, costs=False)
    return await paper_of(paper, principal().workspace_id, found, paper_words())


def paper_words() -> Words:
    """The words of papers in the language of the reader."""
    return Words({key: translate(words) for key, words in PAPER_WORDS.items()}, language())


@needs("orders:create")
async def mark_paid(order_id: UUID) -> Response:
    """Say that the money came."""
    version = version_of(await request.form)
    try:
        async with core_transaction() as context:
            await context.desk.orders.mark_paid(order_id, version)
    except ConflictError:
        return await _order(order_id, status=409, stale=True)
    return see_other(f"/orders/{order_id}", toast=_("Marked as paid."))


@needs("orders:create")
async def cancel(order_id: UUID) -> Response:
    """Cancel it, and give its stock back."""
    form = await request.form
    try:
        wanted = structure({"version": version_of(form), "reason": form.get("reason", "").strip()}, OrderCancelling)
        async with core_transaction() as context:
            await context.desk.orders.cancel(order_id, wanted.version, wanted.reason)
    except InvalidInputError as error:
        return await _order(order_id, status=400, faults=faults_by_field(error))
    except ConflictError:
        return await _order(order_id, status=409, stale=True)
    return see_other(f"/orders/{order_id}", toast=_("Cancelled. Its stock is back."))


@needs("orders:create")
async def share(order_id: UUID) -> Response:
    """Make a link. It is shown this once: only its hash is kept."""
    try:
        days = structure({"days": int((await request.form).get("days", "30"))}, LinkDays).days
    except (ValueError, InvalidInputError):
        return await _order(order_id, status=400, faults={"days": _("must be from 1 to 365")})
    made = await links().make(principal().workspace_id, order_id, days, actor())
    return await _order(order_id, link=_shown(made))


def _shown(made: OrderLink) -> Mapping[str, Any]:
    url = link_to(f"/shared/orders/{made.token}")
    return {"url": url, "picture": segno.make(url, error="m").svg_data_uri(scale=4, border=2), "until": made.expires_at}


@needs("orders:create")
async def unshare(order_id: UUID) -> Response:
    """Void every link of the order."""
    await links().revoke(principal().workspace_id, order_id, actor())
    return see_other(f"/orders/{order_id}", toast=_("The links lead nowhere any more."))
