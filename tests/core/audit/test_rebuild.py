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


def was(status: str, quantity: int = 1) -> dict[str, Any]:
    return {"status": status, "item_id": "i", "quantity": quantity}


def test_a_claim_that_an_operator_changes_leaves_its_place_and_takes_the_new_one() -> None:
    back = event("claim.changed", claim=claim("a", "waitlist", 1), was=was("winner"))
    away = event("claim.changed", claim={**claim("c", "waitlist", 1), "item_id": "j"}, was=was("waitlist"))
    show = rebuild([*SOLD_OUT, back, away])
    assert show.queues == {"i": ["a", "b"], "j": ["c"]}
    assert (show.faults, show.by_hand, show.settled_late) == ([], {"a", "c"}, {"c"})


def test_items_are_put_in_order_and_taken_out() -> None:
    items = [event("item.updated", item={"item_id": name, "position": n}) for n, name in enumerate("abc", start=1)]
    show = rebuild([*items, event("items.reordered", item_ids=["c", "a", "b"]), event("item.removed", item_id="a")])
    assert {name: item["position"] for name, item in show.items.items()} == {"c": 1, "b": 3}
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
        event("claim.changed", claim=claim("a", "winner", None, 3), was=was("winner", 2)),
        event("claim.changed", claim=claim("z", "winner"), was=was("winner")),
        event("item.removed", item_id="j"),
        event("items.reordered", item_ids=["j"]),
    ],
)
def test_an_event_that_contradicts_what_was_heard_before_is_a_fault(wrong: tuple[str, bytes]) -> None:
    assert len(rebuild([*SOLD_OUT, wrong]).faults) == 1


def test_events_of_later_versions_are_passed_over() -> None:
    assert rebuild([*SOLD_OUT, event("problem", code="x"), event("something.new")]).faults == []
