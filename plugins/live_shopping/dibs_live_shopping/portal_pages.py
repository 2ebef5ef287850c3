"""The pages of customers: their sessions, and one session with its cart."""

from __future__ import annotations

from uuid import UUID

from quart import Blueprint, Response, request

from dibs import ForbiddenError, NotFoundError, RateLimitedError, SessionClosedError
from dibs.clock import utc_now
from dibs.routes import customer_data, customer_only, customer_page, customer_transaction, see_other
from dibs_live_shopping import sessions
from dibs_live_shopping.views import customer_view
from dibs_live_shopping.visiting import PLUGIN, check_visit, own_sessions, session_by_code, visit

blueprint = Blueprint("portal_pages", __name__, url_prefix="/portal")


def N_(text: str) -> str:  # noqa: N802 - the name by which texts are collected
    """Mark a text that is translated where it is shown."""
    return text


_UNKNOWN = N_("There is no session with this room code for you. Check it, or ask your host.")
_SENT_OUT = N_("The host has sent you out of this session.")
_OVER = N_("This session is over.")
_TOO_OFTEN = N_("Too many attempts. Wait a minute, then try again.")


@blueprint.get("")
@customer_only
async def home() -> Response:
    """The customer's sessions."""
    return await _home()


async def _home(status: int = 200, fault: str = "", room_code: str = "") -> Response:
    found = await own_sessions()
    return await customer_page(
        "live_shopping/portal/home.html", status=status, sessions=found, fault=fault, room_code=room_code
    )


@blueprint.post("/join")
@customer_only
async def join() -> Response:
    """Enter a session by its room code."""
    room_code = (await request.form).get("room_code", "")[:40]
    try:
        session_id = await session_by_code(room_code)
        async with visit(session_id) as context:
            await sessions.mark_joined(context, session_id)
    except NotFoundError:
        return await _home(404, _UNKNOWN, room_code)
    except ForbiddenError:
        return await _home(403, _SENT_OUT, room_code)
    except SessionClosedError:
        return await _home(409, _OVER, room_code)
    except RateLimitedError:
        return await _home(429, _TOO_OFTEN, room_code)
    return await see_other(f"/portal/{session_id}")


@blueprint.get("/<uuid:session_id>")
@customer_only
async def session(session_id: UUID) -> Response:
    """One session; its script does the rest."""
    try:
        await check_visit(customer_data(), session_id)
    except ForbiddenError as error:
        reason = str(error.data.get("words", ""))
        return await customer_page("live_shopping/portal/sent_out.html", status=403, reason=reason)
    async with customer_transaction(PLUGIN) as context:
        shown = await customer_view(context, session_id)
    return await customer_page("live_shopping/portal/session.html", session=shown, now=utc_now().isoformat())
