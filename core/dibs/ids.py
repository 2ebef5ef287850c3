"""Time-ordered identifiers (UUID version 7, RFC 9562 section 5.7)."""

from __future__ import annotations

import os
import time
from uuid import UUID

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62


def uuid7() -> UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, then 74 random bits, so that new rows sit together in indexes."""
    stamp = (time.time_ns() // 1_000_000) << 80
    random = int.from_bytes(os.urandom(10), "big")
    high = (random >> 68) << 64
    low = random & ((1 << 62) - 1)
    return UUID(int=stamp | _VERSION_7 | high | _VARIANT | low)
