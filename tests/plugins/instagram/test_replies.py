"""Private replies: one for each comment, only while the broadcast runs."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from dibs.platforms import Account, Answered, RefusedError, TryAgainError
from dibs_instagram.platform import InstagramPlatform
from dibs_meta_simulator.model.comments import Comment
from dibs_meta_simulator.serving import Running

from .odd_server import OddServer


@pytest.fixture
def comment(meta: Running) -> Comment:
    live = meta.world.lives.start_instagram(meta.seed.account.id)
    return meta.world.lives.comment(live.id, "Ana Buys", "sold 12")


def answered(comment: Comment) -> Answered:
    return Answered(comment.id, comment.author.id, comment.live_id, datetime.now(UTC))


async def refusal(adapter: InstagramPlatform, account: Account, to: Answered, text: str = "Oi", **how: bool) -> str:
    with pytest.raises(RefusedError) as refused:
        await adapter.reply(account, to, text, **({"private": True} | how))
    return refused.value.reason


async def test_a_reply_is_sent_once(
    meta: Running, adapter: InstagramPlatform, account: Account, comment: Comment
) -> None:
    sent = await adapter.reply(account, answered(comment), "Oi Ana! Você ganhou 🙏", private=True)
    [told] = meta.world.replies
    assert (told.kind, told.text, told.id) == ("private", "Oi Ana! Você ganhou 🙏", sent.message_id)
    assert await refusal(adapter, account, answered(comment)) == "done"
    meta.world.faults.set("instagram_subcodes")
    assert await refusal(adapter, account, answered(comment)) == "done"
    assert len(meta.world.replies) == 1


async def test_after_the_broadcast_it_is_too_late(
    meta: Running, adapter: InstagramPlatform, account: Account, comment: Comment
) -> None:
    meta.world.lives.end(comment.live_id)
    assert await refusal(adapter, account, answered(comment)) == "window"


@pytest.mark.parametrize(("code", "subcode"), [(10, None), (100, None), (100, 33), (200, None), (10, 2534022)])
async def test_however_it_is_refused_after_the_broadcast(
    meta: Running, adapter: InstagramPlatform, by_page: Account, comment: Comment, code: int, subcode: int | None
) -> None:
    meta.world.faults.set("error", code=code, subcode=subcode, where={"method": "POST"})
    while_live = await refusal(adapter, by_page, answered(comment))
    assert (while_live == "window") is (subcode == 2534022)
    meta.world.lives.end(comment.live_id)
    assert await refusal(adapter, by_page, answered(comment)) == "window"


async def test_public_answers_are_not_offered(
    meta: Running, adapter: InstagramPlatform, account: Account, comment: Comment
) -> None:
    assert await refusal(adapter, account, answered(comment), private=False) == "unsupported"
    assert not meta.world.calls.recent


async def test_a_text_has_at_most_a_thousand_bytes(
    meta: Running, adapter: InstagramPlatform, account: Account, comment: Comment
) -> None:
    with pytest.raises(RefusedError, match="1,002 bytes") as refused:
        await adapter.reply(account, answered(comment), "é" * 501, private=True)
    assert refused.value.reason == "text" and refused.value.data["bytes"] == 1002
    assert await refusal(adapter, account, answered(comment), " ") == "text"
    assert not meta.world.calls.recent
    assert (await adapter.reply(account, answered(comment), "é" * 500, private=True)).message_id


async def test_the_seller_can_not_write_to_themselves(
    meta: Running, adapter: InstagramPlatform, account: Account, comment: Comment
) -> None:
    own = meta.world.lives.comment(comment.live_id, meta.world.lives.host(comment.live_id), "hello")
    assert await refusal(adapter, account, answered(own)) == "unreachable"


@pytest.mark.parametrize(
    ("code", "reason"),
    [(10900, "done"), (10903, "unreachable"), (2534025, "done"), (2534014, "unreachable"), (2534001, "unreachable"),
     (551, "unreachable"), (368, "blocked"), (190, "token"), (3, "configuration")],
)  # fmt: skip
async def test_every_refusal_has_its_reason(
    meta: Running, adapter: InstagramPlatform, account: Account, comment: Comment, code: int, reason: str
) -> None:
    meta.world.faults.set("error", code=code, where={"method": "POST"})
    assert await refusal(adapter, account, answered(comment)) == reason


@pytest.mark.parametrize("code", [1, 2, 1545133, 4, 80002, 80006, 613])
async def test_what_passes_may_be_tried_again(
    meta: Running, adapter: InstagramPlatform, account: Account, comment: Comment, code: int
) -> None:
    meta.world.faults.set("error", code=code, where={"method": "POST"}, calls=1)
    with pytest.raises(TryAgainError):
        await adapter.reply(account, answered(comment), "Oi", private=True)
    assert not meta.world.replies


async def test_the_call_is_the_documented_one(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], account: Account
) -> None:
    odd.on("/messages", (200, {"recipient_id": "1780000000000201", "message_id": "aWdfZAFAKE01"}))
    to = Answered("17900000000000001", None, "", datetime.now(UTC))
    sent = await adapter_for(meta_app_secret="s").reply(account, to, "Oi", private=True)
    [asked] = odd.asked
    assert sent.message_id == "aWdfZAFAKE01" and asked.path == f"/v25.0/{account.account_id}/messages"
    assert asked.body == {"recipient": {"comment_id": "17900000000000001"}, "message": {"text": "Oi"}}
    assert asked.headers["Authorization"] == f"Bearer {account.token.value}"
