"""What becomes of an answer that does not arrive at once, or not at all."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from dibs_replies.rows import full
from dibs_replies.sending import _send_now, send

from .bay import BayServer
from .conftest import Shop


async def test_a_private_answer_is_tried_until_it_arrives_and_arrives_once(shop: Shop, bay: BayServer) -> None:
    bay.answers = [(503, {}), (0, {}), (503, {})]  # down; taken and no word of it; down
    await shop.say("sold 12", who="ana")
    found = await shop.settled(1)
    assert (found[0]["state"], found[0]["attempts"]) == ("sent", 4)
    assert len(bay.texts(private=True)) == 1  # the last call was told that it had been answered: that is sent too


async def test_a_public_answer_is_never_repeated_when_it_may_have_arrived(shop: Shop, bay: BayServer) -> None:
    await shop.set(won="public")
    bay.answers = [(503, {}), (0, {})]
    await shop.say("sold 12", who="ana")
    found = await shop.settled(1)
    assert (found[0]["state"], found[0]["reason"]) == ("unknown", "no_answer")
    assert len(bay.said) == 1 and len(bay.calls) == 2
    assert await shop.post("retry") == {"changed": 0}  # all that were refused: this one was not
    assert await shop.post("retry", message_ids=[found[0]["id"]]) == {"changed": 1}
    assert (await shop.settled(1))[0]["state"] == "sent"


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("done", "sent"),
        ("window", "closed"),
        ("unreachable", "unreachable"),
        ("text", "refused"),
        ("gone", "refused"),
        ("permission", "refused"),
        ("request", "refused"),
    ],
)
async def test_a_refusal_ends_in_a_state_with_its_reason(shop: Shop, bay: BayServer, reason: str, state: str) -> None:
    bay.answers = [(400, {"reason": reason})]
    await shop.say("sold 12", who="ana")
    found = await shop.settled(1)
    assert (found[0]["state"], found[0]["reason"]) == (state, reason)
    assert len(bay.calls) == 1


async def test_a_limit_puts_the_whole_account_off_and_counts_as_no_try(shop: Shop, bay: BayServer) -> None:
    bay.answers = [(429, {"wait": 2.0})]
    for who in ("ana", "bob"):
        await shop.say("sold 13", who=who)
    found = await shop.settled(2)
    assert [one["state"] for one in found] == ["sent", "sent"]
    assert len(bay.calls) == 3 and bay.calls[1] - bay.calls[0] > 1.5


async def test_only_the_refused_are_sent_again(shop: Shop, bay: BayServer) -> None:
    bay.answers = [(400, {"reason": "token"}), (400, {"reason": "text"})]
    await shop.say("sold 13", who="ana")
    await shop.until(lambda found: [one["state"] for one in found] == ["refused"])
    await shop.app.runtime.db.plain_fetch("UPDATE connections SET status = 'connected'")
    await shop.say("sold 13", who="bob")
    await shop.say("sold 13", who="cy")
    await shop.until(lambda found: sorted(one["state"] for one in found) == ["refused", "refused", "sent"])
    assert await shop.post("retry") == {"changed": 2}
    assert [one["state"] for one in await shop.settled(3)] == ["sent"] * 3
    assert len(bay.said) == 3


async def test_a_dead_token_is_noted_at_the_connection(shop: Shop, bay: BayServer) -> None:
    bay.answers = [(400, {"reason": "token"})]
    await shop.say("sold 13", who="ana")
    await shop.settled(1)
    connection = await shop.app.runtime.connections.get(shop.workspace_id, shop.connection_id)
    assert connection.status == "reconnect"
    await shop.say("sold 13", who="bob")
    found = await shop.settled(2)
    assert (found[1]["state"], found[1]["reason"]) == ("refused", "token") and len(bay.calls) == 1


async def test_undelivered_answers_stand_on_the_dashboard(shop: Shop, bay: BayServer) -> None:
    bay.answers = [(400, {"reason": "text"})]
    await shop.say("sold 13", who="ana")
    await shop.settled(1)
    hooks = await shop.app.runtime.flags.hooks_for(shop.workspace_id)
    from dibs.workspace_data import PooledData

    [told] = await hooks.attention(PooledData(shop.workspace_id, shop.app.runtime.db))
    assert (told.count, told.detail) == (1, "Friday") and str(shop.show_id) in told.path


async def test_an_answer_that_may_not_be_given_does_not_stop_the_listening(shop: Shop, bay: BayServer) -> None:
    bay.answers = [(400, {"reason": "permission"})]
    await shop.say("sold 13", who="ana")
    found = await shop.settled(1)
    assert (found[0]["state"], found[0]["reason"]) == ("refused", "permission")
    connection = await shop.app.runtime.connections.get(shop.workspace_id, shop.connection_id)
    assert (connection.status, connection.health) == ("connected", "trouble")
    assert connection.last_error_reason == "permission"


async def test_two_jobs_for_one_public_answer_send_it_once(shop: Shop, bay: BayServer) -> None:
    """A process that stood still for too long wakes up with what it had read before."""
    await shop.set(won="public")
    await shop.app.runtime.jobs.close()
    await shop.say("sold 12", who="ana")
    await shop.until(lambda found: len(found) == 1)
    runner = shop.app.runtime.jobs._runner
    context = await runner._context(shop.app.runtime.jobs.registry.jobs["replies.send"], shop.workspace_id, 1)
    message_id = UUID((await shop.messages())[0]["id"])
    [read_before] = await full(context.data, [message_id])
    bay.slow = 1.0
    first = asyncio.create_task(send(context, {"message_id": str(message_id)}))
    await shop.until(lambda found: found[0]["state"] == "sending")
    await _send_now(context, read_before, 1)
    await first
    assert len(bay.said) == 1
    assert [one["state"] for one in await shop.messages()] == ["sent"]


async def test_what_was_left_behind_while_the_plugin_was_off_is_sent_again(shop: Shop, bay: BayServer) -> None:
    await shop.app.runtime.jobs.close()
    await shop.say("sold 12", who="ana")
    await shop.until(lambda found: len(found) == 1)
    assert await shop.post("retry") == {"changed": 0}  # its job is about to run
    db = shop.app.runtime.db
    await db.plain_fetch("DELETE FROM pgqueuer")  # switched off, its job ended without sending
    await db.plain_fetch("UPDATE replies_messages SET changed_at = now() - interval '1 hour'")
    [left] = await shop.messages()
    assert (left["state"], left["stuck"]) == ("waiting", True)
    page = await shop.person.client.get(f"/shows/{shop.show_id}/replies", headers=shop.person.headers)
    shown = await page.get_data(as_text=True)
    assert "Nothing works on it any more" in shown and "Send 1 answer again" in shown
    await db.plain_fetch(
        "INSERT INTO replies_pace VALUES ($1, $2, 'private', now() + interval '1 minute')",
        shop.workspace_id, shop.connection_id,
    )  # fmt: skip
    assert await shop.post("retry", message_ids=[left["id"]]) == {"changed": 0}  # it has its time, only later
    await db.plain_fetch("DELETE FROM replies_pace")
    assert await shop.post("retry") == {"changed": 1}
    assert len(await db.plain_fetch("SELECT 1 FROM pgqueuer")) == 1
    assert await shop.post("retry") == {"changed": 0}  # once
    assert not (await shop.messages())[0]["stuck"]
