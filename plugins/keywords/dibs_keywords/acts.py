"""From groups of words and codes to acts, with the rule that matched and a confidence."""

from __future__ import annotations

import re

import attrs

from dibs import Intent, ShowRules
from dibs_keywords import kinds as k
from dibs_keywords.board import Board
from dibs_keywords.folding import clean
from dibs_keywords.lexicon import Lexicon
from dibs_keywords.nodes import Node
from dibs_keywords.pairing import Group, near
from dibs_keywords.settings import KeywordsSettings
from dibs_keywords.variants import find_variant

_GOES_ON = frozenset((k.WORD, k.OF, k.QUESTION_START, k.REPORT, k.NUMBER))


@attrs.frozen
class Frame:
    """All that acts are made from, for one show."""

    rules: ShowRules
    settings: KeywordsSettings
    lexicon: Lexicon
    board: Board


@attrs.define
class Draft:
    """The acts of a comment so far, and the first doubt."""

    acts: list[Intent] = attrs.field(factory=list)
    doubt: str | None = None
    empty: bool = False

    def hesitate(self, reason: str | None, *, without_acts: bool = False) -> None:
        """Ask the operator; the first reason stands."""
        if reason and self.doubt is None:
            self.doubt = reason
            self.empty = without_acts


def spelling(code: str, text: str) -> str:
    """A code that the show does not have, as the viewer wrote it."""
    plain = clean(text)
    match = re.search(re.escape(code), plain, re.IGNORECASE) if len(plain) < 2000 else None
    return match.group() if match else code.upper()


def make_act(frame: Frame, text: str, kind: str, ref: Node, rule: str, confidence: float, draft: Draft) -> None:
    """Add one act for a code, or only the doubt that it raises."""
    quantity = 1 if ref.quantity is None else ref.quantity
    if ref.item is None and _too_long(ref.text, frame.settings):
        draft.hesitate("code_too_long", without_acts=True)
        return
    if quantity < 1:
        draft.hesitate("two_meanings", without_acts=True)
        return
    if quantity > frame.rules.max_quantity and kind == "claim":
        draft.hesitate("quantity_too_large", without_acts=quantity > 9999)
    variant = None
    if ref.item is not None:
        variant, unclear = find_variant(ref.item, (*ref.words, *ref.after))
        draft.hesitate("variant_unclear" if unclear else None)
    elif frame.board.items:
        confidence -= 0.1
    draft.hesitate(ref.doubt)
    number = ref.item.spelling if ref.item else spelling(ref.text, text)
    intent = Intent("pass" if kind == "pass" else "claim", number, quantity, variant, rule, round(confidence, 2))
    if not any(_same(intent, other) for other in draft.acts):
        draft.acts.append(intent)


def _same(one: Intent, two: Intent) -> bool:
    return (one.kind, one.item_number, one.variant) == (two.kind, two.item_number, two.variant)


def _too_long(code: str, settings: KeywordsSettings) -> bool:
    return len(code) > settings.max_code_length if code.isdecimal() else len(code) > 12


def act_on_group(frame: Frame, text: str, group: Group, draft: Draft, *, withdrawn: bool) -> None:
    """Add the acts of one claim or pass word."""
    verb = group.verb
    kind = "pass" if verb.kind in (k.PASS, k.PASS_BEFORE, k.WITHDRAW) or withdrawn else "claim"
    first = group.refs[0]
    target = verb if group.backward else first
    if not _belongs(target, first):
        draft.hesitate("unclear", without_acts=True)
        return
    confidence = _confidence(frame, group, draft)
    if group.backward and verb.text in frame.lexicon.reporting and _told(first, verb):
        draft.hesitate("unclear")
    if _asks_number(frame, group):
        draft.hesitate("two_meanings")
    if verb.kind == k.HOLD:
        draft.hesitate("hold" if frame.settings.holds == "review" else None)
    for at, ref in enumerate(group.refs):
        if at and k.WORD in ref.gap and not near(ref) and not _described(ref, group.refs[at - 1]):
            break  # a number further on in the sentence is not part of the list
        if _counts(frame, group, ref):
            draft.hesitate("unclear")
        rule = "withdraw" if withdrawn else _rule(group, ref, at)
        make_act(frame, text, kind, ref, rule, confidence, draft)


def _asks_number(frame: Frame, group: Group) -> bool:
    """`cf1`: item 1, or a place in the queue; only the seller knows."""
    ref = group.refs[0]
    if group.verb.text not in frame.lexicon.number_asks or not ref.text.isdecimal() or group.backward:
        return False
    return frame.settings.cf_number == "ask" and (ref.glued or ref.item is None or len(ref.text) == 1)


def _told(first: Node, verb: Node) -> bool:
    """`glad 12 sold`, `12 sold fast`: a sentence about the item rather than a claim."""
    return k.WORD in re.split("[bj]", first.gap)[-1] or _goes_on(verb, first)


def _described(ref: Node, before: Node) -> bool:
    """`sold 12 red, 14 blue`: the words belong to the code before, the list goes on after a comma or `and`."""
    return ref.gap[-1:] == k.JOIN and before.item is not None


def _belongs(node: Node, first: Node) -> bool:
    """Whether the code and its word stand together."""
    if node is first:
        return near(node)
    allowed = first.item.words if first.item else frozenset[str]()
    between = zip(node.gap, node.words, strict=True)
    return all(kind in "fljokaz" or word in allowed or word == "is" for kind, word in between)


def _counts(frame: Frame, group: Group, ref: Node) -> bool:
    """`i want 2 kids`: a plain number and a noun behind a word that also takes amounts."""
    soft = group.verb.kind in (k.SOFT, k.PASS_BEFORE, k.HOLD) or group.verb.text in frame.lexicon.counting
    return soft and ref.text.isdecimal() and ref.quantity is None and _goes_on(ref, ref)


def _goes_on(node: Node, ref: Node) -> bool:
    """Whether the sentence goes on right behind with words that do not describe the item."""
    known = ref.item.words if ref.item else frozenset[str]()
    for kind, word in zip(node.behind, node.after, strict=True):
        if kind not in (k.FILLER, k.LINK):
            return kind in _GOES_ON and word not in known
    return False


def _confidence(frame: Frame, group: Group, draft: Draft) -> float:
    verb, last = group.verb, group.refs[-1]
    confidence = 0.95 if group.backward or group.refs[0].glued or verb.glued else 1.0
    soft = verb.kind in (k.SOFT, k.HOLD)
    if soft:
        confidence -= 0.1
    lead = re.split("[bj]", verb.gap)[-1]
    if not group.backward and k.WORD in lead:
        if soft or verb.text in frame.lexicon.reporting:
            draft.hesitate("unclear")
        confidence -= 0.15
    known = last.item.words if last.item else frozenset[str]()
    if any(word.isalpha() and word not in known and len(word) > 1 for word in last.after):
        confidence -= 0.05
    return confidence if draft.doubt is None else min(confidence, 0.4)


def _rule(group: Group, ref: Node, at: int) -> str:
    if at:
        return "list"
    if group.backward:
        return "number_word"
    if ref.glued:
        return "glued"
    if ref.early:
        return "word_quantity_number"
    if k.LINK in ref.gap:
        return "word_hash_number" if "#" in ref.words else "word_on_number"
    return "word_number"
