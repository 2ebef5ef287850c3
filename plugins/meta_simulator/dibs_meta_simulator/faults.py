"""Faults: each has a name and is off until somebody switches it on, for good, for some calls, or for some time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from dibs.demo_data.dice import Dice
from dibs_meta_simulator.clock import Clock

KNOWN: dict[str, str] = {
    "error": "Answer with an error: code, subcode, message, status",
    "slow": "Answer after some seconds: seconds",
    "reset": "Reset the connection before an answer",
    "cut": "Break off in the middle of an answer",
    "html": "Answer with an HTML page of a proxy: status",
    "reduce_data": "Code 1, reduce the amount of data, above a limit: limit",
    "bare_proof": "Refuse calls without appsecret_proof",
    "flat_token": "Instagram's code exchange answers without data[]",
    "instagram_subcodes": "Instagram's message errors as subcodes of code 100",
    "profile_plus_tasks": "Tasks of Pages by their PROFILE_PLUS names",
    "stale_live": "A finished broadcast stays listed as LIVE: seconds",
    "live_now_status": "A live video's status reads LIVE_NOW",
    "video_id_only": "Comments only by the video id, code 100 by the live video's",
    "live_id_only": "Comments only by the live video's id, code 100 by the video id",
    "gone_after_end": "Comments of a finished broadcast give code 100 instead of 200",
    "missing_from": "Comments without their author: share",
    "hidden_comments": "Viewers' comments count as low quality: share",
    "stale_cursors": "Cursors are refused: mode error, skip or restart",
    "empty_pages": "A page of comments comes empty, with next",
    "ties": "Comments of some seconds share one second: seconds",
    "shuffled_ties": "Comments of one second come in another order with each call",
    "since_exclusive": "since leaves its own second out",
    "no_strangers": "Development mode: comments of strangers are absent",
    "no_comments_key": "Live media come without comments, as for a lacking permission",
    "stream_400": "The event stream answers 400",
    "stream_drop": "The event stream breaks off after some events: events",
    "stream_array": "The event stream sends arrays",
    "webhook_duplicate": "Deliveries come again: copies, share",
    "webhook_reorder": "Changes come in another order",
    "webhook_late": "Deliveries come late: seconds",
    "webhook_lost": "Changes are never delivered: share",
    "webhook_bad_signature": "Signed with a wrong secret",
    "webhook_no_signature": "Not signed at all",
    "webhook_ms": "entry.time in milliseconds",
    "webhook_comment_id": "The comment's id stands in comment_id",
    "webhook_no_id": "The comment has no id at all",
    "webhook_array": "The body is wrapped in an array",
    "webhook_direct": "field and value stand on the entry",
    "webhook_unknown": "Fields that nobody knows",
    "webhook_decoded": "The signature is over the decoded text, which must be refused",
    "webhook_plain_slashes": "A slash is not escaped",
}


@attrs.define(eq=False)
class Fault:
    """A fault that is on.

    Attributes:
        with_: its parameters.
        where: what a call must look like: `endpoint`, `host`, `method`, `object`, `token`; webhooks: `object`, `field`.
        calls: how often it still strikes, None for always.
        starts, ends: from when until when, on the simulator's clock.
        share: in how many of the cases.
    """

    name: str
    with_: dict[str, Any] = attrs.field(factory=dict)
    where: dict[str, str] = attrs.field(factory=dict)
    calls: int | None = None
    starts: float = 0.0
    ends: float | None = None
    share: float = 1.0
    struck: int = 0

    def number(self, name: str, default: float) -> float:
        """A numeric parameter."""
        return float(self.with_.get(name, default))


@attrs.define(eq=False)
class Faults:
    """The faults of a simulator."""

    clock: Clock
    dice: Dice
    _on: list[Fault] = attrs.field(factory=list)

    def set(self, name: str, **how: Any) -> Fault:
        """Switch one on; several of a name can be on, for different calls.

        Keywords are `calls`, `share`, `where`, `at` (unix seconds), `after` and `lasts` (seconds from now), and the
        fault's own parameters.

        Raises:
            KeyError: there is none of that name.
        """
        if name not in KNOWN:
            raise KeyError(name)
        fault = Fault(name, calls=how.pop("calls", None), share=how.pop("share", 1.0), where=how.pop("where", {}))
        fault.starts = how.pop("at", 0.0) or self.clock.now() + how.pop("after", 0.0)
        lasts = how.pop("lasts", None)
        fault.ends = None if lasts is None else fault.starts + lasts
        fault.with_ = how
        self._on.append(fault)
        return fault

    def clear(self, name: str | None = None) -> None:
        """Switch off all of a name, or everything."""
        self._on = [fault for fault in self._on if name is not None and fault.name != name]

    def hit(self, name: str, where: Mapping[str, str | None] | None = None) -> Fault | None:
        """The fault that strikes here and now, which counts as one of its calls."""
        if not self._on:
            return None
        for fault in self._on:
            if fault.name == name and self._matches(fault, where or {}):
                fault.struck += 1
                if fault.calls is not None:
                    fault.calls -= 1
                return fault
        return None

    def listed(self) -> list[Fault]:
        """Those that are on or still to come."""
        now = self.clock.now()
        self._on = [fault for fault in self._on if fault.calls != 0 and (fault.ends is None or fault.ends > now)]
        return list(self._on)

    def _matches(self, fault: Fault, where: Mapping[str, str | None]) -> bool:
        now = self.clock.now()
        if fault.calls == 0 or now < fault.starts or (fault.ends is not None and now >= fault.ends):
            return False
        if any(where.get(name) != wanted for name, wanted in fault.where.items()):
            return False
        return fault.share >= 1 or self.dice.chance(fault.share)
