"""Instagram: the account, what it broadcasts, and the comments under it."""

from __future__ import annotations

from typing import Any

from dibs_meta_simulator.errors import bad_parameter, known_error, no_such_object
from dibs_meta_simulator.graph.call import Call
from dibs_meta_simulator.graph.fields import Field, named
from dibs_meta_simulator.graph.paging import page_of, read_cursor, simple_page, take
from dibs_meta_simulator.graph.registry import ABSENT, Shape, edge, only
from dibs_meta_simulator.model.comments import MediaComment
from dibs_meta_simulator.model.lives import LiveMedia
from dibs_meta_simulator.model.people import Account, Page
from dibs_meta_simulator.model.tokens import Kind

_MOST = 50
_READ = ("instagram_basic", "pages_read_engagement")
_BASIC = ("instagram_business_basic",)


def check_account(call: Call, account: Account) -> None:
    """Insist on a token of that account: of Instagram Login, of its Page, or of a user who chose the Page.

    Raises:
        GraphError: code 100, subcode 33: not visible to this token.
    """
    token = call.token
    if token.kind is Kind.INSTAGRAM:
        seen = token.profile_id == account.id
    elif token.kind is Kind.PAGE:
        seen = account.page_id == token.profile_id
    else:
        seen = token.kind is Kind.USER and account.page_id in token.grant.pages
    if not seen:
        raise no_such_object(account.id)


@edge(Account, "GET")
def account_node(call: Call, account: Account) -> Any:
    """The account."""
    check_account(call, account)
    call.need(("instagram_basic",), _BASIC)
    return ACCOUNT.show(call, account, call.fields("id"))


@edge(Account, "GET", "live_media")
def live_media(call: Call, account: Account) -> Any:
    """What is broadcast at this moment; empty when off air, which is no error."""
    check_account(call, account)
    call.need(_READ, _BASIC)
    lives = [live for live in call.world.of_type(LiveMedia) if live.account_id == account.id and live.on_air]
    fields = call.fields("id")
    return simple_page(call, lives[::-1], lambda live: MEDIA.show(call, live, fields))


@edge(LiveMedia, "GET")
def media_node(call: Call, live: LiveMedia) -> Any:
    """The media, while it is live."""
    _check_media(call, live)
    return MEDIA.show(call, live, call.fields("id"))


@edge(LiveMedia, "GET", "comments")
def media_comments(call: Call, live: LiveMedia) -> Any:
    """Newest first, at most 50 a page; there is no filter by time."""
    _check_media(call, live)
    call.need(("instagram_manage_comments",), ("instagram_business_manage_comments",))
    return _comments(call, live, call.fields("id", "text", "timestamp"))


@edge(LiveMedia, "POST", "comments")
def refuse_comment(call: Call, live: LiveMedia) -> Any:
    """Nobody can comment on live media by the API."""
    raise known_error(10, message="(#10) Comments can't be posted on a live video")


@edge(MediaComment, "GET")
def media_comment(call: Call, comment: MediaComment) -> Any:
    """One comment, while its broadcast runs."""
    _check_media(call, call.world.get(LiveMedia, comment.live_id))
    return COMMENT.show(call, comment, call.fields("id", "text", "timestamp"))


@edge(MediaComment, "POST", "replies")
@edge(MediaComment, "POST")
@edge(MediaComment, "DELETE")
def refuse_reply(call: Call, comment: MediaComment) -> Any:
    """No public reply, no hiding, no deleting on a live video."""
    _check_media(call, call.world.get(LiveMedia, comment.live_id))
    raise bad_parameter("Cannot reply to comments on a live video, nor hide or delete them")


@edge(MediaComment, "GET", "replies")
def replies(call: Call, comment: MediaComment) -> Any:
    """There are none."""
    _check_media(call, call.world.get(LiveMedia, comment.live_id))
    return {"data": []}


def _check_media(call: Call, live: LiveMedia) -> None:
    check_account(call, call.world.get(Account, live.account_id))
    call.need(_READ, _BASIC)
    if not live.on_air:
        raise no_such_object(call.path.partition("/")[0])


def _comments(call: Call, live: LiveMedia, fields: tuple[Field, ...]) -> Any:
    limit, after = call.number("limit", 25, _MOST), call.text("after")
    place = None
    if after:
        second, _, number = read_cursor(after).partition(":")
        place = int(second), int(number)
    part = take(live.thread.walk(True, place), limit)
    names = [f"{comment.key[0]}:{comment.number}" for comment in part.items]
    data = [COMMENT.show(call, comment, fields) for comment in part.items]
    return page_of(call, data, (names[0], names[-1]) if names else None, part.more, place is not None)


def _nested(call: Call, live: LiveMedia, field: Field) -> Any:
    """The list inside its media: absent without the permission."""
    may = call.allows("instagram_manage_comments") or call.allows("instagram_business_manage_comments")
    if not may or call.world.faults.hit("no_comments_key", call.where):
        return ABSENT
    return _comments(call.inner(live.id, "comments", dict(field.arguments)), live, field.inner or named("id"))


def _username(call: Call, comment: MediaComment, _: Field) -> Any:
    may = call.allows("instagram_manage_comments") or call.allows("instagram_business_manage_comments")
    return comment.author.name if may and not comment.author.anonymous else ABSENT


def _from(call: Call, comment: MediaComment, field: Field) -> Any:
    if _username(call, comment, field) is ABSENT:
        return ABSENT
    values = {"id": comment.author.id, "username": comment.author.name}
    return only(field, values, "IGCommentFromUser")


def _user(call: Call, comment: MediaComment, _: Field) -> Any:
    account = call.world.get(LiveMedia, comment.live_id).account_id
    return {"id": account} if comment.author.id == account else ABSENT


def account_of_page(call: Call, page: Page, field: Field) -> Any:
    """The field `instagram_business_account`: absent when none is linked or the permission is missing."""
    if page.account_id is None or not call.allows("instagram_basic"):
        return ABSENT
    account: Account = call.world.get(Account, page.account_id)
    return ACCOUNT.show(call, account, field.inner or named("id"))


COMMENT = Shape(
    "IGComment",
    {
        "id": lambda call, comment, _: comment.id,
        "text": lambda call, comment, _: comment.text,
        "timestamp": lambda call, comment, _: call.moment(comment.created),
        "username": _username,
        "from": _from,
        "user": _user,
        "hidden": lambda call, comment, _: comment.hidden,
        "like_count": lambda call, comment, _: 0,
        "media": lambda call, comment, field: only(
            field, {"id": comment.live_id, "media_product_type": "LIVE"}, "IGMedia"
        ),
        "parent_id": lambda call, comment, _: comment.parent_id or ABSENT,
    },
    frozenset(("replies", "legacy_instagram_comment_id")),
)

MEDIA = Shape(
    "IGMedia",
    {
        "id": lambda call, live, _: live.id,
        "media_type": lambda call, live, _: "BROADCAST",
        "media_product_type": lambda call, live, _: "LIVE",
        "owner": lambda call, live, field: only(field, {"id": live.account_id}, "IGUser"),
        "username": lambda call, live, _: call.world.get(Account, live.account_id).username,
        "timestamp": lambda call, live, _: call.moment(live.started),
        "permalink": lambda call, live, _: f"https://www.instagram.com/p/{live.id}/",
        "comments_count": lambda call, live, _: len(live.thread),
        "like_count": lambda call, live, _: 0,
        "comments": _nested,
    },
    frozenset(("caption", "children", "media_url", "thumbnail_url", "shortcode", "is_comment_enabled", "ig_id")),
)

ACCOUNT = Shape(
    "IGUser",
    {
        "id": lambda call, account, _: account.id,
        "user_id": lambda call, account, _: account.id,
        "username": lambda call, account, _: account.username,
        "name": lambda call, account, _: account.name,
        "account_type": lambda call, account, _: "BUSINESS",
        "followers_count": lambda call, account, _: account.impressions,
        "media_count": lambda call, account, _: 0,
    },
    frozenset(("biography", "website", "profile_picture_url", "follows_count", "ig_id", "live_media")),
)
