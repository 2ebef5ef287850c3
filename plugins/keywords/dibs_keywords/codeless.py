"""Comments with a claim word but no code, a code but no claim word, or only `+1`."""

from __future__ import annotations

import re

import attrs

from dibs import Intent, Reading
from dibs_keywords import kinds as k
from dibs_keywords.acts import Draft, Frame, make_act
from dibs_keywords.board import BoardItem
from dibs_keywords.nodes import Node
from dibs_keywords.variants import find_variant

_BARE = re.compile("[fljbohTczunqpwk]*")
_ALONE = frozenset("fjblqpk")


def pinned_claim(frame: Frame, verb: Node | None, shape: str, words: list[str], quantity: int | None) -> Reading:
    """`sold`, `mine x2`, `+1`, `mine black dress`: the pinned item, where the show allows it."""
    item = frame.board.pinned if frame.rules.claim_without_code else None
    clear = shape.strip("".join(k.VERBS) + "fjb")
    if item is None or (verb is not None and verb.kind != k.CLAIM):
        asks = verb is not None and verb.kind == k.CLAIM and not verb.gap.strip("fb") and shape.count(k.WORD) <= 2
        return Reading(review=asks, reason="no_code")
    counted = quantity is not None and frame.settings.plain_number == "quantity"
    rule, confidence = ("pinned_quantity", 0.8) if counted else _pinned_rule(item, clear, words)
    if rule is None:
        return Reading(review=True, reason="no_code")
    count = 1 if quantity is None else quantity
    variant, unclear = find_variant(item, words)
    act = Intent("claim", item.spelling, max(count, 1), variant, rule, confidence)
    if unclear or not 1 <= count <= frame.rules.max_quantity:
        return Reading((act,), review=True, reason="variant_unclear" if unclear else "quantity_too_large")
    return Reading((act,))


def _pinned_rule(item: BoardItem, clear: str, words: list[str]) -> tuple[str | None, float]:
    if k.NEXT in clear and not set(clear) - {k.NEXT}:
        return "pinned_next", 0.8
    if set(clear) <= _ALONE:
        return "pinned", 0.9
    described = [word for word in words if word.isalnum()]
    if set(clear) <= _ALONE | {k.WORD, k.SIZE} and described and all(word in item.words for word in described):
        return "pinned_description", 0.7
    return None, 0.0


def pass_without_code(verb: Node, shape: str) -> Reading:
    """`pass` and nothing else gives back the buyer's last claim."""
    if verb.kind == k.PASS and set(shape) <= {k.PASS, k.FILLER, k.BREAK, k.JOIN, k.NEXT}:
        return Reading((Intent("pass", None, rule="pass_last", confidence=0.9),))
    return Reading(reason="unclear" if verb.kind == k.PASS else "no_claim_word")


def plus_claim(frame: Frame, text: str, refs: list[Node], shape: str) -> Reading | None:
    """`A1+1`, `1000+2`."""
    claimed = [ref for ref in refs if ref.plus]
    allowed = frame.settings.plus_claims
    anywhere = allowed if allowed is not None else frame.lexicon.plus_claims
    if not claimed or allowed is False:
        return None
    if not anywhere and not set(shape) <= set("fjbcunp"):
        return None
    draft = Draft()
    for ref in claimed:
        if ref.item is None and not ref.has_letter and not anywhere:
            draft.hesitate("two_meanings")
        make_act(frame, text, "claim", ref, "plus", 0.95, draft)
    return finish(frame, draft)


def bare_claim(frame: Frame, text: str, refs: list[Node], shape: str) -> Reading | None:
    """`A1`, `CK50 2`, `A1 xanh M 0901234567`: a code alone, where that is the custom."""
    wanted = frame.settings.bare_codes
    loose = frame.lexicon.bare_codes if wanted is None else wanted
    plus = k.PLUS in shape and frame.settings.plus_claims is False
    if not loose or not refs or plus or not _BARE.fullmatch(shape):
        return None
    draft = Draft()
    for ref in refs:
        if not _claimable(frame, ref, strict=wanted is None, dialled=k.PHONE in shape):
            return None
        make_act(frame, text, "claim", ref, "bare_code", 0.8, draft)
    return finish(frame, draft)


def _claimable(frame: Frame, ref: Node, *, strict: bool, dialled: bool) -> bool:
    """Whether a code may claim alone: a code of the show, beside nothing but known words or a telephone number."""
    if ref.item is None and (frame.board.items or ref.kind != k.UNKNOWN_CODE):
        return False
    if strict and not (ref.glued or (ref.has_letter and any(char.isdecimal() for char in ref.text))):
        return False
    if ref.item is None or dialled:
        return k.WORD not in ref.gap
    words = ref.item.words
    before = [word for kind, word in zip(ref.gap, ref.words, strict=True) if kind == k.WORD]
    behind = [word for word in ref.after if word not in frame.lexicon.heads and word.isalpha()]
    return words.issuperset((*before, *behind))


def finish(frame: Frame, draft: Draft) -> Reading:
    """The reading of a draft: one act unless the show takes several, nothing where it must not be carried out."""
    acts = tuple(draft.acts) if frame.rules.several else tuple(draft.acts[:1])
    if draft.doubt is None:
        return Reading(acts) if acts else Reading(reason="unclear")
    doubtful = tuple(attrs.evolve(act, confidence=min(act.confidence, 0.4)) for act in acts)
    return Reading(() if draft.empty else doubtful, review=True, reason=draft.doubt)
