"""Answers of the test bench."""

from __future__ import annotations

import attrs

from dibs.api.answers.process import Outcome


@attrs.frozen
class Emitted:
    """What became of one comment."""

    comment: Outcome


@attrs.frozen
class BulkEmitted:
    """How many comments there were, and how many got each verdict; `duplicate` counts those that came before."""

    comments: int
    verdicts: dict[str, int]
    seconds: float


@attrs.frozen
class WebhookEmitted:
    """What became of the comments of a delivery, and what of it was left out, in words."""

    comments: list[Outcome]
    left_out: list[str]
