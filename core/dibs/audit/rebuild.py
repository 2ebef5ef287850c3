"""The state of a show from its events alone, as a client of the stream would build it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import attrs
import orjson

Payload: TypeAlias = dict[str, Any]


@attrs.define(eq=False)
class RebuiltShow:
    """What a client knows that has heard every event.

    Attributes:
        show: the last `show.status`.
        comments: payload of each comment by number, as the bytes that were published.
        items, claims: last payload by id; a claim's position is not kept up to date in it.
        queues: ids of the waiting claims of each item, in order.
        settled_late: claims that were decided later than their comment (they waited for an item or an operator), or
            that an operator put into another queue.
        by_hand: these, and every other claim that an operator changed.
        edited: whether title or rules were changed after the show was made.
        faults: events that contradict what was heard before.
    """

    show: Payload = attrs.field(factory=lambda: {"status": "draft", "pinned_item_id": None})
    comments: dict[int, bytes] = attrs.field(factory=dict)
    items: dict[str, Payload] = attrs.field(factory=dict)
    claims: dict[str, Payload] = attrs.field(factory=dict)
    queues: dict[str, list[str]] = attrs.field(factory=dict)
    settled_late: set[str] = attrs.field(factory=set)
    by_hand: set[str] = attrs.field(factory=set)
    edited: bool = False
    faults: list[str] = attrs.field(factory=list)

    def apply(self, kind: str, data: bytes) -> None:
        """Take one event in."""
        if kind == "comment.received":
            self._comment(data)
            return
        handler = _HANDLERS.get(kind)
        if handler is not None:
            handler(self, orjson.loads(data))

    def _comment(self, data: bytes) -> None:
        number = orjson.loads(data)["comment_no"]
        if number != len(self.comments) + 1:
            self.faults.append(f"comment {number} was told as the {len(self.comments) + 1}th")
        self.comments[number] = data

    def _created(self, payload: Payload) -> None:
        claim, was = payload["claim"], payload.get("was")
        known = self.claims.get(claim["claim_id"])
        if (known is None) != (was is None) or (known is not None and known["status"] != was):
            self.faults.append(f"claim {claim['claim_id']} was told to become {claim['status']} from {was}")
        if was is not None:
            self.settled_late.add(claim["claim_id"])
            self.by_hand.add(claim["claim_id"])
        self.claims[claim["claim_id"]] = claim
        if claim["status"] == "waitlist":
            self._enqueue(claim)

    def _enqueue(self, claim: Payload) -> None:
        queue = self.queues.setdefault(claim["item_id"], [])
        place = claim["waitlist_position"]
        if place is None or not 1 <= place <= len(queue) + 1:
            self.faults.append(f"claim {claim['claim_id']} was told to wait at place {place} of {len(queue) + 1}")
            place = len(queue) + 1
        queue.insert(place - 1, claim["claim_id"])

    def _released(self, payload: Payload) -> None:
        claim = payload["claim"]
        known = self.claims.get(claim["claim_id"])
        if known is None or known["status"] != payload["was"]:
            self.faults.append(f"claim {claim['claim_id']} was told to leave {payload['was']}")
        self.claims[claim["claim_id"]] = claim
        if claim["status"] != "waitlist":
            self._dequeue(claim)

    def _promoted(self, payload: Payload) -> None:
        claim, rest = payload["claim"], payload["rest"]
        head = rest or claim
        queue = self.queues.get(claim["item_id"], [])
        if not queue or queue[0] != head["claim_id"]:
            self.faults.append(f"claim {head['claim_id']} was told to be promoted, and was not next")
        if rest is None:
            self._dequeue(claim)
        else:
            self.claims[rest["claim_id"]] = rest
        self.claims[claim["claim_id"]] = claim

    def _changed(self, payload: Payload) -> None:
        claim, was = payload["claim"], payload["was"]
        known = self.claims.get(claim["claim_id"])
        if known is None or any(known[name] != value for name, value in was.items()):
            self.faults.append(f"claim {claim['claim_id']} was told to change from {was}")
        self.by_hand.add(claim["claim_id"])
        if claim["item_id"] != was["item_id"]:
            self.settled_late.add(claim["claim_id"])
        self._dequeue(known or claim)
        self.claims[claim["claim_id"]] = claim
        if claim["status"] == "waitlist":
            self._enqueue(claim)

    def _dequeue(self, claim: Payload) -> None:
        queue = self.queues.get(claim["item_id"] or "", [])
        if claim["claim_id"] in queue:
            queue.remove(claim["claim_id"])

    def _item(self, payload: Payload) -> None:
        self.items[payload["item"]["item_id"]] = payload["item"]

    def _removed(self, payload: Payload) -> None:
        if self.items.pop(payload["item_id"], None) is None:
            self.faults.append(f"item {payload['item_id']} was told to be removed, and was not there")

    def _reordered(self, payload: Payload) -> None:
        if sorted(payload["item_ids"]) != sorted(self.items):
            self.faults.append("an order of the items was told that does not name each of them once")
        for number, item_id in enumerate(payload["item_ids"], start=1):
            if item_id in self.items:
                self.items[item_id] = {**self.items[item_id], "position": number}

    def _status(self, payload: Payload) -> None:
        before = (self.show["status"], self.show["pinned_item_id"])
        self.edited = self.edited or before == (payload["status"], payload["pinned_item_id"])
        self.show = payload


_HANDLERS: Mapping[str, Any] = {
    "claim.created": RebuiltShow._created,
    "claim.released": RebuiltShow._released,
    "claim.promoted": RebuiltShow._promoted,
    "claim.changed": RebuiltShow._changed,
    "item.updated": RebuiltShow._item,
    "item.removed": RebuiltShow._removed,
    "items.reordered": RebuiltShow._reordered,
    "show.status": RebuiltShow._status,
}


def rebuild(events: Iterable[tuple[str, bytes]]) -> RebuiltShow:
    """The state after these events, which begin with the show's first one: type and JSON of each."""
    show = RebuiltShow()
    for kind, data in events:
        show.apply(kind, data)
    return show
