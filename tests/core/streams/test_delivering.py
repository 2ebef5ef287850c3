"""What a platform tells by itself reaches the shows that it is about, once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dibs.models.comments import Author, IncomingComment
from dibs.platforms import CommentEdit, SourceBatch, WebhookNews
from dibs.streams.delivering import Delivered

from .conftest import Studio


def said(text: str, comment_id: str, who: str = "ana") -> IncomingComment:
    return IncomingComment("toy", text, datetime.now(UTC), comment_id, Author(who, who), "777")


async def deliver(studio: Studio, *comments: IncomingComment, live_id: str = "777", **more: Any) -> Delivered:
    status = more.pop("live_status", None)
    batch = SourceBatch(comments, source="webhook", **more)
    news = WebhookNews("page", live_id, batch, status)
    return await studio.streams.deliver(studio.workspace_id, studio.connection_id, news)


async def ignored(studio: Studio) -> int:
    sql = "SELECT ignored_count FROM connections WHERE workspace_id = $1 AND id = $2"
    return int((await studio.runtime.db.hot_fetch(sql, studio.workspace_id, studio.connection_id))[0][0])


async def test_the_same_comment_from_two_sources_counts_once(studio: Studio) -> None:
    live = studio.server.go_live()
    await studio.item()
    await studio.add()
    await studio.run()
    assert await deliver(studio, said("sold 12", "777-1"), said("hello", "777-2")) == Delivered(taken=2)
    live.say("sold 12")
    live.say("hello")
    live.say("last")
    await studio.heard(3)
    row = await studio.until(lambda row: row.position == {"n": 3})
    assert row.comments_seen == 3
    assert await deliver(studio, said("last", "777-3")) == Delivered(taken=1)
    assert [verdict for _, verdict, _ in await studio.stored()] == ["claim", "ignored", "ignored"]


async def test_a_broadcast_is_known_by_its_other_ids_too(studio: Studio) -> None:
    studio.server.go_live()
    await studio.add()
    await studio.run()
    assert (await deliver(studio, said("hello", "a"), live_id="v777")).taken == 1
    assert (await deliver(studio, said("hello", "b"), live_id="")).taken == 1


async def test_comments_of_other_media_are_counted_and_nothing_else(studio: Studio) -> None:
    studio.server.go_live()
    await studio.add()
    await studio.run()
    found = await deliver(studio, said("sold 12", "x"), said("sold 12", "y"), live_id="a photo", removals=("z",))
    assert (found.taken, found.ignored) == (0, 3)
    assert await ignored(studio) == 3
    assert await studio.stored() == []


async def test_a_waiting_show_takes_the_broadcast_that_is_told_to_have_begun(studio: Studio) -> None:
    await studio.add("")
    await studio.run()
    await studio.until(lambda row: row.state == "waiting")
    live = studio.server.go_live()
    live.status = "scheduled"  # asking does not find it yet
    live.say("from asking")
    assert (await deliver(studio, live_status="live")).woken
    await studio.heard(1)
    row = await studio.until(lambda row: row.state == "listening")
    assert row.live_id == "777"


async def test_a_broadcast_that_the_platform_does_not_know_is_taken_by_no_show(studio: Studio) -> None:
    await studio.add("")
    await studio.run()
    await studio.until(lambda row: row.state == "waiting")
    assert not (await deliver(studio, live_id="a guess", live_status="live")).woken  # the account has none such
    studio.server.go_live("778").status = "ended"
    assert not (await deliver(studio, live_id="778", live_status="live")).woken
    assert (await studio.one()).live_id == ""
    studio.server.go_live("779", title="It runs")
    await studio.until(lambda row: row.live_id == "779" and row.state == "listening")


async def test_what_comes_after_the_end_of_the_show_is_late(studio: Studio) -> None:
    studio.server.go_live()
    await studio.item()
    await studio.add()
    assert (await deliver(studio, said("sold 12", "early"))).ignored == 1
    await studio.run()
    await studio.until(lambda row: row.state == "listening")
    await studio.run("ended")
    await studio.until(lambda row: row.state == "ended")
    assert (await deliver(studio, said("sold 12", "late"))).taken == 1
    assert await studio.stored() == [("sold 12", "stored", "ended")]


async def test_edits_and_removals_are_taken(studio: Studio) -> None:
    studio.server.go_live()
    await studio.add()
    await studio.run()
    await deliver(studio, said("hello", "a"), said("hello", "b"))
    found = await deliver(studio, edits=(CommentEdit("a", "hi"), CommentEdit("unknown", "?")), removals=("b",))
    assert found.taken == 3
    assert [event["text"] for event in await studio.events("comment.edited")] == ["hi"]
    assert len(await studio.events("comment.removed")) == 1
    await deliver(studio, edits=(CommentEdit("a", "hi"),), removals=("b",))
    assert len(await studio.events("comment.edited")) == 1
