"""What the simulated audience writes, comment by comment, on whatever the show has on now."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import attrs

from dibs.demo_data.cast import Tongue, Viewer
from dibs.demo_data.dice import Dice
from dibs.models.rules import ShowRules
from dibs.practice.crowd import make_crowd, phrases

# How many of a hundred comments are of which kind: while an item was just pinned, and otherwise.
_HOT = (("claim", 80), ("chatter", 9), ("questions", 5), ("doubtful", 4), ("typos", 2))
_CALM = (
    ("claim", 36),
    ("chatter", 30),
    ("questions", 12),
    ("passes", 7),
    ("doubtful", 6),
    ("hellos", 5),
    ("typos", 4),
)
_DOUBTFUL = ("{w} {c} for $5?", "2 {w} {c}", "@{n} {w} {c}", "my friend {w} {c} yesterday", "{w} {c}?")
_PLAIN = ("{w} {c}", "{w} {c}", "{W} {c}", "{W} {c}!", "{w} {c} {e}", "{c} {w}")


@attrs.frozen
class Offer:
    """An item as the audience sees it."""

    item_id: UUID
    number: str
    variant: str
    title: str
    left: int

    @property
    def noun(self) -> str:
        """The thing in a word or two."""
        words = self.title.partition(",")[0].split()
        return words[-1].lower() if words else self.number


@attrs.define
class Scene:
    """What the audience sees: the items, which of them is on now, and whether that is new."""

    offers: Sequence[Offer] = ()
    pinned: UUID | None = None
    hot: bool = False


@attrs.frozen
class Said:
    """A comment of the audience."""

    viewer: Viewer
    text: str


class Audience:
    """Writes comments. Two audiences of one seed that see the same write the same."""

    def __init__(self, rules: ShowRules, seed: int) -> None:
        self._dice = Dice(seed)
        self._locales = frozenset(rules.locales)
        self._words = rules.claim_words or ("sold",)
        self._pass_words = rules.pass_words
        self._crowd = make_crowd(self._dice, rules.locales)
        self._tongue = Tongue(phrases(), self._dice)
        self._holders: list[tuple[Viewer, Offer]] = []

    def say(self, scene: Scene) -> Said:
        """The next comment."""
        kind = self._kind(_HOT if scene.hot else _CALM)
        viewer = self._dice.pick(self._crowd)
        offer = self._offer(scene)
        if offer is None:
            return Said(viewer, self._tongue.say(viewer.language, "hellos"))
        if kind == "claim":
            return self._claim(viewer, offer)
        if kind == "passes":
            return self._pass(viewer, offer)
        if kind == "doubtful":
            return Said(viewer, self._fill(self._dice.pick(_DOUBTFUL), offer))
        return Said(viewer, self._tongue.say(viewer.language, kind, c=self._code(offer), n=offer.noun))

    def _kind(self, shares: Sequence[tuple[str, int]]) -> str:
        drawn = self._dice.whole(1, sum(share for _, share in shares))
        for kind, share in shares:
            drawn -= share
            if drawn <= 0:
                return kind
        return shares[0][0]

    def _offer(self, scene: Scene) -> Offer | None:
        """Mostly what is on now; otherwise what is shown first and not gone."""
        if not scene.offers:
            return None
        on_now = [offer for offer in scene.offers if offer.item_id == scene.pinned]
        same = [offer for offer in scene.offers if on_now and offer.number == on_now[0].number]
        gone = all(offer.left <= 0 for offer in same)
        if same and self._dice.chance((0.4 if gone else 0.95) if scene.hot else (0.15 if gone else 0.75)):
            return self._dice.pick(same)
        there = [offer for offer in scene.offers if offer.left > 0]
        return self._dice.pick(there[:6] if there and self._dice.chance(0.9) else list(scene.offers))

    def _claim(self, viewer: Viewer, offer: Offer) -> Said:
        several = offer.left > 3 and self._dice.chance(0.1)
        self._holders = [*self._holders[-200:], (viewer, offer)]
        code = self._code(offer)
        if viewer.language in self._locales and self._dice.chance(0.7):
            kind = "many" if several else "claims"
            return Said(viewer, self._tongue.say(viewer.language, kind, c=code, q="2"))
        return Said(viewer, self._fill(self._dice.pick(_PLAIN), offer) + (" x2" if several else ""))

    def _pass(self, viewer: Viewer, offer: Offer) -> Said:
        """Somebody who claimed changes their mind."""
        if self._holders:
            viewer, offer = self._holders.pop(self._dice.whole(0, len(self._holders) - 1))
        word = self._dice.pick(self._pass_words) if self._pass_words else "pass"
        return Said(viewer, f"{word} {self._code(offer)}")

    def _fill(self, shape: str, offer: Offer) -> str:
        word, friend = self._dice.pick(self._words), self._dice.pick(self._crowd)
        emoji: str = self._dice.pick(phrases()["emoji"])
        return shape.format(w=word, W=word.upper(), c=self._code(offer), e=emoji, n=friend.name.split()[0])

    def _code(self, offer: Offer) -> str:
        return f"{offer.number} {offer.variant}".strip()
