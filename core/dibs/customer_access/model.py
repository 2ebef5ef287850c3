"""Who a customer is in a request, and what staff are told of a customer's access."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import attrs

HOME: Final = "/portal"
SIGN_IN: Final = "/portal/sign-in"
"""Where a customer signs in: the link that staff send leads below it."""


@attrs.frozen
class CustomerPrincipal:
    """A signed-in customer.

    Attributes:
        workspace_id, customer_id: who, and whose customer.
        name: as staff call the customer.
        session_id: the sign-in, not a live shopping session.
    """

    workspace_id: UUID
    customer_id: UUID
    name: str
    session_id: UUID


@attrs.frozen
class Seller:
    """The workspace, as its customers see it.

    Attributes:
        name: of the workspace.
        currency, time_zone: in which it reckons.
    """

    name: str
    currency: str
    time_zone: str


@attrs.frozen
class AccessGiven:
    """A way in, told this once: the link and the code open the same door, one of them, once.

    Attributes:
        link: the address with the token.
        code: for whoever can't open the link, such as `7KQ4M-T9XWD`.
        expires_at: until when.
    """

    link: str = attrs.field(repr=False)
    code: str = attrs.field(repr=False)
    expires_at: datetime


@attrs.frozen
class AccessState:
    """What staff see of a customer's access.

    Attributes:
        signed_in: on how many devices.
        seen_at: when the customer was last here; None if never, or if every sign-in has ended.
        open_until: until when a way in is good that was not used yet; None if there is none.
    """

    signed_in: int
    seen_at: datetime | None
    open_until: datetime | None
