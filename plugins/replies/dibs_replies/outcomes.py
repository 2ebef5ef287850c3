"""What a committed event means for a buyer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from dibs import CommittedEvent

FOLLOWED = ("claim.created", "claim.promoted", "claim.changed", "claim.released")
_BY_STATUS = {"winner": "won", "waitlist": "waitlist", "unmatched": "unmatched", "declined": "declined"}
# The buyer has it or waits for it already; and whom the shop has blocked it does not write to.
_NO_NEWS = frozenset({"already_claimed", "blocked"})


@attrs.frozen
class News:
    """What a buyer is told about a claim; `outcome` is None if what was to be told is no longer true."""

    claim: Mapping[str, Any]
    outcome: str | None


def news_in(event: CommittedEvent) -> News | None:
    """What an event tells a buyer who commented, None if nothing."""
    claim = event.data.get("claim")
    if not claim or claim.get("comment_no") is None or claim.get("buyer_id") is None:
        return None
    if event.kind == "claim.released":
        gone = claim["status"] in ("released", "passed")
        return News(claim, None) if gone else None
    if event.kind == "claim.promoted":
        return News(claim, "promoted")
    if event.kind == "claim.changed":
        return _changed(claim, event.data.get("was") or {})
    outcome = _BY_STATUS.get(claim["status"])
    silent = outcome is None or (outcome == "declined" and claim.get("reason") in _NO_NEWS) or claim["kind"] != "claim"
    return None if silent else News(claim, outcome)


def _changed(claim: Mapping[str, Any], was: Mapping[str, Any]) -> News | None:
    """An operator's hand: who wins by it is told, what was taken back is not told any more."""
    if claim["status"] == "winner" and was.get("status") != "winner":
        return News(claim, "promoted" if was.get("status") == "waitlist" else "won")
    if claim["status"] in ("released", "declined", "passed"):
        return News(claim, None)
    return None
