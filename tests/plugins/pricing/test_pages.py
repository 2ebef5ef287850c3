"""The pages of prices without a browser: who sees them, what a stale form does, and that off means off."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dibs import PriceProblem, PriceRequest
from dibs.audit_log import Actor
from dibs.ids import uuid7

from ...web.conftest import PAGE, Site, hidden_token, site

if TYPE_CHECKING:
    from quart.typing import TestClientProtocol

__all__ = ["site"]


async def customer_of(site: Site) -> str:
    made = uuid7()
    await site.app.runtime.db.plain_fetch(
        "INSERT INTO customers (workspace_id, id, name) VALUES ($1, $2, 'Anna')", site.workspace.id, made
    )
    return f"/customers/{made}"


async def text_of(client: TestClientProtocol, path: str, status: int = 200) -> str:
    answer = await client.get(path, headers=PAGE)
    assert answer.status_code == status, path
    return str(await answer.get_data(as_text=True))


async def send(client: TestClientProtocol, path: str, page: str, **form: Any) -> int:
    form["csrf_token"] = hidden_token(page)
    return (await client.post(path, headers=PAGE, form=form)).status_code


async def margins(site: Site) -> list[str]:
    sql = "SELECT scope, margin, version FROM pricing_margins WHERE workspace_id = $1 ORDER BY scope"
    rows = await site.app.runtime.db.plain_fetch(sql, site.workspace.id)
    return [f"{row['scope']} {row['margin']} {row['version']}" for row in rows]


async def test_a_margin_is_set_changed_and_removed_and_a_stale_form_changes_nothing(site: Site) -> None:
    bea = await site.signed_in()
    own = f"{await customer_of(site)}/pricing"
    page = await text_of(bea, "/pricing")
    assert await send(bea, "/pricing/margins", page, margin="37,5 %", version="0", category="") == 303
    assert await send(bea, own, page, margin="\N{MINUS SIGN}5", version="0") == 303
    assert await margins(site) == ["customer -5.0000 1", "default 37.5000 1"]
    assert await send(bea, "/pricing/margins", page, margin="40", version="0", category="") == 303
    assert "Somebody else has changed this margin" in await text_of(bea, "/pricing")
    assert await send(bea, own, page, margin="1e1", version="1") == 400
    assert await send(bea, own, page, margin="", version="1") == 303
    assert await send(bea, own, page, margin="", version="1") == 303
    assert await margins(site) == ["default 37.5000 1"]
    assert await send(bea, f"/customers/{uuid7()}/pricing", page, margin="5", version="0") == 404


async def test_who_may_not_see_costs_sees_neither_page_nor_tab(site: Site) -> None:
    customer = await customer_of(site)
    bea, olga = await site.signed_in(), await site.member("operator")
    assert f'href="{customer}/pricing"' in await text_of(bea, customer)
    page = await text_of(olga, customer)
    assert "/pricing" not in page
    for path in ("/pricing", f"{customer}/pricing"):
        await text_of(olga, path, 403)
    assert await send(olga, "/pricing/margins", page, margin="5", version="0") == 403
    assert await margins(site) == []


async def test_off_means_off(site: Site) -> None:
    customer, bea = await customer_of(site), await site.signed_in()
    await site.app.runtime.flags.set_override(site.workspace.id, "pricing", False)
    assert "/pricing" not in await text_of(bea, customer)
    for path in ("/pricing", f"{customer}/pricing", "/api/pricing/margins", "/api/pricing/quote"):
        await text_of(bea, path, 404)
    async with site.app.runtime.transactions.open(site.workspace.id, None, Actor.system()) as context:
        line = PriceRequest("1", Decimal(1), unit_cost=Decimal(10))
        [answer] = await context.desk.prices.quote([line])
    assert isinstance(answer, PriceProblem) and answer.code == "no_pricing"
