"""Each locale pack knows its own words, and no pack turns talk into a claim."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dibs_keywords import kinds, known_locales
from dibs_keywords.lexicon import phrase_tokens
from dibs_keywords.packs import load_pack

sys.path.insert(0, str(Path(__file__).parent))
from helpers import ALL, context, done, read
from locale_claims import CLAIMS, NEGATIVES, TALK
from table import ITEMS

CASES = [(locale, text, want) for locale, rows in CLAIMS.items() for text, want in rows]
CHATTER = (Path(__file__).parent / "chatter.txt").read_text("utf-8").splitlines()


def test_every_pack_has_its_own_table_of_claims() -> None:
    assert set(CLAIMS) == set(known_locales())


@pytest.mark.parametrize(("locale", "text", "want"), CASES)
def test_claims_in_the_words_of_a_locale(locale: str, text: str, want: str) -> None:
    for locales in ((locale,), ALL):
        reading = read(context(ITEMS, locales=locales), text)
        assert done(reading) == [want], (locales, reading)


@pytest.mark.parametrize("locale", known_locales())
def test_a_pack_plays_only_roles_that_exist_and_every_word_can_be_recognised(locale: str) -> None:
    pack = load_pack(locale)
    words = [(role, word) for lists in (pack.words, pack.guards) for role, ws in lists.items() for word in ws]
    assert {role for role, _ in words} <= {*kinds.ROLES, "reporting", "counting"}
    assert [word for _, word in words if not phrase_tokens(word) and word not in ("&", "+")] == []


@pytest.mark.parametrize("text", (*NEGATIVES, *TALK))
def test_tricky_negatives_do_nothing_with_any_choice_of_packs(text: str) -> None:
    for locales in (("en",), ALL):
        for items in (ITEMS, ()) if text in NEGATIVES else (ITEMS,):
            reading = read(context(items, locales=locales, several=True), text)
            assert not done(reading), (locales, reading)
            assert reading.reason


def test_a_thousand_lines_of_chatter_in_ten_languages_claim_and_pass_nothing() -> None:
    assert len(CHATTER) >= 1000 and len(set(CHATTER)) == len(CHATTER)
    for locales in (ALL, *((locale,) for locale in ALL)):
        ctx = context(ITEMS, pinned="7", locales=locales, several=True)
        wrong = [(text, reading) for text in CHATTER if (reading := read(ctx, text)).acts]
        assert wrong == [], locales


def test_chatter_rarely_bothers_the_operator() -> None:
    ctx = context(ITEMS, locales=("en",))
    assert sum(read(ctx, text).review for text in CHATTER) <= 10
