"""The value classes of accounts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import attrs

from dibs.accounts.fields import check_email, check_name, check_password, check_secret_text
from dibs.accounts.permissions import Role

_optional_name = attrs.validators.optional(check_name)


@attrs.frozen
class Registration:
    """What a new user hands in.

    With the token of an `invitation` they join its workspace, and own one only if they name it; without one, the first
    workspace is called after them unless it has a name.
    """

    email: str = attrs.field(validator=check_email)
    password: str = attrs.field(validator=check_password, repr=False)
    name: str = attrs.field(validator=check_name)
    workspace_name: str | None = attrs.field(default=None, validator=_optional_name)
    invitation: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.max_len(200)), repr=False
    )


@attrs.frozen
class Credentials:
    """What a user hands in to sign in. Any text will do: only whether it is right is told."""

    email: str = attrs.field(validator=check_secret_text)
    password: str = attrs.field(validator=check_secret_text, repr=False)
    workspace_id: UUID | None = None


@attrs.frozen
class User:
    """A person with an account."""

    id: UUID
    email: str
    name: str
    created_at: datetime


@attrs.frozen
class Workspace:
    """A seller's business, and the role in it of the user who asked."""

    id: UUID
    name: str
    role: Role
    created_at: datetime


@attrs.frozen
class Member:
    """A user's place in a workspace. Only those who may change members see it, and with it the address."""

    user_id: UUID
    name: str
    email: str
    role: Role
    created_at: datetime
