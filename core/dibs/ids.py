"""Time-ordered identifiers (UUID version 7, RFC 9562 section 5.7)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, SafeUUID

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62
_LOW = (1 << 62) - 1
_BATCH = 256


def _random_80() -> Iterator[int]:
    """Random numbers of 80 bits; one system call for 256 of them."""
    while True:
        pool = os.urandom(10 * _BATCH)
        for start in range(0, 10 * _BATCH, 10):
            yield int.from_bytes(pool[start : start + 10], "big")


_randoms = _random_80()
os.register_at_fork(after_in_child=lambda: globals().update(_randoms=_random_80()))


def uuid7() -> UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, then 74 random bits, so that new rows sit together in indexes."""
    random = next(_randoms)
    stamp = (time.time_ns() // 1_000_000) << 80
    return _uuid(stamp | _VERSION_7 | (random >> 68) << 64 | _VARIANT | random & _LOW)


def uuid7_at(instant: datetime) -> UUID:
    """The lowest id that is made at this instant or later."""
    return _uuid(int(instant.timestamp() * 1000) << 80)


def _uuid(value: int) -> UUID:
    """A UUID without the checks of its constructor, which cost more than all the rest."""
    made = object.__new__(UUID)
    object.__setattr__(made, "int", value)
    object.__setattr__(made, "is_safe", SafeUUID.unknown)
    return made
