"""What stops a claim: questions, negations, hearsay, prices, times, dates, decimals, telephone numbers."""

from __future__ import annotations

from dibs_keywords import kinds as k
from dibs_keywords.chunks import Item

_ANYWHERE = (
    (k.QUESTION, "question"),
    (k.REPORT_ANYWHERE, "report"),
    (k.MENTION, "report"),
    (k.PRICE, "price"),
    (k.DATE, "date"),
    (k.TIME, "time"),
    (k.PERCENT, "percent"),
    (k.DECIMAL, "decimal"),
    (k.DOUBTFUL, "two_meanings"),
)
_CODES = frozenset((k.CODE, k.UNKNOWN_CODE, k.NUMBER))
_RULES = ("cancel", "cancels", "cancelling", "canceling", "cancellation", " cc")
_CLAUSE_ENDS = frozenset((k.BREAK, k.JOIN))


def find_guard(items: list[Item], shape: str) -> str | None:
    """The reason why this comment must not act by itself, or None.

    Args:
        items: everything read in the comment.
        shape: the kinds of the items as one string.
    """
    if k.QUESTION in shape or _asks(shape):
        return "question"
    negated = _negation(items, shape)
    if negated:
        return negated
    if _reports(shape):
        return "report"
    return next((reason for kind, reason in _ANYWHERE if kind in shape), None)


def _asks(shape: str) -> bool:
    """Whether a clause begins with a word such as `is` or `did`."""
    at = shape.find(k.QUESTION_START)
    while at >= 0:
        before = shape[:at].rstrip(k.FILLER)
        if not before or before[-1] in _CLAUSE_ENDS:
            return True
        at = shape.find(k.QUESTION_START, at + 1)
    return False


def _negation(items: list[Item], shape: str) -> str | None:
    at = shape.find(k.NEGATION)
    if at < 0:
        return None
    behind = shape[at + 1 : at + 2]
    return "seller_rule" if behind == k.PASS or items[at].text.endswith(_RULES) else "negation"


def _reports(shape: str) -> bool:
    """Whether it tells of others: `my friend` before the claim word, `to Anna` behind the code."""
    verb = min((at for at, kind in enumerate(shape) if kind in k.VERBS), default=-1)
    first = shape.find(k.REPORT)
    if first >= 0 and (verb < 0 or first < verb or _CODES.intersection(shape[:verb])):
        return True
    at = shape.find(k.RECEIVER)
    while at >= 0:
        if shape[at + 1 : at + 2] in (k.WORD, k.REPORT) and _CODES.intersection(shape[:at]):
            return True
        at = shape.find(k.RECEIVER, at + 1)
    return False
