"""Deciding one batch: parse, order, screen, allocate. Pure functions on the board."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

import attrs

from dibs.errors import PluginHookError
from dibs.lane import stock
from dibs.lane.changes import ORDERED, Changes, CommentRow
from dibs.lane.credit import credit_of
from dibs.lane.payloads import comment_payload
from dibs.lane.state import Board, BuyerRef, ClaimState, ItemState
from dibs.models.allocation import Allocation, ClaimRequest, UndecidedComment
from dibs.models.catalogue import ParseContext
from dibs.models.codes import fold_code, fold_text
from dibs.models.comments import IncomingComment, Intent, Reading

CONFIDENT = 0.5
STEP = 64
BLOCKED = "buyer_blocked"
_STORED = {"draft": "not_started", "paused": "paused", "ended": "ended"}


class DecisionHooks(Protocol):
    """The hooks that a batch needs; `dibs.hooks.WorkspaceHooks` has them."""

    def parse_comment(self, ctx: ParseContext, comment: IncomingComment) -> Reading | None:
        """See `dibs.hookspecs.parse_comment`."""

    def order_comments(self, comments: Sequence[UndecidedComment]) -> Sequence[int] | None:
        """See `dibs.hookspecs.order_comments`."""

    def screen_claim(self, request: ClaimRequest) -> Allocation | None:
        """See `dibs.hookspecs.screen_claim`."""

    def allocate_claim(self, request: ClaimRequest) -> Allocation | None:
        """See `dibs.hookspecs.allocate_claim`."""


@attrs.frozen
class Arrival:
    """A comment that is new to the show: cleaned, with its identity and its buyer resolved."""

    key: str
    comment: IncomingComment
    buyer: BuyerRef | None
    received_at: datetime
    early: bool = False


def decide(board: Board, hooks: DecisionHooks, arrivals: Sequence[Arrival], changes: Changes) -> Iterator[None]:
    """Decide comments in order of arrival; when the iterator is exhausted board and `changes` hold the outcome.

    Each step is a few comments, so that whoever runs them can let others have a turn in between.
    """
    undecided: list[tuple[CommentRow, Reading]] = []
    for number, arrival in enumerate(arrivals, start=1):
        row = _row(board, arrival)
        changes.comments.append(row)
        reading = _read(board, hooks, row, changes)
        if reading is not None:
            undecided.append((row, reading))
        _tell(changes, row)
        if number % STEP == 0:
            yield
    for number, (row, reading) in enumerate(_in_order(hooks, undecided, changes), start=1):
        _carry_out(hooks, changes, row, reading)
        if number % STEP == 0:
            yield


def _carry_out(hooks: DecisionHooks, changes: Changes, row: CommentRow, reading: Reading) -> None:
    if reading.review:
        _to_review(changes, row, reading)
    else:
        for number, intent in enumerate(reading.acts):
            _act(hooks, changes, row, number, intent)


def _row(board: Board, arrival: Arrival) -> CommentRow:
    board.last_comment_no += 1
    board.keys[arrival.key] = None
    return CommentRow(
        board.last_comment_no, arrival.key, arrival.comment, arrival.buyer, arrival.received_at, early=arrival.early
    )


def _tell(changes: Changes, row: CommentRow) -> None:
    buyer_id = row.buyer.id if row.buyer else None
    changes.emit(
        "comment.received",
        comment_payload(
            row.comment_no,
            row.comment,
            buyer_id,
            row.received_at,
            row.verdict,
            row.rule,
            row.reason,
            row.late,
        ),
    )


def _read(board: Board, hooks: DecisionHooks, row: CommentRow, changes: Changes) -> Reading | None:
    """Parse one comment and note its verdict; the reading if something is to be decided."""
    author = row.comment.author
    if row.comment.from_seller or (author is not None and author.user_id in board.seller_ids):
        row.verdict, row.reason = "ignored", "from_seller"
        return None
    try:
        reading = hooks.parse_comment(board.context, row.comment)
    except PluginHookError as error:
        row.verdict, row.reason = "quarantined", "parser_failed"
        changes.failures.append((str(error.data.get("plugin", "")), str(error.__cause__ or error)))
        return None
    if reading is None:
        row.reason = "no_parser"
        return None
    return _verdict(board, row, _doubtful(reading))


def _doubtful(reading: Reading) -> Reading:
    if reading.review or all(act.confidence >= CONFIDENT for act in reading.acts):
        return reading
    return Reading(reading.acts, review=True, reason=reading.reason or "low_confidence")


def _verdict(board: Board, row: CommentRow, reading: Reading) -> Reading | None:
    row.rule = reading.acts[0].rule if reading.acts else None
    row.reason = reading.reason
    acting = bool(reading.acts) or reading.review
    if acting and (row.early or board.status != "active"):
        row.verdict, row.reason = "stored", "not_started" if row.early else _STORED[board.status]
        row.late = board.status == "ended"
        return None
    if board.status == "ended":
        row.late = True
    if acting and row.buyer is None:
        row.verdict, row.reason = "review", "no_author"
        return None
    if reading.review:
        row.verdict = "review"
        return reading if reading.acts else None
    if reading.acts:
        row.verdict = reading.acts[0].kind
        return reading
    return None


def _in_order(
    hooks: DecisionHooks, undecided: list[tuple[CommentRow, Reading]], changes: Changes
) -> list[tuple[CommentRow, Reading]]:
    if len(undecided) < 2:
        return undecided
    keys = [
        UndecidedComment(
            row.comment.posted_at,
            row.comment_no,
            row.comment.comment_id or row.key,
            row.buyer.id if row.buyer else None,
        )
        for row, _ in undecided
    ]
    try:
        order = hooks.order_comments(keys)
    except PluginHookError as error:
        changes.failures.append((str(error.data.get("plugin", "")), str(error.__cause__ or error)))
        return undecided
    if order is None:
        return undecided
    if sorted(order) != list(range(len(undecided))):
        changes.failures.append(("", "order_comments answered with something else than an order"))
        return undecided
    return [undecided[index] for index in order]


def _to_review(changes: Changes, row: CommentRow, reading: Reading) -> None:
    for number, intent in enumerate(reading.acts):
        item = find_item(changes.board, intent)[0]
        if row.buyer is not None and row.buyer.blocked and intent.kind == "claim":
            _decline_blocked(changes, row, number, intent, item)
        else:
            review(changes, row, number, intent, item, reading.reason)


def _decline_blocked(changes: Changes, row: CommentRow, number: int, intent: Intent, item: ItemState | None) -> None:
    claim = changes.new_claim(
        row, number, intent, buyer=row.buyer, item=item, quantity=max(intent.quantity, 1), status="declined",
        reason=BLOCKED,
    )  # fmt: skip
    changes.created(claim)


def review(
    changes: Changes, row: CommentRow, number: int, intent: Intent, item: ItemState | None, reason: str | None
) -> None:
    """Leave an act to an operator."""
    claim = changes.new_claim(
        row,
        number,
        intent,
        buyer=row.buyer,
        item=item,
        quantity=max(intent.quantity, 1),
        status="review",
        reason=reason,
    )
    changes.board.index_claim(claim)
    changes.created(claim)


def _act(hooks: DecisionHooks, changes: Changes, row: CommentRow, number: int, intent: Intent) -> None:
    if row.buyer is None:
        return
    if intent.kind == "pass":
        pass_on(changes, row, number, intent, row.buyer)
        return
    item, trouble = find_item(changes.board, intent)
    if row.buyer.blocked:
        _decline_blocked(changes, row, number, intent, item)
    elif trouble == "unmatched":
        _keep_unmatched(changes, row, number, intent, row.buyer)
    elif item is None or trouble is not None:
        review(changes, row, number, intent, None, trouble)
    else:
        claim_item(hooks, changes, row, number, intent, row.buyer, item)


def find_item(board: Board, intent: Intent) -> tuple[ItemState | None, str | None]:
    """The item that an intent means, or why it is not clear."""
    rows = board.by_code.get(fold_code(intent.item_number or ""), [])
    if not rows:
        return None, "unmatched"
    if len(rows) == 1 and (not rows[0].variant or intent.variant is None):
        return rows[0], None
    if intent.variant is None:
        return None, "variant_missing"
    wanted = fold_text(intent.variant).strip()
    found = [row for row in rows if row.variant_key == wanted]
    return (found[0], None) if found else (None, "variant_unknown")


def _keep_unmatched(changes: Changes, row: CommentRow, number: int, intent: Intent, buyer: BuyerRef) -> None:
    """Keep a claim on an item that the show does not have yet; counted once for each buyer."""
    repeated = buyer.head in changes.board.unmatched.get(fold_code(intent.item_number or ""), {})
    claim = changes.new_claim(
        row,
        number,
        intent,
        buyer=buyer,
        item=None,
        quantity=intent.quantity,
        status="declined" if repeated else "unmatched",
        reason="already_claimed" if repeated else "no_such_item",
    )
    if not repeated:
        changes.board.index_claim(claim)
    changes.created(claim)


def claim_item(
    hooks: DecisionHooks,
    changes: Changes,
    row: CommentRow,
    number: int,
    intent: Intent,
    buyer: BuyerRef,
    item: ItemState,
) -> None:
    """Ask the policy about a claim and carry its answer out, as far as it keeps the promises."""
    claim = changes.new_claim(row, number, intent, buyer=buyer, item=item, quantity=intent.quantity, status="declined")
    settle(hooks, changes, claim, item, buyer)


def settle(
    hooks: DecisionHooks,
    changes: Changes,
    claim: ClaimState,
    item: ItemState,
    buyer: BuyerRef,
    *,
    was: str | None = None,
    in_order: bool = False,
    accepted: bool = False,
) -> None:
    """Give a claim its status by the workspace's policy.

    `in_order` keeps its original place in the queue; `accepted` means that an operator has looked at it: a policy
    that would send it to review again is overruled, one that declines is not.
    """
    board = changes.board
    claim.left_before, claim.ahead = item.left, len(item.queue)
    request = ClaimRequest(
        buyer.id,
        claim.quantity,
        claim.posted_at,
        item.stock(),
        board.standing(buyer.head, item),
        board.rules,
        item.price,
        credit_of(board, buyer) if board.credit else None,
    )
    answer = _ask(hooks, request, changes)
    if accepted and answer.refuse == "review":
        won = min(claim.quantity, item.left)
        answer = Allocation(win=won, wait=claim.quantity - won)
    claim.reason = answer.reason
    if answer.refuse is not None:
        claim.status = answer.refuse
        board.index_claim(claim)
        changes.created(claim, was)
        return
    if answer.give_back:
        mine = [c for c in board.stakes.get(buyer.head, {}).values() if c.item is item]
        if answer.give_back > sum(c.quantity for c in mine if c.order_id is None):
            claim.status, claim.reason = "declined", ORDERED
            changes.created(claim, was)
            return
        stock.give_back(changes, mine, answer.give_back)
    _share_out(changes, claim, item, answer, was, in_order)
    if answer.give_back and board.status != "ended":
        stock.promote(changes, item)


def _share_out(
    changes: Changes, claim: ClaimState, item: ItemState, answer: Allocation, was: str | None, in_order: bool
) -> None:
    won, waits = answer.win, answer.wait
    enqueue = stock.queue_in_order if in_order else stock.queue
    if not won and not waits:
        claim.status, claim.reason = "declined", claim.reason or "lowered"
        changes.created(claim, was)
        return
    claim.quantity = won + waits
    rest = stock.split(changes, claim, waits) if won and waits else None
    if won:
        stock.win(changes, claim, item)
    else:
        enqueue(changes, claim, item)
    changes.created(claim, was)
    if rest is not None:
        rest.left_before, rest.ahead = claim.left_before, claim.ahead
        enqueue(changes, rest, item)
        changes.created(rest)


def _ask(hooks: DecisionHooks, request: ClaimRequest, changes: Changes) -> Allocation:
    try:
        answer = hooks.screen_claim(request) or hooks.allocate_claim(request)
    except PluginHookError as error:
        changes.failures.append((str(error.data.get("plugin", "")), str(error.__cause__ or error)))
        return Allocation(refuse="review", reason="policy_failed")
    if answer is None:
        return Allocation(refuse="review", reason="no_policy")
    broken = stock.fault(answer, request)
    if broken is not None:
        changes.failures.append(("", f"allocate_claim answered with {broken}"))
        return Allocation(refuse="review", reason="policy_failed")
    return answer


def pass_on(changes: Changes, row: CommentRow, number: int, intent: Intent, buyer: BuyerRef) -> None:
    """Release the buyer's own claims on an item: won, waiting, in review; then promote the next in line.

    Without a code: the item that the buyer claimed last, else the pinned one. What is in an order stays.
    """
    claim = changes.new_claim(row, number, intent, buyer=buyer, item=None, quantity=1, status="declined")
    settle_pass(changes, claim, intent, buyer)


def settle_pass(changes: Changes, claim: ClaimState, intent: Intent, buyer: BuyerRef, was: str | None = None) -> None:
    """Carry a pass out; `claim` is its row, and says afterwards how much was given back."""
    board = changes.board
    mine = board.open_claims_of(buyer.head)
    code = _passed_code(board, intent, mine)
    meant = [c for c in mine if fold_code(c.item_number) == code and _same_variant(c, intent)]
    gone = [c for c in meant if c.order_id is None]
    ordered = len(gone) < len(meant)
    claim.item = meant[0].item if meant else _single(board, code)
    if claim.item is not None:
        claim.item_number, claim.variant = claim.item.number, claim.item.variant
    else:
        claim.item_number = claim.item_number or (code or "")[:40]
    claim.quantity = sum(c.quantity for c in gone) or 1
    claim.status = "passed" if gone else "declined"
    claim.reason = ORDERED if ordered else None if gone else "nothing_to_pass"
    changes.created(claim, was)
    for stake in gone:
        stock.leave(changes, stake, "passed", "buyer")
    if board.status != "ended":
        for item in {stake.item.id: stake.item for stake in gone if stake.item is not None}.values():
            stock.promote(changes, item)


def _passed_code(board: Board, intent: Intent, mine: list[ClaimState]) -> str | None:
    if intent.item_number:
        return fold_code(intent.item_number)
    if mine:
        return fold_code(max(mine, key=lambda claim: claim.decision_no).item_number)
    return board.context.catalogue.pinned_code


def _same_variant(claim: ClaimState, intent: Intent) -> bool:
    return intent.variant is None or fold_text(claim.variant).strip() == fold_text(intent.variant).strip()


def _single(board: Board, code: str | None) -> ItemState | None:
    rows = board.by_code.get(code or "", [])
    return rows[0] if len(rows) == 1 else None
