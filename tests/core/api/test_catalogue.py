"""Products, batches and customers over the JSON API."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
import xlsxwriter
from quart.datastructures import FileStorage

from dibs.app import DibsQuart

from .conftest import Person, SignUp
from .test_sale import a_sale

LIST = """product,category,unit,batch,unit cost,quantity,received
Linen dress,Dresses,piece,A1,12.50,10,2026-05-01
Linen dress,,,B2,13,2.5,2026-05-02
Mules,Shoes,pair,,,,
"""


class Member(Person):
    """Somebody who works in another one's workspace."""

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token}", "X-Dibs-Workspace": self.workspace_id}


async def join(owner: Person, person: Person, role: str) -> Person:
    body = {"email": person.email, "role": role}
    status, answer = await owner.call("POST", f"/api/workspaces/{owner.workspace_id}/members", json=body)
    assert status in (200, 201), answer
    ids = person.user_id, person.email, owner.workspace_id, person.access_token, person.refresh_token
    return Member(person.client, *ids)


async def product(who: Person, name: str = "Linen dress", **more: Any) -> dict[str, Any]:
    status, made = await who.call("POST", "/api/products", json={"name": name, **more})
    assert status == 201, made
    return dict(made)


async def batch(who: Person, product_id: str, code: str = "A1", quantity: str = "10", **more: Any) -> dict[str, Any]:
    body = {"product_id": product_id, "code": code, "quantity": quantity, **more}
    status, made = await who.call("POST", "/api/batches", json=body)
    assert status == 201, made
    return dict(made)


async def stocked(who: Person, quantity: str = "10") -> dict[str, Any]:
    """A batch of a new product."""
    return await batch(who, (await product(who))["product_id"], quantity=quantity, unit_cost="12.50")


async def actions(app: DibsQuart, who: Person) -> list[str]:
    rows = await app.runtime.db.hot_fetch(
        "SELECT action FROM audit_log WHERE workspace_id = $1 AND entity IN ('product', 'batch', 'customer')"
        " ORDER BY id", UUID(who.workspace_id)
    )  # fmt: skip
    return [row["action"] for row in rows]


async def test_a_product_is_added_found_and_changed(app: DibsQuart, sign_up: SignUp) -> None:
    ana = await sign_up()
    dress = await product(ana, category="Dresses", unit="piece", picture_url="https://example.com/a.jpg")
    await product(ana, "Mules", category="Shoes")
    assert (dress["batches"], dress["available"]) == (0, "0")
    _, page = await ana.call("GET", "/api/products?q=LINEN")
    assert [one["name"] for one in page["products"]] == ["Linen dress"]
    path = f"/api/products/{dress['product_id']}"
    status, changed = await ana.call("PATCH", path, json={"version": 1, "unit": "pc", "category": None})
    assert (status, changed["unit"], changed["category"], changed["version"]) == (200, "pc", None, 2)
    assert changed["picture_url"] == "https://example.com/a.jpg"
    status, stale = await ana.call("PATCH", path, json={"version": 1, "unit": "m"})
    assert (status, stale["error"]["code"], stale["error"]["data"]["current"]["unit"]) == (409, "conflict", "pc")
    status, again = await ana.call("POST", "/api/products", json={"name": " linen  DRESS "})
    assert (status, again["error"]["code"]) == (409, "duplicate")
    status, _ = await ana.call("PATCH", path, json={"version": 2, "name": "mules"})
    assert status == 409
    assert await actions(app, ana) == ["product.added", "product.added", "product.edited"]


@pytest.mark.parametrize(
    "field, value",
    [
        ("name", " "),
        ("name", "x" * 201),
        ("unit", "\u0007"),
        ("picture_url", "http://example.com/a.jpg"),
        ("picture_url", "https://user@example.com/a.jpg"),
        ("picture_url", "javascript:alert(1)"),
        ("category", ""),
    ],
)
async def test_a_faulty_product_is_refused_by_field(sign_up: SignUp, field: str, value: str) -> None:
    status, answer = await (await sign_up()).call("POST", "/api/products", json={"name": "Mules", field: value})
    assert (status, [one["path"] for one in answer["error"]["fields"]]) == (400, [field])


async def test_pages_go_on_where_the_one_before_ended(sign_up: SignUp) -> None:
    ana = await sign_up()
    made = [await product(ana, name) for name in ("cap", "Bag", "apron")]
    for number in range(3):
        await batch(ana, made[0]["product_id"], f"B{number}", received_on=f"2026-05-0{3 - number}")
        await ana.call("POST", "/api/customers", json={"name": f"{'cab'[number]}"})
    for path, key, name, expected in (
        ("/api/products", "products", "name", ["apron", "Bag", "cap"]),
        ("/api/batches", "batches", "code", ["B2", "B1", "B0"]),
        ("/api/customers", "customers", "name", ["a", "b", "c"]),
    ):
        found: list[str] = []
        cursor = ""
        while True:
            _, page = await ana.call("GET", f"{path}?limit=1{cursor}")
            found += [one[name] for one in page[key]]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert found == expected
        status, _ = await ana.call("GET", f"{path}?cursor={uuid4()}")
        assert status == 400


async def test_stock_is_received_adjusted_and_put_aside(app: DibsQuart, sign_up: SignUp) -> None:
    ana = await sign_up()
    made = await stocked(ana)
    path = f"/api/batches/{made['batch_id']}"
    assert (made["on_hand"], made["unit_cost"], made["available"]) == ("10.0000", "12.50", "10.0000")

    async def move(kind: str, quantity: str, reason: str = "") -> tuple[int, Any]:
        body = {"kind": kind, "quantity": quantity, "reason": reason}
        return await ana.call("POST", f"{path}/movements", json=body)

    assert (await move("received", "2.5"))[1]["on_hand"] == "12.5000"
    assert (await move("adjusted", "-0.5", "broken"))[1]["on_hand"] == "12.0000"
    assert (await move("hold", "4", "for a photo"))[1]["available"] == "8.0000"
    status, refused = await move("adjusted", "-9", "lost")
    assert (status, refused["error"]["code"], refused["error"]["data"]["left"]) == (409, "out_of_stock", "8")
    assert (await move("unhold", "5"))[0] == 409
    for kind, quantity, reason in (
        ("adjusted", "1", ""),
        ("hold", "1", " "),
        ("received", "-1", "x"),
        ("sold", "1", ""),
    ):
        assert (await move(kind, quantity, reason))[0] == 400
    for quantity in ("0", "0.00001", "NaN", "1e3"):
        assert (await move("received", quantity))[0] == 400
    _, ledger = await ana.call("GET", f"{path}/movements")
    told = [(one["kind"], one["quantity"], one["reason"], one["actor_name"]) for one in ledger["movements"]]
    assert told == [
        ("hold", "4.0000", "for a photo", "Ana"),
        ("adjusted", "-0.5000", "broken", "Ana"),
        ("received", "2.5000", "", "Ana"),
        ("received", "10.0000", "", "Ana"),
    ]
    status, changed = await ana.call("PATCH", path, json={"version": 1, "unit_cost": None, "code": "A2"})
    assert (status, changed["unit_cost"], changed["code"], changed["on_hand"]) == (200, None, "A2", "12.0000")
    assert (await ana.call("PATCH", path, json={"version": 2, "code": None}))[0] == 400
    assert await actions(app, ana) == [
        "product.added", "batch.received", "batch.moved", "batch.moved", "batch.moved", "batch.edited"
    ]  # fmt: skip


async def test_a_repeated_request_moves_stock_once(sign_up: SignUp) -> None:
    ana = await sign_up()
    path = f"/api/batches/{(await stocked(ana))['batch_id']}/movements"
    body = {"kind": "received", "quantity": "1"}
    answers = [await ana.call("POST", path, json=body, headers={"Idempotency-Key": "once"}) for _ in range(2)]
    assert [answer[1]["on_hand"] for answer in answers] == ["11.0000", "11.0000"]
    _, ledger = await ana.call("GET", path)
    assert len(ledger["movements"]) == 2


async def test_operators_read_without_costs_and_viewers_nothing(sign_up: SignUp) -> None:
    ana = await sign_up()
    made = await stocked(ana)
    olga, vic, amy = [await join(ana, await sign_up(), role) for role in ("operator", "viewer", "admin")]
    for path in (f"/api/batches/{made['batch_id']}", "/api/batches", "/api/products/export"):
        response = await olga.client.get(path, headers=olga.headers)
        assert response.status_code == 200
        assert "12.50" not in (await response.get_data(as_text=True))
        assert (await vic.call("GET", path))[0] == 403
    assert (await amy.call("GET", f"/api/batches/{made['batch_id']}"))[1]["unit_cost"] == "12.50"
    move = {"kind": "received", "quantity": "1"}
    assert (await olga.call("POST", f"/api/batches/{made['batch_id']}/movements", json=move))[0] == 403
    assert (await olga.call("POST", "/api/products", json={"name": "x"}))[0] == 403
    assert (await olga.call("POST", "/api/products/import", json={"text": LIST}))[0] == 403
    assert (await olga.call("POST", "/api/customers", json={"name": "x"}))[0] == 403


async def test_what_belongs_to_another_workspace_is_not_there(sign_up: SignUp) -> None:
    ana, bob = await sign_up(), await sign_up("Bob")
    made = await stocked(ana)
    customer = (await ana.call("POST", "/api/customers", json={"name": "Cleo"}))[1]["customer_id"]
    for method, path, body in (
        ("GET", f"/api/products/{made['product_id']}", None),
        ("PATCH", f"/api/products/{made['product_id']}", {"version": 1, "unit": "m"}),
        ("GET", f"/api/batches/{made['batch_id']}", None),
        ("PATCH", f"/api/batches/{made['batch_id']}", {"version": 1, "code": "m"}),
        ("GET", f"/api/batches/{made['batch_id']}/movements", None),
        ("POST", f"/api/batches/{made['batch_id']}/movements", {"kind": "received", "quantity": "1"}),
        ("POST", "/api/batches", {"product_id": made["product_id"], "code": "B", "quantity": "1"}),
        ("GET", f"/api/customers/{customer}", None),
        ("PATCH", f"/api/customers/{customer}", {"version": 1, "name": "m"}),
    ):
        assert (await bob.call(method, path, json=body))[0] == 404, path
    for path, key in (("/api/products", "products"), ("/api/batches", "batches"), ("/api/customers", "customers")):
        assert (await bob.call("GET", path))[1][key] == []


async def test_a_show_draws_on_a_batch_and_says_what_is_left(sign_up: SignUp) -> None:
    ana = await sign_up()
    made = await stocked(ana, "3")
    _, show = await ana.call("POST", "/api/shows", json={"title": "Friday"})
    path = f"/api/shows/{show['id']}"
    new = {"item_number": "7", "title": "Dress", "quantity": 4, "batch_id": made["batch_id"]}
    status, added = await ana.call("POST", f"{path}/items", json={"items": [new]})
    assert (status, added["items"][0]["batch_id"]) == (201, made["batch_id"])
    status, refused = await ana.call("POST", f"{path}/activate")
    assert (status, refused["error"]["message"]) == (409, "Item 7 needs 4, but only 3 of Linen dress · A1 left.")
    item = f"{path}/items/{added['items'][0]['item_id']}"
    assert (await ana.call("PATCH", item, json={"total_quantity": 2}))[0] == 200
    assert (await ana.call("POST", f"{path}/activate"))[0] == 200
    assert (await ana.call("GET", f"/api/batches/{made['batch_id']}"))[1]["reserved"] == "2.0000"
    _, ledger = await ana.call("GET", f"/api/batches/{made['batch_id']}/movements")
    assert (ledger["movements"][0]["kind"], ledger["movements"][0]["label"]) == ("reserved", "7 · Friday")
    status, changed = await ana.call("PATCH", item, json={"batch_id": None})
    assert (status, changed["item"]["batch_id"]) == (200, None)
    assert (await ana.call("PATCH", item, json={"batch_id": str(uuid4())}))[0] == 404
    assert (await ana.call("GET", f"/api/batches/{made['batch_id']}"))[1]["reserved"] == "0.0000"


async def imported(who: Person, text: str, preview: bool = False) -> tuple[int, Any]:
    return await who.call("POST", f"/api/products/import?preview={str(preview).lower()}", json={"text": text})


async def test_a_list_is_looked_at_then_brought_in_then_changed(app: DibsQuart, sign_up: SignUp) -> None:
    ana = await sign_up()
    status, seen = await imported(ana, LIST, preview=True)
    assert (status, seen["totals"]) == (200, {"new": 3, "changed": 0, "same": 0, "faulty": 0})
    assert seen["can_import"] and (await ana.call("GET", "/api/products"))[1]["products"] == []
    assert (await imported(ana, LIST))[1]["totals"]["new"] == 3
    assert (await imported(ana, LIST, preview=True))[1]["totals"]["same"] == 3
    other = LIST.replace("12.50,10,", "14,8,").replace("Shoes", "Clogs")
    _, seen = await imported(ana, other, preview=True)
    assert [row["status"] for row in seen["rows"]] == ["changed", "same", "changed"]
    assert seen["rows"][0]["changes"] == [
        {"field": "unit_cost", "before": "12.50", "after": "14.00"},
        {"field": "quantity", "before": "10", "after": "8"},
    ]
    assert (await imported(ana, other))[0] == 200
    _, page = await ana.call("GET", "/api/batches?q=a1")
    assert [(one["on_hand"], one["unit_cost"]) for one in page["batches"]] == [("8.0000", "14.00")]
    _, ledger = await ana.call("GET", f"/api/batches/{page['batches'][0]['batch_id']}/movements")
    assert [(one["kind"], one["quantity"]) for one in ledger["movements"]] == [
        ("adjusted", "-2.0000"), ("received", "10.0000")
    ]  # fmt: skip
    assert await actions(app, ana) == ["product.imported", "product.imported"]


async def test_faults_name_row_and_column_and_nothing_is_written(sign_up: SignUp) -> None:
    ana = await sign_up()
    text = "product,batch,cost,quantity,received\n,A,1,1,\nCap,B,x,1.000,2026-13-01\nCap,,,5,\nBag,C,1,1,\nbag,c,1,2,\n"
    _, seen = await imported(ana, text, preview=True)
    assert seen["totals"] == {"new": 1, "changed": 0, "same": 0, "faulty": 4} and not seen["can_import"]
    status, refused = await imported(ana, text)
    assert status == 400
    assert [one["path"] for one in refused["error"]["fields"]] == [
        "line 2, product", "line 3, unit_cost", "line 3, quantity", "line 3, received_on", "line 4, batch",
        "line 6, batch",
    ]  # fmt: skip
    assert (await ana.call("GET", "/api/products"))[1]["products"] == []
    for text in ("product\n", "shelf,row\n1,2\n"):
        assert (await imported(ana, text, preview=True))[0] == 400


async def test_a_list_can_not_take_what_a_show_holds(sign_up: SignUp) -> None:
    ana = await sign_up()
    await imported(ana, LIST)
    _, page = await ana.call("GET", "/api/batches?q=a1")
    sale = await a_sale(ana)
    new = {"item_number": "77", "title": "Dress", "quantity": 6, "batch_id": page["batches"][0]["batch_id"]}
    assert (await ana.call("POST", f"/api/shows/{sale.show_id}/items", json={"items": [new]}))[0] == 201
    status, refused = await imported(ana, LIST.replace("12.50,10,", "12.50,5,").replace("Mules", "Boots"))
    assert (status, refused["error"]["code"]) == (409, "out_of_stock")
    assert len((await ana.call("GET", "/api/products"))[1]["products"]) == 2


async def test_the_export_comes_back_in_unchanged(sign_up: SignUp) -> None:
    ana, bob = await sign_up(), await sign_up("Bob")
    await imported(ana, LIST.replace("Mules", "=Mules"))
    response = await ana.client.get("/api/products/export", headers=ana.headers)
    text = (await response.get_data()).decode("utf-8-sig")
    assert "'=Mules" in text
    assert (await imported(ana, text, preview=True))[1]["totals"]["same"] == 3
    assert (await imported(bob, text))[1]["totals"]["new"] == 3
    again = await bob.client.get("/api/products/export", headers=bob.headers)
    assert (await again.get_data()).decode("utf-8-sig") == text


async def test_an_excel_file_is_read_as_well(sign_up: SignUp) -> None:
    ana = await sign_up()
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for line, cells in enumerate((("Producto", "Lote", "Costo", "Cantidad"), ("Gorra", "7", 3.5, 12))):
        sheet.write_row(line, 0, cells)
    book.close()
    file = FileStorage(BytesIO(out.getvalue()), filename="list.xlsx")
    status, seen = await ana.call("POST", "/api/products/import", files={"file": file})
    assert (status, seen["totals"]["new"]) == (200, 1)
    _, page = await ana.call("GET", "/api/batches")
    assert [(b["product_name"], b["code"], b["unit_cost"], b["on_hand"]) for b in page["batches"]] == [
        ("Gorra", "7", "3.50", "12.0000")
    ]


async def test_a_buyer_is_linked_to_a_customer(app: DibsQuart, sign_up: SignUp) -> None:
    sale = await a_sale(await sign_up())
    ana = sale.owner
    await sale.say(("bea", "hello"), ("ann", "hello"))
    buyers = {one["handle"]: one["buyer_id"] for one in (await ana.call("GET", "/api/buyers"))[1]["buyers"]}
    body = {"name": "Bea Lopez", "contact": "bea@example.com", "credit_limit": "0"}
    status, made = await ana.call("POST", "/api/customers", json=body)
    assert (status, made["credit_limit"], made["portal"]) == (201, "0.00", False)
    path = f"/api/customers/{made['customer_id']}"
    for _ in range(2):
        status, found = await ana.call("POST", f"{path}/buyers", json={"buyer_id": buyers["bea"]})
        assert (status, [one["handle"] for one in found["buyers"]]) == (200, ["bea"])
    _, other = await ana.call("POST", "/api/customers", json={"name": "Other"})
    status, refused = await ana.call(
        "POST", f"/api/customers/{other['customer_id']}/buyers", json={"buyer_id": buyers["bea"]}
    )
    assert (status, refused["error"]["data"]["customer_id"]) == (409, made["customer_id"])
    assert (await ana.call("POST", f"{path}/buyers", json={"buyer_id": str(uuid4())}))[0] == 404
    assert (await ana.call("DELETE", f"{path}/buyers/{buyers['bea']}"))[0] == 204
    assert (await ana.call("GET", path))[1]["buyers"] == []
    status, changed = await ana.call("PATCH", path, json={"version": 1, "credit_limit": None, "portal": True})
    assert (status, changed["credit_limit"], changed["portal"], changed["version"]) == (200, None, True, 2)
    assert await actions(app, ana) == [
        "customer.added", "customer.linked", "customer.added", "customer.unlinked", "customer.edited"
    ]  # fmt: skip


async def test_an_item_from_stock_brings_name_price_and_picture_along(sign_up: Any, app: DibsQuart) -> None:
    ana = await sign_up()
    url = "https://pictures.example/scarf.jpg"
    _, product = await ana.call("POST", "/api/products", json={"name": "Silk scarf", "picture_url": url})
    lot = {"product_id": product["product_id"], "quantity": "5"}
    _, priced = await ana.call("POST", "/api/batches", json={**lot, "code": "A", "unit_cost": "18.00"})
    _, unknown = await ana.call("POST", "/api/batches", json={**lot, "code": "B"})
    await ana.call("PUT", "/api/pricing/margins", json={"scope": "default", "margin": "40"})
    _, show = await ana.call("POST", "/api/shows", json={"title": "Friday"})
    path = f"/api/shows/{show['id']}/items"
    rows = [
        {"item_number": "1", "title": "", "quantity": 2, "batch_id": priced["batch_id"]},
        {
            "item_number": "2",
            "title": "Scarf, last season",
            "quantity": 1,
            "price": "9.00",
            "batch_id": priced["batch_id"],
        },
        {"item_number": "3", "title": "", "quantity": 1, "batch_id": unknown["batch_id"]},
        {"item_number": "4", "title": "Card", "quantity": 1},
    ]
    status, answer = await ana.call("POST", path, json={"items": rows})
    assert (status, [(one["title"], one["price"]) for one in answer["items"]]) == (
        201, [("Silk scarf", "30.00"), ("Scarf, last season", "9.00"), ("Silk scarf", None), ("Card", None)]
    )  # fmt: skip
    _, found = await ana.call("GET", f"/shows/{show['id']}/pictures")
    assert found == {"pictures": {one["item_id"]: url for one in answer["items"][:3]}}
