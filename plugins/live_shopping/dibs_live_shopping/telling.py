"""Telling staff, the customer and the warehouse what has happened: three topics, three payloads, each built for its
own readers."""

from __future__ import annotations

from typing import Any, Final, Literal
from uuid import UUID

from dibs import EventContext
from dibs_live_shopping.loading import Cart
from dibs_live_shopping.model import By, customer_topic, picking_topic, staff_topic
from dibs_live_shopping.views import customer_of, picks_of, staff_of

Who = By | Literal["system"]
KICKED: Final = "customer.kicked"


def tell(
    context: EventContext, cart: Cart, kind: str, by: Who, *, line_id: UUID | None = None, message: str | None = None
) -> None:
    """Have everybody told of a session as it now is; costs are in no event. Who was sent out hears that, and no more.

    :param kind: such as `line.added`.
    :param line_id: the line that it is about.
    :param message: words for staff and customer alike.
    """
    head: dict[str, Any] = {"what": kind, "by": by}
    if line_id is not None:
        head["line_id"] = str(line_id)
    if message is not None:
        head["message"] = message
    session_id = cart.session.id
    context.desk.tell(staff_topic(session_id), kind, {**head, "session": staff_of(cart, costs=False)})
    if cart.session.kicked_at is None or kind == KICKED:  # a stream takes a few seconds to end
        context.desk.tell(customer_topic(session_id), kind, {**head, "session": customer_of(cart)})
    tell_picks(context, cart)


def tell_picks(context: EventContext, cart: Cart) -> None:
    """Have the warehouse told what is to be fetched for a session."""
    topic = picking_topic(context.data.workspace_id)
    context.desk.tell(topic, "pick.changed", {"session_id": str(cart.session.id), "picks": picks_of(cart)})
