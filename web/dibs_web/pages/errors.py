"""Errors as pages, for people: what happened, and what to do next."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import structlog
from quart import Response, g, redirect, render_template, request

from dibs.customer_access.model import HOME, SIGN_IN
from dibs.errors import DibsError
from dibs_web.i18n import N_, choose_language, translate
from dibs_web.reader import Reader, current_reader
from dibs_web.rendering import as_response, frame_values
from dibs_web.security import guard
from dibs_web.shopper import current_shopper, customer_page, for_customers

_TITLES = {
    400: N_("That can’t be read"),
    403: N_("You may not do this"),
    404: N_("Not found"),
    405: N_("That can’t be done here"),
    409: N_("Somebody was faster"),
    413: N_("That is too large"),
    429: N_("Too many attempts"),
    500: N_("Something went wrong"),
    503: N_("Not ready at the moment"),
}
_NEXT = {
    400: N_("Go back, change what you entered, and send it again."),
    403: N_("Ask an owner or admin of the workspace for another role, or load the page you came from again."),
    404: N_("It may be in another workspace, or it was deleted. Check the workspace in the menu."),
    409: N_("Load the page again to see how it is now."),
    413: N_("Send less at once."),
    429: N_("Wait a moment, then try again."),
    500: N_(
        "Nothing was changed, as far as we know. Try again; if it stays, tell whoever runs this server the request id."
    ),
    503: N_("The server starts or its database is away. Try again in a few seconds."),
}


async def page_error(status: int, error: dict[str, Any]) -> Response:
    """The page for an error; somebody who is not signed in is sent to the sign-in page and back afterwards."""
    if for_customers():
        return await _to_customer(status, error)
    wrong_kind = error.get("code") == "wrong_sign_in"
    if (status == 401 or wrong_kind) and request.path != "/sign-in":
        return _go(f"/sign-in?next={quote(_came_for())}") if "HX-Request" not in request.headers else _leave()
    reader = await _reader()
    if status == 404 and reader is not None and reader.workspace is None and request.path != "/workspaces":
        return _go("/workspaces")
    body = await render_template(
        "error.html",
        **(frame_values(reader) if reader else {}),
        status=status,
        title=translate(_TITLES.get(status, N_("That did not work"))),
        hint=translate(_NEXT.get(status, N_("Go back and try again."))),
        error=error,
        request_id=structlog.contextvars.get_contextvars().get("request_id", "") if status >= 500 else "",
    )
    return guard(await as_response(body, status))


async def _to_customer(status: int, error: dict[str, Any]) -> Response:
    """The same for a page of customers, who have a sign-in of their own."""
    if status == 401 or error.get("code") == "wrong_sign_in":
        return _go(f"{SIGN_IN}?next={quote(_came_for() if request.method == 'GET' else HOME)}")
    try:
        await current_shopper()
    except Exception:  # also the database may be what failed
        g.dibs_customer = None
        choose_language(None)
    title, request_id = translate(_TITLES.get(status, N_("That did not work"))), ""
    if status >= 500:
        request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    return await customer_page("portal/error.html", status, title=title, error=error, request_id=request_id)


async def _reader() -> Reader | None:
    """Who sees the error, where that can be known: also the database may be what failed."""
    try:
        return await current_reader()
    except (DibsError, OSError, LookupError):
        choose_language(None)
        return None
    except Exception:
        structlog.get_logger("dibs.web").warning("reader_unknown", exc_info=True)
        choose_language(None)
        return None


def _go(target: str) -> Response:
    answer = redirect(target, 303)
    assert isinstance(answer, Response)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _leave() -> Response:
    """A part of a page was asked for: the whole page has to go to the sign-in."""
    answer = Response("", 401)
    answer.headers["HX-Redirect"] = f"/sign-in?next={quote(_open_page())}"
    return answer


def _open_page() -> str:
    return urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"


def _came_for() -> str:
    if request.method != "GET":
        return "/shows"
    query = request.query_string.decode("ascii", "replace")
    return request.path + (f"?{query}" if query else "")
