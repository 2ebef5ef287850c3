"""The words that count under one set of rules, ready for look-up."""

from __future__ import annotations

import re
from functools import lru_cache

import attrs

from dibs_keywords import kinds as k
from dibs_keywords.folding import fold_comment
from dibs_keywords.packs import Pack, known_locales, load_pack
from dibs_keywords.settings import KeywordsSettings
from dibs_keywords.tokens import compile_pattern, tokenize

_PATTERN = compile_pattern()
# Where one phrase has several roles the first of these names it; the others stay in `Phrase.kinds`.
_ORDER = (
    *("claim", "claim_before", "pass", "pass_before", "hold", "withdraw", "next", "question", "negation"),
    *("report_anywhere", "report", "question_start", "of", "and", "link", "counter", "counted", "filler"),
    *("receiver", "price", "money", "time", "size", "phone"),
)
_GLUED = frozenset((k.CLAIM, k.SOFT, k.PASS, k.PASS_BEFORE, k.HOLD, k.LINK, k.SIZE_WORD, k.PHONE_WORD))


@attrs.define
class Phrase:
    """One or more tokens with a meaning: the leading kind, and all kinds."""

    tokens: tuple[str, ...]
    kind: str
    kinds: str

    @property
    def text(self) -> str:
        """The phrase as one string."""
        return " ".join(self.tokens)


@attrs.define(eq=False)
class Lexicon:
    """Everything that depends on rules alone, not on the show's items."""

    heads: dict[str, list[Phrase]] = attrs.field(factory=dict)
    glued: dict[str, Phrase] = attrs.field(factory=dict)
    unspaced: re.Pattern[str] | None = None
    reporting: frozenset[str] = frozenset()
    counting: frozenset[str] = frozenset()
    number_asks: frozenset[str] = frozenset()
    plus_claims: bool | None = None
    bare_codes: bool | None = None

    def add(self, words: tuple[str, ...], role: str) -> None:
        """Let `words` play `role`; a phrase that has a role keeps its first as the leading one."""
        for word in words:
            tokens = phrase_tokens(word)
            if tokens:
                self._add(tokens, k.ROLES[role])

    def _add(self, tokens: tuple[str, ...], kind: str) -> None:
        phrases = self.heads.setdefault(tokens[0], [])
        for phrase in phrases:
            if phrase.tokens == tokens:
                phrase.kinds += kind if kind not in phrase.kinds else ""
                return
        phrases.append(Phrase(tokens, kind, kind))


def phrase_tokens(word: str) -> tuple[str, ...]:
    """A word of a list cut exactly as a comment is cut; empty if it has no letter to recognise it by."""
    folded = fold_comment(word).strip()
    if not any(char.isalpha() for char in folded):
        return ("&",) if folded == "&" else ()
    return tuple(token.text for token in tokenize(_PATTERN, folded))


@lru_cache(maxsize=128)
def build_lexicon(
    claim_words: tuple[str, ...], pass_words: tuple[str, ...], locales: tuple[str, ...], settings: KeywordsSettings
) -> Lexicon:
    """Compile the words of a show; the same rules give the same object.

    Raises:
        InvalidInputError: a locale has no pack.
    """
    packs = [load_pack(locale) for locale in locales]
    lexicon = Lexicon()
    lexicon.add(claim_words, "claim")
    lexicon.add(pass_words, "pass")
    lexicon.add(settings.hold_words, "hold")
    _add_packs(lexicon, packs)
    _add_guards(lexicon)
    for phrases in lexicon.heads.values():
        phrases.sort(key=lambda phrase: len(phrase.tokens), reverse=True)
    _finish(lexicon, packs)
    return lexicon


def _add_packs(lexicon: Lexicon, packs: list[Pack]) -> None:
    for role in _ORDER:
        for pack in packs:
            lexicon.add(pack.words.get(role, ()), role)
            if role not in ("filler", "counter"):
                lexicon.add(pack.guards.get(role, ()), role)


def _add_guards(lexicon: Lexicon) -> None:
    """The guards and polite words of every language, also of those that the show has not chosen."""
    for role in _ORDER:
        for locale in known_locales():
            lexicon.add(load_pack(locale).guards.get(role, ()), role)
    for locale in known_locales():
        lexicon.add(load_pack(locale).words.get("filler", ()), "filler")


def _finish(lexicon: Lexicon, packs: list[Pack]) -> None:
    singles = [p for phrases in lexicon.heads.values() for p in phrases if len(p.tokens) == 1]
    lexicon.glued = {p.text: p for p in singles if len(p.text) > 1 and p.kind in _GLUED and p.text[-1].isalpha()}
    runs = sorted((p.text for p in singles if _is_run(p.text)), key=len, reverse=True)
    lexicon.unspaced = re.compile("|".join(map(re.escape, runs))) if runs else None
    lexicon.reporting = frozenset(w for pack in packs for w in pack.words.get("reporting", ()))
    counting = (word for pack in packs for word in pack.words.get("counting", ()))
    lexicon.counting = frozenset(" ".join(phrase_tokens(word)) for word in counting)
    lexicon.number_asks = frozenset(w for pack in packs for w in pack.number_asks)
    lexicon.plus_claims = any(pack.plus_claims for pack in packs) or None
    lexicon.bare_codes = any(pack.bare_codes for pack in packs) or None


def _is_run(text: str) -> bool:
    tokens = tokenize(_PATTERN, text)
    return len(tokens) == 1 and tokens[0].group == "run"
