"""The second step of a sign-in, and the sign-in with nothing but a passkey."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs.accounts.second_factors import Proof
from dibs.api.answers.accounts import PasskeyStep, Tokens
from dibs.api.auth import public
from dibs.api.body import read_body
from dibs.api.operation import operation
from dibs.api.requests import client_address
from dibs.api.tokens import SECONDS, open_tokens
from dibs.codec import unstructure
from dibs.errors import FieldFault, InvalidInputError
from dibs.runtime import current_runtime

blueprint = Blueprint("second_step", __name__, url_prefix="/api/auth")
_token: Any = attrs.validators.max_len(200)
_short: Any = attrs.validators.optional(attrs.validators.max_len(100))


@attrs.frozen
class SecondStepBody:
    """The answer to the second step: one of `code`, `recovery_code` and `passkey`.

    Attributes:
        token: as `POST auth/login` answered it.
        code: of the authenticator app.
        passkey: what `navigator.credentials.get` gave, as JSON.
    """

    token: str = attrs.field(validator=_token, repr=False)
    code: str | None = attrs.field(default=None, validator=_short, repr=False)
    recovery_code: str | None = attrs.field(default=None, validator=_short, repr=False)
    passkey: dict[str, Any] | None = attrs.field(default=None, repr=False)


@attrs.frozen
class PasskeyBody:
    """A sign-in with a passkey alone.

    Attributes:
        token: as `POST auth/passkey/options` answered it.
        passkey: what `navigator.credentials.get` gave, as JSON.
        workspace_id: the workspace to sign in to; without it the user's first.
    """

    token: str = attrs.field(validator=_token, repr=False)
    passkey: dict[str, Any] = attrs.field(repr=False)
    workspace_id: UUID | None = None


@blueprint.post("/second-factor")
@public
@operation("Take the second step of a sign-in", body=SecondStepBody, answer=Tokens, errors=(401,))
async def second_factor() -> Response:
    """Five minutes and five attempts after the password; then the sign-in starts again."""
    given, accounts = await read_body(SecondStepBody), current_runtime().accounts
    proof = Proof(given.code, given.recovery_code, given.passkey)
    if sum(answer is not None for answer in (proof.code, proof.recovery_code, proof.passkey)) != 1:
        fault = FieldFault("$", "must hold one of code, recovery_code and passkey")
        raise InvalidInputError("The body has 1 faulty field(s).", [fault])
    passed = await accounts.second_factors.answer(given.token, proof, client_address())
    return jsonify(unstructure(await open_tokens(passed.user_id, passed.workspace_id, passed.opened_by)))


@blueprint.post("/passkey/options")
@public
@operation("Begin a sign-in with a passkey alone", answer=PasskeyStep)
async def passkey_options() -> Response:
    """A challenge for `navigator.credentials.get`; it is good for five minutes."""
    pending = await current_runtime().accounts.second_factors.ask_passkey(client_address())
    return jsonify(unstructure(PasskeyStep(pending.token, dict(pending.passkey_options or {}), SECONDS)))


@blueprint.post("/passkey")
@public
@operation("Sign in with a passkey alone", body=PasskeyBody, answer=Tokens, errors=(401, 404))
async def passkey() -> Response:
    """The device must have checked who uses it, by a PIN, a finger or a face; then no password is needed."""
    given, accounts = await read_body(PasskeyBody), current_runtime().accounts
    user_id = await accounts.second_factors.answer_passkey(given.token, given.passkey, client_address())
    return jsonify(unstructure(await open_tokens(user_id, given.workspace_id, "passkey")))
