"""The pages of orders: what is stale, what is refused, what is sent twice, and who sees which costs."""

from decimal import Decimal
from typing import Any

from dibs.audit_log import Actor
from dibs.catalogue.batches import Batches
from dibs.catalogue.customers import Customers
from dibs.catalogue.model import NewBatch, NewCustomer, NewProduct
from dibs.catalogue.products import Products

from .conftest import Site, send, text_of

ANN = Actor(None, "Ann")


async def form_of(site: Site) -> tuple[str, dict[str, str]]:
    """The path of the form of an order by hand, and the form as somebody fills it in."""
    db, workspace_id = site.app.runtime.db, site.workspace.id
    customer = await Customers(db).add(workspace_id, NewCustomer("Anna", "", "", None), ANN)
    product = await Products(db).add(workspace_id, NewProduct("Silk", unit="m"), ANN)
    new = NewBatch(product.product_id, "A1", quantity=Decimal(10), unit_cost=Decimal("3.33"))
    batch = await Batches(db).receive(workspace_id, new, ANN)
    form = {"act": "save", "batch-0": str(batch.batch_id), "quantity-0": "2", "price-0": "4,50"}
    return f"/orders/new/{customer.customer_id}", form | {"once": str(batch.batch_id), "note": "by Friday"}


async def made(site: Site, browser: Any) -> str:
    """The path of an order of 9.00."""
    path, form = await form_of(site)
    answers = [await send(browser, path, form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location  # sent twice, made once
    return str(answers[0].location)


async def test_a_form_that_can_not_be_ordered_says_why_and_keeps_what_was_typed(site: Site) -> None:
    browser = await site.signed_in()
    path, form = await form_of(site)
    for change, status, words in (
        ({"quantity-0": "11"}, 409, "left"),
        ({"quantity-0": "two"}, 400, 'value="two"'),
        ({"price-0": "", "quantity-0": "2"}, 409, "price"),
        ({"batch-0": "x"}, 400, "Add what is ordered first."),
    ):
        answer = await send(browser, path, form | change)
        text = await answer.get_data(as_text=True)
        assert (answer.status_code, words in text) == (status, True), (change, text)
    assert "No orders yet" in await text_of(browser, "/orders")


async def test_somebody_who_was_slower_sees_how_it_stands_now(site: Site) -> None:
    browser = await site.signed_in()
    path = await made(site, browser)
    assert (await send(browser, f"{path}/paid", {"version": "1"})).status_code == 303
    for act, more in (("paid", {}), ("cancel", {"reason": "late"})):
        answer = await send(browser, f"{path}/{act}", {"version": "1", **more})
        text = await answer.get_data(as_text=True)
        assert answer.status_code == 409 and "Somebody else has changed this order meanwhile" in text
        assert "noted the payment of the order" in text
    answer = await send(browser, f"{path}/cancel", {"version": "2", "reason": "x" * 301})
    assert answer.status_code == 400 and "field-fault" in await answer.get_data(as_text=True)


async def test_costs_are_for_those_who_may_see_them(site: Site) -> None:
    path = await made(site, await site.signed_in())
    assert "3.33" in await text_of(await site.signed_in(), path)
    operator = await site.member("operator")
    text = await text_of(operator, path)
    assert "4.50" in text and "3.33" not in text
    assert "Left after costs" not in text
    viewer = await site.member("viewer")
    for page in ("/orders", path, "/orders/new", f"{path}/invoice.pdf"):
        await text_of(viewer, page, 403)
