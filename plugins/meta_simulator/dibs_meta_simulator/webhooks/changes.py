"""What happened, as changes for the apps that subscribed to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from dibs_meta_simulator.clock import iso_text
from dibs_meta_simulator.model.apps import App
from dibs_meta_simulator.model.comments import Comment
from dibs_meta_simulator.model.lives import LiveMedia, LiveVideo
from dibs_meta_simulator.model.people import Account, Page
from dibs_meta_simulator.world import Happened, World


@attrs.frozen
class Change:
    """One update: for which app and object, of which Page or account."""

    app: App
    object: str
    entry_id: str
    field: str
    value: dict[str, Any]
    secret: str


def changes_of(world: World, happened: Happened) -> Iterator[Change]:
    """The changes that follow from something, for every app that listens at both levels."""
    for app in world.of_type(App):
        if isinstance(happened.about, Comment):
            live = world.lives.live(happened.about.live_id)
            if isinstance(live, LiveVideo):
                yield from _page(world, app, live, "feed", feed_value(happened.verb, live, happened.about, world))
            elif happened.verb == "add":
                yield from _account(world, app, live, happened.about)
        elif isinstance(happened.about, LiveVideo):
            value = {"id": happened.about.id, "status": happened.verb}
            yield from _page(world, app, happened.about, "live_videos", value)


def _page(world: World, app: App, live: LiveVideo, field: str, value: dict[str, Any]) -> Iterator[Change]:
    page: Page = world.get(Page, live.page_id)
    subscription = app.subscriptions.get("page")
    if subscription and field in subscription.fields and field in page.subscribed.get(app.id, ()):
        yield Change(app, "page", page.id, field, value, app.secret)


def _account(world: World, app: App, live: LiveMedia, comment: Comment) -> Iterator[Change]:
    """Whatever fields the account was subscribed with; nothing unless the app is live, trusted, the account public."""
    account: Account = world.get(Account, live.account_id)
    subscription = app.subscriptions.get("instagram")
    if subscription is None or "live_comments" not in subscription.fields or not live.on_air:
        return
    if not (app.live and app.advanced_access and account.public):
        return
    page = world.nodes.get(account.page_id or "")
    secret = None
    if app.id in account.subscribed:
        secret = app.instagram_secret if app.instagram_signer == "instagram" else app.secret
    elif isinstance(page, Page) and page.subscribed.get(app.id):
        secret = app.secret
    if secret is not None:
        yield Change(app, "instagram", account.id, "live_comments", live_comment_value(live, comment), secret)


def live_comment_value(live: LiveMedia, comment: Comment) -> dict[str, Any]:
    """A live comment: no time stands in it."""
    author: dict[str, Any] = {"id": comment.author.id, "username": comment.author.name}
    if comment.author.self_id:
        author["self_ig_scoped_id"] = comment.author.self_id
    value: dict[str, Any] = {
        "from": author,
        "media": {"id": live.id, "media_product_type": "LIVE"},
        "id": comment.id,
        "text": comment.text,
    }
    if comment.author.anonymous:
        del value["from"]
    if comment.text == "":
        del value["text"]
    if comment.parent_id is not None:
        value["parent_id"] = comment.parent_id
    return value


def feed_value(verb: str, live: LiveVideo, comment: Comment, world: World) -> dict[str, Any]:
    """A comment in the feed of a Page: times in seconds."""
    value: dict[str, Any] = {
        "item": "comment",
        "verb": verb,
        "comment_id": comment.id,
        "post_id": live.post_id,
        "parent_id": comment.parent_id or live.post_id,
        "created_time": int(comment.created),
        "message": comment.text,
        "from": {"id": comment.author.id, "name": comment.author.name},
        "post": {
            "id": live.post_id,
            "status_type": "added_video",
            "is_published": True,
            "updated_time": iso_text(world.clock.now()),
            "permalink_url": f"https://www.facebook.com/{live.page_id}/videos/{live.video_id}/",
            "promotion_status": "inactive",
        },
    }
    if comment.author.anonymous:
        del value["from"]
    if verb == "remove":
        del value["message"]
    return value
