"""What a show allows: the settings that parsing and allocation obey."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from dibs.bounds import bounded
from dibs.codec import structure

RepeatRule = Literal["ignore", "add", "set"]
EditedRule = Literal["ignore", "review"]
DeletedRule = Literal["keep", "release", "review"]
MOST_WORDS, LONGEST_WORD = 200, 100


@bounded(maxLength=MOST_WORDS, items={"maxLength": LONGEST_WORD})
def _words(_: Any, attribute: attrs.Attribute[Any], value: tuple[str, ...]) -> None:
    """Each word is looked for in each comment: a list without bounds would hold up the sale."""
    if len(value) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in value):
        raise ValueError(f"{attribute.name} must be at most {MOST_WORDS} words of at most {LONGEST_WORD} characters")


@attrs.frozen
class ShowRules:
    """The rules of one show; workspace settings are the defaults, a show may override each.

    Attributes:
        claim_words: words of the seller that claim (`sold`); any script, compared folded.
        pass_words: words that give a claim back (`pass`).
        locales: locale packs whose words count too, such as `("en", "fil")`.
        several: more than one act in one comment counts; otherwise only the first.
        claim_without_code: `sold`, `mine`, `+1` without a code claim the pinned item.
        repeat: what another claim of the same buyer on the same item does.
        max_quantity: most units in one claim (1 to 999).
        max_per_buyer: most units that one buyer may win and wait for in this show; None is no limit.
        edited_comments: what it does that the author changes a comment: nothing, its first text counts; or an operator
            decides about what the new text says.
        deleted_comments: what it does that a comment is deleted: its claims stay, are given back, or an operator
            decides.
        plugins: settings of plugins by plugin name, each a mapping for the plugin's own settings class.
    """

    claim_words: tuple[str, ...] = attrs.field(default=("sold",), validator=_words)
    pass_words: tuple[str, ...] = attrs.field(default=("pass",), validator=_words)
    locales: tuple[str, ...] = ("en",)
    several: bool = False
    claim_without_code: bool = False
    repeat: RepeatRule = "ignore"
    max_quantity: int = attrs.field(default=30, validator=[attrs.validators.ge(1), attrs.validators.le(999)])
    max_per_buyer: int | None = attrs.field(
        default=None, validator=attrs.validators.optional([attrs.validators.ge(1), attrs.validators.le(9999)])
    )
    edited_comments: EditedRule = "ignore"
    deleted_comments: DeletedRule = "keep"
    plugins: dict[str, dict[str, Any]] = attrs.field(factory=dict)


def merge_rules(defaults: Mapping[str, Any], own: Mapping[str, Any]) -> ShowRules:
    """The rules that hold for a show: its own ones on top of its workspace's, plugin by plugin.

    Raises:
        InvalidInputError: naming every faulty rule.
    """
    plugins = {**defaults.get("plugins", {}), **own.get("plugins", {})}
    merged = {**defaults, **own}
    return structure({**merged, "plugins": plugins} if plugins else merged, ShowRules, "The show's rules")
