"""Rebuilding a show from its events alone, and the events that contradict each other."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from dibs.audit import rebuild


def claim(claim_id: str, status: str, position: int | None = None, quantity: int = 1) -> dict[str, Any]:
    return {
        "claim_id": claim_id, "item_id": "i", "status": status, "waitlist_position": position, "quantity": quantity,
    }  # fmt: skip


def event(kind: str, **payload: Any) -> tuple[str, bytes]:
    return kind, orjson.dumps(payload)


SOLD_OUT = [
    event("claim.created", claim=claim("a", "winner")),
    event("claim.created", claim=claim("b", "waitlist", 1, 3)),
    event("claim.created", claim=claim("c", "waitlist", 2)),
]


def test_a_claim_in_between_moves_the_others_down() -> None:
    show = rebuild([*SOLD_OUT, event("claim.created", claim=claim("d", "waitlist", 2), was=None)])
    assert show.queues == {"i": ["b", "d", "c"]}
    assert show.faults == []


def test_a_part_that_is_promoted_leaves_the_rest_at_the_head() -> None:
    rest = claim("b", "waitlist", 1, 2)
    show = rebuild([*SOLD_OUT, event("claim.promoted", claim=claim("b2", "winner"), rest=rest)])
    assert show.queues == {"i": ["b", "c"]}
    assert (show.claims["b"]["quantity"], show.claims["b2"]["status"]) == (2, "winner")


def test_a_claim_that_gives_back_a_part_stays_where_it_is() -> None:
    lowered = event("claim.released", claim=claim("b", "waitlist", 1, 1), was="waitlist", by="repeat")
    gone = event("claim.released", claim=claim("c", "passed"), was="waitlist", by="buyer")
    show = rebuild([*SOLD_OUT, lowered, gone])
    assert show.queues == {"i": ["b"]}
    assert show.claims["b"]["quantity"] == 1
    assert show.faults == []


@pytest.mark.parametrize(
    "wrong",
    [
        event("claim.created", claim=claim("d", "waitlist", 4)),
        event("claim.created", claim=claim("d", "waitlist")),
        event("claim.created", claim=claim("a", "winner")),
        event("claim.created", claim=claim("d", "winner"), was="review"),
        event("claim.released", claim=claim("a", "passed"), was="waitlist", by="buyer"),
        event("claim.released", claim=claim("z", "passed"), was="winner", by="buyer"),
        event("claim.promoted", claim=claim("c", "winner"), rest=None),
        event("comment.received", comment_no=2),
    ],
)
def test_an_event_that_contradicts_what_was_heard_before_is_a_fault(wrong: tuple[str, bytes]) -> None:
    assert len(rebuild([*SOLD_OUT, wrong]).faults) == 1


def test_events_of_later_versions_are_passed_over() -> None:
    assert rebuild([*SOLD_OUT, event("problem", code="x"), event("something.new")]).faults == []
