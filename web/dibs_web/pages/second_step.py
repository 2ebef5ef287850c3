"""The second step of a sign-in, and the sign-in with nothing but a passkey."""

from __future__ import annotations

from typing import Any

import orjson
from quart import Blueprint, Response, request

from dibs.accounts.second_factors import Pending, Proof
from dibs.api.auth import public
from dibs.api.cookies import SECOND_STEP_PAGE, clear_step_cookie, step_token
from dibs.api.requests import client_address
from dibs.errors import BadCredentialsError, RateLimitedError, UnauthenticatedError
from dibs.runtime import current_runtime
from dibs_web.i18n import _, ngettext
from dibs_web.outside import go, is_own_form, next_target, outside_page
from dibs_web.pages.sign_in import let_in, sign_in_form, too_many

_LONGEST = 20_000


def add_pages(blueprint: Blueprint) -> None:
    """Add the page of the second step, and what the passkey button sends."""
    blueprint.add_url_rule(SECOND_STEP_PAGE, "second_step", public(second_step_page), methods=["GET"])
    blueprint.add_url_rule(SECOND_STEP_PAGE, "second_step_post", public(second_step), methods=["POST"])
    blueprint.add_url_rule("/sign-in/passkey", "passkey_sign_in", public(passkey_sign_in), methods=["POST"])


async def second_step_page() -> Response:
    """What the user has set up, each with its field."""
    pending = await _pending()
    return _over() if pending is None else await _page(pending)


async def second_step() -> Response:
    """Check the answer; a session if it is right."""
    form, pending = await request.form, await _pending()
    if pending is None:
        return _over()
    if not is_own_form(form):
        return await _page(pending, 403, _("This page was open for too long. Try again."))
    proof = _proof(form)
    if proof is None:
        return await _page(pending, 400, _("Enter the code."))
    return await _answer(pending, proof)


async def passkey_sign_in() -> Response:
    """Sign in with a passkey alone."""
    form, factors = await request.form, current_runtime().accounts.second_factors
    answer = passkey_answer(form.get("passkey", ""))
    if not is_own_form(form) or answer is None:
        return await sign_in_form(403, fault=_("This page was open for too long. Sign in again."))
    try:
        user_id = await factors.answer_passkey(form.get("token", ""), answer, client_address())
    except RateLimitedError as error:
        return await sign_in_form(429, fault=too_many(error))
    except UnauthenticatedError:
        words = _("This passkey did not work. Use your password, or try another passkey.")
        return await sign_in_form(401, fault=words)
    return await let_in(user_id, None, "passkey", next_target())


def passkey_answer(text: str) -> dict[str, Any] | None:
    """What the browser's script put into the form."""
    try:
        answer = orjson.loads(text) if len(text) <= _LONGEST else None
    except orjson.JSONDecodeError:
        return None
    return answer if isinstance(answer, dict) else None


async def _answer(pending: Pending, proof: Proof) -> Response:
    runtime = current_runtime()
    try:
        passed = await runtime.accounts.second_factors.answer(pending.token, proof, client_address())
    except RateLimitedError as error:
        return await _page(pending, 429, too_many(error))
    except BadCredentialsError as error:
        left = int(error.data["attempts_left"])
        return _over() if left <= 0 else await _page(pending, 401, _wrong(left))
    except UnauthenticatedError:
        return _over()
    response = await let_in(passed.user_id, passed.workspace_id, passed.opened_by, passed.target)
    clear_step_cookie(response, runtime.settings)
    return response


async def _pending() -> Pending | None:
    token = step_token(request)
    return await current_runtime().accounts.second_factors.look(token) if token else None


async def _page(pending: Pending, status: int = 200, fault: str = "") -> Response:
    options = orjson.dumps(pending.passkey_options).decode() if pending.passkey_options else ""
    party = current_runtime().accounts.second_factors.passkeys.party
    return await outside_page(
        "second_step.html", status, methods=pending.methods, options=options, fault=fault, passkeys=party
    )


def _proof(form: Any) -> Proof | None:
    if passkey := form.get("passkey"):
        answer = passkey_answer(passkey)
        return Proof(passkey=answer) if answer is not None else None
    if recovery := form.get("recovery_code", "").strip():
        return Proof(recovery_code=recovery[:100])
    code = form.get("code", "").strip()
    return Proof(code=code[:100]) if code else None


def _wrong(left: int) -> str:
    return ngettext(
        "That is not right. One attempt is left.",
        "That is not right. Check it, or use another way. %(num)s attempts are left.",
        left,
    )


def _over() -> Response:
    response = go("/sign-in?expired=1")
    clear_step_cookie(response, current_runtime().settings)
    return response
