"""What Facebook sends by itself about a Page: comments in `feed`, broadcasts in `live_videos`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import attrs

from dibs import IncomingComment
from dibs.clock import utc_now
from dibs.meta import Change, as_id, as_instant, as_text, changes, parse_json, tells_of_now
from dibs.platforms import CommentEdit, SourceBatch, WebhookContent, WebhookNews, WebhookRequest
from dibs_facebook.decoding import read_comment, read_status

_MOST_LEFT_OUT = 50


@attrs.define
class _Pile:
    """What is told about one post."""

    comments: list[IncomingComment] = attrs.field(factory=list)
    edits: list[CommentEdit] = attrs.field(factory=list)
    removals: list[str] = attrs.field(factory=list)


@attrs.define
class _Content:
    received_at: datetime
    piles: dict[tuple[str, str], _Pile] = attrs.field(factory=dict)
    lives: list[WebhookNews] = attrs.field(factory=list)
    left_out: list[str] = attrs.field(factory=list)

    def pile(self, change: Change, value: Mapping[str, Any]) -> _Pile:
        return self.piles.setdefault((change.account_id, _post(value)), _Pile())

    def news(self) -> Iterator[WebhookNews]:
        """Broadcasts first: one that began is known before what is said in it."""
        yield from self.lives
        for (account_id, live_id), pile in self.piles.items():
            batch = SourceBatch(
                tuple(pile.comments), tuple(pile.edits), tuple(pile.removals), source="webhook"
            )  # fmt: skip
            yield WebhookNews(account_id, live_id, batch)


def content(request: WebhookRequest) -> WebhookContent:
    """The news of a delivery. A part that can't be read costs only itself."""
    found, count = _Content(request.received_at or utc_now()), 0
    for change in changes(parse_json(request.body), "page"):
        count += 1
        problem = _take(found, change)
        if problem and len(found.left_out) < _MOST_LEFT_OUT:
            found.left_out.append(f"{change.where}: {problem}")
    if not count:
        found.left_out.append("the payload has no changes of a Page")
    return WebhookContent(tuple(found.news()), tuple(found.left_out))


def _take(found: _Content, change: Change) -> str:
    """Take a change in; why it was left out, "" if it was not."""
    if change.value is None:
        return "has no value"
    if not change.account_id:
        return "names no Page"
    if change.field == "live_videos":
        return _live(found, change, change.value)
    if change.field != "feed":
        return f"the field is {change.field!a}"
    return _feed(found, change, change.value)


def _live(found: _Content, change: Change, value: Mapping[str, Any]) -> str:
    status, live_id = read_status(value.get("status")), as_id(value.get("id"))
    if not live_id:
        return "names no broadcast"
    if status == "unknown":
        return f"the status is {ascii(value.get('status'))[:40]}"
    if status == "live" and not tells_of_now(as_instant(change.time), found.received_at):
        return "tells too late that a broadcast began"
    found.lives.append(WebhookNews(change.account_id, live_id, live_status=status))
    return ""


def _feed(found: _Content, change: Change, value: Mapping[str, Any]) -> str:
    item, verb = as_text(value.get("item")), as_text(value.get("verb"))
    if item != "comment":
        return f"the item is {ascii(item)[:40]}"
    comment = _comment(change, value)
    if comment is None or comment.comment_id is None:
        return "has no id"
    # Sellers hide comments so that others can't read them: a hidden claim is a claim.
    if verb == "add" or (verb == "unhide" and comment.text):
        found.pile(change, value).comments.append(comment)
    elif verb == "edited":
        found.pile(change, value).edits.append(CommentEdit(comment.comment_id, comment.text))
    elif verb == "remove":
        found.pile(change, value).removals.append(comment.comment_id)
    else:
        return f"the verb is {ascii(verb)[:40]}"
    return ""


def _comment(change: Change, value: Mapping[str, Any]) -> IncomingComment | None:
    """`comment_id` is the comment here, and an `id`, if there is one, something else."""
    row = {**value, "id": value.get("comment_id") or value.get("id")}
    if as_instant(row.get("created_time")) is None:
        row["created_time"] = change.time
    return read_comment(row, _post(value), (change.account_id,))


def _post(value: Mapping[str, Any]) -> str:
    """The video of a post: its id behind the Page's."""
    return as_id(value.get("post_id")).rpartition("_")[2]
