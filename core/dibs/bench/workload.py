"""What a busy live sale says: half chatter, half claims, from five thousand people."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from dibs.models.comments import Author, IncomingComment

PLATFORM = "facebook"
BUYERS = 5_000
_CLAIMS = ("sold {}", "{} sold", "SOLD #{}")
_NAMES = (
    "Ana",
    "Ben",
    "Chi",
    "Dao",
    "Ela",
    "Fen",
    "Gia",
    "Hoa",
    "Ivy",
    "Joy",
    "Kim",
    "Lan",
    "Mei",
    "Nok",
    "Oli",
    "Pim",
)
_FAMILIES = ("Reyes", "Santos", "Nguyen", "Chen", "Lopez", "Tan", "Cruz", "Wang", "Garcia", "Lim", "Khan", "Berg")
_CHATTER = (
    "hi",
    "❤️❤️❤️",
    "hello from {place}!",
    "good evening everyone 😊",
    "so pretty 😍",
    "can you show the back please",
    "what size is that one",
    "how much is shipping to {place}?",
    "lol",
    "my package came today, thank you so much, everything was wrapped so well and nothing was broken",
    "is it cotton or linen?",
    "I love the green one",
    "wow",
    "sound is a bit low today, can you speak up",
    "{name} look at this one!!",
    "first time here, how does this work",
    "the lag is terrible tonight, I always see everything ten seconds after all the others, so unfair 😭",
    "👋",
    "next one please",
    "can you hold it closer to the camera",
    "do you ship to {place}",
    "beautiful",
    "same here {name}",
    "when is your next live? I have to work on Friday evenings and I always miss the first half of it",
    "haha {name} you are too fast",
    "thanks for the quick delivery",
    "does it fit a 5 year old",
    "🔥🔥",
    "good morning from {place} ☕",
    "that color is perfect for my sister",
)
_PLACES = ("Cebu", "Davao", "Hanoi", "Taipei", "Bangkok", "Jakarta", "Madrid", "Toronto", "Lyon", "Recife", "Odense")


def author(number: int) -> Author:
    """The buyer of this number, the same in every recording."""
    name = f"{_NAMES[number % len(_NAMES)]} {_FAMILIES[number // len(_NAMES) % len(_FAMILIES)]}"
    return Author(user_id(number), name)


def user_id(number: int) -> str:
    """The platform's id of a buyer."""
    return f"71{number:013d}"


def codes(items: int) -> list[str]:
    """The item numbers of a show: 1, 2, 3 and so on."""
    return [str(number) for number in range(1, items + 1)]


def make_comments(
    count: int, item_codes: Sequence[str], *, claims: float = 0.5, seed: int = 1, buyers: int = BUYERS
) -> list[IncomingComment]:
    """Comments as an adapter hands them over, in order of their time; every one has a random id of the platform.

    `claims` is the share of them that claim, `buyers` how many people write.
    """
    dice = random.Random(seed)
    live_id = str(dice.randrange(10**14, 10**15))
    begun = datetime.now(UTC) - timedelta(hours=1)
    ids = dice.sample(range(10**15, 10**16), count)
    return [
        IncomingComment(
            PLATFORM,
            _claim(dice, item_codes) if dice.random() < claims else _chat(dice),
            begun + timedelta(milliseconds=number),
            f"{live_id}_{ids[number]}",
            author(dice.randrange(buyers)),
            live_id,
        )
        for number in range(count)
    ]


def _claim(dice: random.Random, item_codes: Sequence[str]) -> str:
    return dice.choice(_CLAIMS).format(dice.choice(item_codes))


def _chat(dice: random.Random) -> str:
    return dice.choice(_CHATTER).format(place=dice.choice(_PLACES), name=dice.choice(_NAMES))
