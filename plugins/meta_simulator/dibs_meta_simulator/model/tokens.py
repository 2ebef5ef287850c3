"""Tokens, the permissions behind them, and how they die."""

from __future__ import annotations

from enum import StrEnum

import attrs

from dibs_meta_simulator.errors import GraphError, known_error

HOUR, DAY = 3600, 86400
SHORT_USER, SHORT_INSTAGRAM, LONG, DATA_ACCESS = 2 * HOUR, HOUR, 60 * DAY, 90 * DAY


class Kind(StrEnum):
    """Whose token it is."""

    APP = "APP"
    USER = "USER"
    PAGE = "PAGE"
    INSTAGRAM = "INSTAGRAM"


class Death(StrEnum):
    """Why a token is dead; the value names it in the control API."""

    REMOVED = "removed"
    CHECKPOINT = "checkpoint"
    PASSWORD = "password"
    EXPIRED = "expired"
    UNCONFIRMED = "unconfirmed"
    INVALID = "invalid"
    ROLE = "role"
    SESSION = "session"


_SUBCODES = {
    Death.REMOVED: 458,
    Death.CHECKPOINT: 459,
    Death.PASSWORD: 460,
    Death.EXPIRED: 463,
    Death.UNCONFIRMED: 464,
    Death.INVALID: 467,
    Death.ROLE: 492,
}


@attrs.define(eq=False)
class Grant:
    """What a person gave an app: by Facebook Login (`who` is a user) or Instagram Login (an account).

    Attributes:
        granted, declined: permissions.
        pages: the Pages that were chosen.
        at: when the person last used the app; access to data lapses 90 days later.
    """

    app_id: str
    who: str
    granted: set[str] = attrs.field(factory=set)
    declined: set[str] = attrs.field(factory=set)
    pages: set[str] = attrs.field(factory=set)
    at: float = 0.0


@attrs.define(eq=False)
class Token:
    """An access token.

    Attributes:
        user_id: whose; for Instagram Login the account.
        profile_id: the Page or account that it speaks for.
        issued, expires: unix seconds; 0 means never.
        short: whether it can be exchanged for a long-lived one.
    """

    value: str
    kind: Kind
    app_id: str
    user_id: str
    profile_id: str | None
    grant: Grant
    issued: float
    expires: float = 0
    short: bool = False
    death: Death | None = None

    def fault(self, now: float) -> GraphError | None:
        """Why it is refused, or None."""
        if self.death is Death.SESSION:
            return known_error(102)
        if self.death is not None:
            return known_error(190, _SUBCODES[self.death], id=self.app_id)
        if self.expires and now >= self.expires:
            return known_error(190, 463)
        return None

    @property
    def data_access_expires(self) -> float:
        """When access to data lapses although the token still looks valid."""
        return self.grant.at + DATA_ACCESS
