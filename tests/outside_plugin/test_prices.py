"""A stranger's discount on the third piece: installed beside Dibs, it changes prices where its flag is on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .installing import install, run

SELL = """
import asyncio, json, sys
from decimal import Decimal
from pathlib import Path
from uuid import UUID
from dibs import PriceRequest
from dibs.app import create_app
from dibs.audit_log import Actor
from dibs.settings import Settings

async def main(url, folder):
    app = create_app(Settings(database_url=url, data_dir=Path(folder)))
    async with app.test_app():
        client = app.test_client()
        person = {"email": "ana@example.com", "password": "correct horse", "name": "Ana"}
        made = await (await client.post("/api/auth/register", json=person)).get_json()
        headers, workspace = {"Authorization": f"Bearer {made['access_token']}"}, UUID(made["workspace"]["id"])
        async def call(method, path, body=None):
            response = await client.open(path, method=method, json=body, headers=headers)
            assert response.status_code < 300, await response.get_data(as_text=True)
            return await response.get_json(silent=True)
        product = (await call("POST", "/api/products", {"name": "Dress"}))["product_id"]
        new = {"product_id": product, "code": "A1", "quantity": "9", "unit_cost": "10.00"}
        batch = (await call("POST", "/api/batches", new))["batch_id"]
        await call("PUT", "/api/pricing/margins", {"scope": "default", "margin": "50"})
        line = PriceRequest("1", Decimal(1), unit_cost=Decimal(10))
        async def cart():
            async with app.runtime.transactions.open(workspace, None, Actor.system()) as context:
                return [str(quote.price) for quote in await context.desk.prices.quote([line] * 4)]
        async def explained(quantity):
            return await call("GET", f"/api/pricing/quote?batch_id={batch}&quantity={quantity}")
        found = {"before": await cart()}
        await app.runtime.flags.set_override(workspace, "third_piece", True)
        found |= {"on": await cart(), "two": await explained(2), "three": await explained(3)}
        rules = {"settings": {"rules": {"plugins": {"third_piece": {"per_cent": 60}}}}}
        await call("PATCH", f"/api/workspaces/{workspace}", rules)
        found["more"] = await cart()
        await app.runtime.flags.set_override(workspace, "third_piece", False)
        found["off"] = await cart()
        print(json.dumps(found))

asyncio.run(main(*sys.argv[1:]))
"""


def test_a_discount_of_a_stranger_changes_the_cart_where_its_flag_is_on(
    tmp_path_factory: pytest.TempPathFactory, database_url: str, tmp_path: Path
) -> None:
    site = tmp_path_factory.mktemp("site")
    install(("prices",), site, tmp_path_factory.mktemp("source"))
    found = json.loads(run(site, SELL, database_url, str(tmp_path)).splitlines()[-1])
    assert found["before"] == found["off"] == ["20.00"] * 4
    assert found["on"] == ["20.00", "20.00", "18.00", "20.00"]
    assert found["more"] == ["20.00", "20.00", "8.00", "20.00"]
    assert (found["two"]["price"], found["two"]["source"]) == ("20.00", "default_margin")
    three = found["three"]
    assert (three["price"], three["source"], three["notes"]) == ("19.33", "refined", ["10 % off the third piece"])
    assert three["detail"] == "50 % margin of the workspace: 20.00 → third piece: 19.33"
