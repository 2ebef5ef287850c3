"""One's own account: profile, e-mail address, password, where one is signed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from quart import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from dibs.accounts.fields import PASSWORD_LENGTH, check_email, check_name, check_password
from dibs.accounts.links import local_path
from dibs.api.acting import acting, sign_in_key
from dibs.api.auth import current_identity, signed_in
from dibs.api.cookies import clear_session_cookie
from dibs.errors import DuplicateError, InvalidInputError, NotFoundError, RateLimitedError
from dibs.runtime import current_runtime
from dibs_web.i18n import LANGUAGES, _
from dibs_web.pages.sign_in import too_many
from dibs_web.reader import current_reader
from dibs_web.rendering import page, see_other

PATH = "/account"
_FIELD: Any = None


def add_pages(blueprint: Blueprint) -> None:
    """Add the page and its forms."""
    blueprint.add_url_rule(PATH, "account", signed_in(account), methods=["GET"])
    blueprint.add_url_rule(f"{PATH}/confirm", "account_confirm", signed_in(confirm_page), methods=["GET"])
    forms = {
        "profile": change_profile,
        "email": change_email,
        "password": change_password,
        "confirm": confirm,
        "end-session": end_session,
        "sign-out-everywhere": sign_out_everywhere,
    }
    for name, view in forms.items():
        rule, endpoint = f"{PATH}/{name}", f"account_{name.replace('-', '_')}_post"
        blueprint.add_url_rule(rule, endpoint, signed_in(view), methods=["POST"])


async def account() -> Response:
    """Everything about oneself."""
    return await account_page()


async def change_profile() -> Response:
    """Another name, another language."""
    form, own = await request.form, current_runtime().accounts.own
    name, language = form.get("name", "").strip(), form.get("language", "")
    if not _passes(check_name, name) or language not in ("", *LANGUAGES):
        return await account_page(400, faults={"name": _("Enter a name of at most 120 characters.")}, given=form)
    await own.change_profile(await acting(), name, language)
    return see_other(PATH, toast=_("Saved."))


async def change_email() -> Response:
    """Another address to sign in with; asks for the password."""
    form, own = await request.form, current_runtime().accounts.own
    email = form.get("email", "").strip()
    if not _passes(check_email, email):
        faults = {"email": _("Enter an e-mail address such as ana@example.com.")}
        return await account_page(400, faults=faults, given=form)
    try:
        await own.change_email(await acting(), email, form.get("password", ""))
    except InvalidInputError:
        return await account_page(400, faults={"email_password": _wrong()}, given=form)
    except DuplicateError:
        return await account_page(409, faults={"email": _("This address has an account already.")}, given=form)
    except RateLimitedError as error:
        return await account_page(429, faults={"email_password": too_many(error)}, given=form)
    return see_other(PATH, toast=_("You sign in with the new address from now on."))


async def change_password() -> Response:
    """Another password; asks for the current one, but right after a sign-in by link."""
    form, own = await request.form, current_runtime().accounts.own
    new, current = form.get("new_password", ""), form.get("current_password")
    if not _passes(check_password, new):
        low, high = PASSWORD_LENGTH
        words = _("Choose a password of %(low)s to %(high)s characters.", low=low, high=high)
        return await account_page(400, faults={"new_password": words})
    try:
        await own.change_password(await acting(), await sign_in_key(), current, new)
    except InvalidInputError:
        return await account_page(400, faults={"current_password": _wrong()})
    except RateLimitedError as error:
        return await account_page(429, faults={"current_password": too_many(error)})
    return see_other(PATH, toast=_("The password is changed. Every other sign-in has ended."))


async def confirm_page() -> Response:
    """Ask for the password again, before something that a stranger at this desk must not do."""
    return await _confirm_page()


async def confirm() -> Response:
    """Check the password, and go on to what was wanted."""
    form, own = await request.form, current_runtime().accounts.own
    user_id = (await current_identity()).user_id
    try:
        await own.confirm(user_id, await sign_in_key(), form.get("password", ""))
    except InvalidInputError:
        return await _confirm_page(400, _wrong())
    except RateLimitedError as error:
        return await _confirm_page(429, too_many(error))
    return see_other(_next(), toast=_("Thank you. Go on within ten minutes."))


async def end_session() -> Response:
    """End one sign-in."""
    form, own = await request.form, current_runtime().accounts.own
    try:
        await own.end_sign_in(await acting(), UUID(form.get("session_id", "")))
    except (ValueError, NotFoundError):
        return see_other(PATH, toast=_("That sign-in had ended already."))
    return see_other(PATH, toast=_("Signed out there."))


async def sign_out_everywhere() -> Response:
    """End every sign-in, this one too."""
    runtime = current_runtime()
    await runtime.accounts.own.sign_out_everywhere(await acting(), None)
    response = see_other("/sign-in")
    clear_session_cookie(response, runtime.settings)
    return response


async def account_page(status: int = 200, **values: Any) -> Response:
    """The page, with what is wrong with a form that was sent."""
    accounts, key, user_id = current_runtime().accounts, await sign_in_key(), (await current_identity()).user_id
    factors = accounts.second_factors
    return await page(
        "account/account.html",
        active="account",
        status=status,
        sessions=await accounts.sign_ins.of_user(user_id, key),
        factors=await factors.of_user(user_id),
        passkeys=await factors.passkeys.of_user(user_id),
        party=factors.passkeys.party,
        fresh=await accounts.sign_ins.is_fresh(key),
        by_link=await accounts.sign_ins.by_fresh_link(key),
        has_password=await accounts.users.password_hash(user_id) is not None,
        low=PASSWORD_LENGTH[0],
        tongues=[("", _("As the browser says")), *LANGUAGES.items()],
        chosen=(await current_reader()).language or "",
        **{"faults": {}, "given": MultiDict(), **values},
    )


async def _confirm_page(status: int = 200, fault: str = "") -> Response:
    return await page("account/confirm.html", active="account", status=status, next=_next(), fault=fault)


def _next() -> str:
    target = request.args.get("next", PATH)
    return target if local_path(target) else PATH


def _wrong() -> str:
    return _("The password is not right.")


def _passes(check: Any, value: str) -> bool:
    try:
        check(None, _FIELD, value)
    except ValueError:
        return False
    return True
