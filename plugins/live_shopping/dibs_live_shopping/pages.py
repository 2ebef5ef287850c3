"""The pages of staff: the sessions, the desk of one, the pick list, the carts of a show and of a customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import attrs
import segno
from quart import Blueprint, Response, jsonify

from dibs import NotFoundError
from dibs.clock import utc_now
from dibs.routes import needs, page, read_body, workspace_data

blueprint = Blueprint("live_shopping_pages", __name__)

_SHOW: Final = "SELECT id, title, status, practice FROM shows WHERE workspace_id = $1 AND id = $2"
_CUSTOMER: Final = "SELECT id AS customer_id, name, contact FROM customers WHERE workspace_id = $1 AND id = $2"
# Of each person once, whatever identities were merged.
_WINNERS: Final = """
SELECT count(DISTINCT w.person) AS winners,
    count(DISTINCT w.person) - count(DISTINCT w.person) FILTER (WHERE NOT w.ordered) AS ordered
FROM (
    SELECT coalesce(b.merged_into, b.id) AS person, k.order_id IS NOT NULL AS ordered
    FROM claims k JOIN buyers b ON b.workspace_id = k.workspace_id AND b.id = k.buyer_id
    WHERE k.workspace_id = $1 AND k.show_id = $2 AND k.status = 'winner'
) w
"""
_SESSION: Final = "SELECT title FROM live_sessions WHERE workspace_id = $1 AND id = $2"


@blueprint.get("/live")
@needs("orders:read")
async def sessions() -> Response:
    """The sessions: now, planned, over."""
    return await page("live_shopping/sessions.html", active="live_shopping", now=utc_now().isoformat())


@blueprint.get("/live/<uuid:session_id>")
@needs("orders:read")
async def desk(session_id: UUID) -> Response:
    """The desk of a session."""
    session = await _one(_SESSION, session_id, "There is no such session.")
    return await page(
        "live_shopping/desk.html",
        active="live_shopping",
        pictures=True,
        session_id=session_id,
        session=session,
        now=utc_now().isoformat(),
    )


@blueprint.get("/pick-list")
@needs("orders:read")
async def pick_list() -> Response:
    """What the warehouse fetches."""
    return await page("live_shopping/pick_list.html", active="live_shopping_picks")


@blueprint.get("/shows/<uuid:show_id>/carts")
@needs("orders:read")
async def carts(show_id: UUID) -> Response:
    """The carts of a show's winners."""
    show = await _one(_SHOW, show_id, "There is no such show.")
    winners = await _one(_WINNERS, show_id, "There is no such show.")
    return await page("live_shopping/carts.html", active="shows", show=show, winners=winners, now=utc_now().isoformat())


@blueprint.get("/customers/<uuid:customer_id>/live")
@needs("orders:read")
async def of_customer(customer_id: UUID) -> Response:
    """The sessions of a customer."""
    customer = await _one(_CUSTOMER, customer_id, "There is no such customer.")
    return await page("live_shopping/customer.html", active="customers", customer=customer, now=utc_now().isoformat())


@attrs.frozen
class Scanned:
    """What is to be scanned from a screen."""

    text: str = attrs.field(validator=[attrs.validators.min_len(1), attrs.validators.max_len(500)])


@blueprint.post("/live/qr")
@needs("orders:create")
async def qr_code() -> Response:
    """A picture to scan, as a `data:` address; the text is kept nowhere."""
    wanted = await read_body(Scanned)
    made = segno.make(wanted.text, error="m").svg_data_uri(scale=4, border=3, dark="#111", light="#fff")
    return jsonify({"picture": str(made)})


async def _one(sql: str, ident: UUID, missing: str) -> Mapping[str, Any]:
    rows = await workspace_data().fetch(sql, ident)
    if not rows:
        raise NotFoundError(missing)
    return rows[0]
