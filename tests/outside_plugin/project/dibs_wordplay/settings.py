"""What a show can set."""

from __future__ import annotations

import attrs

from dibs import ParseContext, fold_text, structure


@attrs.frozen
class WordplaySettings:
    """Answers with the item number that each claims, and whether a comment must be nothing else."""

    answers: dict[str, str] = attrs.field(factory=dict)
    whole_comment: bool = True


@attrs.frozen
class Answers:
    """The settings made ready for reading comments."""

    items: dict[str, str]
    whole_comment: bool


def answers(ctx: ParseContext) -> Answers:
    """The answers of a show; made once for each set of rules."""
    settings = structure(ctx.rules.plugins.get("wordplay", {}), WordplaySettings)
    return Answers({fold_text(word): item for word, item in settings.answers.items()}, settings.whole_comment)
