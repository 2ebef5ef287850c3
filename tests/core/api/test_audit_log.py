"""Reading the audit log: filters, pages, names; who may; and that nobody changes it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from dibs.app import DibsQuart
from dibs.audit_log import Actor, record
from dibs.audit_log.reading import AuditFilter, _query
from dibs.ids import uuid7, uuid7_at

FAR = ("1900-01-01T00:00:00+00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")


async def write(app: DibsQuart, person: Any, action: str, entity: str = "show", **more: Any) -> UUID:
    """An entry of this person's, on the way that changes take."""
    db = app.runtime.db
    async with db.transaction(), db.raw() as connection:
        actor = more.pop("actor", Actor(UUID(person.user_id), "Ana"))
        return await record(connection, UUID(person.workspace_id), actor, action, entity=entity, **more)


async def read(person: Any, **query: Any) -> Any:
    status, answer = await person.call("GET", "/api/audit", query_string=query)
    assert status == 200, answer
    return answer


async def actions(person: Any, **query: Any) -> list[str]:
    return [entry["action"] for entry in (await read(person, **query))["entries"]]


async def test_an_entry_says_who_what_where_and_what_it_was_before(sign_up: Any) -> None:
    ana = await sign_up()
    show = (await ana.call("POST", "/api/shows", json={"title": "Friday"}))[1]
    show_id = show.get("show_id") or show["id"]
    await ana.call(
        "POST", f"/api/shows/{show_id}/items", json={"items": [{"item_number": "12", "title": "", "quantity": 2}]}
    )
    item = (await ana.call("GET", f"/api/shows/{show_id}/items"))[1]["items"][0]
    item_id = item["item_id"]
    assert (await ana.call("PATCH", f"/api/shows/{show_id}/items/{item_id}", json={"title": "Scarf"}))[0] == 200
    entry = (await read(ana, entity="item", action="item.edited"))["entries"][0]
    assert (entry["actor"]["id"], entry["actor"]["name"]) == (ana.user_id, "Ana")
    assert (entry["entity_id"], entry["label"]) == (item_id, "12")
    assert entry["show"] == {"id": show_id, "title": "Friday"}
    assert entry["after"]["title"] == "Scarf"


async def test_each_filter_narrows_and_all_go_together(sign_up: Any, app: DibsQuart) -> None:
    ana = await sign_up()
    show_id, other = uuid7(), Actor(uuid7(), "Bea")
    await write(app, ana, "claim.released", "claim", entity_id="one", show_id=show_id)
    await write(app, ana, "claim.moved", "claim", entity_id="two", show_id=uuid7(), actor=other)
    await write(app, ana, "clock.set", "clock")
    assert await actions(ana, action="claim.") == ["claim.moved", "claim.released"]
    assert await actions(ana, action="claim.released") == ["claim.released"]
    assert await actions(ana, action="nothing.") == []
    assert await actions(ana, entity="claim", entity_id="two") == ["claim.moved"]
    assert await actions(ana, show_id=str(show_id)) == ["claim.released"]
    assert await actions(ana, actor_id=str(other.id)) == ["claim.moved"]
    assert await actions(ana, action="cl", actor_id=ana.user_id, entity="clock") == ["clock.set"]


async def test_since_and_until_cut_at_instants(sign_up: Any, app: DibsQuart) -> None:
    ana = await sign_up()
    await write(app, ana, "clock.set", "clock")
    before, after = (datetime.now(UTC) + timedelta(minutes=minutes) for minutes in (-5, 5))
    assert "clock.set" in await actions(ana, since=before.isoformat(), until=after.isoformat())
    assert await actions(ana, since=after.isoformat()) == []
    assert await actions(ana, until=before.isoformat()) == []
    for far in FAR:
        assert isinstance(await actions(ana, since=far), list)
        assert isinstance(await actions(ana, until=far), list)


async def test_pages_follow_each_other_without_gap_or_repetition(sign_up: Any, app: DibsQuart) -> None:
    ana = await sign_up()
    written = {str(await write(app, ana, f"clock.set_{number % 3}", "clock")) for number in range(25)}
    for query in ({"entity": "clock"}, {"action": "clock."}):
        seen: list[str] = []
        page: Any = {"next": None}
        while page["next"] or not seen:
            page = await read(ana, limit=10, **query, **({"cursor": page["next"]} if page["next"] else {}))
            seen += [entry["id"] for entry in page["entries"]]
        assert seen == sorted(written, reverse=True)


async def test_a_faulty_filter_is_named(sign_up: Any) -> None:
    ana = await sign_up()
    query = {"limit": "201", "actor_id": "ana", "since": "yesterday", "colour": "red", "action": ""}
    status, answer = await ana.call("GET", "/api/audit", query_string=query)
    assert (status, {field["path"] for field in answer["error"]["fields"]}) == (400, set(query))


async def test_only_admins_read_it_and_only_their_own(sign_up: Any, app: DibsQuart) -> None:
    ana, bob = await sign_up("Ana"), await sign_up("Bob")
    await write(app, ana, "clock.set", "clock")
    assert "clock.set" not in await actions(bob)
    members = f"/api/workspaces/{ana.workspace_id}/members"
    assert (await ana.call("POST", members, json={"email": bob.email, "role": "operator"}))[0] == 201
    there = {"X-Dibs-Workspace": ana.workspace_id}
    assert (await bob.call("GET", "/api/audit", headers=there))[0] == 403
    assert (await ana.call("PATCH", f"{members}/{bob.user_id}", json={"role": "admin"}))[0] == 200
    assert (await bob.call("GET", "/api/audit", headers=there))[0] == 200


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_log SET actor_name = 'Nobody'", "DELETE FROM audit_log", "TRUNCATE audit_log"]
)
async def test_the_database_refuses_to_change_the_log(sign_up: Any, app: DibsQuart, statement: str) -> None:
    ana = await sign_up()
    await write(app, ana, "clock.set", "clock")
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await app.runtime.db.hot_fetch(statement)
    assert "clock.set" in await actions(ana)


FILL = """
INSERT INTO audit_log (workspace_id, id, actor_id, actor_name, action, entity, entity_id, show_id)
SELECT $1, ($2::text || lpad(to_hex(n), 12, '0'))::uuid, $3, 'Ana', 'claim.released', 'claim', n::text, NULL
FROM generate_series(1, 30000) n
"""


async def test_no_filter_reads_the_whole_log(sign_up: Any, app: DibsQuart) -> None:
    ana, db = await sign_up(), app.runtime.db
    workspace_id = UUID(ana.workspace_id)
    start = str(uuid7_at(datetime(2026, 1, 1, tzinfo=UTC)))[:24]
    await db.hot_fetch(FILL, workspace_id, start, UUID(ana.user_id))
    await write(app, ana, "clock.set", "clock", entity_id="x", show_id=workspace_id)
    await db.hot_fetch("ANALYZE audit_log")
    filters = (
        AuditFilter(),
        AuditFilter(actor_id=UUID(ana.user_id)),
        AuditFilter(entity="clock", entity_id="x"),
        AuditFilter(show_id=workspace_id),
        AuditFilter(since=datetime(2026, 2, 1, tzinfo=UTC)),
        AuditFilter(until=datetime(2020, 2, 1, tzinfo=UTC)),
        AuditFilter(action="clock.set"),
    )
    for wanted in filters:
        sql, args = _query(wanted, [wanted.action] if wanted.action else None, 51)
        plan = await db.hot_fetch(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {sql}", workspace_id, *args)
        text = "\n".join(row[0] for row in plan)
        assert "Seq Scan" not in text, text
        assert "Rows Removed" not in text, text
