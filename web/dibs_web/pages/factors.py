"""Setting one's own second factors up, and taking them away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps

from quart import Blueprint, Response, request

from dibs.accounts.fields import check_name
from dibs.api.acting import acting, demand_fresh
from dibs.api.auth import signed_in
from dibs.api.factors import qr_picture
from dibs.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    RateLimitedError,
    StaleSignInError,
    UnauthenticatedError,
)
from dibs.runtime import current_runtime
from dibs_web.i18n import _
from dibs_web.pages.account import PATH, account_page
from dibs_web.pages.second_step import passkey_answer
from dibs_web.pages.sign_in import too_many
from dibs_web.rendering import page, see_other

_TOTP = f"{PATH}/totp"
View = Callable[[], Awaitable[Response]]


def add_pages(blueprint: Blueprint) -> None:
    """Add the pages of the authenticator app, the recovery codes and the passkeys."""
    blueprint.add_url_rule(_TOTP, "account_totp", signed_in(fresh(totp_page)), methods=["GET"])
    forms = {
        "totp": begin_totp,
        "totp/confirm": confirm_totp,
        "totp/remove": remove_totp,
        "recovery-codes": renew_codes,
        "passkeys": add_passkey,
        "passkeys/rename": rename_passkey,
        "passkeys/remove": remove_passkey,
    }
    for name, view in forms.items():
        endpoint = f"account_{name.replace('/', '_').replace('-', '_')}_post"
        blueprint.add_url_rule(f"{PATH}/{name}", endpoint, signed_in(fresh(view)), methods=["POST"])


def fresh(view: View) -> View:
    """Ask for the password first if the sign-in is older than ten minutes."""

    @wraps(view)
    async def asked() -> Response:
        try:
            await demand_fresh()
        except StaleSignInError:
            return see_other(f"{PATH}/confirm?next={PATH}")
        return await view()

    return asked


async def begin_totp() -> Response:
    """A new secret, then the page that shows it."""
    try:
        await current_runtime().accounts.factor_setup.begin_totp(await acting())
    except ConflictError:
        return see_other(PATH, toast=_("An authenticator app is set up already."))
    return see_other(_TOTP)


async def totp_page() -> Response:
    """The secret that waits for its first code, as a picture and as text."""
    return await _totp_page()


async def confirm_totp() -> Response:
    """Turn the app on with its first code."""
    form, setup = await request.form, current_runtime().accounts.factor_setup
    try:
        codes = await setup.confirm_totp(await acting(), form.get("code", "")[:100])
    except InvalidInputError:
        words = _("The code is not right. Check the clock of the device, and enter a new code.")
        return await _totp_page(400, words)
    except RateLimitedError as error:
        return await _totp_page(429, too_many(error))
    except NotFoundError:
        return see_other(PATH)
    return await _done(codes, _("The authenticator app is on."))


async def remove_totp() -> Response:
    """Take the authenticator app away."""
    try:
        await current_runtime().accounts.factor_setup.remove_totp(await acting())
    except NotFoundError:
        return see_other(PATH)
    return see_other(PATH, toast=_("The authenticator app is removed."))


async def renew_codes() -> Response:
    """New recovery codes; the old ones are void."""
    try:
        codes = await current_runtime().accounts.factor_setup.renew_codes(await acting())
    except ConflictError:
        return see_other(PATH, toast=_("Set up an authenticator app or a passkey first."))
    return await _done(codes, "")


async def add_passkey() -> Response:
    """Keep the passkey that the browser has made."""
    form, setup = await request.form, current_runtime().accounts.factor_setup
    answer, name = passkey_answer(form.get("passkey", "")), form.get("name", "").strip()
    if answer is None or not _is_name(name):
        return await account_page(400, faults={"passkey": _("Give the passkey a name, and try again.")})
    try:
        _made, codes = await setup.add_passkey(await acting(), form.get("token", ""), name, answer)
    except (InvalidInputError, UnauthenticatedError, NotFoundError, ConflictError):
        return await account_page(400, faults={"passkey": _("That did not work. Try again.")})
    return await _done(codes, _("The passkey is added."))


async def rename_passkey() -> Response:
    """What its owner calls it."""
    form, setup = await request.form, current_runtime().accounts.factor_setup
    name = form.get("name", "").strip()
    if not _is_name(name):
        return await account_page(400, faults={"passkey": _("Enter a name of at most 120 characters.")})
    await setup.rename_passkey(await acting(), form.get("passkey_id", ""), name)
    return see_other(PATH, toast=_("Saved."))


async def remove_passkey() -> Response:
    """Forget a passkey."""
    form, setup = await request.form, current_runtime().accounts.factor_setup
    try:
        await setup.remove_passkey(await acting(), form.get("passkey_id", ""))
    except NotFoundError:
        return see_other(PATH)
    return see_other(PATH, toast=_("The passkey is removed. Delete it on the device as well."))


async def _totp_page(status: int = 200, fault: str = "") -> Response:
    identity = (await acting()).user_id
    pending = await current_runtime().accounts.second_factors.totp.pending(identity)
    if pending is None:
        return see_other(PATH)
    spaced = " ".join(pending.secret[start : start + 4] for start in range(0, len(pending.secret), 4))
    return await page(
        "account/totp.html", active="account", status=status, qr=qr_picture(pending.uri), secret=spaced,
        bare=pending.secret, fault=fault,
    )  # fmt: skip


async def _done(codes: list[str], toast: str) -> Response:
    """Show the codes, which is possible only now; without any go back to the account."""
    if not codes:
        return see_other(PATH, toast=toast)
    return await page("account/codes.html", active="account", codes=codes, words=toast)


def _is_name(text: str) -> bool:
    field = None
    try:
        check_name(None, field, text)  # type: ignore[arg-type]  # the field's name is not used
    except ValueError:
        return False
    return True
