"""One recording under two sets of rules, decided in memory by the lane's own functions; nothing is written."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from dibs.clock import utc_now
from dibs.errors import InvalidInputError, InvariantError
from dibs.ids import uuid7
from dibs.lane.batch import Batch, collect, decide_batch, outcomes
from dibs.lane.changes import Changes
from dibs.lane.commands import add_items, set_status
from dibs.lane.decide import DecisionHooks
from dibs.lane.state import Board, BuyerRef
from dibs.lane.work import CommentWork
from dibs.models.rules import merge_rules
from dibs.plugins import load_plugins
from dibs.replay.pacing import PIECE
from dibs.replay.plan import ReplayPlan
from dibs.replay.setup import one_sentence
from dibs.shows.service import check_rules


@attrs.frozen
class Stake:
    """What a buyer has of one item in the end: units won and waiting, claims kept for an operator or for the item."""

    won: int = 0
    waiting: int = 0
    position: int | None = None
    review: int = 0
    unmatched: int = 0

    @property
    def weight(self) -> tuple[int, int, int, int]:
        """Everything but the place in the queue."""
        return self.won, self.waiting, self.review, self.unmatched


@attrs.frozen(order=True)
class StakeKey:
    """Whose stake it is, and in what."""

    place: int
    item_number: str
    variant: str
    platform: str
    platform_user_id: str
    handle: str


@attrs.frozen
class Side:
    """One set of rules with what it led to."""

    rules: Mapping[str, Any]
    verdicts: Counter[str]
    stakes: Mapping[StakeKey, Stake]
    won: int


@attrs.frozen
class Difference:
    """One buyer's stake under the one and the other set of rules."""

    key: StakeKey
    a: Stake
    b: Stake


@attrs.frozen
class Comparison:
    """Two sides; `differences` are other stakes, `moved` the same ones at another place in the queue."""

    a: Side
    b: Side
    differences: Sequence[Difference]
    moved: Sequence[Difference]


async def compare(plan: ReplayPlan, rules_a: Mapping[str, Any], rules_b: Mapping[str, Any]) -> Comparison:
    """Decide the recording twice, with the plugins that are on by default.

    Raises:
        InvalidInputError: rules that the parser can't work with.
    """
    plugins = load_plugins()
    on = frozenset(p.name for p in plugins.plugins.values() if p.info.default or p.info.always)
    hooks = plugins.hooks_for(on)
    a, b = await _decide_all(plan, rules_a, hooks), await _decide_all(plan, rules_b, hooks)
    changed = [
        Difference(key, a.stakes.get(key, Stake()), b.stakes.get(key, Stake()))
        for key in sorted({*a.stakes, *b.stakes})
    ]
    return Comparison(
        a,
        b,
        [one for one in changed if one.a.weight != one.b.weight],
        [one for one in changed if one.a.weight == one.b.weight and one.a != one.b],
    )


async def _decide_all(plan: ReplayPlan, rules: Mapping[str, Any], hooks: DecisionHooks) -> Side:
    board = _board(rules, hooks)
    start = Changes(board, utc_now())
    add_items(plan.items)(start, hooks)
    set_status("active")(start, hooks)
    verdicts: Counter[str] = Counter()
    comments = plan.recording.comments
    for place in range(0, len(comments), PIECE):
        work = CommentWork(comments[place : place + PIECE], utc_now(), asyncio.get_running_loop().create_future())
        batch = collect(board, [work], {})
        changes = decide_batch(board, hooks, batch, _new_buyers(board, batch))
        if changes.failures:
            raise InvariantError(f"A plugin failed: {changes.failures[0][1]}")
        verdicts.update(outcome.verdict for outcome in outcomes(batch)[0])
        await asyncio.sleep(0)  # Ctrl-C is heard here
    return Side(rules, verdicts, _stakes(board), sum(item.claimed for item in board.items.values()))


def _board(rules: Mapping[str, Any], hooks: DecisionHooks) -> Board:
    workspace_id = uuid7()
    try:
        merged = merge_rules({}, rules)
        check_rules(workspace_id, merged, hooks)
    except InvalidInputError as error:
        raise InvalidInputError(one_sentence(error)) from None
    return Board(workspace_id, uuid7(), "", "draft", merged, 0, 0, 0, "memory")


def _new_buyers(board: Board, batch: Batch) -> list[BuyerRef]:
    new: dict[tuple[str, str], BuyerRef] = {}
    for _, comment, _, _ in batch.entries:
        author = comment.author
        if author is not None and (key := (comment.platform, author.user_id)) not in board.buyers:
            new.setdefault(key, BuyerRef(uuid7(), *key, author.name))
    board.buyers.update(new)
    return list(new.values())


def _stakes(board: Board) -> dict[StakeKey, Stake]:
    positions = {claim: place for i in board.items.values() for place, claim in enumerate(i.queue, start=1)}
    kept = board.unmatched_claims()
    stakes: dict[StakeKey, Stake] = {}
    for claim in (*board.claims.values(), *board.reviews.values(), *kept):
        if claim.buyer is None:
            continue
        place = claim.item.position if claim.item else len(board.items) + 1
        buyer = claim.buyer
        key = StakeKey(place, claim.item_number, claim.variant, buyer.platform, buyer.user_id, buyer.handle)
        before = stakes.get(key, Stake())
        column = {"winner": "won", "waitlist": "waiting"}.get(claim.status, claim.status)
        amount = claim.quantity if column in ("won", "waiting") else 1
        position = positions.get(claim.id, before.position)
        stakes[key] = attrs.evolve(before, **{column: getattr(before, column) + amount}, position=position)
    return stakes
