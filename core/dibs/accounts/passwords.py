"""Passwords: Argon2id in worker threads, few at a time, and the same work for accounts that do not exist."""

from __future__ import annotations

import asyncio
import base64
import os

import argon2
import attrs
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

COST = RFC_9106_LOW_MEMORY
"""What a hash costs: a tenth of a second of a core. Tests that sign people in by the thousand take a lighter one."""
_AT_ONCE = 2
"""Each hash takes 64 MiB and a core for a moment: more at a time would only slow the live sale down."""


def dummy_hash(hasher: argon2.PasswordHasher) -> str:
    """A well-formed hash, with the hasher's own parameters, that no password has."""

    def random(length: int) -> str:
        return base64.b64encode(os.urandom(length)).decode().rstrip("=")

    settings = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${settings}${random(hasher.salt_len)}${random(hasher.hash_len)}"


@attrs.define(eq=False)
class Passwords:
    """Hashes and verifies passwords without holding up the event loop."""

    hasher: argon2.PasswordHasher = attrs.field(factory=lambda: argon2.PasswordHasher.from_parameters(COST))
    _slots: asyncio.Semaphore = attrs.field(factory=lambda: asyncio.Semaphore(_AT_ONCE), init=False)
    _dummy: str = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._dummy = dummy_hash(self.hasher)

    async def hash(self, password: str) -> str:
        """The Argon2id hash to store."""
        async with self._slots:
            return await asyncio.to_thread(self.hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password has this hash. Without a hash the same work is done, and the answer is no."""
        async with self._slots:
            right = await asyncio.to_thread(self._matches, stored or self._dummy, password)
        return right and stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self.hasher.check_needs_rehash(stored)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self.hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
