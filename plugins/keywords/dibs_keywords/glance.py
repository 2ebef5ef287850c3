"""A first look that is enough for most comments: one without any claim word needs no full reading."""

from __future__ import annotations

import re

import attrs

from dibs import Reading
from dibs_keywords import kinds as k
from dibs_keywords.lexicon import Lexicon
from dibs_keywords.phones import MARK, mask_phones
from dibs_keywords.tokens import hazard_pattern

NO_CLAIM_WORD = Reading(reason="no_claim_word")
_REASONS = {
    reason: Reading(reason=reason)
    for reason in ("question", "phone_number", "price", "time", "percent", "date", "decimal", "size")
}
_DIGITS = frozenset("0123456789")
_FULL = frozenset("+-~–—")  # `A1+1`, `A1-1`: claims or ranges that need no word
_WORDS = re.compile(r"[^\W\d_]+")
_ASKS = frozenset("?¿؟")


@attrs.frozen
class Glance:
    """What tells quickly that a comment is nothing, and why."""

    trigger: re.Pattern[str] | None
    question: re.Pattern[str]
    asking: frozenset[str]
    size: re.Pattern[str]
    bare: bool

    def dismiss(self, folded: str) -> Reading | None:
        """The reading of a comment that can't act; None if it has to be read in full."""
        if self.trigger is not None and self.trigger.search(folded):
            return None
        if _DIGITS.isdisjoint(folded):
            return NO_CLAIM_WORD
        if not _FULL.isdisjoint(folded):
            return None
        if not _ASKS.isdisjoint(folded):
            return _REASONS["question"]
        words = () if not folded.isascii() else _WORDS.findall(folded)
        if not (words and self.asking.isdisjoint(words)) and self.question.search(folded):
            return _REASONS["question"]
        return None if self.bare else self._number(folded)

    def _number(self, folded: str) -> Reading:
        """Why the number in it is no item; a telephone number first, since it hides the others."""
        if sum(map(folded.count, "0123456789")) >= 7 and MARK in mask_phones(folded, lambda code: False):
            return _REASONS["phone_number"]
        match = hazard_pattern().search(folded)
        if match is not None:
            return _REASONS[match.lastgroup or "price"]
        return _REASONS["size"] if self.size.search(folded) else NO_CLAIM_WORD


def make_glance(lexicon: Lexicon, *, bare: bool) -> Glance:
    """Compile the first look for a lexicon."""
    phrases = [phrase for heads in lexicon.heads.values() for phrase in heads]
    verbs = [phrase.tokens for phrase in phrases if phrase.kind in k.VERBS]
    asks = [phrase.tokens for phrase in phrases if phrase.kind == k.QUESTION and phrase.text[:1].isalpha()]
    sizes = [phrase.tokens for phrase in phrases if phrase.kind == k.SIZE_WORD]
    return Glance(
        trigger=re.compile(_any_of(verbs)) if verbs else None,
        question=re.compile(f"(?:{_any_of(asks, whole=True)})"),
        asking=frozenset(word for tokens in asks for word in _WORDS.findall(tokens[0])[:1]),
        size=re.compile(rf"(?:{_any_of(sizes)})\W{{0,3}}\d"),
        bare=bare,
    )


def _any_of(phrases: list[tuple[str, ...]], *, whole: bool = False) -> str:
    """One pattern for all phrases; a spaced word counts from its beginning, and to its end if `whole`."""
    spaced = {tokens for tokens in phrases if not _unspaced(tokens)}
    runs = sorted({re.escape(tokens[0]) for tokens in phrases if _unspaced(tokens)})
    end = r"(?![^\W_])" if whole else ""
    parts = [rf"(?<![^\W\d_])(?:{_grouped(spaced)}){end}"] if spaced else []
    return "|".join([*parts, *runs]) or "(?!)"


def _grouped(phrases: set[tuple[str, ...]]) -> str:
    """The alternatives gathered by their first character, so that most are passed over at once."""
    by_first: dict[str, list[str]] = {}
    for tokens in sorted(phrases):
        rest = r"\s*".join(map(re.escape, (tokens[0][1:], *tokens[1:])))
        by_first.setdefault(tokens[0][0], []).append(rest)
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in by_first.items())


def _unspaced(tokens: tuple[str, ...]) -> bool:
    return "\u0e00" <= tokens[0][:1] <= "\u0eff" or tokens[0][:1] >= "\u1000"
