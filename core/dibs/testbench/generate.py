"""Comments for a show: from texts, or as the simulated audience would write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from dibs.ids import uuid7
from dibs.models.comments import Author, IncomingComment
from dibs.models.rules import ShowRules
from dibs.practice.audience import Audience, Scene

PLATFORM = "debug"


def numbered(texts: Sequence[str], now: datetime, platform: str = PLATFORM) -> list[IncomingComment]:
    """One comment for each text, each by somebody else, a millisecond apart."""
    batch = uuid7().hex
    return [
        IncomingComment(
            platform,
            text,
            now + timedelta(milliseconds=place),
            f"{batch}-{place}",
            Author(f"debug-{place}", f"Tester {place + 1}"),
        )
        for place, text in enumerate(texts)
    ]


def generated(count: int, rules: ShowRules, scene: Scene, now: datetime, seed: int) -> list[IncomingComment]:
    """So many comments on the items of a show; the same seed and items, the same texts."""
    audience, batch = Audience(rules, seed), uuid7().hex
    said = [audience.say(scene) for _ in range(count)]
    return [
        IncomingComment(
            PLATFORM,
            one.text,
            now + timedelta(milliseconds=place),
            f"{batch}-{place}",
            Author(one.viewer.user_id, one.viewer.name),
        )
        for place, one in enumerate(said)
    ]
