"""What holds for any comment: no error, the same answer again, codes that stand in the text, no glued numbers."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dibs import InvalidInputError, fold_text

sys.path.insert(0, str(Path(__file__).parent))
from helpers import ALL, context, done, read, short
from table import ITEMS

SHOW = context([*ITEMS, "SKU-051", "AA", "N236:L", "N236:M"], pinned="7", locales=ALL, several=True)
EMPTY = context((), locales=("en",), several=True)
PIECES = st.sampled_from(
    [
        "sold",
        "SOLD",
        "pass",
        "mine",
        "cf",
        "รับ",
        "我要",
        "chốt",
        "quiero",
        "keep",
        "jk",
        "not",
        "is",
        "?",
        "!",
        ",",
        ".",
        "-",
        "+",
        "x2",
        "2 pcs",
        "+1",
        "12",
        "13",
        "A12",
        "a 12",
        "SKU-051",
        "AA",
        "N236L",
        "0917 555 1234",
        "$25",
        "1.5",
        "12:30",
        "50%",
        "12/25",
        "🔥",
        "\u200b",
        "\ufeff",
        "１２",
        "๑๒",
        "²",
        "①",
        "1️⃣",
        "size",
        "for",
        "and",
        "of",
        "#",
        "@maria",
        "\n",
        "\x00",
        "\ud800",
        "friend",
        "red",
    ]
)
COMMENTS = st.one_of(
    st.text(max_size=80),
    st.text(st.characters(), max_size=40),
    st.lists(PIECES, max_size=12).map(" ".join),
    st.lists(PIECES, max_size=8).map("".join),
)


@given(COMMENTS)
@settings(max_examples=600, deadline=None)
def test_any_text_gets_an_answer_with_a_reason_or_an_act_and_the_same_one_again(text: str) -> None:
    for ctx in (SHOW, EMPTY):
        reading = read(ctx, text)
        assert reading.acts or reading.reason
        assert (reading.reason is not None) == (reading.review or not reading.acts)
        assert read(context((), locales=("en",), several=True), text) == read(EMPTY, text)
        for act in reading.acts:
            assert act.quantity >= 1 and act.rule and 0 <= act.confidence <= 1
            assert reading.review == (act.confidence < 0.5)


@given(COMMENTS)
@settings(max_examples=600, deadline=None)
def test_a_code_always_stands_in_the_text_as_it_is(text: str) -> None:
    for ctx in (SHOW, EMPTY):
        folded = re.sub("[\u200b-\u200f\ufeff\ufe00-\ufe0f\u20e3\u00ad\u2060-\u206f]", "", fold_text(text))
        for act in read(ctx, text).acts:
            code = fold_text(act.item_number) if act.item_number else ""
            pinned = act.rule.startswith("pinned") and code == "7"
            spaced = re.sub(r"(?<=[a-z])\s+(?=\d)", "", folded)
            assert pinned or code in folded or code in spaced, (text, act)


@given(
    st.integers(1, 999),
    st.sampled_from([",", ".", ";", "/", ":", "-", "!", "&", "'", '"', "|", "…", "·", "🔥", " "]),
    st.integers(1, 999),
)
@settings(max_examples=400, deadline=None)
def test_numbers_on_both_sides_of_a_mark_are_never_joined(one: int, mark: str, two: int) -> None:
    for ctx in (SHOW, EMPTY):
        for act in read(ctx, f"sold {one}{mark}{two}").acts:
            assert act.item_number in (str(one), str(two)), act


@given(st.integers(1, 999), st.integers(0, 999))
@settings(max_examples=200, deadline=None)
def test_a_decimal_is_neither_of_its_halves(one: int, two: int) -> None:
    assert short(read(SHOW, f"sold {one}.{two}")) == []
    assert short(read(EMPTY, f"sold {one}.{two}")) == []


@given(COMMENTS)
@settings(max_examples=200, deadline=None)
def test_the_seller_never_claims(text: str) -> None:
    assert read(SHOW, text, from_seller=True).reason == "from_seller"
    assert read(SHOW, text, from_seller=True).acts == ()


@given(COMMENTS)
@settings(max_examples=300, deadline=None)
def test_a_show_that_takes_one_act_gets_the_first_of_those_of_a_show_that_takes_several(text: str) -> None:
    one = context(ITEMS, locales=ALL)
    several = context(ITEMS, locales=ALL, several=True)
    assert short(read(one, text)) == short(read(several, text))[:1]


@pytest.mark.parametrize(
    "piece",
    [
        "sold ",
        "1,",
        "1 ",
        "1.",
        "no ",
        "@a ",
        "+1",
        "(1-",
        "1x",
        "x",
        "?",
        "ไม่รับ",
        "我要",
        "\u200b",
        "a1-",
        "0917 ",
        "²",
    ],
)
def test_ten_kilobytes_of_anything_are_read_in_a_moment(piece: str) -> None:
    text = "sold " + piece * (10_000 // len(piece))
    start = time.perf_counter()
    reading = read(context(ITEMS, locales=ALL), text)
    # Far above the few milliseconds that it takes; a quadratic pattern would take minutes.
    assert time.perf_counter() - start < 2
    assert not done(reading)


def test_a_claim_in_a_very_long_comment_goes_to_the_operator() -> None:
    reading = read(SHOW, "sold 12 " + "so lovely " * 80)
    assert reading.review and reading.reason == "too_long"


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ({"locales": ("en", "xx")}, "locales[1]"),
        ({"claim_words": ("sold", "🔥")}, "claim_words[1]"),
        ({"pass_words": ("12",)}, "pass_words[0]"),
        ({"pass_words": ("SOLD",)}, "pass_words[0]"),
        ({"settings": {"cf_number": "maybe"}}, "plugins.keywords.cf_number"),
        ({"settings": {"bare": True}}, "plugins.keywords.bare"),
        ({"settings": {"max_code_length": 0}}, "plugins.keywords.max_code_length"),
    ],
)
def test_rules_that_can_not_be_obeyed_are_refused_with_the_field(rules: dict, path: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read(context(ITEMS, **rules), "sold 12")
    assert path in [fault.path for fault in caught.value.faults]


def test_an_unknown_locale_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidInputError) as caught:
        read(context(ITEMS, locales=("klingon",)), "sold 12")
    assert "zh-Hant" in caught.value.faults[0].problem


@pytest.mark.parametrize("word", ["vendu", "मेरा", "ขายแล้ว", "成交", "내꺼", "لي", "куплю", "i want it"])
def test_claim_words_may_be_of_any_script(word: str) -> None:
    ctx = context(ITEMS, claim_words=(word,), locales=())
    assert done(read(ctx, f"{word} 12")) == ["C 12"]
    assert done(read(ctx, f"12 {word}")) == ["C 12"]
    assert done(read(ctx, "sold 12")) == []


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("sold 12 blue small", ["C 12 1 small/blue"]),
        ("sold 12 SMALL, blue", ["C 12 1 small/blue"]),
        ("sold small blue 12 x2", ["C 12 2 small/blue"]),
        ("sold 12", ["C 12"]),
        ("sold 13 40", ["C 13 1 40"]),
        ("sold 13 x2 size 41", ["C 13 2 41"]),
        ("sold 14 紅色", ["C 14 1 紅"]),
    ],
)
def test_variants_of_the_item_are_found_in_any_order_and_case(text: str, want: list[str]) -> None:
    items = ("12:small/blue", "12:small/red", "12:large/blue", "13:40", "13:41", "14:紅", "14:藍")
    assert done(read(context(items), text)) == want


def test_two_variants_in_one_claim_are_for_the_operator() -> None:
    reading = read(context(("12:red", "12:blue")), "sold 12 red blue")
    assert reading.review and reading.reason == "variant_unclear"


def test_leading_zeros_are_no_other_item() -> None:
    assert done(read(context(("12",)), "sold 012")) == ["C 12"]
    assert done(read(context(("12", "012")), "sold 012")) == ["C 012"]


def test_the_shortcut_for_plain_claims_gives_what_the_full_reading_gives() -> None:
    from dibs_keywords.reader import make_reader

    shows = [
        context([*ITEMS, "pass", "N236:L"], locales=locales) for locales in (("en",), ("en", "fil", "th", "da"), ALL)
    ]
    words = [word for ctx in shows for word in make_reader(ctx).shortcut.words] + [
        "cf",
        "pass",
        "keep",
        "on",
        "size",
        "at",
    ]
    taken = 0
    for ctx in shows:
        reader = make_reader(ctx)
        for word in sorted(set(words)):
            for code in ("12", "a12", "200", "999", "n236", "5"):
                for text in (f"{word} {code}", f"{code} {word}", f"{code} {word}!!", f"{word} {code} ."):
                    quick = reader.shortcut.read(text)
                    if quick is not None:
                        taken += 1
                        full = attrs.evolve(reader, shortcut=None, memory={})
                        assert full.read(text) == quick, text
    assert taken > 100
