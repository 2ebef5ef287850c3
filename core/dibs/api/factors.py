"""Setting one's own second factors up: authenticator app, recovery codes, passkeys."""

from __future__ import annotations

from typing import Any

import attrs
import segno
from quart import Blueprint, Response, jsonify

from dibs.accounts.fields import check_name
from dibs.accounts.passkeys import Passkey
from dibs.api.acting import acting, demand_fresh, sign_in_key
from dibs.api.answers.accounts import Codes, FactorsAnswer, PasskeyMade, PasskeyStep, TotpAnswer
from dibs.api.auth import current_identity, signed_in
from dibs.api.body import read_body
from dibs.api.operation import operation
from dibs.api.tokens import SECONDS
from dibs.codec import unstructure
from dibs.runtime import current_runtime

blueprint = Blueprint("factors", __name__, url_prefix="/api/auth")


@attrs.frozen
class CodeBody:
    """A code of the authenticator app."""

    code: str = attrs.field(validator=attrs.validators.max_len(100), repr=False)


@attrs.frozen
class NewPasskey:
    """A passkey that the browser has made.

    Attributes:
        token: as `POST auth/passkeys/options` answered it.
        name: what its owner calls it.
        passkey: what `navigator.credentials.create` gave, as JSON.
    """

    token: str = attrs.field(validator=attrs.validators.max_len(200), repr=False)
    name: str = attrs.field(validator=check_name)
    passkey: dict[str, Any] = attrs.field(repr=False)


@attrs.frozen
class PasskeyName:
    """Another name for a passkey."""

    name: str = attrs.field(validator=check_name)


def qr_picture(uri: str) -> str:
    """The QR code of an address, as a picture in a `data:` address: it never leaves this server."""
    return str(segno.make(uri, error="m").svg_data_uri(scale=4, border=3, dark="#111", light="#fff"))


@blueprint.get("/second-factors")
@signed_in
@operation("List one's own second factors", answer=FactorsAnswer)
async def list_factors() -> Response:
    """The authenticator app, the passkeys, and how many recovery codes are left."""
    user_id, accounts = (await current_identity()).user_id, current_runtime().accounts
    found = await accounts.second_factors.of_user(user_id)
    passkeys = await accounts.second_factors.passkeys.of_user(user_id)
    possible = accounts.second_factors.passkeys.party is not None
    fresh = await accounts.sign_ins.is_fresh(await sign_in_key())
    return jsonify(unstructure(FactorsAnswer(found.totp, passkeys, found.recovery_codes, possible, fresh)))


@blueprint.post("/totp")
@signed_in
@operation("Begin to set up an authenticator app", answer=TotpAnswer, errors=(409,))
async def begin_totp() -> Response:
    """A new secret; it counts once a code of it was given. Needs a fresh sign-in."""
    await demand_fresh()
    begun = await current_runtime().accounts.factor_setup.begin_totp(await acting())
    return jsonify(unstructure(TotpAnswer(begun.secret, begun.uri, qr_picture(begun.uri))))


@blueprint.post("/totp/confirm")
@signed_in
@operation("Turn the authenticator app on", body=CodeBody, answer=Codes, errors=(404,))
async def confirm_totp() -> Response:
    """With its first code. Answers recovery codes if the user had none. Needs a fresh sign-in."""
    await demand_fresh()
    given = await read_body(CodeBody)
    codes = await current_runtime().accounts.factor_setup.confirm_totp(await acting(), given.code)
    return jsonify(unstructure(Codes(codes)))


@blueprint.delete("/totp")
@signed_in
@operation("Remove the authenticator app", answer=None, status=204, errors=(404,))
async def remove_totp() -> tuple[Response, int]:
    """Needs a fresh sign-in. With the last factor the recovery codes go."""
    await demand_fresh()
    await current_runtime().accounts.factor_setup.remove_totp(await acting())
    return Response(b"", 204), 204


@blueprint.post("/recovery-codes")
@signed_in
@operation("Make new recovery codes", answer=Codes, errors=(409,))
async def renew_codes() -> Response:
    """Ten, shown only now; the old ones are void. Needs a fresh sign-in."""
    await demand_fresh()
    codes = await current_runtime().accounts.factor_setup.renew_codes(await acting())
    return jsonify(unstructure(Codes(codes)))


@blueprint.post("/passkeys/options")
@signed_in
@operation("Begin to make a passkey", answer=PasskeyStep, errors=(400, 409))
async def passkey_options() -> Response:
    """A challenge for `navigator.credentials.create`. Needs a fresh sign-in."""
    user_id, accounts = await demand_fresh(), current_runtime().accounts
    token, options = await accounts.factor_setup.begin_passkey(await accounts.users.get(user_id))
    return jsonify(unstructure(PasskeyStep(token, options, SECONDS)))


@blueprint.post("/passkeys")
@signed_in
@operation(
    "Keep a passkey that the browser has made", body=NewPasskey, answer=PasskeyMade, status=201, errors=(404, 409)
)
async def add_passkey() -> tuple[Response, int]:
    """Answers recovery codes if the user had none. Needs a fresh sign-in."""
    await demand_fresh()
    given, setup = await read_body(NewPasskey), current_runtime().accounts.factor_setup
    made, codes = await setup.add_passkey(await acting(), given.token, given.name, given.passkey)
    return jsonify(unstructure(PasskeyMade(made, codes))), 201


@blueprint.patch("/passkeys/<passkey_id>")
@signed_in
@operation("Rename a passkey", body=PasskeyName, answer=Passkey, errors=(404,))
async def rename_passkey(passkey_id: str) -> Response:
    """What its owner calls it."""
    given, setup = await read_body(PasskeyName), current_runtime().accounts.factor_setup
    return jsonify(unstructure(await setup.rename_passkey(await acting(), passkey_id, given.name)))


@blueprint.delete("/passkeys/<passkey_id>")
@signed_in
@operation("Remove a passkey", answer=None, status=204, errors=(404,))
async def remove_passkey(passkey_id: str) -> tuple[Response, int]:
    """Needs a fresh sign-in. With the last factor the recovery codes go."""
    await demand_fresh()
    await current_runtime().accounts.factor_setup.remove_passkey(await acting(), passkey_id)
    return Response(b"", 204), 204
