"""Where customers sign in: with a link that staff sent, or with a code."""

from __future__ import annotations

from typing import Final

from quart import Blueprint, Response, request

from dibs.api.auth import customer_only, public
from dibs.api.customer_tokens import clear_customer_cookie, cookie_token, found_customer, set_customer_cookie
from dibs.api.requests import client_address
from dibs.customer_access.model import HOME, SIGN_IN
from dibs.errors import DibsError, NotFoundError, RateLimitedError
from dibs.runtime import current_runtime
from dibs_web.i18n import _
from dibs_web.outside import finish_form, go, is_own_form, next_target, outside_page
from dibs_web.pages.sign_in import too_many

_LONGEST: Final = 200


def add_pages(blueprint: Blueprint) -> None:
    """Add sign-in and sign-out of customers."""
    blueprint.add_url_rule(SIGN_IN, "portal_sign_in", public(code_page))
    blueprint.add_url_rule(SIGN_IN, "portal_code", public(enter_code), methods=["POST"])
    blueprint.add_url_rule(f"{SIGN_IN}/<token>", "portal_link", public(link_page))
    blueprint.add_url_rule(f"{SIGN_IN}/<token>", "portal_link_post", public(follow_link), methods=["POST"])
    blueprint.add_url_rule(f"{HOME}/sign-out", "portal_sign_out", customer_only(sign_out), methods=["POST"])


async def code_page() -> Response:
    """The form for a code; whoever is signed in already goes on."""
    if await found_customer() is not None:
        return go(_target())
    return await _form()


async def enter_code() -> Response:
    """Sign in with a code."""
    form = await request.form
    if not is_own_form(form):
        return await _form(403, _("This page was open for too long. Try again."))
    access = current_runtime().customer_access
    try:
        token, _who = await access.by_code(form.get("code", "")[:_LONGEST], client_address())
    except (NotFoundError, RateLimitedError) as error:
        return await _form(*_refused(error, _("This code does not open anything. Check it, or ask for a new one.")))
    return _let_in(token)


async def link_page(token: str) -> Response:
    """Whom the link lets in, and a button: what looks at links ahead, such as a scanner of mails, uses none up."""
    try:
        name, seller = await current_runtime().customer_access.look(token[:_LONGEST], client_address())
    except (NotFoundError, RateLimitedError) as error:
        return await _dead(error)
    return await outside_page("portal/link.html", token=token, name=name, seller=seller, fault="")


async def follow_link(token: str) -> Response:
    """Use the link up and sign in."""
    if not is_own_form(await request.form):
        return await link_page(token)
    try:
        made, _who = await current_runtime().customer_access.by_token(token[:_LONGEST], client_address())
    except (NotFoundError, RateLimitedError) as error:
        return await _dead(error)
    return _let_in(made)


async def sign_out() -> Response:
    """End the sign-in of this browser."""
    runtime = current_runtime()
    await runtime.customer_access.sign_ins.end(cookie_token() or "")
    response = go(SIGN_IN)
    clear_customer_cookie(response, runtime.settings)
    return response


async def _form(status: int = 200, fault: str = "") -> Response:
    return await outside_page("portal/sign_in.html", status, fault=fault, target=_target())


async def _dead(error: DibsError) -> Response:
    words = _("This link does not open anything: it was used, it is too old, or it was replaced. Ask for a new one.")
    return await _form(*_refused(error, words))


def _refused(error: DibsError, words: str) -> tuple[int, str]:
    return (429, too_many(error)) if isinstance(error, RateLimitedError) else (404, words)


def _target() -> str:
    target = next_target()
    return target if target.startswith(f"{HOME}/") and not target.startswith(SIGN_IN) else HOME


def _let_in(token: str) -> Response:
    response = finish_form(go(_target()))
    set_customer_cookie(response, token, current_runtime().settings)
    return response
