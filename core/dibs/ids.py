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


def _random_62() -> Iterator[int]:
    """Random numbers of 62 bits; one system call for 256 of them."""
    while True:
        pool = os.urandom(8 * _BATCH)
        for start in range(0, 8 * _BATCH, 8):
            yield int.from_bytes(pool[start : start + 8], "big") & _LOW


_last = 0
_randoms = _random_62()
os.register_at_fork(after_in_child=lambda: globals().update(_randoms=_random_62()))


def uuid7() -> UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, 12 bits of their fraction, 62 random bits.

    Ids of one process rise in the order in which they are made, even within a millisecond (RFC 9562 section 6.2,
    method 3): rows that are read in order of their ids, such as the audit log, come as they were written.
    """
    global _last  # noqa: PLW0603 - the clock of this process
    _last = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
    return _uuid((_last >> 12) << 80 | _VERSION_7 | (_last & 0xFFF) << 64 | _VARIANT | next(_randoms))


def uuid7_at(instant: datetime) -> UUID:
    """The lowest id that is made at this instant or later."""
    return _uuid(int(instant.timestamp() * 1000) << 80)


def _uuid(value: int) -> UUID:
    """A UUID without the checks of its constructor, which cost more than all the rest."""
    made = object.__new__(UUID)
    object.__setattr__(made, "int", value)
    object.__setattr__(made, "is_safe", SafeUUID.unknown)
    return made
