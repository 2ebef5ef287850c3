"""`dibs parse`: what it prints, in the process and as a command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from click.testing import CliRunner

from dibs.cli import cli

KEYS = ["text", "acts", "review", "reason"]
ACT_KEYS = ["kind", "item_number", "variant", "quantity", "rule", "confidence"]


def parse(lines: str | bytes, *options: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(cli, ["parse", "--json", *options], input=lines)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def codes(row: dict[str, Any]) -> list[tuple[str, str | None, int]]:
    return [] if row["review"] else [(act["kind"], act["item_number"], act["quantity"]) for act in row["acts"]]


def test_each_line_is_one_object_with_exactly_the_promised_keys() -> None:
    rows = parse("sold 12\n\nis 12 sold?\r\nhello\n")
    assert [list(row) for row in rows] == [KEYS] * 4
    assert [row["text"] for row in rows] == ["sold 12", "", "is 12 sold?", "hello"]
    assert list(rows[0]["acts"][0]) == ACT_KEYS
    assert rows[0]["reason"] is None and rows[0]["review"] is False
    assert (rows[2]["acts"], rows[2]["review"], rows[2]["reason"]) == ([], True, "question")


@pytest.mark.parametrize("options", [(), ("--items", "12,13,123,A1")])
@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("sold 12", [("claim", "12", 1)]),
        ("123 sold", [("claim", "123", 1)]),
        ("Ａ１＋２", [("claim", "A1", 2)]),
        ("sold 12,13", [("claim", "12", 1)]),
        ("pass on 12", [("pass", "12", 1)]),
        ("is 123 sold?", []),
        ("not sold 12", []),
        ("call 0917 555 1234", []),
        ("sold 12 for $25?", []),
        ("sold 1.5", []),
        ("sold 100-110", []),
    ],
)
def test_the_issues_own_examples(options: tuple[str, ...], text: str, want: list[tuple[str, str, int]]) -> None:
    (row,) = parse(text + "\n", *options)
    assert codes(row) == want
    assert want or row["reason"]


def test_the_shows_own_spelling_wins_and_an_unknown_code_stays_as_written() -> None:
    rows = parse("sold a12\nsold b7\n", "--items", "A12,B8")
    assert [codes(row) for row in rows] == [[("claim", "A12", 1)], [("claim", "b7", 1)]]


def test_several_takes_all_acts() -> None:
    (row,) = parse("sold 12,13 pass 14\n", "--several")
    assert codes(row) == [("claim", "12", 1), ("claim", "13", 1), ("pass", "14", 1)]


def test_given_words_replace_the_defaults_and_the_words_of_the_locale_still_count() -> None:
    options = ("--claim-word", "dibz", "--claim-word", "买", "--pass-word", "nope")
    rows = parse("dibz 12\n买12\nsold 12\nmine 12\nnope 12\npass 12\n", *options)
    assert [len(codes(row)) for row in rows] == [1, 1, 0, 1, 1, 0]


def test_locales_choose_packs() -> None:
    rows = parse("我要A1+1\nchốt A1\n", "--locale", "zh-Hant", "--locale", "vi", "--items", "A1")
    assert [codes(row) for row in rows] == [[("claim", "A1", 1)]] * 2


def test_variants_stand_behind_a_colon() -> None:
    (row,) = parse("sold 12 RED x2\n", "--items", "12:red,12:blue,13")
    assert (row["acts"][0]["variant"], row["acts"][0]["quantity"]) == ("red", 2)


def test_pinned_lets_comments_without_a_code_claim() -> None:
    assert codes(parse("sold\n", "--items", "7,8", "--pinned", "7")[0]) == [("claim", "7", 1)]
    assert codes(parse("+1\n", "--pinned", "A7")[0]) == [("claim", "A7", 1)]
    assert codes(parse("sold\n", "--items", "7,8")[0]) == []


def test_bytes_that_are_no_utf8_are_replaced_and_nothing_stops() -> None:
    rows = parse(b"sold 12 \xff\xfe\nsold \x00 13\nsold 14\n")
    assert [codes(row) for row in rows] == [[("claim", code, 1)] for code in ("12", "13", "14")]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--locale", "xx"), "zh-Hant"),
        (("--parser", "nobody"), "keywords"),
        (("--items", "12,,13"), "no code"),
        (("--items", "12,12"), "second time"),
        (("--claim-word", "!!"), "claim_words[0]"),
    ],
)
def test_faulty_options_end_with_status_2_and_one_sentence(options: tuple[str, ...], words: str) -> None:
    result = CliRunner().invoke(cli, ["parse", *options], input="sold 12\n")
    assert result.exit_code == 2
    assert words in result.stderr and result.stderr.count("\n") == 1 and result.stdout == ""


def test_for_people_it_says_what_it_would_do_and_why() -> None:
    result = CliRunner().invoke(cli, ["parse"], input="sold 12 x2\nis 12 sold?\nlovely\n")
    first, second, third = result.stdout.splitlines()
    assert first.startswith("do ") and "claim 12 ×2" in first and "word_number" in first
    assert second.startswith("review ") and "question" in second
    assert third.startswith("ignore ") and "no_claim_word" in third


def test_the_command_answers_line_by_line_as_a_process_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dibs", "parse", "--json", "--parser", "keywords"],
        input="sold 12\nรับ A1\n".encode(),
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert codes(rows[0]) == [("claim", "12", 1)] and rows[1]["text"] == "รับ A1"
