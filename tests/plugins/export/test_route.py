"""The route: what comes, for whom, and under which name."""

import csv
import io
from datetime import datetime
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from python_calamine import load_workbook

from dibs import PluginInfo
from dibs.app import DibsQuart
from dibs.exports import ExportColumn, ExportKind, ShowReader
from dibs.workspace_settings.reading import forget_settings

from ...core.api.conftest import Person, SignUp

CLAIMS = ["timestamp", "item_number", "item_title", "variant", "user_handle", "quantity", "status", "waitlist_position"]
BUYERS = ["user_handle", "items_claimed", "total_items", "total_amount"]
COMMENTS = ["timestamp", "user_handle", "platform", "text", "verdict", "reason", "late"]


async def a_sale(ana: Person, title: str = "Friday") -> str:
    """A show in which Ann wins a dress, Bob waits for it and has two mugs, and Cy only talks."""
    _, show = await ana.call("POST", "/api/shows", json={"title": title})
    items = [
        {"item_number": "12", "title": "Dress", "quantity": 1, "price": "12.50", "variant": "M"},
        {"item_number": "A1", "title": "Mug", "quantity": 5},
    ]
    await ana.call("POST", f"/api/shows/{show['id']}/items", json={"items": items})
    await ana.call("POST", f"/api/shows/{show['id']}/activate")
    for number, (who, words) in enumerate(
        [("ann", "sold 12"), ("bob", "sold 12"), ("bob", "sold a1 x2"), ("cy", "=1+1"), ("ann", "sold a1")]
    ):
        comment = {"id": str(number), "message": words, "author": {"id": who, "name": who.title()}}
        body = {"platform": "facebook", "comments": [comment]}
        assert (await ana.call("POST", f"/api/shows/{show['id']}/comments", json=body))[0] == 200
    return str(show["id"])


async def fetch(who: Person, show: str, **query: str) -> tuple[int, Any, bytes]:
    response = await who.client.get(f"/api/shows/{show}/export", query_string=query, headers=who.headers)
    return response.status_code, response.headers, await response.get_data()


async def table(who: Person, show: str, kind: str) -> list[list[str]]:
    status, _, content = await fetch(who, show, type=kind)
    assert status == 200, content
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


async def test_claims_come_in_the_order_of_decision_with_their_place_in_the_line(sign_up: SignUp) -> None:
    ana = await sign_up()
    header, *rows = await table(ana, await a_sale(ana), "claims")
    assert header == CLAIMS
    assert [row[1:] for row in rows] == [
        ["12", "Dress", "M", "Ann", "1", "winner", ""],
        ["12", "Dress", "M", "Bob", "1", "waitlist", "1"],
        ["A1", "Mug", "", "Bob", "2", "winner", ""],
        ["A1", "Mug", "", "Ann", "1", "winner", ""],
    ]
    assert all(datetime.fromisoformat(row[0]).tzinfo for row in rows)


async def test_buyers_are_rolled_up_and_merged_identities_are_one_person(sign_up: SignUp) -> None:
    ana = await sign_up()
    show = await a_sale(ana)
    header, *rows = await table(ana, show, "buyers")
    assert header == BUYERS
    assert rows == [["Ann", "2", "2", "12.50"], ["Bob", "1", "2", ""]]
    _, found = await ana.call("GET", "/api/buyers")
    ids = {buyer["handle"]: buyer["buyer_id"] for buyer in found["buyers"]}
    status, merged = await ana.call("POST", f"/api/buyers/{ids['Bob']}/merge", json={"into": ids["Ann"]})
    assert status == 200, merged
    assert (await table(ana, show, "buyers"))[1:] == [["Ann", "2", "4", "12.50"]]


async def test_comments_come_with_what_became_of_them_and_none_is_a_formula(sign_up: SignUp) -> None:
    ana = await sign_up()
    header, *rows = await table(ana, await a_sale(ana), "comments")
    assert header == COMMENTS
    assert rows[0][1:5] == ["Ann", "facebook", "sold 12", "claim"]
    assert rows[3][3] == "'=1+1" and rows[3][6] == "false"


async def test_a_workbook_has_the_same_rows_with_numbers_as_numbers(sign_up: SignUp) -> None:
    ana = await sign_up()
    status, headers, content = await fetch(ana, await a_sale(ana), type="claims", format="xlsx")
    assert status == 200 and headers["Content-Type"].endswith("spreadsheetml.sheet")
    book = load_workbook(io.BytesIO(content))
    header, first, second, *_ = book.get_sheet_by_index(0).to_python()
    assert book.sheet_names == ["Claims"] and header == CLAIMS
    assert (first[5], second[7]) == (1.0, 1.0) and isinstance(first[1], str)


async def test_times_are_those_of_the_workspace(sign_up: SignUp, app: DibsQuart) -> None:
    ana = await sign_up()
    show = await a_sale(ana)
    zone = '{"time_zone": "Asia/Manila"}'
    await app.runtime.db.hot_fetch("UPDATE workspaces SET settings = $1::jsonb", zone)
    forget_settings(app.runtime.db, UUID(ana.workspace_id))
    rows = await table(ana, show, "claims")
    assert rows[1][0].endswith("+08:00")


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Friday", "Friday"),
        ("Vendredi été 🔥", "Vendredi ete"),
        ("金曜ライブ", "2026"),
        ('../../etc/pa"ss\\wd', "etc pa ss wd"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("CON", "show CON"),
        ("; filename=x.exe", "filename x.exe"),
    ],
)
async def test_the_name_of_the_file_is_that_of_the_show_and_harms_nobody(
    sign_up: SignUp, title: str, plain: str
) -> None:
    ana = await sign_up()
    _, show = await ana.call("POST", "/api/shows", json={"title": title})
    status, headers, _ = await fetch(ana, show["id"], type="buyers", bom="true")
    assert status == 200
    header = headers["Content-Disposition"]
    first, name, full = header.split("; ", 2)
    assert first == "attachment" and plain in name and name.endswith(' buyers.csv"')
    assert full.startswith("filename*=UTF-8''") and unquote(full).endswith(" buyers.csv")
    assert not set("/\\:<>|?*\u202e") & set(unquote(full).partition("''")[2])


async def test_a_byte_order_mark_comes_when_it_is_asked_for(sign_up: SignUp) -> None:
    ana = await sign_up()
    show = await a_sale(ana)
    assert (await fetch(ana, show, bom="true"))[2].startswith(b"\xef\xbb\xbf")
    assert not (await fetch(ana, show))[2].startswith(b"\xef\xbb\xbf")


async def test_what_is_asked_for_must_exist(sign_up: SignUp) -> None:
    ana, ben = await sign_up("Ana"), await sign_up("Ben")
    show = await a_sale(ana)
    for query, path in (({"type": "money"}, "type"), ({"format": "pdf"}, "format"), ({"bom": "maybe"}, "bom")):
        status, _, content = await fetch(ana, show, **query)
        assert status == 400 and f'"path":"{path}"' in content.decode(), query
    assert (await fetch(ben, show))[0] == 404
    assert (await fetch(ana, "01a1fc54-5636-790f-b493-f244132829c3"))[0] == 404


async def test_viewers_may_not_export(sign_up: SignUp, app: DibsQuart) -> None:
    ana, ben = await sign_up("Ana"), await sign_up("Ben")
    show = await a_sale(ana)
    await app.runtime.db.hot_fetch(
        "INSERT INTO members (workspace_id, user_id, role) VALUES ($1::uuid, $2::uuid, 'viewer')",
        *(UUID(ana.workspace_id), UUID(ben.user_id)),
    )
    status, answer = await ben.call("GET", f"/api/shows/{show}/export", headers={"X-Dibs-Workspace": ana.workspace_id})
    assert (status, answer["error"]["data"]) == (403, {"permission": "exports:read"})


async def test_without_the_flag_there_is_nothing(sign_up: SignUp, app: DibsQuart) -> None:
    ana = await sign_up()
    show = await a_sale(ana)
    await app.runtime.flags.set_override(UUID(ana.workspace_id), "export", False)
    assert (await fetch(ana, show))[0] == 404


async def test_an_export_stands_in_the_audit_log(sign_up: SignUp, app: DibsQuart) -> None:
    ana = await sign_up()
    show = await a_sale(ana)
    await fetch(ana, show, type="claims", format="xlsx")
    [row] = await app.runtime.db.hot_fetch(
        "SELECT actor_name, entity, show_id::text, after FROM audit_log WHERE action = 'export.made'"
    )
    assert (row["actor_name"], row["entity"], row["show_id"]) == ("Ana", "export", show)
    assert row["after"] == '{"rows": 4, "type": "claims", "format": "xlsx"}'


async def test_a_plugin_that_fails_takes_nobody_along(sign_up: SignUp, app: DibsQuart) -> None:
    from types import ModuleType

    from dibs import hookimpl

    broken, more = ModuleType("broken_export"), ModuleType("more_export")
    broken.PLUGIN = PluginInfo("broken_export", "Broken", "Fails.", default=True)  # type: ignore[attr-defined]
    more.PLUGIN = PluginInfo("more_export", "More", "Adds.", default=True)  # type: ignore[attr-defined]

    def export_kinds() -> list[ExportKind]:
        raise RuntimeError("no kinds today")

    def more_kinds() -> list[ExportKind]:
        return [ExportKind("items", "Items", ShowReader.items, (ExportColumn("item_number"),))]

    def export_columns(kind: str) -> list[ExportColumn]:
        return [ExportColumn("price", "money"), ExportColumn("oops", "text", lambda row: row["oops"])]

    broken.export_kinds = hookimpl(export_kinds)  # type: ignore[attr-defined]
    more.export_kinds = hookimpl(specname="export_kinds")(more_kinds)  # type: ignore[attr-defined]
    more.export_columns = hookimpl(export_columns)  # type: ignore[attr-defined]
    assert app.runtime.plugins.add(broken, "broken_export") and app.runtime.plugins.add(more, "more_export")
    ana = await sign_up()
    show = await a_sale(ana)
    assert await table(ana, show, "items") == [["item_number", "price", "oops"], ["12", "12.50", ""], ["A1", "", ""]]
    header, first, *_ = await table(ana, show, "claims")
    assert header == [*CLAIMS, "price", "oops"] and first[-2:] == ["12.50", ""]
    rows = await app.runtime.db.hot_fetch("SELECT plugin, last_error FROM plugin_health ORDER BY plugin")
    assert [row["plugin"] for row in rows] == ["broken_export", "more_export"]
    assert "no kinds today" in rows[0]["last_error"]
