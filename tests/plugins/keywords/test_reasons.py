"""Every reason that the parser gives has a sentence, and the documentation names every rule and reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dibs_keywords
from dibs_keywords import REASONS

SOURCE = "\n".join(
    f.read_text("utf-8") for f in Path(dibs_keywords.__file__).parent.glob("*.py") if f.name != "reasons.py"
)
DOCS = (Path(__file__).parents[3] / "docs" / "parsing.md").read_text("utf-8")
RULES = [
    "word_number",
    "number_word",
    "glued",
    "word_on_number",
    "word_hash_number",
    "word_quantity_number",
    "list",
    "plus",
    "bare_code",
    "withdraw",
    "pinned",
    "pinned_next",
    "pinned_description",
    "pinned_quantity",
    "pass_last",
    "doubtful",
]


@pytest.mark.parametrize("code", sorted(REASONS))
def test_a_reason_is_used_explained_and_documented(code: str) -> None:
    assert f'"{code}"' in SOURCE
    assert REASONS[code].endswith((".", "?"))
    assert f"`{code}`" in DOCS


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_used_and_documented(rule: str) -> None:
    assert f'"{rule}"' in SOURCE
    assert f"`{rule}`" in DOCS


def test_no_reason_is_given_that_has_no_sentence() -> None:
    given = set(re.findall(r'reason="([a-z_]+)"|hesitate\("([a-z_]+)"|doubt = "([a-z_]+)"', SOURCE))
    assert {code for codes in given for code in codes if code} <= set(REASONS)
