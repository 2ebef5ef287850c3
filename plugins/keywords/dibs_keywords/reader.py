"""Reading one comment under the rules and codes of one show."""

from __future__ import annotations

from functools import lru_cache

import attrs

from dibs import ParseContext, Reading
from dibs_keywords import kinds as k
from dibs_keywords.acts import Draft, Frame, act_on_group, make_act
from dibs_keywords.board import make_board
from dibs_keywords.checks import check_rules, load_settings
from dibs_keywords.chunks import Item
from dibs_keywords.codeless import bare_claim, finish, pass_without_code, pinned_claim, plus_claim
from dibs_keywords.folding import fold_comment
from dibs_keywords.glance import NO_CLAIM_WORD, Glance, make_glance
from dibs_keywords.guards import find_guard
from dibs_keywords.lexer import read_items
from dibs_keywords.lexicon import Lexicon, build_lexicon
from dibs_keywords.nodes import Node, Reader
from dibs_keywords.pairing import pair
from dibs_keywords.shortcut import Shortcut, make_shortcut

LONGEST = 500  # characters that are read; nobody claims in a longer comment, and time stays bounded
_REMEMBERED = 2048  # `sold 12` comes in hundreds when 12 is shown
_CODES_AND_HAZARDS = frozenset("cunqTz$td%.gQ~p")
_HAZARDS = ((k.PHONE, "phone_number"), (k.SIZE, "size"))


@attrs.define
class ShowReader:
    """Everything compiled for one `ParseContext`."""

    frame: Frame
    bare: bool
    glance: Glance
    shortcut: Shortcut | None
    memory: dict[str, Reading] = attrs.field(factory=dict)

    def read(self, text: str) -> Reading:
        """What a viewer's comment asks for."""
        reading = self.memory.get(text)
        if reading is None:
            reading = self._read(text)
            if len(text) <= 64 and (reading.review or reading.acts):
                if len(self.memory) >= _REMEMBERED:
                    self.memory.clear()
                self.memory[text] = reading
        return reading

    def _read(self, text: str) -> Reading:
        folded = fold_comment(text[: LONGEST + 100])
        if not folded or folded.isspace():
            return Reading(reason="empty")
        quick = (self.shortcut and self.shortcut.read(folded)) or self.glance.dismiss(folded)
        if quick is not None:
            return quick
        reading = self._judge(text, read_items(folded[:LONGEST], self.frame.lexicon, self.frame.board))
        if len(folded) > LONGEST and (reading.acts or reading.review):
            return Reading(reading.acts, review=True, reason="too_long")
        return reading

    def _judge(self, text: str, items: list[Item]) -> Reading:
        frame = self.frame
        shape = "".join(item.kind for item in items)
        verbs = k.VERBS.intersection(shape)
        if not (verbs or k.PLUS in shape or k.RANGE in shape or k.REDUCE in shape or self.bare):
            return _ignored(shape)
        walk = Reader(frame.board, frame.rules.max_quantity, frame.rules.several)
        walk.read(items)
        guard = find_guard(items, shape)
        if guard:
            return _stopped(guard, shape)
        if k.RANGE in shape or k.REDUCE in shape:
            reason = "range" if k.RANGE in shape else "reduce"
            return Reading(review=bool(verbs) or len(shape.strip("fb")) == 1, reason=reason)
        return self._acts(text, walk, shape, [item.text for item in items if item.kind not in k.VERBS])

    def _acts(self, text: str, walk: Reader, shape: str, words: list[str]) -> Reading:
        frame, nodes = self.frame, walk.nodes
        if frame.settings.cf_number == "queue":
            _drop_queue_places(nodes, frame)
        elif frame.settings.plain_number == "quantity":
            _count_pinned(nodes, walk)
        refs = [node for node in nodes if not node.is_verb]
        verbs = [node for node in nodes if node.is_verb]
        if not refs:
            shape = "".join(kind for kind in shape if kind not in "cnu")
            return self._without_code(walk, verbs, shape, words)
        pairing = pair(nodes)
        groups = tuple(group for group in pairing.groups if group.refs)
        if not groups:
            without_word = plus_claim(frame, text, refs, shape)
            if without_word is None and self.bare and not verbs:
                without_word = bare_claim(frame, text, refs, shape)
            return without_word or Reading(reason="unclear" if verbs else "no_claim_word")
        withdrawn = any(node.kind == k.WITHDRAW for node in verbs)
        draft = Draft()
        draft.hesitate(pairing.doubt)
        for group in groups:
            if pairing.doubt:
                self._candidates(text, group.verb, group.refs, draft)
            elif not (group.verb.kind == k.HOLD and frame.settings.holds == "ignore"):
                act_on_group(frame, text, group, draft, withdrawn=withdrawn)
        return finish(frame, draft)

    def _candidates(self, text: str, verb: Node, refs: tuple[Node, ...], draft: Draft) -> None:
        """`2 sold 12`: what an operator would most likely accept."""
        number = refs[0].text
        if len(refs) == 2 and number.isdecimal() and 0 < int(number[:6]) <= self.frame.rules.max_quantity:
            refs[1].quantity = refs[1].quantity or int(number)
            refs = refs[1:]
        kind = "pass" if verb.kind in (k.PASS, k.PASS_BEFORE) else "claim"
        for ref in refs:
            make_act(self.frame, text, kind, ref, "doubtful", 0.4, draft)

    def _without_code(self, walk: Reader, verbs: list[Node], shape: str, words: list[str]) -> Reading:
        quantity = walk.waiting[0] if walk.waiting else None
        if any(kind in shape for kind, _ in _HAZARDS) and verbs:
            return Reading(review=True, reason=next(reason for kind, reason in _HAZARDS if kind in shape))
        if verbs and verbs[0].kind in (k.CLAIM, k.PASS) and len({verb.kind for verb in verbs}) == 1:
            if verbs[0].kind == k.PASS:
                return pass_without_code(verbs[0], shape)
            return pinned_claim(self.frame, verbs[0], shape, words, quantity)
        if not verbs and walk.waiting and walk.waiting[1] and not shape.strip("fbjp"):
            return pinned_claim(self.frame, None, shape, words, quantity)
        if len(verbs) > 1:
            return Reading(review=True, reason="two_meanings")
        return _ignored(shape)


def _drop_queue_places(nodes: list[Node], frame: Frame) -> None:
    """`cf1` is a place in the queue: the claim is for the pinned item, the place is decided by time."""
    asking = [at for at, node in enumerate(nodes) if node.is_verb and node.text in frame.lexicon.number_asks]
    for at in reversed(asking):
        if at + 1 < len(nodes) and nodes[at + 1].text.isdecimal() and not nodes[at + 1].is_verb:
            del nodes[at + 1]


def _count_pinned(nodes: list[Node], walk: Reader) -> None:
    """`SOLD 10 blue` in a show about one item: the only number is how many."""
    refs = [node for node in nodes if not node.is_verb]
    if len(refs) == 1 and refs[0].text.isdecimal() and len(refs[0].text) <= 4 and len(nodes) > 1:
        nodes.remove(refs[0])
        walk.waiting = (int(refs[0].text), False)


def _ignored(shape: str) -> Reading:
    """Why a comment without a claim word is nothing: the most telling reason."""
    for kind, reason in ((k.QUESTION, "question"), *_HAZARDS, (k.PRICE, "price"), (k.TIME, "time")):
        if kind in shape:
            return Reading(reason=reason)
    for kind, reason in ((k.DATE, "date"), (k.PERCENT, "percent"), (k.DECIMAL, "decimal")):
        if kind in shape:
            return Reading(reason=reason)
    return NO_CLAIM_WORD


def _stopped(reason: str, shape: str) -> Reading:
    """A guarded comment: for the operator if it has a claim word and anything like a code, else nothing."""
    named = _CODES_AND_HAZARDS.intersection(shape)
    return Reading(review=bool(named and k.VERBS.intersection(shape)), reason=reason)


@lru_cache(maxsize=128)
def _glance(lexicon: Lexicon, bare: bool) -> Glance:
    """The first look depends on the words alone, so new items cost no new pattern."""
    return make_glance(lexicon, bare=bare)


def make_reader(ctx: ParseContext) -> ShowReader:
    """Compile the rules and codes of a show.

    Raises:
        InvalidInputError: a locale or a setting is not usable.
    """
    check_rules(ctx.rules)
    settings = load_settings(ctx.rules)
    lexicon = build_lexicon(ctx.rules.claim_words, ctx.rules.pass_words, ctx.rules.locales, settings)
    frame = Frame(ctx.rules, settings, lexicon, make_board(ctx.catalogue))
    bare = lexicon.bare_codes if settings.bare_codes is None else settings.bare_codes
    shortcut = make_shortcut(lexicon, frame.board) if settings.plain_number == "item" else None
    return ShowReader(frame, bool(bare), _glance(lexicon, bool(bare)), shortcut)
