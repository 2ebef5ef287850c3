"""What a workspace sets: how long sessions stay open without activity, and how much a cart takes."""

from __future__ import annotations

import attrs

from dibs import EventContext, setting_words

_MINUTES = [attrs.validators.ge(0), attrs.validators.le(10080)]


@attrs.frozen
class LiveSettings:
    """How private sessions run."""

    timeout_minutes: int = attrs.field(
        default=120,
        validator=_MINUTES,
        metadata=setting_words(
            "Minutes until a session without activity expires",
            "Whatever happens in it moves the end. 0: sessions stay open until somebody ends them.",
        ),
    )
    warn_minutes: int = attrs.field(
        default=10,
        validator=_MINUTES,
        metadata=setting_words("Minutes of warning before", "Host and customer are told once. 0: no warning."),
    )
    show_timeout_minutes: int = attrs.field(
        default=0,
        validator=_MINUTES,
        metadata=setting_words(
            "The same for carts of a show's winners", "0: they stay open, because what is in them was won."
        ),
    )
    most_lines: int = attrs.field(
        default=50,
        validator=[attrs.validators.ge(1), attrs.validators.le(500)],
        metadata=setting_words("Most lines in a cart", "What was won in a show comes in even so."),
    )


def settings_of(context: EventContext) -> LiveSettings:
    """The workspace's settings."""
    return context.settings if isinstance(context.settings, LiveSettings) else LiveSettings()
