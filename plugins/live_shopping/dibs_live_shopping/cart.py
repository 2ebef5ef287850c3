"""The cart: adding, changing and removing lines, each in one transaction with its stock, its price and the credit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from dibs import ConflictError, EventContext, FieldFault, InvalidInputError, NotFoundError, OutOfStockError
from dibs.money import SMALLEST, stock_fault
from dibs.stock import Reference
from dibs_live_shopping.loading import Cart, take_selling
from dibs_live_shopping.model import By, Intent
from dibs_live_shopping.rows import Line, plain
from dibs_live_shopping.saving import save
from dibs_live_shopping.settings import settings_of
from dibs_live_shopping.settling import Leave, check_credit, note_credit, reprice, settle
from dibs_live_shopping.telling import tell

HOLDER = "session_line"


def quantity_fault(_: object, attribute: attrs.Attribute[Any], value: Decimal | None) -> None:
    """Refuse what is no quantity, or none. A validator of fields."""
    problem = stock_fault(value)
    if problem is None and value is not None and value < SMALLEST:
        problem = "must be above 0"
    if problem:
        raise ValueError(problem)


@attrs.frozen
class NewLine:
    """What is to go into a cart."""

    batch_id: UUID
    quantity: Decimal = attrs.field(validator=quantity_fault)
    intent: Intent = "to_purchase"
    credit_reason: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.max_len(500))
    )


@attrs.frozen
class LineChange:
    """What is to be changed of a line; None is left as it is. `version` is the one that was read, None for any."""

    version: int | None = None
    quantity: Decimal | None = attrs.field(default=None, validator=quantity_fault)
    intent: Intent | None = None
    highlighted: bool | None = None
    credit_reason: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.max_len(500))
    )


def holder(line_id: UUID) -> Reference:
    """Who holds the stock of a line."""
    return Reference(HOLDER, line_id)


async def add_line(
    context: EventContext, session_id: UUID, new: NewLine, *, by: By, name: str, may_override: bool = False
) -> Cart:
    """Put some of a batch into the cart. What is in it already, with the same intent and no agreed price, grows.

    Raises:
        NotFoundError: there is no such session or batch.
        SessionClosedError: the session does not sell.
        OutOfStockError: not enough is left; a host is told how much is.
        CreditExceededError: the customer would owe too much.
        ConflictError: the cart is full.
    """
    cart = await take_selling(context, session_id, by, new.batch_id)
    line = _grown(cart, new) or _new_line(context, cart, new, by, name)
    await hold(context, cart, line, by)
    await settle(context, cart, Leave(new.credit_reason, may_override))
    await save(context, cart)
    if context.desk.actor.request_key is not None:  # the entry by which a request that comes twice is known
        await note(context, cart, "line_added", line_id=line.id)
    tell(context, cart, "line.added", by, line_id=line.id)
    return cart


def _grown(cart: Cart, new: NewLine) -> Line | None:
    for line in cart.lines.values():
        if line.batch_id == new.batch_id and line.intent == new.intent and line.holds and not line.agreed:
            return with_quantity(line, _checked(line.quantity + new.quantity))
    return None


def _checked(quantity: Decimal) -> Decimal:
    if problem := stock_fault(quantity):
        raise InvalidInputError("The quantity is not usable.", [FieldFault("quantity", problem)])
    return quantity


def _new_line(context: EventContext, cart: Cart, new: NewLine, by: By, name: str) -> Line:
    most = settings_of(context).most_lines
    if len(cart.lines) >= most:
        raise ConflictError(f"A cart has at most {most} lines.", most=most)
    batch = cart.batch
    if batch is None:
        raise NotFoundError("There is no such batch.", batch_id=str(new.batch_id))
    known = {name: batch[f"new_{name}"] for name in _OF_BATCH}
    return Line(
        id=context.desk.new_id(), claim_id=None, quantity=new.quantity, intent=new.intent, added_by=by,
        added_by_name=name[:200], **known,
    )  # fmt: skip


_OF_BATCH = (
    "batch_id", "product_id", "name", "category", "unit", "picture_url", "unit_cost", "batch_code", "left", "override",
)  # fmt: skip


async def hold(context: EventContext, cart: Cart, line: Line, by: By) -> None:
    """Have a line hold its quantity, and put it into the cart. Raises `OutOfStockError`.

    A customer is not told how much there is: that is nobody's business but the shop's.
    """
    was = cart.lines.get(line.id)
    more = line.quantity - (was.quantity if was is not None else 0)
    if line.holds and line.batch_id is not None and more:
        try:
            await context.desk.hold(line.batch_id, holder(line.id), line.quantity)
        except OutOfStockError as error:
            if by == "customer":
                raise OutOfStockError(f"There is not enough left of {line.name}.") from None
            raise error
    cart.put(line)
    for other in cart.lines.values():
        if other.batch_id == line.batch_id and other.left is not None:
            cart.put(attrs.evolve(other, left=other.left - more))


async def change_line(
    context: EventContext,
    session_id: UUID,
    line_id: UUID,
    change: LineChange,
    *,
    by: By,
    name: str,
    may_override: bool = False,
) -> Cart:
    """Change quantity, intent or highlight of a line. Lowering gives back at once.

    Raises:
        NotFoundError, SessionClosedError, OutOfStockError, CreditExceededError: as `add_line`.
        ConflictError: the line has another version by now, or this is not to be changed by this side.
    """
    cart = await take_selling(context, session_id, by)
    line = cart.line(line_id)
    if change.version is not None and change.version != line.version:
        raise ConflictError("The line has changed meanwhile.", version=line.version)
    _check_change(line, change, by)
    await hold(context, cart, _changed(line, change), by)
    leave = Leave(change.credit_reason, may_override)
    if change.quantity is not None or change.intent is not None:
        await settle(context, cart, leave)
    else:
        await check_credit(context, cart, leave)
    await save(context, cart)
    tell(context, cart, "line.changed", by, line_id=line_id)
    return cart


def with_quantity(line: Line, quantity: Decimal) -> Line:
    """A line with another quantity: what the warehouse has fetched is not it any more."""
    if quantity == line.quantity:
        return line
    return attrs.evolve(line, quantity=quantity, picked_at=None, picked_by="")


def _changed(line: Line, change: LineChange) -> Line:
    wanted: dict[str, Any] = {"intent": change.intent, "highlighted": change.highlighted}
    changed = attrs.evolve(line, **{key: value for key, value in wanted.items() if value is not None})
    return changed if change.quantity is None else with_quantity(changed, change.quantity)


def _check_change(line: Line, change: LineChange, by: By) -> None:
    if line.claim_id is not None and change.quantity not in (None, line.quantity):
        raise ConflictError("The quantity follows from what was won in the show.", claim_id=str(line.claim_id))
    if by != "customer":
        return
    if change.highlighted is not None:
        raise ConflictError("Only a host highlights.")
    if line.agreed and change.quantity not in (None, line.quantity):
        raise ConflictError("The price was agreed for this quantity: propose another one, or remove the line.")
    if line.claim_id is not None and change.intent not in (None, line.intent):
        raise ConflictError("What was won in the show is bought.", claim_id=str(line.claim_id))


async def remove_line(context: EventContext, session_id: UUID, line_id: UUID, *, by: By, name: str) -> Cart:
    """Take a line out; its stock is free at once.

    Raises:
        NotFoundError, SessionClosedError: as `add_line`.
        ConflictError: it was won in a show; it leaves when the claim is released there.
    """
    cart = await take_selling(context, session_id, by)
    line = cart.line(line_id)
    if line.claim_id is not None:
        raise ConflictError("It was won in the show: release it there.", claim_id=str(line.claim_id))
    await give_back(context, cart, line)
    await reprice(context, cart)
    await note_credit(context, cart)
    await save(context, cart)
    tell(context, cart, "line.removed", by, line_id=line_id, message=f"{plain(line.quantity)} × {line.name}")
    return cart


async def give_back(context: EventContext, cart: Cart, line: Line) -> None:
    """Take a line out of the cart, and what it holds with it."""
    del cart.lines[line.id]
    if line.holds and line.batch_id is not None:
        await context.desk.hold(line.batch_id, holder(line.id), Decimal(0))


async def confirm_price(context: EventContext, session_id: UUID, line_id: UUID, *, name: str) -> Cart:
    """Let the customer see a price that is the bare cost (rule 29).

    Raises as `add_line`; `ConflictError` if the price needs no confirmation.
    """
    cart = await take_selling(context, session_id, "host")
    line = cart.line(line_id)
    if not line.needs_confirmation:
        raise ConflictError("This price needs no confirmation.")
    cart.put(attrs.evolve(line, needs_confirmation=False))
    await check_credit(context, cart)
    await save(context, cart)
    await note(context, cart, "price_confirmed", line_id=line_id)
    tell(context, cart, "price.changed", "host", line_id=line_id)
    return cart


async def note(context: EventContext, cart: Cart, verb: str, **facts: Any) -> None:
    """Leave an entry in the audit log, about the session."""
    after = {key: str(value) for key, value in facts.items() if value is not None}
    await context.desk.note(f"live_session.{verb}", "live_session", cart.session.id, after=after)
