"""`keywords`: reads claims and passes by words, item codes and quantities, in ten languages."""

from __future__ import annotations

from dibs import IncomingComment, ParseContext, PluginInfo, Reading, hookimpl
from dibs_keywords.checks import check_rules
from dibs_keywords.packs import known_locales
from dibs_keywords.reader import make_reader
from dibs_keywords.reasons import REASONS
from dibs_keywords.settings import KeywordsSettings

__all__ = ["PLUGIN", "REASONS", "KeywordsSettings", "check_rules", "known_locales", "parse_comment"]

PLUGIN = PluginInfo(
    name="keywords",
    title="Claim words",
    summary="Reads claims and passes by words, item codes and quantities, in ten languages.",
    default=True,
    settings=KeywordsSettings,
)

_FROM_SELLER = Reading(reason="from_seller")


@hookimpl(trylast=True)
def parse_comment(ctx: ParseContext, comment: IncomingComment) -> Reading | None:
    """Read a comment; other parsers are asked first, because this one has an answer for everything."""
    if comment.from_seller:
        return _FROM_SELLER
    return ctx.cached("keywords", make_reader).read(comment.text)
