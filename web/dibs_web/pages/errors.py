"""Errors as pages, for people."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from quart import Response, make_response, redirect, render_template, request

from dibs_web.security import guard

_TITLES = {
    400: "That can’t be read",
    403: "You may not do this",
    404: "Not found",
    429: "Too many attempts",
    503: "Not ready at the moment",
}


async def page_error(status: int, error: dict[str, Any]) -> Response:
    """The page for an error; somebody who is not signed in is sent to the sign-in page and back afterwards."""
    if status == 401 and request.path != "/sign-in":
        answer = redirect(f"/sign-in?next={quote(_came_for())}", 303)
        assert isinstance(answer, Response)
        answer.headers["Cache-Control"] = "no-store"
        return answer
    body = await render_template("error.html", title=_TITLES.get(status, "That did not work"), error=error)
    response = await make_response(body, status)
    assert isinstance(response, Response)
    return guard(response)


def _came_for() -> str:
    if request.method != "GET":
        return "/shows"
    query = request.query_string.decode("ascii", "replace")
    return request.path + (f"?{query}" if query else "")
