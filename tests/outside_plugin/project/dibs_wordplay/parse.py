"""Reading a comment."""

from __future__ import annotations

from dibs import Intent, Reading, fold_text
from dibs_wordplay.settings import Answers


def read(text: str, answers: Answers) -> Reading | None:
    """What the comment claims, or None if no answer is in it."""
    folded = fold_text(text).strip()
    words = [folded] if answers.whole_comment else folded.split()
    for word in words:
        item = answers.items.get(word)
        if item is not None:
            return Reading(acts=(Intent("claim", item, rule="answer"),))
    return None
