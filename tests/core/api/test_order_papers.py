"""Invoices and packing slips as PDF: what stands on them, what never does, and who gets them."""

from __future__ import annotations

import io
from typing import Any

import attrs
import pypdf
import pytest

from .conftest import Person, SignUp

MARKUP = "#eval(1) *bold* [x] $y$ \\ @a <b> `c` _d_ = //"
NAMES = (MARKUP, "Платье из шёлка", "ชุดเดรส", "فستان", "リネン 👗")


@attrs.frozen
class Sold:
    """An order over HTTP."""

    owner: Person
    path: str
    number: int

    async def paper(self, path: str, status: int = 200) -> tuple[Any, str]:
        response = await self.owner.client.get(path, headers=self.owner.headers if "shared" not in path else {})
        body = await response.get_data()
        assert response.status_code == status, body[:300]
        return response.headers, text_of(body) if status == 200 else ""


def text_of(body: bytes) -> str:
    """The words of a PDF on one line."""
    pages = pypdf.PdfReader(io.BytesIO(body)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.fixture
async def sold(sign_up: SignUp) -> Sold:
    owner = await sign_up("Olga")
    change = {"version": 1, "settings": {"invoice_from": "Silk Road 7\nVAT #12*"}}
    assert (await owner.call("PATCH", f"/api/workspaces/{owner.workspace_id}", json=change))[0] == 200
    lines = []
    for number, name in enumerate(NAMES):
        product = (await owner.call("POST", "/api/products", json={"name": name, "unit": "m"}))[1]["product_id"]
        batch = {"product_id": product, "code": f"B{number}", "quantity": "10", "unit_cost": "7.77"}
        made = (await owner.call("POST", "/api/batches", json=batch))[1]
        lines.append({"batch_id": made["batch_id"], "quantity": "1.5", "price": "12.33", "sample": number == 4})
    given = {"name": "Anna *Bold* [Smith] #1", "contact": "anna@example.com", "note": "pays late"}
    customer = (await owner.call("POST", "/api/customers", json=given))[1]["customer_id"]
    body = {"customer_id": customer, "lines": lines, "note": "for the team"}
    order = (await owner.call("POST", "/api/orders", json=body))[1]
    return Sold(owner, f"/api/orders/{order['order_id']}", order["number"])


async def test_an_invoice_says_what_was_bought_and_nothing_of_its_costs(sold: Sold) -> None:
    headers, text = await sold.paper(f"{sold.path}/invoice.pdf")
    assert headers["Content-Type"] == "application/pdf" and headers["Cache-Control"] == "no-store"
    assert f'filename="invoice-{sold.number}.pdf"' in headers["Content-Disposition"]
    for words in ("Anna *Bold* [Smith] #1", "anna@example.com", "Silk Road 7", "VAT #12*", "12.33", "18.50", "74.00"):
        assert words in text, (words, text)
    assert "#eval(1) *bold* [x] $y$" in text and "Платье" in text
    for secret in ("7.77", "pays late", "for the team"):
        assert secret not in text


async def test_a_packing_slip_has_everything_but_prices(sold: Sold) -> None:
    _, text = await sold.paper(f"{sold.path}/packing-slip.pdf")
    assert "Packing slip" in text and "1.5 m" in text and "Платье" in text
    for price in ("12.33", "18.50", "74.00", "7.77", "for the team"):
        assert price not in text


async def test_whoever_has_the_link_gets_the_invoice_until_it_is_void(sold: Sold) -> None:
    token = (await sold.owner.call("POST", f"{sold.path}/links"))[1]["token"]
    shared = f"/api/shared/orders/{token}/invoice.pdf"
    _, text = await sold.paper(shared)
    assert "74.00" in text and "anna@example.com" not in text and "for the team" not in text
    assert (await sold.owner.call("DELETE", f"{sold.path}/links"))[0] == 204
    for gone in (shared, "/api/shared/orders/unknown/invoice.pdf"):
        await sold.paper(gone, 404)
