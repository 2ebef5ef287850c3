"""Versions: which are usable when, and to which a call falls that names an expired one."""

from __future__ import annotations

from datetime import UTC, datetime

from dibs_meta_simulator.errors import GraphError

_UNTIL = {
    20: (2026, 9, 24),
    21: (2027, 1, 21),
    22: (2027, 5, 20),
    23: (2027, 10, 8),
    24: (2028, 2, 18),
    25: (2028, 7, 29),
    26: (9999, 1, 1),
}


def usable_version(wanted: str, now: float) -> str:
    """The version that answers a call: the wanted one, or the oldest usable one if that has expired.

    Raises:
        GraphError: code 2500, there is no such version.
    """
    number = int(wanted[1:].partition(".")[0])
    if number > max(_UNTIL):
        raise GraphError(f"Unknown path components: /{wanted}", 2500)
    usable = [version for version, until in _UNTIL.items() if now < datetime(*until, tzinfo=UTC).timestamp()]
    return f"v{max(number, min(usable))}.0"
