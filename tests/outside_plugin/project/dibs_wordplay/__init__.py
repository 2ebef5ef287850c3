"""Claims by riddle: whoever writes the answer claims the item."""

from __future__ import annotations

from dibs import IncomingComment, ParseContext, PluginInfo, Reading, hookimpl
from dibs_wordplay.parse import read
from dibs_wordplay.settings import WordplaySettings, answers

PLUGIN = PluginInfo(
    name="wordplay",
    title="Wordplay",
    summary="Whoever writes the answer to the riddle claims the item.",
    settings=WordplaySettings,
)


@hookimpl
def parse_comment(ctx: ParseContext, comment: IncomingComment) -> Reading | None:
    """A claim if the comment is an answer; otherwise the next parser is asked."""
    return read(comment.text, ctx.cached("wordplay", answers))
