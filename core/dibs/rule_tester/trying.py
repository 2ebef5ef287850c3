"""Reading comments with the workspace's own hooks, as the claim lane does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from dibs.clock import utc_now
from dibs.errors import InvalidInputError, PluginHookError
from dibs.lane.decide import CONFIDENT, DecisionHooks
from dibs.models.catalogue import ParseContext
from dibs.models.comments import Author, IncomingComment, Intent, Reading
from dibs.rule_tester.model import TriedAct, TriedComment, Verdict
from dibs.rule_tester.stage import Stage

_AT_ONCE = 32
_VIEWER = Author("viewer", "Viewer")


async def try_comments(stage: Stage, hooks: DecisionHooks, texts: Sequence[str]) -> list[TriedComment]:
    """What each comment would do while the show runs.

    Raises:
        InvalidInputError: the parser can't work with the rules.
    """
    context = stage.context()
    _read(hooks, context, "")  # faulty rules are told also when there is no comment yet
    found: list[TriedComment] = []
    for number, text in enumerate(texts, start=1):
        found.append(_tried(stage, hooks, context, text))
        if number % _AT_ONCE == 0:
            await asyncio.sleep(0)  # a sale may be running in this process
    return found


def _tried(stage: Stage, hooks: DecisionHooks, context: ParseContext, text: str) -> TriedComment:
    try:
        reading = _read(hooks, context, text)
    except PluginHookError as error:
        return TriedComment(text, "quarantined", [], "parser_failed", str(error.__cause__ or error))
    if reading is None:
        return TriedComment(text, "ignored", [], "no_parser")
    doubtful = reading.review or any(act.confidence < CONFIDENT for act in reading.acts)
    acts = [_act(stage, act) for act in reading.acts]
    reason = reading.reason or ("low_confidence" if doubtful else None)
    return TriedComment(text, _verdict(reading, acts, doubtful=doubtful), acts, reason or _trouble(acts))


def _verdict(reading: Reading, acts: Sequence[TriedAct], *, doubtful: bool) -> Verdict:
    """An item whose variant is not clear is asked about; one that is not there yet is waited for."""
    if doubtful or any(act.trouble in ("variant_missing", "variant_unknown") for act in acts if act.kind == "claim"):
        return "review"
    return reading.acts[0].kind if reading.acts else "ignored"


def _trouble(acts: Sequence[TriedAct]) -> str | None:
    troubles = (act.trouble for act in acts if act.kind == "claim" and act.trouble not in (None, "unmatched"))
    return next(troubles, None)


def _act(stage: Stage, act: Intent) -> TriedAct:
    item, trouble = stage.find(act.item_number, act.variant)
    return TriedAct(act.kind, act.item_number, act.variant, act.quantity, act.rule, act.confidence, item, trouble)


def _read(hooks: DecisionHooks, context: ParseContext, text: str) -> Reading | None:
    try:
        return hooks.parse_comment(context, IncomingComment("tester", text, utc_now(), "tester", _VIEWER))
    except PluginHookError as error:
        if isinstance(error.__cause__, InvalidInputError):
            raise error.__cause__ from None
        raise
