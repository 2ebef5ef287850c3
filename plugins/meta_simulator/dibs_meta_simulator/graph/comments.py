"""Facebook comments: the list under a broadcast and under a comment, the node, and what a Page does with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from dibs_meta_simulator.errors import bad_parameter, known_error, no_such_object
from dibs_meta_simulator.faults import Fault
from dibs_meta_simulator.graph.call import Call
from dibs_meta_simulator.graph.comment_shape import SHAPE
from dibs_meta_simulator.graph.fields import Field, named
from dibs_meta_simulator.graph.paging import page_of, read_cursor, take
from dibs_meta_simulator.graph.registry import edge
from dibs_meta_simulator.model.comments import Comment
from dibs_meta_simulator.model.lives import LiveVideo, Video

_DEFAULT = ("created_time", "from", "message", "id")
_REDUCE = "Please reduce the amount of data you're asking for, then retry your request"


@edge(LiveVideo, "GET", "comments")
def live_comments(call: Call, live: LiveVideo) -> Any:
    """By the live video's id; answers after the end as well."""
    _check_route(call, live, "video_id_only")
    return _comments(call, live, call.fields(*_DEFAULT))


@edge(Video, "GET", "comments")
def video_comments(call: Call, video: Video) -> Any:
    """By the id of the video behind it."""
    live: LiveVideo = call.world.get(LiveVideo, video.live_id)
    _check_route(call, live, "live_id_only")
    return _comments(call, live, call.fields(*_DEFAULT))


@edge(Comment, "GET", "comments")
def comment_replies(call: Call, comment: Comment) -> Any:
    """The answers under a comment."""
    live: LiveVideo = call.world.get(LiveVideo, comment.live_id)
    return _comments(call, live, call.fields(*_DEFAULT), comment.id)


def comments_as_field(call: Call, live: LiveVideo, field: Field) -> Any:
    """The list nested in its broadcast."""
    return _comments(call.inner(live.id, "comments", dict(field.arguments)), live, field.inner or named(*_DEFAULT))


def _check_route(call: Call, live: LiveVideo, fault: str) -> None:
    faults = call.world.faults
    if faults.hit(fault) or (live.ended is not None and faults.hit("gone_after_end", {"object": live.id})):
        raise no_such_object(call.path.partition("/")[0])


def _comments(call: Call, live: LiveVideo, fields: Sequence[Field], parent: str | None = None) -> Any:
    call.need(("pages_read_engagement",))
    limit = call.number("limit", 25)
    _check_size(call, limit)
    order = call.choice("order", "chronological", "chronological", "reverse_chronological")
    backwards = call.text("before") is not None
    newest_first = (order == "reverse_chronological") != backwards
    place, stale = _place(call, live, "before" if backwards else "after")
    found = _in_scope(call, live.thread.walk(newest_first, place), parent, newest_first)
    if stale is not None:
        found = _skipped(found, stale)
    part = take(_shuffled(call, found), limit)
    items = part.items[::-1] if backwards else part.items
    ends = (_name(items[0]), _name(items[-1])) if items else None
    empty = call.world.faults.hit("empty_pages", call.where) if items else None
    data = [] if empty else [SHAPE.show(call, comment, fields) for comment in _visible(call, items)]
    if empty:
        ends = (_before(items[0], newest_first), _before(items[0], newest_first))
    return page_of(call, data, ends, part.more or empty is not None or backwards, place is not None)


def _check_size(call: Call, limit: int) -> None:
    reduce = call.world.faults.hit("reduce_data", call.where)
    most = reduce.number("limit", 50) if reduce else 500
    if limit > most:
        raise known_error(1, message=_REDUCE)


def _name(comment: Comment) -> str:
    return f"{comment.key[0]}:{comment.number}"


def _before(comment: Comment, newest_first: bool) -> str:
    """A place just before a comment, for a page that leaves everything for the next."""
    return f"{comment.key[0]}:{comment.number + (1 if newest_first else -1)}:"


def _place(call: Call, live: LiveVideo, name: str) -> tuple[tuple[int, int] | None, Fault | None]:
    """Where to go on; a cursor whose comment has vanished is stale, as all are while the fault is on."""
    text = call.text(name)
    if not text:
        return None, None
    fault = call.world.faults.hit("stale_cursors", call.where)
    mode = fault.with_.get("mode", "error") if fault else ""
    second, _, number = read_cursor(text).partition(":")
    try:
        place = int(second), int(number.rstrip(":"))
    except ValueError:
        raise bad_parameter("Invalid cursor") from None
    if mode == "restart":
        return None, None
    if mode == "error" or (not fault and not number.endswith(":") and live.thread.vanished(place)):
        raise bad_parameter("Invalid cursor: it is not usable any more")
    return place, fault


def _skipped(found: Iterator[Comment], fault: Fault) -> Iterator[Comment]:
    """A stale cursor in mode `skip` loses some comments."""
    for _ in range(int(fault.number("comments", 3))):
        next(found, None)
    yield from found


def _in_scope(call: Call, found: Iterable[Comment], parent: str | None, newest_first: bool) -> Iterator[Comment]:
    toplevel = call.choice("filter", "toplevel", "toplevel", "stream") == "toplevel"
    since = _since(call)
    for comment in found:
        if since is not None and comment.key[0] < since:
            if newest_first:
                return
            continue
        if comment.parent_id == parent if parent else (not toplevel or comment.parent_id is None):
            yield comment


def _since(call: Call) -> int | None:
    text = call.text("since")
    if text is None:
        return None
    try:
        since = int(text) if text.isdigit() else int(datetime.fromisoformat(text).timestamp())
    except ValueError:
        raise bad_parameter("Param since must be a date or a unix timestamp") from None
    return since + 1 if call.world.faults.hit("since_exclusive") else since


def _shuffled(call: Call, found: Iterator[Comment]) -> Iterator[Comment]:
    if not call.world.faults.hit("shuffled_ties", call.where):
        yield from found
        return
    for _, alike in groupby(found, key=lambda comment: comment.key[0]):
        tied = list(alike)
        yield from call.world.dice.some(tied, len(tied))


def _visible(call: Call, items: Sequence[Comment]) -> list[Comment]:
    """What is left of a page after it was cut: this is why pages can be short, or empty with a next one."""
    all_qualities = call.choice("live_filter", "filter_low_quality", "filter_low_quality", "no_filter") == "no_filter"
    strangers = not call.world.faults.hit("no_strangers")
    return [
        comment
        for comment in items
        if (all_qualities or not comment.low_quality)
        and (strangers or comment.author.id == call.token.profile_id)
        and not comment.hidden
    ]


@edge(Comment, "GET")
def comment_node(call: Call, comment: Comment) -> Any:
    """One comment."""
    call.need(("pages_read_engagement",))
    return SHAPE.show(call, comment, call.fields(*_DEFAULT))


@edge(Comment, "POST")
def change_comment(call: Call, comment: Comment) -> Any:
    """Hide, show, or change the text of the Page's own."""
    _may_moderate(call, comment)
    hidden, message = call.text("is_hidden"), call.text("message")
    if hidden is not None:
        call.world.lives.hide(comment.id, hidden == "true")
    if message is not None:
        if comment.author.id != call.token.profile_id:
            raise known_error(200)
        call.world.lives.edit(comment.id, message)
    return {"success": True}


@edge(Comment, "DELETE")
def delete_comment(call: Call, comment: Comment) -> Any:
    """Delete it."""
    _may_moderate(call, comment)
    call.world.lives.delete(comment.id)
    return {"success": True}


@edge(Comment, "POST", "comments")
def reply(call: Call, comment: Comment) -> Any:
    """Answer in public; the same text again is a second answer, nothing is guarded."""
    _may_moderate(call, comment)
    text = call.text("message")
    if not text and not call.text("attachment_url") and not call.text("attachment_id"):
        raise bad_parameter("The parameter message is required.")
    return {"id": call.world.lives.reply_publicly(comment, text or "").id}


@edge(Comment, "POST", "private_replies")
def old_private_reply(call: Call, comment: Comment) -> Any:
    """Gone since v3.3."""
    raise no_such_object(comment.id)


def _may_moderate(call: Call, comment: Comment) -> None:
    live: LiveVideo = call.world.get(LiveVideo, comment.live_id)
    call.page_only(live.page_id)
    call.need(("pages_manage_engagement", "pages_read_engagement"), code=200)
    tasks = set(call.world.nodes[live.page_id].roles.get(call.token.user_id, ()))  # type: ignore[union-attr]
    if not tasks & {"MODERATE", "CREATE_CONTENT"}:
        raise known_error(200, message="(#200) The user needs the task MODERATE or CREATE_CONTENT on the Page")
