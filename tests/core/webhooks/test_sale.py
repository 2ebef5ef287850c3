"""From a signed delivery to a claim, through the application as it runs."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from uuid import UUID

import attrs
import pytest

from dibs.app import DibsQuart
from dibs.audit import audit_show
from dibs.audit_log import Actor
from dibs.models.platform import Account, Token

from .conftest import Corner, Person, SignUp, note


@attrs.define(eq=False)
class Sale:
    """A show that listens to room1 of Corner, where live1 is on."""

    app: DibsQuart
    corner: Corner
    seller: Person
    show_id: str
    connection_id: UUID

    async def worked_off(self) -> None:
        """Until everything that was sent is decided."""
        async with asyncio.timeout(30):
            while await self.app.runtime.db.hot_fetch("SELECT 1 FROM webhook_inbox WHERE done_at IS NULL"):
                await asyncio.sleep(0.01)

    async def claims(self, status: str = "winner") -> list[str]:
        _, answer = await self.seller.call("GET", f"/api/shows/{self.show_id}/claims?status={status}&limit=500")
        return [claim["handle"] for claim in reversed(answer["claims"])]

    async def comments(self) -> list[tuple[str, str, bool]]:
        sql = "SELECT comment_id, verdict, late FROM comments WHERE show_id = $1 ORDER BY comment_no"
        return [tuple(row) for row in await self.app.runtime.db.hot_fetch(sql, UUID(self.show_id))]

    async def is_sound(self) -> None:
        report = await audit_show(self.app.runtime.db, UUID(self.seller.workspace_id), UUID(self.show_id))
        assert report.ok, report.broken


@pytest.fixture
async def sale(app: DibsQuart, corner: Corner, sign_up: SignUp) -> Sale:
    seller = await sign_up()
    workspace_id = UUID(seller.workspace_id)
    await app.runtime.flags.set_override(workspace_id, "corner", True)
    account = Account("corner", "room1", "Room 1", Token("t"), user_id="ana")
    connection_id, _ = await app.runtime.connections.store(workspace_id, Actor(UUID(seller.user_id), "Ana"), account)
    _, show = await seller.call("POST", "/api/shows", json={"title": "Friday"})
    path = f"/api/shows/{show['id']}"
    items = [{"item_number": "1", "title": "Dress", "quantity": 3}]
    await seller.call("POST", f"{path}/items", json={"items": items})
    actor = Actor(UUID(seller.user_id), "Ana")
    await app.runtime.streams.operators.add(workspace_id, UUID(show["id"]), actor, connection_id, where="live1")
    assert (await seller.call("POST", f"{path}/activate"))[0] == 200
    return Sale(app, corner, seller, show["id"], connection_id)


async def test_a_comment_of_a_webhook_becomes_a_claim(sale: Sale) -> None:
    assert await sale.corner.notes(note(1, "sold 1"), note(2, "lovely")) == 200
    await sale.worked_off()
    assert await sale.claims() == ["Name of p1"]
    assert [row[:2] for row in await sale.comments()] == [("n1", "claim"), ("n2", "ignored")]
    await sale.is_sound()


async def test_a_thousand_updates_of_one_delivery_are_decided_in_order(sale: Sale) -> None:
    assert await sale.corner.notes(*(note(n, "sold 1") for n in range(1_000))) == 200
    await sale.worked_off()
    assert await sale.claims() == ["Name of p0", "Name of p1", "Name of p2"]
    assert len(await sale.comments()) == 1_000
    await sale.is_sound()


async def test_sent_three_times_and_out_of_order_each_counts_once(sale: Sale) -> None:
    posts = [note(n, "sold 1") for n in range(40)] * 3
    random.Random(7).shuffle(posts)
    await asyncio.gather(*(sale.corner.notes(post) for post in posts))
    await sale.worked_off()
    comments = await sale.comments()
    assert len(comments) == 40 == len({row[0] for row in comments})
    assert len(await sale.claims()) == 3 and len(await sale.claims("waitlist")) == 37
    await sale.is_sound()


async def test_the_same_comment_by_polling_and_by_webhook_counts_once(sale: Sale) -> None:
    told = note(1, "sold 1")
    comment = {
        "id": told["id"], "message": told["text"], "author": {"id": "p1", "name": "Name of p1"},
        "created_time": datetime.fromtimestamp(told["at"], UTC).isoformat(),
    }  # fmt: skip
    body = {"platform": "corner", "live_id": "live1", "comments": [comment]}
    both = sale.seller.call("POST", f"/api/shows/{sale.show_id}/comments", json=body), sale.corner.notes(told)
    await asyncio.gather(*both)
    await sale.worked_off()
    assert await sale.claims() == ["Name of p1"]
    assert len(await sale.comments()) == 1
    await sale.is_sound()


async def test_a_crash_between_deciding_and_noting_it_counts_nothing_twice(sale: Sale) -> None:
    await sale.corner.notes(note(1, "sold 1"))
    await sale.worked_off()
    await sale.app.runtime.db.hot_fetch("UPDATE webhook_inbox SET done_at = NULL")
    await sale.worked_off()
    assert await sale.claims() == ["Name of p1"]
    assert len(await sale.comments()) == 1


async def test_what_comes_after_the_show_is_kept_and_wins_nothing(sale: Sale) -> None:
    await sale.seller.call("POST", f"/api/shows/{sale.show_id}/stop")
    await sale.corner.notes(note(1, "sold 1"))
    await sale.worked_off()
    assert [(row[0], row[1]) for row in await sale.comments()] == [("n1", "stored")]
    assert await sale.claims() == []
    hours = "UPDATE shows SET ended_at = now() - interval '36 hours' WHERE id = $1"
    await sale.app.runtime.db.hot_fetch(hours, UUID(sale.show_id))
    await sale.corner.notes(note(2, "sold 1"))
    await sale.worked_off()
    assert await sale.claims() == []
    await sale.is_sound()


async def test_other_broadcasts_and_rooms_are_ignored_and_counted(sale: Sale) -> None:
    await sale.corner.notes(note(1, "sold 1"), live="other")
    await sale.corner.notes(note(2, "sold 1"), room="other")
    await sale.worked_off()
    assert await sale.comments() == []
    db = sale.app.runtime.db
    assert (await db.hot_fetch("SELECT ignored_count FROM connections"))[0][0] == 1
    value = sale.app.runtime.metrics.registry.get_sample_value
    where = {"platform": "corner"}
    assert value("dibs_webhooks_ignored_total", {**where, "reason": "unknown_account"}) == 1
    assert value("dibs_webhooks_received_total", where) == value("dibs_webhook_lag_seconds_count", where) == 2


async def test_who_takes_the_access_back_is_heard_no_more(sale: Sale) -> None:
    await sale.app.runtime.erasures.deauthorize("corner", "ana")
    await sale.corner.notes(note(1, "sold 1"))
    await sale.worked_off()
    assert await sale.comments() == []
    standing = "SELECT 1 FROM streams WHERE status = 'trouble' AND trouble_reason = 'token'"
    async with asyncio.timeout(20):
        while not await sale.app.runtime.db.hot_fetch(standing):
            await asyncio.sleep(0.05)
