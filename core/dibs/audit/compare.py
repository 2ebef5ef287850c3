"""Is what the events tell what the tables hold? Both sides in the shapes of the events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, TypeAlias

import orjson

from dibs.audit.rebuild import Payload, RebuiltShow

SHOW = "SELECT status, pinned_item_id, title, blanked_comment_no FROM shows WHERE workspace_id = $1 AND id = $2"
ITEMS = """
SELECT id AS item_id, item_number, nullif(variant, '') AS variant, title, price::text AS price, position,
    total_quantity, claimed_count, waitlist_count, version
FROM items WHERE workspace_id = $1 AND show_id = $2
"""
CLAIMS = """
SELECT c.id AS claim_id, c.item_id, c.item_number, nullif(c.variant, '') AS variant, c.buyer_id, b.platform,
    b.platform_user_id, c.comment_no, m.comment_id, c.decision_no, c.kind, c.quantity, c.status, c.rule, c.confidence,
    c.reason, c.posted_at, c.decided_at, c.place
FROM claims c
LEFT JOIN buyers b ON b.workspace_id = $1 AND b.id = c.buyer_id
LEFT JOIN comments m ON m.workspace_id = $1 AND m.show_id = $2 AND m.comment_no = c.comment_no
WHERE c.workspace_id = $1 AND c.show_id = $2
ORDER BY c.place NULLS FIRST, c.decision_no
"""
COMMENTS = """
SELECT comment_no, comment_id, platform, buyer_id, author_id, author_name, text, posted_at, received_at, verdict, rule,
    reason, late
FROM comments WHERE workspace_id = $1 AND show_id = $2 ORDER BY comment_no
"""
# Rows of the driver read like mappings and are not declared as such.
Row: TypeAlias = Any


def plain(row: Row) -> Payload:
    """A row as JSON would give it back."""
    payload: Payload = orjson.loads(orjson.dumps(dict(row), default=str))
    return payload


def show_differences(rebuilt: RebuiltShow, row: Row) -> Iterator[str]:
    """Status, pinned item and title."""
    yield from _different("the show", rebuilt.show, {k: v for k, v in plain(row).items() if k in rebuilt.show})


def item_differences(rebuilt: RebuiltShow, rows: Iterable[Row]) -> Iterator[str]:
    """Items with their counts."""
    stored = {str(row["item_id"]): plain(row) for row in rows}
    yield from _each("item", rebuilt.items, stored)


def claim_differences(rebuilt: RebuiltShow, rows: Iterable[Row]) -> Iterator[str]:
    """Claims and the order of those who wait. `rows` come in the order of their places."""
    stored: dict[str, Payload] = {}
    queues: dict[str, list[str]] = {}
    for row in rows:
        claim = plain(row)
        if claim.pop("place") is not None:
            queues.setdefault(claim["item_id"], []).append(claim["claim_id"])
        stored[claim["claim_id"]] = claim
    yield from _each("claim", rebuilt.claims, stored)
    told = {item: queue for item, queue in rebuilt.queues.items() if queue}
    for item in told.keys() | queues.keys():
        if told.get(item, []) != queues.get(item, []):
            yield f"the waitlist of item {item} is in another order in the events"
    yield from _unfair(rebuilt, stored, queues)


def _unfair(rebuilt: RebuiltShow, stored: Mapping[str, Payload], queues: Mapping[str, list[str]]) -> Iterator[str]:
    """Who waits stands in the order of decision; only a claim that was settled late may stand between others."""
    for queue in queues.values():
        regular = [stored[claim] for claim in queue if claim not in rebuilt.settled_late]
        for first, second in pairwise(regular):
            if first["decision_no"] > second["decision_no"]:
                yield f"claim {first['claim_id']} waits before claim {second['claim_id']}, which was decided earlier"


def comment_differences(rebuilt: RebuiltShow, rows: Iterable[Row], blanked: int = 0) -> Iterator[str]:
    """Comments with their verdicts. `rows` are some of the table's; each is taken off what the events told.

    Up to number `blanked` texts and names must be gone from the table, because the workspace keeps them only so long.
    """
    for row in rows:
        told = rebuilt.comments.pop(row["comment_no"], None)
        if told is None:
            yield f"comment {row['comment_no']} is not in the events"
            continue
        if row["comment_no"] <= blanked:
            told = _without_words(told)
        stored = _comment(row)
        data = orjson.dumps(stored, default=str)
        if data != told:
            yield from _different(f"comment {row['comment_no']}", orjson.loads(told), orjson.loads(data))


def _without_words(told: bytes) -> bytes:
    payload: Payload = orjson.loads(told)
    payload["text"] = ""
    if payload["author"] is not None:
        payload["author"]["name"] = ""
    return orjson.dumps(payload)


def _comment(row: Row) -> Payload:
    author = None if row["author_id"] is None else {"id": row["author_id"], "name": row["author_name"]}
    return {
        "comment_no": row["comment_no"],
        "comment_id": row["comment_id"],
        "platform": row["platform"],
        "buyer_id": row["buyer_id"],
        "author": author,
        "text": row["text"],
        "posted_at": row["posted_at"],
        "received_at": row["received_at"],
        "verdict": row["verdict"],
        "rule": row["rule"],
        "reason": row["reason"],
        "late": row["late"],
    }


def _each(what: str, told: Mapping[str, Payload], stored: Mapping[str, Payload]) -> Iterator[str]:
    for key in told.keys() - stored.keys():
        yield f"{what} {key} is in the events and not in its table"
    for key, row in stored.items():
        if key not in told:
            yield f"{what} {key} is in its table and not in the events"
        else:
            yield from _different(f"{what} {key}", told[key], row)


def _different(what: str, told: Payload, stored: Payload) -> Iterator[str]:
    wrong = [f"{k} {told.get(k)!r} told, {v!r} stored" for k, v in stored.items() if told.get(k) != v]
    if wrong:
        yield f"{what}: {'; '.join(wrong)}"
