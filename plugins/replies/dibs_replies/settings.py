"""What a workspace sets: whom to answer, how, with which texts, how fast."""

from __future__ import annotations

from typing import Literal

import attrs

from dibs import setting_words
from dibs_replies.states import N_
from dibs_replies.texts import check_texts

Ways = Literal["off", "private", "public", "both"]
_CHOICES = {
    "off": N_("no answer"),
    "private": N_("a private message"),
    "public": N_("a public answer to the comment"),
    "both": N_("both, in private and in public"),
}
_TEXTS = N_(
    "One text a line; they take turns, because platforms block what repeats itself. Known placeholders: {name}, "
    "{item}, {title}, {quantity}, {price}, {place}, {shop}. Without any, the texts of Dibs in the workspace's language."
)


@attrs.frozen
class RepliesSettings:
    """How buyers are answered."""

    won: Ways = attrs.field(
        default="private",
        metadata=setting_words(
            "Who won is told by",
            "A private message goes out once for each comment. Instagram takes only those, and only while live.",
            **_CHOICES,
        ),
    )
    won_texts: tuple[str, ...] = attrs.field(
        default=(), validator=check_texts, metadata=setting_words("Texts for who won", _TEXTS)
    )
    waitlist: Ways = attrs.field(
        default="private", metadata=setting_words("Who waits is told by", "With the place in the queue.", **_CHOICES)
    )
    waitlist_texts: tuple[str, ...] = attrs.field(
        default=(), validator=check_texts, metadata=setting_words("Texts for who waits", _TEXTS)
    )
    promoted: Ways = attrs.field(
        default="both",
        metadata=setting_words(
            "Who moved up is told by",
            "If the message before has used up the private answer to the comment, only the public one arrives.",
            **_CHOICES,
        ),
    )
    promoted_texts: tuple[str, ...] = attrs.field(
        default=(), validator=check_texts, metadata=setting_words("Texts for who moved up", _TEXTS)
    )
    unmatched: Ways = attrs.field(
        default="off",
        metadata=setting_words(
            "Who named an unknown item is told by", "Items that come later count all the same.", **_CHOICES
        ),
    )
    unmatched_texts: tuple[str, ...] = attrs.field(
        default=(), validator=check_texts, metadata=setting_words("Texts for an unknown item", _TEXTS)
    )
    declined: Ways = attrs.field(
        default="private",
        metadata=setting_words("Who gets nothing is told by", "Sold out, or above a limit of the show.", **_CHOICES),
    )
    declined_texts: tuple[str, ...] = attrs.field(
        default=(), validator=check_texts, metadata=setting_words("Texts for who gets nothing", _TEXTS)
    )
    pause_seconds: int = attrs.field(
        default=3,
        validator=[attrs.validators.ge(1), attrs.validators.le(120)],
        metadata=setting_words(
            "Seconds between two answers",
            "At least, for each account and way. Facebook takes about 750 private answers an hour from a Page.",
        ),
    )

    def ways(self, outcome: str) -> tuple[str, ...]:
        """How an outcome is told: `private`, `public`, both or neither."""
        chosen = getattr(self, outcome)
        return ("public", "private") if chosen == "both" else () if chosen == "off" else (chosen,)

    def texts(self, outcome: str) -> tuple[str, ...]:
        """The workspace's own texts for an outcome, none if the standard ones hold."""
        found: tuple[str, ...] = getattr(self, f"{outcome}_texts")
        return found
