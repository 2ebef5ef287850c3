"""Ids and token texts: alike in every run, and as long as the real ones."""

from __future__ import annotations

import hashlib
from collections import Counter

import attrs

USER, PAGE, LIVE, VIDEO = "10200000000000000", "100000000000000", "300000000000000", "400000000000000"
COMMENT, PERSON = "500000000000000", "7000000000000000"
ACCOUNT, MEDIA, MEDIA_COMMENT, SCOPED, SELF_SCOPED = (
    "17841400000000000",
    "18000000000000000",
    "17900000000000000",
    "1780000000000100",
    "1780000000000200",
)


@attrs.define
class Ids:
    """Hands out ids: the first of a kind is its base plus one."""

    seed: str = "meta"
    _used: Counter[str] = attrs.field(factory=Counter)

    def next(self, base: str) -> str:
        """The next id of a kind."""
        self._used[base] += 1
        return str(int(base) + self._used[base])

    def text(self, kind: str, length: int = 24) -> str:
        """A text that can't be guessed from the one before: tokens, codes, trace ids."""
        self._used[kind] += 1
        made = hashlib.blake2b(f"{self.seed}:{kind}:{self._used[kind]}".encode()).hexdigest()
        return kind + made[:length]
