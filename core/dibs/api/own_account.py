"""Changing one's own account: name, language, e-mail address, password, and where one is signed in."""

from __future__ import annotations

from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify, request

from dibs.accounts.fields import check_email, check_name, check_password, check_secret_text
from dibs.accounts.model import User
from dibs.api.acting import acting, sign_in_key
from dibs.api.answers.accounts import SignInList
from dibs.api.auth import current_identity, signed_in
from dibs.api.body import read_body
from dibs.api.cookies import clear_session_cookie
from dibs.api.operation import operation
from dibs.codec import unstructure
from dibs.runtime import current_runtime

blueprint = Blueprint("own_account", __name__, url_prefix="/api/auth")
_LANGUAGE = r"|[a-z]{2,3}(-[A-Za-z]{2,4})?"


@attrs.frozen
class ProfileBody:
    """What changes; what is left out stays.

    Attributes:
        language: such as `en`; empty for the browser's.
    """

    name: str | None = attrs.field(default=None, validator=attrs.validators.optional(check_name))
    language: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.matches_re(_LANGUAGE))
    )


@attrs.frozen
class EmailBody:
    """Another e-mail address to sign in with, and the password."""

    email: str = attrs.field(validator=check_email)
    password: str = attrs.field(validator=check_secret_text, repr=False)


@attrs.frozen
class PasswordBody:
    """Another password.

    Attributes:
        current_password: the one that counts now; only within ten minutes of a sign-in by link it may be left out.
    """

    new_password: str = attrs.field(validator=check_password, repr=False)
    current_password: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(check_secret_text), repr=False
    )


@attrs.frozen
class ConfirmBody:
    """The password, to prove who sits there."""

    password: str = attrs.field(validator=check_secret_text, repr=False)


@attrs.frozen
class EverywhereBody:
    """Which sign-ins end.

    Attributes:
        keep_this: the sign-in of this request stays.
    """

    keep_this: bool = False


@blueprint.patch("/me")
@signed_in
@operation("Change one's own name or language", body=ProfileBody, answer=User)
async def change_me() -> Response:
    """Name and language of the signed-in user; the language is that of the pages."""
    given, own = await read_body(ProfileBody), current_runtime().accounts.own
    return jsonify(unstructure(await own.change_profile(await acting(), given.name, given.language)))


@blueprint.post("/email")
@signed_in
@operation("Change one's own e-mail address", body=EmailBody, answer=User, errors=(409,))
async def change_email() -> Response:
    """The address to sign in with. The current password is asked for."""
    given, own = await read_body(EmailBody), current_runtime().accounts.own
    return jsonify(unstructure(await own.change_email(await acting(), given.email, given.password)))


@blueprint.post("/password")
@signed_in
@operation("Change one's own password", body=PasswordBody, answer=None, status=204)
async def change_password() -> tuple[Response, int]:
    """Every other sign-in of the user ends. The current password is asked for."""
    given, own = await read_body(PasswordBody), current_runtime().accounts.own
    await own.change_password(await acting(), await sign_in_key(), given.current_password, given.new_password)
    return Response(b"", 204), 204


@blueprint.post("/confirm")
@signed_in
@operation("Prove again who sits there", body=ConfirmBody, answer=None, status=204)
async def confirm() -> tuple[Response, int]:
    """Changing second factors takes a sign-in, or this, within the last ten minutes."""
    given, own = await read_body(ConfirmBody), current_runtime().accounts.own
    await own.confirm((await current_identity()).user_id, await sign_in_key(), given.password)
    return Response(b"", 204), 204


@blueprint.post("/sign-out-everywhere")
@signed_in
@operation("End every sign-in", body=EverywhereBody, body_optional=True, answer=None, status=204)
async def sign_out_everywhere() -> tuple[Response, int]:
    """In every browser and every program; links and unfinished sign-ins are void as well."""
    given = await read_body(EverywhereBody) if await request.get_data() else EverywhereBody()
    runtime, key = current_runtime(), await sign_in_key()
    await runtime.accounts.own.sign_out_everywhere(await acting(), key if given.keep_this else None)
    response = Response(b"", 204)
    if not given.keep_this and (await current_identity()).session is not None:
        clear_session_cookie(response, runtime.settings)
    return response, 204


@blueprint.get("/sessions")
@signed_in
@operation("List where one is signed in", answer=SignInList)
async def list_sessions() -> Response:
    """Browsers and programs, this one first. When one was last seen is known to the minute, or not at all."""
    identity, accounts = await current_identity(), current_runtime().accounts
    return jsonify(unstructure(SignInList(await accounts.sign_ins.of_user(identity.user_id, await sign_in_key()))))


@blueprint.delete("/sessions/<uuid:session_id>")
@signed_in
@operation("End one sign-in", answer=None, status=204)
async def end_session(session_id: UUID) -> tuple[Response, int]:
    """One's own, in a browser or a program."""
    await current_runtime().accounts.own.end_sign_in(await acting(), session_id)
    return Response(b"", 204), 204
