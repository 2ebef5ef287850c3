"""Private replies: one for each comment, on Instagram only while the broadcast runs."""

from __future__ import annotations

from typing import Any

from dibs_meta_simulator.errors import GraphError, bad_parameter, known_error
from dibs_meta_simulator.graph.call import Call
from dibs_meta_simulator.graph.instagram import check_account
from dibs_meta_simulator.graph.registry import edge
from dibs_meta_simulator.model.comments import Comment, MediaComment
from dibs_meta_simulator.model.lives import LiveMedia, LiveVideo
from dibs_meta_simulator.model.people import Account, Page
from dibs_meta_simulator.model.tokens import DAY, Kind

_WEEK = 7 * DAY
_LONGEST = 1000


@edge(Page, "POST", "messages")
def page_message(call: Call, page: Page) -> Any:
    """A private reply to a comment on the Page's broadcast, or to one on the Instagram account behind it."""
    call.page_only(page.id)
    comment, text = _wanted(call)
    if isinstance(comment, MediaComment):
        return _instagram(call, call.world.get(Account, page.account_id or ""), comment, text)
    call.need(("pages_messaging",), code=200)
    if "MESSAGING" not in page.roles.get(call.token.user_id, ()):
        raise known_error(200, message="(#200) The user needs the task MESSAGING on the Page")
    if comment is None or call.world.get(LiveVideo, comment.live_id).page_id != page.id:
        raise bad_parameter("Invalid comment_id")
    if comment.author.id == page.id:
        raise known_error(10903)
    if call.world.clock.now() > comment.created + _WEEK:
        raise known_error(10, 2018278)
    sent = call.world.lives.reply_privately(comment, text)
    return {"recipient_id": comment.author.id, "message_id": sent.id}


@edge(Account, "POST", "messages")
def account_message(call: Call, account: Account) -> Any:
    """A private reply to a comment on the account's broadcast."""
    comment, text = _wanted(call)
    return _instagram(call, account, comment, text)


def _instagram(call: Call, account: Account, comment: Comment | None, text: str) -> Any:
    check_account(call, account)
    call.need(("instagram_manage_comments",), ("instagram_business_manage_comments",))
    if not isinstance(comment, MediaComment):
        raise _shaped(call, known_error(2534014))
    live: LiveMedia = call.world.get(LiveMedia, comment.live_id)
    if live.account_id != account.id:
        raise _shaped(call, known_error(2534014))
    if not live.on_air:
        raise known_error(10, 2534022)
    if len(text.encode()) > _LONGEST:
        raise bad_parameter(f"Message text is longer than {_LONGEST} bytes")
    if comment.private_reply is not None:
        raise _shaped(call, known_error(2534025))
    if comment.author.id == account.id:
        raise known_error(10903)
    sent = call.world.lives.reply_privately(comment, text)
    return {"recipient_id": comment.author.self_id or comment.author.id, "message_id": sent.id}


def _wanted(call: Call) -> tuple[Comment | None, str]:
    """The comment that is answered, None if it is gone, and the text."""
    recipient, message = call.parsed("recipient"), call.parsed("message")
    if not isinstance(recipient, dict) or not isinstance(message, dict):
        raise bad_parameter("The parameters recipient and message are required.")
    comment_id = recipient.get("comment_id")
    if not isinstance(comment_id, str):  # a follow-up to a person who has not answered
        raise known_error(10, 2534022 if call.token.kind is Kind.INSTAGRAM else 2018278)
    text = message.get("text")
    if not isinstance(text, str) or not text:
        raise bad_parameter("Message cannot be empty, must provide valid attachment or text")
    found = call.world.nodes.get(comment_id)
    return (found if isinstance(found, Comment) else None), text


def _shaped(call: Call, error: GraphError) -> GraphError:
    """Some clients saw these numbers as subcodes of code 100."""
    if call.world.faults.hit("instagram_subcodes"):
        return GraphError(error.message, 100, error.code, "IGApiException")
    return error
