"""An application, people who are signed in to it, and a workspace full of texts that nobody else may see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
import pytest

from dibs.accounts.permissions import ROLES
from dibs.app import DibsQuart
from dibs.audit_log import Actor
from dibs.ids import uuid7
from dibs.models.platform import Account, Token

from ..core.api.conftest import Person, SignUp, app, sign_up

__all__ = ["CANARY", "Person", "SignUp", "World", "app", "sign_up", "world"]

CANARY = "kanarienvogel"
_MADE_UP = ("result_id", "stream_id", "run_id", "order_id", "line_id", "proposal_id")


@attrs.frozen
class World:
    """A workspace with a running sale, people of every role in it, and an owner of another workspace.

    Attributes:
        people: by role; `stranger` has a workspace of their own and no place in this one; `instance` runs the server.
        ids: an id of the workspace for each variable of a path.
        own: the same of the stranger's workspace.
    """

    app: DibsQuart
    people: dict[str, Person]
    ids: dict[str, str]
    own: dict[str, str]

    @property
    def workspace_id(self) -> str:
        """The workspace that strangers must not see."""
        return self.ids["workspace_id"]


@pytest.fixture
async def world(app: DibsQuart, sign_up: SignUp) -> World:
    """The workspace of an owner, and a stranger's."""
    people = {"instance": await sign_up("Iris")}
    for role in (*ROLES, "stranger"):
        people[role] = await sign_up(f"{CANARY}{role}", workspace_name=f"{CANARY} of {role}")
    owner, stranger = people["owner"], people["stranger"]
    for role in ROLES[1:]:
        await _let_in(owner, people[role], role)
    ids, own = await _sale(owner), await _sale(stranger)
    for found, who in ((ids, owner), (own, stranger)):
        others = {"connection_id": await _connection(app, who), "platform": "facebook"}
        made_up = {name: str(uuid7()) for name in _MADE_UP} | {"line_no": "1"}
        found.update(others | made_up | await _catalogue(who, found["buyer_id"]))
        found.update(await _live_session(who, found))
        found.update(await _purchases(app, who))
    return World(app, people, ids, own)


async def _let_in(owner: Person, who: Person, role: str) -> None:
    path = f"/api/workspaces/{owner.workspace_id}"
    status, _ = await owner.call("POST", f"{path}/members", json={"email": who.email, "role": role})
    assert status == 201


async def _connection(app: DibsQuart, owner: Person) -> str:
    """An account at a platform that nothing here can reach."""
    account = Account(
        "harbour", f"p-{owner.user_id}", f"{CANARY} account", Token(f"{CANARY} token"), user_id=owner.user_id
    )
    actor = Actor(UUID(owner.user_id), CANARY)
    return str((await app.runtime.connections.store(UUID(owner.workspace_id), actor, account))[0])


async def _catalogue(owner: Person, buyer_id: str) -> dict[str, str]:
    """A product in stock, and a customer with a buyer."""
    product = await _made(owner, "/api/products", {"name": f"{CANARY} product"})
    batch = {"product_id": product["product_id"], "code": f"{CANARY} batch", "quantity": "5", "unit_cost": "2.50"}
    made = await _made(owner, "/api/batches", batch)
    customer = await _made(owner, "/api/customers", {"name": f"{CANARY} customer", "note": f"{CANARY} note"})
    await _made(owner, f"/api/customers/{customer['customer_id']}/buyers", {"buyer_id": buyer_id})
    ids = {"product_id": product["product_id"], "batch_id": made["batch_id"], "customer_id": customer["customer_id"]}
    line = {"batch_id": made["batch_id"], "quantity": "1", "price": "9.00"}
    order = {"customer_id": customer["customer_id"], "lines": [line], "note": f"{CANARY} order"}
    ids["order_id"] = (await _made(owner, "/api/orders", order))["order_id"]
    return {name: str(value) for name, value in ids.items()}


async def _purchases(app: DibsQuart, owner: Person) -> dict[str, str]:
    """A purchase order that is checked, and its run, which failed; no job is at it."""
    workspace_id, order_id, run_id = UUID(owner.workspace_id), uuid7(), uuid7()
    fetch = app.runtime.db.plain_fetch
    await fetch(
        "INSERT INTO runs (workspace_id, id, kind, title, stages, weights, state, message, job, permission) VALUES "
        "($1, $2, 'purchase_orders.import', $3, '[\"reading\"]', '[1]', 'failed', $3, 'purchase_orders.import', "
        "'catalogue:write')",
        workspace_id, run_id, f"{CANARY} run",
    )  # fmt: skip
    await fetch(
        "INSERT INTO purchase_orders_orders (workspace_id, id, run_id, file_name, file_kind, file_size, supplier, "
        "state) VALUES ($1, $2, $3, $4, 'text', 1, $4, 'checking')",
        workspace_id, order_id, run_id, f"{CANARY} order",
    )  # fmt: skip
    await fetch(
        "INSERT INTO purchase_orders_lines (workspace_id, order_id, line_no, place, cells, code, code_key, name, "
        "category, unit, confidence) VALUES ($1, $2, 1, 'row 1', '[]', $3, $3, $3, '', '', 10)",
        workspace_id, order_id, f"{CANARY} line",
    )  # fmt: skip
    return {"purchase_order_id": str(order_id), "run_id": str(run_id), "line_no": "1"}


async def _live_session(owner: Person, ids: dict[str, str]) -> dict[str, str]:
    """A private session with something in its cart."""
    wanted = {
        "customer_id": ids["customer_id"],
        "title": f"{CANARY} session",
        "notes": f"{CANARY} notes",
        "start": True,
    }
    session_id = (await _made(owner, "/api/live-sessions", wanted))["session_id"]
    body = {"batch_id": ids["batch_id"], "quantity": "1"}
    cart = await _made(owner, f"/api/live-sessions/{session_id}/lines", body)
    return {"live_session_id": session_id, "line_id": cart["lines"][0]["line_id"]}


async def _sale(owner: Person) -> dict[str, str]:
    """A show with items, claims, comments and buyers; every text has the word in it."""
    show = await _made(owner, "/api/shows", {"title": f"{CANARY} show"})
    path = f"/api/shows/{show['id']}"
    items = [{"item_number": str(n), "title": f"{CANARY} item", "quantity": 1} for n in (1, 2)]
    item = (await _made(owner, f"{path}/items", {"items": items}))["items"][0]
    await owner.call("POST", f"{path}/activate")
    comments = [
        {"id": f"{CANARY}{n}", "message": "sold 1", "author": {"id": f"{CANARY}-{n}", "name": f"{CANARY} {n}"}}
        for n in range(3)
    ]
    heard = await _made(owner, f"{path}/comments", {"platform": "api", "comments": comments})
    claim = heard["comments"][0]["claims"][0]
    invited = await _made(owner, f"/api/workspaces/{owner.workspace_id}/invitations", {"role": "viewer"})
    # After the claims: what was committed before a plugin is switched on is not told to it.
    assert (await owner.call("PUT", "/api/flags/replies", json={"enabled": True}))[0] == 200
    _, sessions = await owner.call("GET", "/api/auth/sessions")
    return {
        "workspace_id": owner.workspace_id,
        "show_id": show["id"],
        "item_id": item["item_id"],
        "claim_id": str(claim["claim_id"]),
        "buyer_id": str(claim["buyer_id"]),
        "user_id": owner.user_id,
        "invitation_id": invited.get("id") or invited["invitation"]["id"],
        "session_id": sessions["sessions"][0]["id"],
        "passkey_id": "AAAA",
        "entry_id": "01a1fc54-5636-790f-b493-f244132829c3",
        "token": "not-a-token",
        "key": "keywords",
        "name": "keywords",
        "plugin": "keywords",
    }


async def _made(who: Person, path: str, body: Any) -> Any:
    status, made = await who.call("POST", path, json=body)
    assert status in (200, 201), made
    return made
