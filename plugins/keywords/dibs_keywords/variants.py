"""Finding the variant of an item in the words around its code."""

from __future__ import annotations

from collections.abc import Sequence

from dibs_keywords.board import BoardItem, Variant, split_words


def find_variant(item: BoardItem, texts: Sequence[str]) -> tuple[str | None, bool]:
    """The variant that is named, and whether two different ones are."""
    if not item.variants:
        return None, False
    said = {word for text in texts for word in split_words(text)}
    whole = " ".join(texts)
    named = [variant for variant in item.variants if _is_named(variant, said, whole)]
    if not named:
        return None, False
    longest = max(len(variant.words) for variant in named)
    best = [variant for variant in named if len(variant.words) == longest]
    covered = all(set(variant.words) <= set(best[0].words) for variant in named)
    return (best[0].name, False) if len(best) == 1 and covered else (None, True)


def _is_named(variant: Variant, said: set[str], whole: str) -> bool:
    if not variant.words:
        return False
    if said.issuperset(variant.words):
        return True
    # Scripts without spaces: the variant stands inside a longer run of letters.
    return all(not word.isascii() and word in whole for word in variant.words)
