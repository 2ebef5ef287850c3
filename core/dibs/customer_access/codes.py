"""Short codes, to be read out and typed: a half that finds the link, and a half that proves it."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from typing import Final

import attrs

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without what looks alike: 0 and O, 1 and I and L."""
_HALF: Final = 5


@attrs.frozen
class Code:
    """A code: `name` finds the link and stands in the table, of `proof` only a keyed hash does."""

    name: str
    proof: str = attrs.field(repr=False)

    @classmethod
    def new(cls) -> Code:
        """A random one."""
        return cls(_random(), _random())

    @classmethod
    def read(cls, typed: str) -> Code | None:
        """What somebody typed: small letters, blanks and dashes do not matter. None if it can't be a code."""
        clean = "".join(sign for sign in typed.upper() if sign.isalnum())
        if len(clean) != 2 * _HALF or any(sign not in ALPHABET for sign in clean):
            return None
        return cls(clean[:_HALF], clean[_HALF:])

    def __str__(self) -> str:
        return f"{self.name}-{self.proof}"

    def hashes(self, keys: Sequence[bytes]) -> list[bytes]:
        """What the table may hold of it: a plain hash of five signs could be guessed back, one with a key can't."""
        words = f"customer code {self.name} {self.proof}".encode()
        return [hmac.digest(key, words, "sha256") for key in keys]


def _random() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(_HALF))
