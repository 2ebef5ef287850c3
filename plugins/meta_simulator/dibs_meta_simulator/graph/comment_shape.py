"""The fields of a Facebook comment."""

from __future__ import annotations

from typing import Any

from dibs_meta_simulator.graph.call import Call
from dibs_meta_simulator.graph.fields import Field
from dibs_meta_simulator.graph.registry import ABSENT, Shape, only
from dibs_meta_simulator.model.comments import Comment
from dibs_meta_simulator.model.lives import LiveVideo
from dibs_meta_simulator.model.tokens import Kind


def may_see_author(call: Call, comment: Comment) -> bool:
    """Only with a token of the Page and `pages_read_user_content`, and not against the viewer's wish."""
    live: LiveVideo = call.world.get(LiveVideo, comment.live_id)
    if call.token.kind is not Kind.PAGE or call.token.profile_id != live.page_id:
        return False
    own = comment.author.id == live.page_id
    allowed = call.allows("pages_read_user_content") and call.app.advanced_access and call.app.live
    return own or (allowed and not comment.author.anonymous)


def _author(call: Call, comment: Comment, field: Field) -> Any:
    if not may_see_author(call, comment):
        return ABSENT
    return only(field, {"name": comment.author.name, "id": comment.author.id}, "User")


def _parent(call: Call, comment: Comment, field: Field) -> Any:
    if comment.parent_id is None:
        return ABSENT
    parent = call.world.nodes.get(comment.parent_id)
    if not isinstance(parent, Comment):
        return {"id": comment.parent_id}
    return SHAPE.show(call, parent, field.inner or ())


def _count(call: Call, comment: Comment, _: Field) -> Any:
    live: LiveVideo = call.world.get(LiveVideo, comment.live_id)
    return sum(other.parent_id == comment.id for other in live.thread.walk(False))


def _since_start(call: Call, comment: Comment, _: Field) -> Any:
    live: LiveVideo = call.world.get(LiveVideo, comment.live_id)
    return ABSENT if live.started is None else max(0, int(comment.created - live.started))


SHAPE = Shape(
    "Comment",
    {
        "id": lambda call, comment, _: comment.id,
        "message": lambda call, comment, _: comment.text,
        "created_time": lambda call, comment, _: call.moment(comment.created),
        "from": _author,
        "parent": _parent,
        "attachment": lambda call, comment, _: ABSENT if comment.attachment is None else comment.attachment,
        "can_comment": lambda call, comment, _: True,
        "can_hide": lambda call, comment, _: True,
        "can_like": lambda call, comment, _: True,
        "can_remove": lambda call, comment, _: True,
        "can_reply_privately": lambda call, comment, _: comment.private_reply is None,
        "comment_count": _count,
        "is_hidden": lambda call, comment, _: comment.hidden,
        "is_private": lambda call, comment, _: False,
        "like_count": lambda call, comment, _: 0,
        "live_broadcast_timestamp": _since_start,
        "permalink_url": lambda call, comment, _: f"https://www.facebook.com/{comment.id}",
        "user_likes": lambda call, comment, _: False,
    },
    frozenset(("admin_creator", "application", "message_tags", "object", "private_reply_conversation")),
)
