"""The end of a replay, for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dibs.recording import Recording
from dibs.replay.outcome import Outcome

_NAMES = 3
_PROBLEMS = 50
_COLOURS = {"sold_out": "red", "low": "yellow", "open": "green"}


def print_outcome(console: Console, outcome: Outcome) -> None:
    """The items with who won and who waits, what became of the comments, and how fast it went."""
    console.print(_items(outcome))
    comments, timing = outcome.comments, outcome.timing
    _line(console, _comments(comments))
    won = sum(item["claimed_count"] for item in outcome.items)
    total = sum(item["total_quantity"] for item in outcome.items)
    buyers = {claim["platform_user_id"] for claim in outcome.claims if claim["status"] == "winner"}
    _line(console, f"Units: {won:,} of {total:,} won by {plural(len(buyers), 'buyer')}.{_open_ends(outcome.claims)}")
    _line(
        console,
        f"Time: {timing['seconds']:,} s, {timing['comments_per_second']:,.0f} comments/s, "
        f"committed within {timing['p50_ms']:.0f} ms (p50) and {timing['p99_ms']:.0f} ms (p99).",
    )
    _line(console, f"Show: {outcome.show_id}")


def print_json(value: object) -> None:
    """One JSON object on standard output, all of it.

    Python's unbuffered standard output (`PYTHONUNBUFFERED`, usual in containers) writes once and forgets what a
    pipe did not take.
    """
    left = memoryview(json.dumps(value, ensure_ascii=False).encode() + b"\n")
    sys.stdout.flush()
    while left:
        left = left[sys.stdout.buffer.write(left) or 0 :]
    sys.stdout.flush()


def print_way_in(console: Console, outcome: Outcome, owner: str | None) -> None:
    """How to look at the show in the console."""
    if owner is not None:
        link = f"dibs user link {owner} --target /shows/{outcome.show_id}/console"
        _line(console, f"To see it, run `dibs serve` and open the link that `{link}` prints.")


def print_problems(console: Console, recording: Recording, remarks: Iterable[str] = ()) -> None:
    """What could not be read, line by line."""
    for remark in remarks:
        _line(console, remark)
    problems, more = recording.problems, recording.more_problems
    if problems:
        many = len(problems) + more
        what = "1 line can't be read and was" if many == 1 else f"{many:,} lines can't be read and were"
        _line(console, f"{what} left out:")
    for problem in problems[:_PROBLEMS]:
        _line(console, f"  line {problem.line} {problem.reason}")
    if (rest := len(problems) - _PROBLEMS + more) > 0 and len(problems) >= _PROBLEMS:
        _line(console, f"  and {rest:,} more")
    if recording.skipped:
        _line(console, f"{recording.skipped:,} entries are no comments of viewers (stickers and the like).")


def plural(count: int, thing: str) -> str:
    """`1 buyer`, `2 buyers`."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def _comments(comments: Mapping[str, int]) -> str:
    words = (
        f"Comments: {comments['received']:,} received, {comments['stored']:,} new, "
        f"{plural(comments['duplicates'], 'duplicate')}."
    )
    if not comments["stored"]:
        return f"{words} All of them were in the show already." if comments["received"] else words
    return (
        f"{words} Of the new ones {comments['claims']:,} claim, {comments['passes']:,} pass, "
        f"{comments['review']:,} wait for review, {comments['ignored']:,} ask nothing."
    )


def _items(outcome: Outcome) -> Table:
    table = Table("Item", "Title", "Won", "Waiting", "Status", "Winners", "Next in line", expand=True)
    for place, column in enumerate(table.columns):
        column.no_wrap = True
        column.justify = "right" if place in (2, 3) else "left"
    for place, share in ((1, 2), (5, 3), (6, 2)):
        table.columns[place].ratio = share
    names = {key: list(rows) for key, rows in groupby(sorted(outcome.claims, key=_key), key=_key)}
    for item in outcome.items:
        claims = names.get((item["item_id"] or "",), [])
        waiting = sorted((c for c in claims if c["status"] == "waitlist"), key=lambda c: c["waitlist_position"])
        table.add_row(
            escape(" ".join(filter(None, (item["item_number"], item["variant"])))),
            escape(item["title"]),
            f"{item['claimed_count']:,}/{item['total_quantity']:,}",
            f"{item['waitlist_count']:,}" if item["waitlist_count"] else "",
            f"[{_COLOURS[item['status']]}]{item['status'].replace('_', ' ')}[/]",
            _names([c for c in claims if c["status"] == "winner"]),
            _names(waiting),
        )
    return table


def _key(claim: Mapping[str, Any]) -> tuple[str]:
    return (claim["item_id"] or "",)


def _names(claims: Sequence[Mapping[str, Any]]) -> str:
    shown = [_name(claim) for claim in claims[:_NAMES]]
    more = f" and {len(claims) - _NAMES:,} more" if len(claims) > _NAMES else ""
    return escape(", ".join(shown) + more)


def _name(claim: Mapping[str, Any]) -> str:
    name = claim["user_handle"] or claim["platform_user_id"] or "?"
    return name if claim["quantity"] == 1 else f"{name} ×{claim['quantity']}"


def _open_ends(claims: Sequence[Mapping[str, Any]]) -> str:
    unmatched = sum(claim["status"] == "unmatched" for claim in claims)
    if not unmatched:
        return ""
    kept = "1 claim is" if unmatched == 1 else f"{unmatched:,} claims are"
    return f" {kept} kept for item numbers that the show does not have."


def _line(console: Console, words: str) -> None:
    console.print(words, highlight=False, markup=False, soft_wrap=True)
