"""Who is forgotten is nowhere any more, and the sale stays as it was."""

from __future__ import annotations

import asyncio
import hmac
import json
from datetime import timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from dibs import PluginInfo, hookimpl
from dibs.app import DibsQuart
from dibs.audit import audit_show
from dibs.audit_log import Actor
from dibs.clock import utc_now
from dibs.erasure import EraseKeeper
from dibs.models.platform import Account, Token
from dibs.workspace_settings.retention import blank_old_comments

from ..api.conftest import Person
from ..webhooks.conftest import SECRET, note
from .conftest import NAME, WHO, Corner, Sales

CANARY = "anarienvogel"


def signed(user_id: str, secret: str = SECRET) -> str:
    return f"{user_id}.{hmac.digest(secret.encode(), user_id.encode(), 'sha256').hex()}"


async def ask(corner: Corner, what: str, signed_request: str | None) -> Any:
    form = {} if signed_request is None else {"signed_request": signed_request}
    return await corner.client.post(f"{corner.path}/{what}", form=form)


async def forgotten(app: DibsQuart, corner: Corner, user_id: str = WHO) -> str:
    """Have somebody forgotten on behalf of Corner; returns the code when all is done."""
    answer = await ask(corner, "data-deletion", signed(user_id))
    assert answer.status_code == 200
    code = (await answer.get_json())["confirmation_code"]
    await until_done(app, code)
    return str(code)


async def until_done(app: DibsQuart, code: str) -> None:
    async with asyncio.timeout(20):
        while (status := await app.runtime.erasures.status(code)) is None or status.state != "done":
            await asyncio.sleep(0.02)


async def nothing_left(app: DibsQuart) -> None:
    async with asyncio.timeout(20):
        while await app.runtime.db.hot_fetch("SELECT 1 FROM erasure_work"):
            await asyncio.sleep(0.02)


async def is_sound(app: DibsQuart, seller: Person, show_id: str) -> None:
    report = await audit_show(app.runtime.db, UUID(seller.workspace_id), UUID(show_id))
    assert report.ok, [check for check in report.checks if not check.ok]


async def claims(seller: Person, show_id: str) -> list[tuple[str | None, int, str]]:
    _, answer = await seller.call("GET", f"/api/shows/{show_id}/claims")
    return sorted((claim["handle"], claim["quantity"], claim["status"]) for claim in answer["claims"])


async def test_who_is_forgotten_is_nowhere_any_more_and_the_sale_stays(
    app: DibsQuart, corner: Corner, sales: Sales
) -> None:
    one, other = await sales.seller(), await sales.seller()
    shows = [(one, await sales.sale(one)), (other, await sales.sale(other))]
    buyer = await sales.buyer(one, WHO)
    patch = {"version": buyer["version"], "note": f"{CANARY} pays late", "tags": [f"{CANARY} fan"]}
    await one.call("PATCH", f"/api/buyers/{buyer['buyer_id']}", json=patch)
    await one.call("POST", f"/api/buyers/{buyer['buyer_id']}/block", json={"reason": f"{CANARY} is rude"})
    await one.call("POST", f"/api/buyers/{buyer['buyer_id']}/unblock")
    _, found = await one.call("GET", f"/api/shows/{shows[0][1]}/claims?status=winner")
    mine = next(claim for claim in found["claims"] if claim["handle"] == NAME)
    await one.call("PATCH", f"/api/shows/{shows[0][1]}/claims/{mine['claim_id']}", json={"quantity": 1})
    await corner.notes(note(1, f"{CANARY} again", by=WHO))
    await sales.order(*shows[0])
    assert (await sales.everything()).count(CANARY) > 20

    await forgotten(app, corner)
    left = [line for line in (await sales.everything(skip=("webhook_inbox",))).splitlines() if CANARY in line]
    assert left == []
    for seller, show_id in shows:
        assert await claims(seller, show_id) == [("", 1, "winner"), ("Ann", 1, "winner"), ("Bob", 1, "waitlist")]
        await is_sound(app, seller, show_id)
        if seller is one:
            _, orders = await seller.call("GET", f"/api/orders?show_id={show_id}")
            assert sorted((order["name"], order["total"]) for order in orders["orders"]) == [
                ("", "9.00"),
                ("Ann", "9.00"),
            ]
        assert await sales.buyer(seller, "ann") is not None
        _, page = await seller.call("GET", "/api/buyers")
        assert [row["handle"] for row in page["buyers"]] == ["Ann", "Bob"]


async def test_the_log_says_that_it_was_done_and_not_to_whom(app: DibsQuart, corner: Corner, sales: Sales) -> None:
    seller, untouched = await sales.seller(), await sales.seller()
    await sales.sale(seller)
    await forgotten(app, corner)
    _, log = await seller.call("GET", "/api/audit?action=buyer.erased")
    assert [(entry["actor"]["name"], entry["after"]) for entry in log["entries"]] == [
        ("Dibs", {"identities": 1, "asked_by": "corner"})
    ]
    _, log = await untouched.call("GET", "/api/audit?action=buyer.erased")
    assert log["entries"] == []
    row = (await app.runtime.db.hot_fetch("SELECT user_id, erased::text FROM erasures"))[0]
    assert (row[0], json.loads(row[1])) == ("", {"buyers": 1, "connections": 0})


async def test_a_show_that_runs_goes_on_and_the_person_comes_back_as_somebody_new(
    app: DibsQuart, corner: Corner, sales: Sales
) -> None:
    seller = await sales.seller()
    show_id = await sales.sale(seller)
    before = await sales.buyer(seller, WHO)
    await forgotten(app, corner)
    found = await sales.say(seller, show_id, (WHO, NAME, "sold 1"), ("ann", "Ann", "hello"))
    assert [one["verdict"] for one in found] == ["claim", "ignored"]
    after = await sales.buyer(seller, WHO)
    assert after["buyer_id"] != before["buyer_id"]
    await is_sound(app, seller, show_id)
    kinds = "SELECT payload::text FROM outbox WHERE type = 'buyer.changed' AND workspace_id = $1"
    told = [json.loads(row[0]) for row in await app.runtime.db.hot_fetch(kinds, UUID(seller.workspace_id))]
    assert told == [{"buyer_id": before["buyer_id"], "blocked": False, "handle": "", "erased": True}]


async def test_it_is_taken_up_again_where_it_was_left(app: DibsQuart, corner: Corner, sales: Sales) -> None:
    seller = await sales.seller()
    shows = [await sales.sale(seller) for _ in range(3)]
    await app.runtime.erase_keeper.close()
    answer = await ask(corner, "data-deletion", signed(WHO))
    code = (await answer.get_json())["confirmation_code"]
    first = EraseKeeper(app.runtime.db, app.runtime.erasures, app.runtime.erase_keeper.plugins)
    await app.runtime.erasures.carry_out()
    assert await first._step()
    assert (await app.runtime.erasures.status(code)).state == "under_way"  # type: ignore[union-attr]
    left = await app.runtime.db.hot_fetch("SELECT count(*) FROM comments WHERE text LIKE '%' || $1 || '%'", CANARY)
    assert left[0][0] == 4
    second = EraseKeeper(app.runtime.db, app.runtime.erasures, app.runtime.erase_keeper.plugins)
    await asyncio.gather(first.work_off(), second.work_off())
    await until_done(app, code)
    assert CANARY not in await sales.everything()
    for show_id in shows:
        await is_sound(app, seller, show_id)


async def test_what_always_fails_holds_nobody_else_up(app: DibsQuart, corner: Corner, sales: Sales) -> None:
    await app.runtime.erase_keeper.close()
    db, codes = app.runtime.db, []
    for who in (WHO, "somebody-else-9"):
        seller = await sales.seller()
        show_id = await sales.show(seller)
        await sales.say(seller, show_id, (who, "Bia", f"sold 1 {who}"))
        codes.append((await (await ask(corner, "data-deletion", signed(who))).get_json())["confirmation_code"])
        await app.runtime.erasures.carry_out()
    broken = (await db.hot_fetch("SELECT workspace_id FROM erasure_work ORDER BY begun_at"))[0][0]
    await db.plain_fetch(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NEW.workspace_id = '{broken}' THEN RAISE 'broken'; END IF; RETURN NEW; END $$"
    )
    await db.plain_fetch("CREATE TRIGGER refuse BEFORE UPDATE ON comments FOR EACH ROW EXECUTE FUNCTION refuse()")
    keeper = EraseKeeper(db, app.runtime.erasures, app.runtime.erase_keeper.plugins)
    for _ in range(2):  # the one that fails comes first, and then last
        with pytest.raises(asyncpg.RaiseError):
            await keeper.work_off()
    assert not await db.hot_fetch("SELECT 1 FROM erasure_work WHERE workspace_id <> $1", broken)
    await db.plain_fetch("DROP TRIGGER refuse ON comments")
    await keeper.work_off()
    for code in codes:
        await until_done(app, code)


async def test_beyond_the_retention_nothing_tells_that_two_shows_had_the_same_winner(
    app: DibsQuart, corner: Corner, sales: Sales
) -> None:
    seller, db = await sales.seller(), app.runtime.db
    old, new, young = [await sales.sale(seller) for _ in range(3)]
    for show_id in (old, new):
        await sales.order(seller, show_id)
        await seller.call("POST", f"/api/shows/{show_id}/stop")
    key = UUID(seller.workspace_id)
    await db.hot_fetch("UPDATE workspaces SET settings = settings || '{\"retention_days\": 30}' WHERE id = $1", key)
    await db.hot_fetch("UPDATE shows SET ended_at = now() - interval '40 days' WHERE id = $1", UUID(old))
    await forgotten(app, corner)

    async def winner(show_id: str) -> Any:
        sql = """
        SELECT c.buyer_id, b.handle, b.platform_user_id FROM claims c JOIN buyers b ON b.id = c.buyer_id
        WHERE c.show_id = $1 AND c.status = 'winner' AND b.erased_at IS NOT NULL
        """
        rows = await db.hot_fetch(sql, UUID(show_id))
        assert len(rows) == 1 and rows[0][1] == "" and rows[0][2] == f"erased:{rows[0][0]}"
        return rows[0][0]

    assert await winner(new) == await winner(young)
    assert await winner(old) != await winner(new)
    await db.hot_fetch("UPDATE shows SET ended_at = now() - interval '40 days' WHERE id = $1", UUID(new))
    assert await blank_old_comments(db) == 8
    assert len({await winner(old), await winner(new), await winner(young)}) == 3
    rows = await db.hot_fetch("SELECT show_id, buyer_id FROM orders WHERE name = ''")
    assert {str(row[0]): row[1] for row in rows} == {show_id: await winner(show_id) for show_id in (old, new)}
    for show_id in (old, new, young):
        await is_sound(app, seller, show_id)


async def test_merged_identities_keep_their_own_names_and_lose_what_was_noted(
    app: DibsQuart, corner: Corner, sales: Sales
) -> None:
    seller = await sales.seller()
    await sales.sale(seller)
    mine, ann, bob = [await sales.buyer(seller, who) for who in (WHO, "ann", "bob")]
    await seller.call("POST", f"/api/buyers/{bob['buyer_id']}/merge", json={"into": mine["buyer_id"]})
    await seller.call("POST", f"/api/buyers/{mine['buyer_id']}/merge", json={"into": ann["buyer_id"]})
    await seller.call("PATCH", f"/api/buyers/{ann['buyer_id']}", json={"version": 1, "note": f"also {CANARY}"})
    await seller.call("POST", f"/api/buyers/{ann['buyer_id']}/block", json={"reason": "never pays"})
    await forgotten(app, corner)
    assert CANARY not in await sales.everything()
    people = [await sales.buyer(seller, who) for who in ("ann", "bob")]
    assert [(one["handle"], one["note"], one["identities"], one["blocked"]) for one in people] == [
        ("Ann", "", 0, True),
        ("Bob", "", 0, True),
    ]


async def test_an_operator_has_a_person_forgotten_with_all_identities(app: DibsQuart, sales: Sales) -> None:
    seller = await sales.seller()
    show_id = await sales.sale(seller)
    mine, ann = await sales.buyer(seller, WHO), await sales.buyer(seller, "ann")
    await seller.call("POST", f"/api/buyers/{ann['buyer_id']}/merge", json={"into": mine["buyer_id"]})
    path = f"/api/buyers/{mine['buyer_id']}"
    status, gone = await seller.call("POST", f"/api/buyers/{ann['buyer_id']}/erase")
    assert (status, gone["buyer_id"], gone["handle"]) == (200, mine["buyer_id"], "")
    assert gone["erased_at"] and gone["platform_user_id"] == f"erased:{mine['buyer_id']}"
    await nothing_left(app)
    text = await sales.everything()
    assert CANARY not in text and "Ann" not in text.replace("Anna", "")
    assert (await seller.call("POST", f"{path}/erase"))[0] == 200
    _, log = await seller.call("GET", "/api/audit?action=buyer.erased")
    assert [entry["after"] for entry in log["entries"]] == [{"identities": 2, "asked_by": "operator"}]
    for method, more, body in (
        ("PATCH", "", {"version": gone["version"], "note": "x"}),
        ("POST", "/block", {"reason": "x"}),
        ("POST", "/merge", {"into": (await sales.buyer(seller, "bob"))["buyer_id"]}),
    ):
        assert (await seller.call(method, f"{path}{more}", json=body))[0] == 409, more
    await is_sound(app, seller, show_id)


async def test_a_stranger_erases_nobody(sales: Sales) -> None:
    seller, stranger = await sales.seller(), await sales.seller()
    await sales.sale(seller)
    mine = await sales.buyer(seller, WHO)
    assert (await stranger.call("POST", f"/api/buyers/{mine['buyer_id']}/erase"))[0] == 404
    assert (await sales.buyer(seller, WHO))["handle"] == NAME


async def connect(app: DibsQuart, seller: Person, room: str, user_id: str, platform: str = "corner") -> UUID:
    details = {"login": "corner", "mail": f"{CANARY}@example.com"}
    account = Account(platform, room, f"Room {room}", Token(f"token-of-{room}"), user_id=user_id, details=details)
    actor = Actor(UUID(seller.user_id), "Ana")
    connection_id, _ = await app.runtime.connections.store(UUID(seller.workspace_id), actor, account)
    return connection_id


async def states(app: DibsQuart) -> list[tuple[str, str, bool]]:
    sql = "SELECT account_id, status, token IS NOT NULL FROM connections ORDER BY account_id, workspace_id"
    return [tuple(row) for row in await app.runtime.db.hot_fetch(sql)]


async def test_whoever_takes_the_access_back_takes_it_back_everywhere(
    app: DibsQuart, corner: Corner, sales: Sales
) -> None:
    one, other = await sales.seller(), await sales.seller()
    await connect(app, one, "room1", WHO)
    await connect(app, other, "room1", WHO)
    await connect(app, other, "room2", WHO, platform="elsewhere")
    await connect(app, other, "room3", "somebody else")
    assert (await ask(corner, "deauthorize", signed(WHO))).status_code == 200
    assert (await ask(corner, "deauthorize", signed(WHO))).status_code == 200
    gone, kept = "disconnected", "connected"
    assert await states(app) == [
        ("room1", gone, False),
        ("room1", gone, False),
        ("room2", gone, False),
        ("room3", kept, True),
    ]
    for seller, rooms in ((one, ["room1"]), (other, ["room2", "room1"])):
        _, log = await seller.call("GET", "/api/audit?action=connection.disconnected")
        assert sorted(entry["after"]["name"] for entry in log["entries"]) == sorted(f"Room {room}" for room in rooms)
        kinds = "SELECT count(*) FROM outbox WHERE workspace_id = $1 AND payload ->> 'change' = 'disconnected'"
        told = await app.runtime.db.hot_fetch(kinds, UUID(seller.workspace_id))
        assert told[0][0] == len(rooms)


async def test_a_late_word_ends_no_access_that_was_given_again(app: DibsQuart, corner: Corner, sales: Sales) -> None:
    seller = await sales.seller()
    await connect(app, seller, "room1", WHO)
    now = utc_now()
    assert await app.runtime.erasures.deauthorize("corner", WHO, now - timedelta(hours=1)) == 0
    assert await states(app) == [("room1", "connected", True)]
    assert await app.runtime.erasures.deauthorize("corner", WHO, now - timedelta(seconds=30)) == 1  # clocks differ
    await connect(app, seller, "room1", WHO)
    assert await app.runtime.erasures.deauthorize("corner", WHO) == 1  # nobody says when


async def test_whoever_is_forgotten_is_gone_from_connections_too(app: DibsQuart, corner: Corner, sales: Sales) -> None:
    seller = await sales.seller()
    await connect(app, seller, "room1", WHO)
    await forgotten(app, corner)
    assert await states(app) == [("room1", "disconnected", False)]
    assert CANARY not in await sales.everything()


@pytest.mark.parametrize("what", ["deauthorize", "data-deletion"])
async def test_what_is_not_signed_is_refused(app: DibsQuart, corner: Corner, sales: Sales, what: str) -> None:
    seller = await sales.seller()
    await connect(app, seller, "room1", WHO)
    good = signed(WHO)
    for bad in (None, "", "x", WHO, f"{WHO}.", good[:-1], f"other.{good.split('.')[1]}", signed(WHO, "wrong"), "ü.é"):
        answer = await ask(corner, what, bad)
        assert (answer.status_code, (await answer.get_json())["error"]["code"]) == (400, "invalid_input"), bad
    twice = await corner.client.post(f"{corner.path}/{what}", form={"signed_request": [good, good]})
    assert twice.status_code == 400
    assert (await corner.client.post(f"/webhooks/nobody/{what}", form={"signed_request": good})).status_code == 404
    assert await states(app) == [("room1", "connected", True)]
    assert await app.runtime.db.hot_fetch("SELECT 1 FROM erasures") == []


async def test_asked_twice_the_code_is_one_and_later_another(app: DibsQuart, corner: Corner) -> None:
    await app.runtime.erase_keeper.close()
    codes = [await (await ask(corner, "data-deletion", signed(WHO))).get_json() for _ in range(2)]
    assert codes[0] == codes[1]
    code = codes[0]["confirmation_code"]
    assert codes[0]["url"] == f"{app.runtime.settings.origin}/deletion?code={code}"
    assert len(code) >= 24
    await app.runtime.erase_keeper.work_off()
    again = await (await ask(corner, "data-deletion", signed(WHO))).get_json()
    assert again["confirmation_code"] != code


async def test_deliveries_that_were_worked_off_and_name_the_person_go(
    app: DibsQuart, corner: Corner, sales: Sales
) -> None:
    await sales.sale(await sales.seller())
    await corner.notes(note(1, "hello", by=WHO))
    await corner.notes(note(2, "hello", by="ann"))
    async with asyncio.timeout(20):
        while await app.runtime.db.hot_fetch("SELECT 1 FROM webhook_inbox WHERE done_at IS NULL"):
            await asyncio.sleep(0.02)
    await forgotten(app, corner)
    rows = await app.runtime.db.hot_fetch("SELECT body FROM webhook_inbox")
    assert [b"ann" in row["body"] for row in rows] == [True]


async def test_even_while_erasing_nothing_else_of_the_log_can_be_changed(app: DibsQuart, sales: Sales) -> None:
    await sales.sale(await sales.seller())
    for change in ("action = 'x'", "actor_name = 'x'", "at = now()", "undo = '{}'"):
        async with app.runtime.db.hot_connection() as connection:
            with pytest.raises(asyncpg.RaiseError, match="append-only"):
                async with connection.transaction():
                    await connection.execute("SET LOCAL dibs.erasing = 'on'")
                    await connection.execute(f"UPDATE audit_log SET {change}")
    for statement in ("DELETE FROM audit_log", "TRUNCATE audit_log", "UPDATE audit_log SET after = NULL"):
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await app.runtime.db.hot_fetch(statement)


async def test_it_is_not_done_before_every_plugin_has_done_its_part(
    app: DibsQuart, corner: Corner, sales: Sales
) -> None:
    seller = await sales.seller()
    await sales.sale(seller)
    asked: list[Any] = []

    async def person_erased(context: Any, buyer_ids: Any, stranger: Any) -> None:
        asked.append((await context.data.fetch("SELECT 1 FROM buyers WHERE workspace_id = $1"), buyer_ids, stranger))
        if len(asked) == 1:
            raise RuntimeError("the shelf is locked")

    module = ModuleType("shelf")
    vars(module).update(PLUGIN=PluginInfo("shelf", "Shelf", "Keeps things."), person_erased=hookimpl(person_erased))
    assert app.runtime.plugins.add(module, "shelf"), app.runtime.plugins.refused
    buyer = await sales.buyer(seller, WHO)
    answer = await ask(corner, "data-deletion", signed(WHO))
    code = (await answer.get_json())["confirmation_code"]
    async with asyncio.timeout(20):
        while not asked:
            await asyncio.sleep(0.01)
    assert (await app.runtime.erasures.status(code)).state == "under_way"  # type: ignore[union-attr]
    app.runtime.erasures.asked.set()
    await until_done(app, code)
    assert [one[1:] for one in asked] == [([UUID(buyer["buyer_id"])], None)] * 2 and asked[0][0]
