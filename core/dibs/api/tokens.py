"""What a completed sign-in of the API answers."""

from __future__ import annotations

from uuid import UUID

import structlog

from dibs.accounts.challenges import LIFETIME
from dibs.accounts.model import User
from dibs.accounts.refresh import SignIn
from dibs.accounts.second_factors import Pending
from dibs.accounts.sign_ins import OpenedBy
from dibs.api.acting import opening
from dibs.api.answers.accounts import SecondStep, SecondStepNeeded, Tokens
from dibs.api.requests import client_address
from dibs.runtime import current_runtime

SECONDS = int(LIFETIME.total_seconds())
log = structlog.get_logger("dibs.accounts")


async def open_tokens(user_id: UUID, workspace_id: UUID | None, by: OpenedBy) -> Tokens:
    """Sign an API client in."""
    accounts = current_runtime().accounts
    sign_in = await accounts.open_sign_in(user_id, workspace_id, opening(by))
    log.info("signed_in", user_id=str(user_id), by=by, address=client_address())
    return await as_tokens(sign_in, await accounts.users.get(user_id))


async def as_tokens(sign_in: SignIn, user: User) -> Tokens:
    """The tokens of a sign-in, with who and where."""
    runtime = current_runtime()
    places = await runtime.accounts.workspaces.of_user(user.id)
    here = next((place for place in places if place.id == sign_in.workspace_id), None)
    seconds = runtime.settings.access_minutes * 60
    return Tokens(runtime.accounts.access_token(sign_in), seconds, sign_in.token, user, here)


def as_second_step(pending: Pending) -> SecondStepNeeded:
    """What a client needs for the second step."""
    options = dict(pending.passkey_options) if pending.passkey_options is not None else None
    return SecondStepNeeded(SecondStep(pending.token, list(pending.methods), options, SECONDS))
