"""Answering on Facebook, in public and in private."""

from __future__ import annotations

from typing import Any

import pytest

from dibs_meta_simulator.model.tokens import DAY
from dibs_meta_simulator.serving import Running

from .client import Client


@pytest.fixture
def comment(meta: Running) -> str:
    live = meta.world.lives.start(meta.seed.page.id)
    return meta.world.lives.comment(live.id, "Dani", "quero!").id


def _message(comment_id: str, text: str = "Oi Dani!") -> dict[str, Any]:
    return {"recipient": {"comment_id": comment_id}, "message": {"text": text}}


async def test_a_public_reply_is_a_comment_of_the_page_each_time(meta: Running, api: Client, comment: str) -> None:
    first = await api.call("POST", f"{comment}/comments", message="sold!")
    second = await api.call("POST", f"{comment}/comments", message="sold!")
    replies = (await api.get(f"{comment}/comments", fields="id,from,message")).body["data"]
    assert [reply["id"] for reply in replies] == [first.body["id"], second.body["id"]]
    assert replies[0]["from"]["id"] == meta.seed.page.id
    assert [reply.kind for reply in meta.world.replies] == ["public", "public"]


async def test_a_private_reply_once_within_seven_days(meta: Running, api: Client, comment: str) -> None:
    assert (await api.get(comment, fields="can_reply_privately")).body["can_reply_privately"] is True
    path = f"{meta.seed.page.id}/messages"
    sent = (await api.call("POST", path, _message(comment))).body
    assert (sent["recipient_id"], sent["message_id"][:6]) == ("7000000000000001", "m_FAKE")
    assert (await api.call("POST", path, _message(comment))).code == (10900, None)
    assert (await api.get(comment, fields="can_reply_privately")).body["can_reply_privately"] is False
    later = meta.world.lives.comment(meta.world.nodes[comment].live_id, "Eva", "eu").id  # type: ignore[union-attr]
    await api.control("move_clock", seconds=7 * DAY + 1)
    assert (await api.call("POST", path, _message(later))).code == (10, 2018278)


async def test_what_needs_a_permission_or_a_task(meta: Running, api: Client, comment: str) -> None:
    page, user = meta.seed.page, meta.seed.user.id
    page.roles[user] = ("ANALYZE",)
    assert (await api.call("POST", f"{comment}/comments", message="a")).code == (200, None)
    assert (await api.call("POST", f"{page.id}/messages", _message(comment))).code == (200, None)
    page.roles[user] = ("MODERATE", "MESSAGING")
    for permission in ("pages_manage_engagement", "pages_messaging"):
        await api.control("withdraw_permission", who=user, permission=permission)
    assert (await api.call("POST", f"{comment}/comments", message="a")).code == (200, None)
    assert (await api.call("POST", f"{page.id}/messages", _message(comment))).code == (200, None)


async def test_the_old_edge_is_gone_and_pages_are_not_answered(meta: Running, api: Client, comment: str) -> None:
    assert (await api.call("POST", f"{comment}/private_replies", message="a")).code == (100, 33)
    own = (await api.call("POST", f"{comment}/comments", message="sold!")).body["id"]
    assert (await api.call("POST", "me/messages", _message(own))).code == (10903, None)
    follow_up = {"recipient": {"id": "7000000000000001"}, "message": {"text": "a"}}
    assert (await api.call("POST", "me/messages", follow_up)).code == (10, 2018278)


async def test_hiding_and_deleting(api: Client, comment: str) -> None:
    assert (await api.call("POST", comment, is_hidden="true")).body == {"success": True}
    assert (await api.get(comment, fields="is_hidden")).body["is_hidden"] is True
    assert (await api.call("DELETE", comment)).body == {"success": True}
    assert (await api.get(comment)).code == (100, 33)


async def test_going_too_fast(api: Client, comment: str) -> None:
    await api.control("set_fault", name="error", code=368, subcode=1390008, where={"method": "POST"})
    refused = await api.call("POST", f"{comment}/comments", message="a")
    assert refused.code == (368, 1390008)
    assert refused.body["error"]["error_user_title"]
    assert (await api.get(comment)).status == 200
