"""Answers: public ones never twice, private ones once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dibs import clock
from dibs.platforms import Account, Answered, RefusedError, TryAgainError
from dibs_facebook import FacebookPlatform, replies
from dibs_meta_simulator.model.comments import Comment
from dibs_meta_simulator.model.lives import LiveVideo
from dibs_meta_simulator.serving import Running

TEXT = "Parabéns, Bia: o item 12 é seu!"


@pytest.fixture
def comment(meta: Running, live: LiveVideo) -> Comment:
    return meta.world.lives.comment(live.id, "Bia Souza", "sold 12")


def answered(comment: Comment, posted_at: datetime | None = None) -> Answered:
    return Answered(comment.id, comment.author.id, comment.live_id, posted_at or clock.utc_now())


async def test_both_kinds_of_answer(
    meta: Running, platform: FacebookPlatform, account: Account, comment: Comment
) -> None:
    public = await platform.reply(account, answered(comment), TEXT, private=False)
    private = await platform.reply(account, answered(comment), TEXT, private=True)
    assert [(one.kind, one.text) for one in meta.world.replies] == [("public", TEXT), ("private", TEXT)]
    assert [public.message_id, private.message_id] == [one.id for one in meta.world.replies]


async def test_one_private_answer_for_each_comment(
    meta: Running, platform: FacebookPlatform, account: Account, comment: Comment
) -> None:
    await platform.reply(account, answered(comment), TEXT, private=True)
    with pytest.raises(RefusedError) as caught:
        await platform.reply(account, answered(comment), TEXT, private=True)
    assert caught.value.reason in ("done", "unreachable") and len(meta.world.replies) == 1
    meta.world.faults.set("error", code=100, where={"endpoint": "node"})
    with pytest.raises(RefusedError) as caught:
        await platform.reply(account, answered(comment), TEXT, private=True)
    assert caught.value.reason == "done" and len(meta.world.replies) == 1


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("reset", {}),
        ("cut", {}),
        ("html", {"status": 502}),
        ("html", {"status": 200}),
        ("error", {"code": 1}),
        ("error", {"code": 2}),
    ],
)
async def test_a_public_answer_that_may_be_there_is_never_repeated(
    meta: Running, platform: FacebookPlatform, account: Account, comment: Comment, name: str, how: dict[str, Any]
) -> None:
    meta.world.faults.set(name, where={"method": "POST"}, **how)
    with pytest.raises(TryAgainError) as caught:
        await platform.reply(account, answered(comment), TEXT, private=False)
    assert caught.value.uncertain
    assert meta.world.calls.count("comments", "POST") <= 1 and len(meta.world.replies) <= 1


async def test_a_public_answer_that_a_limit_stopped_is_not_there(
    meta: Running, platform: FacebookPlatform, account: Account, comment: Comment
) -> None:
    meta.world.faults.set("error", code=80001, calls=1, where={"method": "POST"})
    for _ in range(2):
        with pytest.raises(TryAgainError) as caught:
            await platform.reply(account, answered(comment), TEXT, private=False)
        assert not caught.value.uncertain and caught.value.scope == "account"
    assert not meta.world.replies and meta.world.calls.count("comments", "POST") == 1


async def test_a_private_answer_may_be_tried_again(
    meta: Running, platform: FacebookPlatform, account: Account, comment: Comment
) -> None:
    meta.world.faults.set("error", code=2, calls=1, where={"method": "POST"})
    with pytest.raises(TryAgainError):
        await platform.reply(account, answered(comment), TEXT, private=True)
    await platform.reply(account, answered(comment), TEXT, private=True)
    assert len(meta.world.replies) == 1


async def test_a_limit_of_answers_holds_up_no_comments(
    meta: Running, platform: FacebookPlatform, account: Account, comment: Comment
) -> None:
    meta.world.faults.set("error", code=80006, calls=1, where={"endpoint": "messages"})
    with pytest.raises(TryAgainError) as caught:
        await platform.reply(account, answered(comment), TEXT, private=True)
    assert caught.value.scope == "account" and (caught.value.retry_after or 0) >= 300
    assert platform.graph.pace.shut_for("pages", account.account_id) == 0
    with pytest.raises(TryAgainError):
        await platform.reply(account, answered(comment), TEXT, private=True)
    assert meta.world.calls.count("messages") == 1


@pytest.mark.parametrize(
    ("code", "subcode", "reason"),
    [
        (368, 1390008, "blocked"),
        (506, None, "text"),
        (10, 2018278, "window"),
        (551, None, "unreachable"),
        (10903, None, "unreachable"),
        (200, None, "permission"),
    ],
)
async def test_refusals_say_why(
    meta: Running,
    platform: FacebookPlatform,
    account: Account,
    comment: Comment,
    code: int,
    subcode: int | None,
    reason: str,
) -> None:
    meta.world.faults.set("error", code=code, subcode=subcode, where={"method": "POST"})
    for private in (True, False):
        with pytest.raises(RefusedError) as caught:
            await platform.reply(account, answered(comment), TEXT, private=private)
        assert caught.value.reason == reason


async def test_after_a_week_it_is_too_late(
    meta: Running, platform: FacebookPlatform, account: Account, comment: Comment
) -> None:
    old = datetime.now(UTC) - timedelta(days=replies.PRIVATE_REPLY_DAYS, minutes=1)
    with pytest.raises(RefusedError) as caught:
        await platform.reply(account, answered(comment, old), TEXT, private=True)
    assert caught.value.reason == "window" and meta.world.calls.count("messages") == 0


async def test_an_id_that_is_a_path_reaches_nothing_else(
    meta: Running, platform: FacebookPlatform, account: Account, comment: Comment
) -> None:
    for odd in (f"{account.account_id}/../{comment.id}", f"{comment.id}?x=1", f"{comment.id}/comments?"):
        with pytest.raises(RefusedError):
            await platform.reply(account, Answered(odd, "1", comment.live_id, clock.utc_now()), TEXT, private=False)
    assert meta.world.replies == []
