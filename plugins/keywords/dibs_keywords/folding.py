"""Folding a whole comment: full-width, case and digits folded, emoji and zero-width marks gone.

Punctuation stays: `12,13` must remain two numbers and `1.5` one decimal.
"""

from __future__ import annotations

import re

from dibs import fold_text

# Marks that people do not see: dropped, so that `so<zero width>ld` is still one word.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3"
    "\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
# Pictures, lone surrogates and private characters: a gap, so that `12<fire>13` never becomes 1213.
_PICTURES = re.compile(
    "[\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\ud800-\udfff\ue000-\uf8ff\ufffc\ufffd"
    "\U0001f000-\U0001f0ff\U0001f130-\U0001faff\U000f0000-\U0010ffff]"
)
# Numbers that are one character (`²`, `①`, `½`): kept apart, or NFKC would make 122 out of `12²`.
_ONE_CHARACTER_NUMBERS = re.compile(
    "[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2089\u2150-\u2189\u2460-\u249b\u24ea-\u24ff\u2776-\u2793"
    "\u3220-\u3229\u3248-\u324f\u3251-\u325f\u3280-\u3289\u32b1-\u32bf\U0001f100-\U0001f10c]"
)
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00b4": "'", "`": "'"})
_MULTIPLY = str.maketrans({"\u2715": "×", "\u2716": "×", "\u2a09": "×"})


def clean(text: str) -> str:
    """The comment without what nobody reads as text; case and width as written."""
    if text.isascii():
        return text
    text = _INVISIBLE.sub("", text.translate(_MULTIPLY))
    text = _ONE_CHARACTER_NUMBERS.sub(lambda match: f" {match.group()} ", text)
    return _PICTURES.sub(" ", text)


def fold_comment(text: str) -> str:
    """The form in which a comment is read."""
    if text.isascii():
        return text.lower().replace("`", "'")
    return fold_text(clean(text)).translate(_APOSTROPHES)
