"""What staff and the customer are shown of a session.

The two are built apart: the customer's is a list of what may be seen.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from dibs import CreditStanding, EventContext
from dibs.money import rounded, total
from dibs_live_shopping.loading import Cart, read
from dibs_live_shopping.model import (
    CustomerLine,
    CustomerProposal,
    CustomerSession,
    Pick,
    StaffCredit,
    StaffLine,
    StaffProposal,
    StaffSession,
)
from dibs_live_shopping.rows import Line, Proposal, plain

ONLINE: Final = timedelta(seconds=30)


async def staff_view(context: EventContext, session_id: UUID, *, costs: bool) -> StaffSession:
    """A session as staff see it, with costs or without. Raises `NotFoundError`."""
    cart = await read(context.data, session_id)
    if cart.session.customer_id is not None:
        cart.standing = await context.desk.credit.standing(cart.session.customer_id)
    return staff_of(cart, costs=costs)


async def customer_view(context: EventContext, session_id: UUID) -> CustomerSession:
    """A session as its customer sees it; whose it is, the caller has checked. Raises `NotFoundError`."""
    return customer_of(await read(context.data, session_id))


def staff_of(cart: Cart, *, costs: bool) -> StaffSession:
    """A session that is in hand, as staff see it."""
    s = cart.session
    return StaffSession(
        session_id=s.id, status=s.status, title=s.title, notes=s.notes, room_code=s.room_code, name=s.name,
        customer_id=s.customer_id, buyer_id=s.buyer_id, show_id=s.show_id, host_name=s.host_name,
        scheduled_at=s.scheduled_at, started_at=s.started_at, ended_at=s.ended_at, end_reason=s.end_reason,
        timeout_minutes=s.timeout_minutes, expires_at=s.expires_at, warned=s.warned_at is not None,
        extensions=s.extensions, joined_at=s.joined_at, online=_online(cart), kicked=s.kicked_at is not None,
        checkout_requested_at=s.checkout_requested_at, order_id=s.order_id, order_number=s.order_number,
        currency=s.currency, total=total(line.owed for line in cart.lines.values()),
        credit=_credit(cart.standing), lines=tuple(_staff_line(line, costs) for line in cart.lines.values()),
        proposals=tuple(_staff_proposal(one) for one in cart.proposals), version=s.version,
    )  # fmt: skip


def _online(cart: Cart) -> bool:
    seen = cart.session.seen_at
    return seen is not None and cart.session.kicked_at is None and cart.now - seen < ONLINE


def _staff_line(line: Line, costs: bool) -> StaffLine:
    return StaffLine(
        line_id=line.id, batch_id=line.batch_id, product_id=line.product_id, claim_id=line.claim_id, name=line.name,
        batch_code=line.batch_code, unit=line.unit, picture_url=line.picture_url, quantity=plain(line.quantity),
        price=line.price, price_source=line.price_source, price_detail=detail_for(line.price, line.price_detail, costs),
        price_notes=line.price_notes, price_warnings=line.price_warnings, price_before=line.price_before,
        needs_confirmation=line.needs_confirmation, total=line.total, sample=line.sample, intent=line.intent,
        highlighted=line.highlighted, added_by=line.added_by, added_by_name=line.added_by_name,
        picked_at=line.picked_at, unit_cost=line.unit_cost if costs else None,
        margin=_margin(line) if costs else None,
        available=plain(line.left) if line.holds and line.left is not None else None, version=line.version,
    )  # fmt: skip


def detail_for(price: Decimal | None, detail: str, costs: bool) -> str:
    """Where a price comes from in words, which name the margin: with the price that is the cost. Why there is none is
    for everybody."""
    return detail if costs or price is None else ""


def _margin(line: Line) -> Decimal | None:
    if line.price is None or line.unit_cost is None or line.price == 0:
        return None
    return rounded((line.price - line.unit_cost) * 100 / line.price)


def _credit(standing: CreditStanding | None) -> StaffCredit | None:
    if standing is None:
        return None
    draft = standing.draft
    return StaffCredit(
        standing.state, standing.limit, standing.balance, draft.to_purchase + standing.adding, draft.interested,
        draft.samples, standing.available, standing.may_override,
    )  # fmt: skip


def _staff_proposal(one: Proposal) -> StaffProposal:
    return StaffProposal(
        one.id, one.line_id, one.made_by, one.made_by_name, one.price, plain(one.quantity), one.message, one.state,
        one.answers, one.made_at, one.answered_at,
    )  # fmt: skip


def customer_of(cart: Cart) -> CustomerSession:
    """A session that is in hand, as its customer sees it."""
    s, lines = cart.session, tuple(_customer_line(line) for line in cart.lines.values())
    bought = (line.total for line in lines if line.intent == "to_purchase" and line.total is not None)
    return CustomerSession(
        session_id=s.id, status=s.status, title=s.title, host_name=s.host_name, scheduled_at=s.scheduled_at,
        expires_at=s.expires_at, warned=s.warned_at is not None, checkout_requested_at=s.checkout_requested_at,
        order_number=s.order_number, currency=s.currency, total=total(bought), lines=lines,
        proposals=tuple(_customer_proposal(one) for one in cart.proposals),
    )  # fmt: skip


def _customer_line(line: Line) -> CustomerLine:
    seen = not line.needs_confirmation
    return CustomerLine(
        line_id=line.id, batch_id=line.batch_id, name=line.name, unit=line.unit, picture_url=line.picture_url,
        quantity=plain(line.quantity), price=line.price if seen else None, price_before=line.price_before,
        price_notes=line.price_notes if seen else (), total=line.total if seen or line.sample else None,
        sample=line.sample, intent=line.intent, highlighted=line.highlighted, from_you=line.added_by == "customer",
        from_show=line.claim_id is not None, agreed=line.agreed, version=line.version,
    )  # fmt: skip


def _customer_proposal(one: Proposal) -> CustomerProposal:
    return CustomerProposal(
        one.id, one.line_id, one.made_by == "customer", one.price, plain(one.quantity), one.message, one.state,
        one.made_at,
    )  # fmt: skip


def picks_of(cart: Cart) -> list[Pick]:
    """What the warehouse fetches for a session: samples first."""
    lines = cart.lines.values() if cart.session.fetched_for else ()
    wanted = [line for line in lines if line.intent != "interested"]
    return [_pick(cart, line) for line in sorted(wanted, key=lambda line: (not line.sample, line.id))]


def _pick(cart: Cart, line: Line) -> Pick:
    return Pick(
        line.id, cart.session.id, cart.session.title, line.name, cart.session.name, line.batch_code, line.unit,
        plain(line.quantity), line.sample, line.intent, line.picked_at, line.picked_by,
    )  # fmt: skip
