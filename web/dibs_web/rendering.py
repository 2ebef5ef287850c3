"""Pages inside the signed-in frame, parts of pages, and the way on after a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from quart import Response, g, make_response, redirect, render_template

from dibs import NavigationEntry
from dibs.accounts.permissions import PERMISSIONS
from dibs.api.auth import optional_principal
from dibs.errors import InvalidInputError
from dibs_web.broken import banner_of
from dibs_web.i18n import LANGUAGES, translate
from dibs_web.navigation import nav_groups, plugin_entries, tabs
from dibs_web.reader import Reader, current_reader, known_reader
from dibs_web.security import STRICT
from dibs_web.toasts import forget_toast, keep_toast, take_toast


async def page(template: str, *, active: str, status: int = 200, strict: bool = True, **values: Any) -> Response:
    """A page inside the frame: navigation, workspace switcher, user menu, the message of the page before.

    Attributes:
        active: the navigation entry that the page belongs to, such as `shows`.
        strict: the browser itself refuses to make markup out of text. `False` for a page with htmx, which
            has to; the frame loads htmx then.
    """
    reader = await current_reader()
    toast, banner = take_toast(reader.csrf), await banner_of(await optional_principal())
    more = await plugin_entries(reader.workspace.id) if reader.workspace else ()
    frame = {**frame_values(reader, more), "active": active, "strict": strict, "toast": toast, "banner": banner}
    body = await render_template(template, **frame, **values)
    response = await as_response(body, status)
    if strict:
        response.headers["Content-Security-Policy"] = STRICT
    forget_toast(response)
    return response


async def fragment(template: str, *, status: int = 200, **values: Any) -> Response:
    """A part of a page for htmx, with the same values as the page."""
    body = await render_template(template, **frame_values(await current_reader()), **values)
    return await as_response(body, status)


def see_other(target: str, toast: str | None = None, undo: str | None = None) -> Response:
    """Go on to another page after a form; it says `toast`, and offers `undo`, a path to POST to."""
    response = redirect(target, 303)
    assert isinstance(response, Response)
    response.headers["Cache-Control"] = "no-store"
    reader = known_reader()
    if toast and reader is not None:
        keep_toast(response, reader.csrf, toast, undo)
    return response


def frame_values(reader: Reader, more: Sequence[NavigationEntry] = ()) -> dict[str, Any]:
    """What every template inside the frame may use; `more` are the entries of plugins."""
    granted = PERMISSIONS[reader.role] if reader.role else frozenset()
    return {
        "who": reader,
        "workspace": reader.workspace,
        "csrf": reader.csrf,
        "may": granted.__contains__,
        "nav": nav_groups(granted, more),
        "more_tabs": tabs(granted, more, "show"),
        "customer_tabs": tabs(granted, more, "customer"),
        "languages": LANGUAGES,
    }


def faults_by_field(error: InvalidInputError) -> dict[str, str]:
    """What is wrong with each field of a form, in the reader's language; `""` holds what no field is to blame for."""
    if not error.faults:
        return {"": translate(error.message)}
    return {fault.path: translate(fault.problem) for fault in error.faults}


def csrf_field() -> Markup:
    """The hidden field that each form needs."""
    who = g.get("dibs_shopper") or known_reader()
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(who.csrf if who else "")


async def as_response(body: str, status: int = 200) -> Response:
    """A body of markup as a response."""
    response = await make_response(body, status)
    assert isinstance(response, Response)
    return response
