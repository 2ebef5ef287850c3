"""Every code that the first-party parts give has words on the console."""

import re

import dibs_keywords.reasons
from dibs_web.assets import FOLDER


def test_every_reason_of_the_parser_and_of_the_lane_has_words() -> None:
    text = (FOLDER / "console" / "words.js").read_text("utf-8")
    known = set(re.findall(r"^  ([a-z_]+): ", text, re.MULTILINE))
    lane = {
        "already_claimed", "buyer_limit", "declined_by_operator", "ended", "from_seller", "low_confidence",
        "lowered", "no_author", "no_parser", "no_policy", "no_such_item", "not_started", "nothing_to_pass",
        "parser_failed", "paused", "policy_failed", "quantity_limit", "variant_missing", "variant_unknown",
    }  # fmt: skip
    assert set(dibs_keywords.reasons.REASONS) | lane <= known
