"""Negotiating a line (rule 39): one side proposes price and quantity, the other accepts, counters or declines."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import attrs

from dibs import ConflictError, EventContext, NotFoundError
from dibs.money import money_text
from dibs_live_shopping.cart import hold, note, quantity_fault
from dibs_live_shopping.loading import Cart, take_selling
from dibs_live_shopping.model import By, ProposalState
from dibs_live_shopping.overriding import price_fault
from dibs_live_shopping.rows import Line, Proposal, plain
from dibs_live_shopping.saving import save
from dibs_live_shopping.settling import Leave, check_credit, note_credit, reprice
from dibs_live_shopping.telling import tell


@attrs.frozen
class Offer:
    """A price for one unit, for so many of them."""

    price: Decimal = attrs.field(validator=price_fault)
    quantity: Decimal = attrs.field(validator=quantity_fault)
    message: str = attrs.field(default="", validator=attrs.validators.max_len(500))


async def propose(context: EventContext, session_id: UUID, line_id: UUID, offer: Offer, *, by: By, name: str) -> Cart:
    """Propose a price and a quantity for a line.

    Raises:
        NotFoundError: there is no such session or line.
        SessionClosedError: the session does not sell.
        ConflictError: a proposal for this line waits already, or it is nothing to negotiate about.
    """
    cart = await take_selling(context, session_id, by)
    line = cart.line(line_id)
    _check_line(line)
    if any(one.line_id == line_id and one.state == "pending" for one in cart.proposals):
        raise ConflictError("A proposal for this line waits for an answer.")
    cart.proposals.append(_made(context, cart, line_id, offer, by, name, None))
    await _finish(context, cart, "proposal.made", by, line_id, offer.message)
    return cart


def _check_line(line: Line) -> None:
    if line.sample:
        raise ConflictError("A sample costs nothing: there is nothing to negotiate.")
    if line.claim_id is not None:
        raise ConflictError("The price of what was won in a show is not negotiated.", claim_id=str(line.claim_id))


def _made(
    context: EventContext, cart: Cart, line_id: UUID, offer: Offer, by: By, name: str, answers: UUID | None
) -> Proposal:
    return Proposal(
        context.desk.new_id(), line_id, by, name[:200], offer.price, offer.quantity, offer.message, "pending", answers,
        cart.now,
    )  # fmt: skip


async def accept(
    context: EventContext,
    session_id: UUID,
    proposal_id: UUID,
    *,
    by: By,
    name: str,
    leave: Leave | None = None,
) -> Cart:
    """Take the other side's proposal: its price is agreed from now on, and the line has its quantity.

    Raises:
        NotFoundError: there is no such session or proposal.
        SessionClosedError: the session does not sell.
        ConflictError: it was answered already, or is one's own.
        OutOfStockError: not so much is left any more.
        CreditExceededError: the customer would owe too much.
    """
    cart = await take_selling(context, session_id, by)
    proposal = _pending(cart, proposal_id, by)
    line = cart.line(proposal.line_id)
    await hold(context, cart, _agreed(line, proposal), by)
    await reprice(context, cart)
    await check_credit(context, cart, leave or Leave())
    _answer(cart, proposal, "accepted")
    await note(
        context, cart, "price_agreed", line_id=line.id, price=money_text(proposal.price),
        quantity=plain(proposal.quantity), by=name,
    )  # fmt: skip
    await _finish(context, cart, "proposal.answered", by, line.id, told=True)
    return cart


def _agreed(line: Line, proposal: Proposal) -> Line:
    before = line.price_before if line.needs_confirmation or line.price == proposal.price else line.price
    return attrs.evolve(
        line, quantity=proposal.quantity, price=proposal.price, price_source="agreed", price_detail="", price_notes=(),
        price_warnings=_warnings(line, proposal), price_before=before, needs_confirmation=False,
    )  # fmt: skip


def _warnings(line: Line, proposal: Proposal) -> tuple[str, ...]:
    below = line.unit_cost is not None and proposal.price < line.unit_cost
    return ("below_cost",) if below else ()


async def reject(context: EventContext, session_id: UUID, proposal_id: UUID, *, by: By, name: str) -> Cart:
    """Decline the other side's proposal. Raises as `accept`."""
    cart = await take_selling(context, session_id, by)
    proposal = _pending(cart, proposal_id, by)
    _answer(cart, proposal, "rejected")
    await _finish(context, cart, "proposal.answered", by, proposal.line_id)
    return cart


async def counter(
    context: EventContext, session_id: UUID, proposal_id: UUID, offer: Offer, *, by: By, name: str
) -> Cart:
    """Answer the other side's proposal with one of one's own. Raises as `accept`."""
    cart = await take_selling(context, session_id, by)
    proposal = _pending(cart, proposal_id, by)
    _answer(cart, proposal, "countered")
    await save(
        context, cart
    )  # a line has one pending proposal at a time: the database wants the old one answered first
    cart.proposals.append(_made(context, cart, proposal.line_id, offer, by, name, proposal.id))
    await _finish(context, cart, "proposal.made", by, proposal.line_id, offer.message)
    return cart


async def withdraw(context: EventContext, session_id: UUID, proposal_id: UUID, *, by: By, name: str) -> Cart:
    """Take one's own proposal back. Raises as `accept`."""
    cart = await take_selling(context, session_id, by)
    proposal = _find(cart, proposal_id)
    if proposal.made_by != by:
        raise ConflictError("Only who made a proposal takes it back.")
    _answer(cart, proposal, "withdrawn")
    await _finish(context, cart, "proposal.answered", by, proposal.line_id)
    return cart


async def withdraw_agreement(context: EventContext, session_id: UUID, line_id: UUID, *, name: str) -> Cart:
    """Go back from an agreed price to the price by the rules. Raises as `accept`."""
    cart = await take_selling(context, session_id, "host")
    line = cart.line(line_id)
    if not line.agreed:
        raise ConflictError("There is no agreement about this line.")
    cart.put(attrs.evolve(line, price_source=None))
    await reprice(context, cart)
    await note(context, cart, "agreement_withdrawn", line_id=line_id, price=money_text(line.price or Decimal(0)))
    await _finish(context, cart, "price.changed", "host", line_id)
    return cart


def _find(cart: Cart, proposal_id: UUID) -> Proposal:
    for one in cart.proposals:
        if one.id == proposal_id:
            if one.state != "pending":
                raise ConflictError(f"The proposal was {one.state} already.", state=one.state)
            return one
    raise NotFoundError("There is no such proposal in this session.")


def _pending(cart: Cart, proposal_id: UUID, by: By) -> Proposal:
    found = _find(cart, proposal_id)
    if found.made_by == by:
        raise ConflictError("The other side answers this proposal.")
    return found


def _answer(cart: Cart, proposal: Proposal, state: ProposalState) -> None:
    answered = attrs.evolve(proposal, state=state, answered_at=cart.now)
    cart.proposals = [answered if one.id == proposal.id else one for one in cart.proposals]


async def _finish(
    context: EventContext, cart: Cart, kind: str, by: By, line_id: UUID, message: str = "", *, told: bool = False
) -> None:
    if not told:
        await note_credit(context, cart)
    await save(context, cart)
    tell(context, cart, kind, by, line_id=line_id, message=message or None)
