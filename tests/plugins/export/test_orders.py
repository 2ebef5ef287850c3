"""Orders and their lines, of a show and of the whole workspace, as CSV and XLSX."""

import csv
import io

from python_calamine import load_workbook

from ...core.api.conftest import Person, SignUp
from .test_route import a_sale


async def rows_of(who: Person, path: str, kind: str) -> list[dict[str, str]]:
    response = await who.client.get(path, query_string={"type": kind}, headers=who.headers)
    content = await response.get_data()
    assert response.status_code == 200, content
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


async def ordered(ana: Person) -> str:
    """A show whose winners could be ordered for but one, and an order by hand beside it."""
    show = await a_sale(ana)
    snapshot = (await ana.call("GET", f"/api/shows/{show}/items"))[1]
    mug = next(item for item in snapshot["items"] if item["item_number"] == "A1")
    await ana.call("PATCH", f"/api/shows/{show}/items/{mug['item_id']}", json={"price": "4.05"})
    buyers = (await ana.call("GET", f"/api/shows/{show}/buyers"))[1]["buyers"]
    for buyer in (one for one in buyers if one["quantity"]):
        status, made = await ana.call("POST", f"/api/shows/{show}/orders/{buyer['buyer_id']}")
        assert status == 200, made
    product = (await ana.call("POST", "/api/products", json={"name": "=Silk", "unit": "m"}))[1]["product_id"]
    batch = {"product_id": product, "code": "A1", "quantity": "10", "unit_cost": "3.33"}
    batch_id = (await ana.call("POST", "/api/batches", json=batch))[1]["batch_id"]
    customer = (await ana.call("POST", "/api/customers", json={"name": "Anna"}))[1]["customer_id"]
    lines = [{"batch_id": batch_id, "quantity": "2.5", "price": "4.01"}]
    assert (await ana.call("POST", "/api/orders", json={"customer_id": customer, "lines": lines}))[0] == 201
    return show


async def test_orders_and_their_lines_of_a_show_and_of_the_workspace(sign_up: SignUp) -> None:
    ana = await sign_up()
    show = await ordered(ana)
    of_show = await rows_of(ana, f"/api/shows/{show}/export", "orders")
    assert sorted((row["name"], row["total"], row["line_count"]) for row in of_show) == [
        ("Ann", "16.55", "2"),
        ("Bob", "8.10", "1"),
    ]
    of_all = await rows_of(ana, "/api/export", "orders")
    assert [row["number"] for row in of_all] == ["1", "2", "3"]
    assert (of_all[2]["origin"], of_all[2]["total"], of_all[2]["status"]) == ("MANUAL", "10.03", "open")
    lines = await rows_of(ana, "/api/export", "order_lines")
    assert len(lines) == 4 and len(await rows_of(ana, f"/api/shows/{show}/export", "order_lines")) == 3
    assert lines[3]["item"].endswith("=Silk") and lines[3]["item"] != "=Silk"  # no formula in a spreadsheet
    assert (lines[3]["quantity"], lines[3]["price"], lines[3]["total"]) == ("2.5", "4.01", "10.03")
    assert "3.33" not in str(lines)
    for kind, count in (("orders", 3), ("order_lines", 4)):
        query = {"type": kind, "format": "xlsx"}
        response = await ana.client.get("/api/export", query_string=query, headers=ana.headers)
        sheet = load_workbook(io.BytesIO(await response.get_data())).get_sheet_by_index(0).to_python()
        assert len(sheet) == count + 1
        assert sum(row[sheet[0].index("total")] for row in sheet[1:]) == 34.68


async def test_only_what_belongs_to_a_workspace_is_exported_of_it(sign_up: SignUp) -> None:
    ana, ben = await sign_up(), await sign_up("Ben")
    await ordered(ana)
    assert await rows_of(ben, "/api/export", "orders") == []
    response = await ana.client.get("/api/export", query_string={"type": "claims"}, headers=ana.headers)
    assert response.status_code in (400, 404)
