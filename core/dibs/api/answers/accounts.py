"""Answers about accounts, sign-ins, second factors, members and invitations."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import attrs

from dibs.accounts.invitations import Invitation, State
from dibs.accounts.model import Member, User, Workspace
from dibs.accounts.passkeys import Passkey
from dibs.accounts.permissions import Role
from dibs.accounts.second_factors import Method
from dibs.accounts.sign_ins import OpenSignIn


@attrs.frozen
class Tokens:
    """A sign-in: the access token goes with every request, the refresh token gets the next pair.

    Attributes:
        expires_in: life of the access token in seconds.
        workspace: the workspace that the tokens are for.
    """

    access_token: str
    expires_in: int
    refresh_token: str
    user: User
    workspace: Workspace | None
    token_type: Literal["Bearer"] = "Bearer"


@attrs.frozen
class SecondStep:
    """The second step of a sign-in.

    Attributes:
        token: goes with the answer.
        methods: what the user has set up.
        passkey_options: for `navigator.credentials.get`, where the user has passkeys.
        expires_in: seconds in which to answer.
    """

    token: str
    methods: list[Method]
    passkey_options: dict[str, Any] | None
    expires_in: int


@attrs.frozen
class SecondStepNeeded:
    """The password was right, and a second factor is asked for; there are no tokens yet."""

    second_factor: SecondStep


@attrs.frozen
class PasskeyStep:
    """What a browser needs to make or prove a passkey. `token` goes with the answer."""

    token: str
    options: dict[str, Any]
    expires_in: int


@attrs.frozen
class FactorsAnswer:
    """The second factors of the signed-in user.

    Attributes:
        totp: an authenticator app is set up.
        recovery_codes: how many are left.
        passkeys_possible: whether this server's address can have passkeys.
        fresh: whether second factors may be changed now, without giving the password again.
    """

    totp: bool
    passkeys: list[Passkey]
    recovery_codes: int
    passkeys_possible: bool
    fresh: bool


@attrs.frozen
class Me:
    """Who is signed in, where, and what they may do there.

    Attributes:
        language: the language that the user chose; null is the browser's.
        instance_operator: the user runs this instance, beyond all workspaces.
        second_factor: whether signing in takes a second step.
        csrf_token: for unsafe requests with a session cookie; null with an access token.
    """

    user: User
    language: str | None
    instance_operator: bool
    second_factor: bool
    workspace: Workspace | None
    permissions: list[str]
    workspaces: list[Workspace]
    csrf_token: str | None


@attrs.frozen
class SignInList:
    """Where the user is signed in."""

    sessions: list[OpenSignIn]


@attrs.frozen
class TotpAnswer:
    """The secret for an authenticator app, told only now.

    Attributes:
        qr: the address as a QR code, an SVG picture in a `data:` address.
    """

    secret: str
    uri: str
    qr: str


@attrs.frozen
class Codes:
    """Recovery codes, told only now; none if the user has some already."""

    recovery_codes: list[str]


@attrs.frozen
class PasskeyMade:
    """A new passkey, and recovery codes if the user had none."""

    passkey: Passkey
    recovery_codes: list[str]


@attrs.frozen
class WorkspaceList:
    """The workspaces of the user."""

    workspaces: list[Workspace]


@attrs.frozen
class Switched:
    """The workspace that the sign-in is in now; with an access token a new one for it, else null."""

    workspace: Workspace
    access_token: str | None
    token_type: Literal["Bearer"] | None
    expires_in: int | None


@attrs.frozen
class MemberList:
    """The members of a workspace."""

    members: list[Member]


@attrs.frozen
class Link:
    """A link that signs a member in once."""

    url: str
    expires_in: int


@attrs.frozen
class InvitationList:
    """The invitations that can still be accepted."""

    invitations: list[Invitation]


@attrs.frozen
class InvitationMade:
    """A new invitation. Its link is told only now."""

    id: UUID
    role: Role
    email: str | None
    url: str
    expires_at: datetime


@attrs.frozen
class InvitationOffer:
    """What the link of an invitation offers.

    Attributes:
        email_required: only the account with the e-mail address that was named can accept it.
        state: only an `open` one can be accepted.
    """

    workspace: str
    role: Role
    invited_by: str
    email_required: bool
    expires_at: datetime
    state: State


@attrs.frozen
class Joined:
    """The workspace that the user has joined."""

    workspace: Workspace
