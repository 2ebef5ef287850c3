"""What somebody does who keeps the shop of the demo: catalogue, customers, margins, orders, sessions; all by the API.

What is there already is left as it is, so that the same shop can be kept again in a later run. What is switched off is
passed over.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
import attrs

from dibs.clock import utc_now
from dibs.demo_data.shop import DemoShop, ShopLine, ShopOrder, ShopProduct, ShopSession
from dibs.simulation.clicking import Browser, ClickingError
from dibs.simulation.visitor import propose

_OPEN = ("scheduled", "active", "paused")
_HOUR = 18


@attrs.define(eq=False)
class Shopkeeper:
    """Keeps `shop` as whoever is signed in at `browser`.

    Attributes:
        remarks: what could not be done, in words.
        session: path of the page of the session that runs, once there is one.
        phone: the link by which its customer comes in, once there is one.
    """

    browser: Browser
    shop: DemoShop
    remarks: list[str] = attrs.field(factory=list)
    session: str | None = None
    phone: str | None = None
    _customers: dict[str, str] = attrs.field(factory=dict)
    _batches: dict[str, dict[str, Any]] = attrs.field(factory=dict)

    async def open_shop(self) -> None:
        """Put everything there that is not, and make a way in for the customer whose session runs."""
        for step in (self._stock, self._margins, self._know_customers):
            await self._attempt(step())
        for order in self.shop.orders:
            await self._attempt(self._order(order))
        for session in self.shop.sessions:
            await self._attempt(self._hold(session))

    async def after_sale(self, show_id: str) -> None:
        """Link the buyers of the show who are customers, and order what they won, unless they have an order."""
        for customer in self.shop.customers:
            if customer.buyer and customer.name in self._customers:
                await self._attempt(self._sold_to(show_id, self._customers[customer.name], customer.buyer))

    async def _attempt(self, step: Awaitable[None]) -> None:
        try:
            await step
        except ClickingError as error:
            if error.data.get("status") != 404:  # 404: switched off, there is nothing to remark
                self.remarks.append(f"{error.message} {error.data.get('text', '')[:200]}".strip())
        except (aiohttp.ClientError, TimeoutError) as error:
            self.remarks.append(f"The server did not answer: {error!r}")

    async def _stock(self) -> None:
        known = {one["name"] for one in (await self._get("/api/products?limit=100"))["products"]}
        missing = [product for product in self.shop.products if product.name not in known]
        if missing:
            await self.browser.call("POST", "/api/products/import", {"text": _as_csv(missing)})
        rows = (await self._get("/api/batches?limit=100"))["batches"]
        self._batches = {row["code"]: row for row in rows}

    async def _margins(self) -> None:
        rules, wanted = await self._get("/api/pricing/margins"), self.shop.margins
        if rules["default"] is None:
            await self.browser.call("PUT", "/api/pricing/margins", {"scope": "default", "margin": wanted.default})
        known = {rule["category"] for rule in rules["categories"]}
        for category, margin in wanted.categories.items():
            if category not in known:
                body = {"scope": "category", "category": category, "margin": margin}
                await self.browser.call("PUT", "/api/pricing/margins", body)

    async def _know_customers(self) -> None:
        found = (await self._get("/api/customers?limit=100"))["customers"]
        self._customers = {one["name"]: one["customer_id"] for one in found}
        for customer in self.shop.customers:
            if customer.name not in self._customers:
                body = {name: value for name, value in attrs.asdict(customer).items() if name != "buyer"}
                made = await self.browser.call("POST", "/api/customers", body)
                self._customers[customer.name] = made["customer_id"]

    async def _order(self, order: ShopOrder) -> None:
        customer_id = self._customers.get(order.customer)
        if customer_id is None or await self._has_orders(customer_id):
            return
        lines = [{"batch_id": self._batch(line), "quantity": line.quantity} for line in order.lines]
        body = {"customer_id": customer_id, "lines": lines, "note": order.note}
        made = await self.browser.call("POST", "/api/orders", body)
        if order.paid:
            await self.browser.call("POST", f"/api/orders/{made['order_id']}/paid", {"version": made["version"]})

    async def _has_orders(self, customer_id: str) -> bool:
        return bool((await self._get(f"/api/orders?customer_id={customer_id}&limit=1"))["orders"])

    async def _hold(self, session: ShopSession) -> None:
        """The session unless it is open already; of the one that runs, its page and its customer's way in."""
        customer_id = self._customers.get(session.customer)
        if customer_id is None:
            return
        page = await self._get(f"/api/live-sessions?customer_id={customer_id}&limit=100")
        there = [one for one in page["sessions"] if one["title"] == session.title and one["status"] in _OPEN]
        session_id = there[0]["session_id"] if there else await self._begin(session, customer_id)
        if session.in_days is None:
            self.session = f"/live/{session_id}"
            self.phone = (await self._way_in(customer_id))["link"]

    async def _begin(self, session: ShopSession, customer_id: str) -> str:
        body: dict[str, Any] = {"customer_id": customer_id, "title": session.title, "notes": session.notes}
        if session.timeout_minutes is not None:
            body["timeout_minutes"] = session.timeout_minutes
        body |= {"start": True} if session.in_days is None else {"scheduled_at": _evening(session.in_days)}
        made = await self.browser.call("POST", "/api/live-sessions", body)
        path = f"/api/live-sessions/{made['session_id']}"
        for line in session.lines:
            await self._add(path, line)
        for override in session.overrides:
            product_id = self._batches[override.batch]["product_id"]
            price = {"product_id": product_id, "price": override.price, "reason": override.reason}
            await self.browser.call("PUT", f"{path}/override", price)
        await self._propose(session, made, customer_id)
        return str(made["session_id"])

    async def _add(self, path: str, line: ShopLine) -> None:
        body = {"batch_id": self._batch(line), "quantity": line.quantity, "intent": line.intent}
        cart = await self.browser.call("POST", f"{path}/lines", body)
        if line.highlighted:
            added = next(one for one in cart["lines"] if one["batch_id"] == body["batch_id"])
            change = {"version": added["version"], "highlighted": True}
            await self.browser.call("PATCH", f"{path}/lines/{added['line_id']}", change)

    async def _propose(self, session: ShopSession, made: Mapping[str, Any], customer_id: str) -> None:
        """What the customer proposes, from the customer's own side."""
        wishes = {self._batch(line): line.proposal for line in session.lines if line.proposal is not None}
        if wishes:
            way_in = await self._way_in(customer_id)
            await self._attempt(propose(self.browser.origin, way_in["code"], made["room_code"], wishes))

    async def _way_in(self, customer_id: str) -> Any:
        return await self.browser.call("POST", f"/api/customers/{customer_id}/access", {})

    async def _sold_to(self, show_id: str, customer_id: str, buyer: str) -> None:
        page = await self._get(f"/api/shows/{show_id}/buyers?q={quote(buyer)}")
        won = next((one["buyer_id"] for one in page["buyers"] if one["handle"] == buyer and one["quantity"]), None)
        if won is None or await self._has_orders(customer_id):
            return
        profile = await self._get(f"/api/customers/{customer_id}")
        if not profile["buyers"]:
            await self.browser.call("POST", f"/api/customers/{customer_id}/buyers", {"buyer_id": won})
        await self.browser.call("POST", f"/api/shows/{show_id}/orders/{won}")

    def _batch(self, line: ShopLine) -> str:
        return str(self._batches[line.batch]["batch_id"])

    async def _get(self, path: str) -> Any:
        return await self.browser.call("GET", path)


def _as_csv(products: list[ShopProduct]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["product", "category", "unit", "batch", "unit cost", "quantity", "received"])
    today = utc_now().date()
    for product in products:
        for batch in product.batches:
            received = (today - timedelta(days=batch.days)).isoformat()
            row = [product.name, product.category, product.unit, batch.code, batch.cost or "", batch.quantity, received]
            writer.writerow(row)
    return out.getvalue()


def _evening(in_days: int) -> str:
    day = utc_now() + timedelta(days=in_days)
    return day.replace(hour=_HOUR, minute=0, second=0, microsecond=0).isoformat()
