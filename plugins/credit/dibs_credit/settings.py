"""What a workspace sets: who may go over a limit, when to warn, whether public claims are screened."""

from __future__ import annotations

from typing import Literal

import attrs

from dibs import setting_words

OverLimit = Literal["refuse", "override"]


def N_(text: str) -> str:  # noqa: N802 - the name by which texts are collected
    """Mark a text that is translated where it is shown."""
    return text


@attrs.frozen
class CreditSettings:
    """How strictly limits are kept."""

    over_limit: OverLimit = attrs.field(
        default="override",
        metadata=setting_words(
            "Above the limit",
            "Who may override it needs the permission for that, and gives a reason, which the audit log keeps.",
            refuse=N_("nothing more, whoever asks"),
            override=N_("a host with the permission may go on, with a reason"),
        ),
    )
    approaching_percent: int = attrs.field(
        default=80,
        validator=[attrs.validators.ge(1), attrs.validators.le(100)],
        metadata=setting_words(
            "Warn from this part of the limit, in percent", "Customers from here on stand as approaching their limit."
        ),
    )
    screen_claims: bool = attrs.field(
        default=True,
        metadata=setting_words(
            "Look at claims in public shows",
            "A claim of a linked customer that their credit does not cover waits for an operator. Carts count when "
            "they become an order.",
        ),
    )
