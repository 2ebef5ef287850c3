"""Passkeys: public keys of a user, whose private halves stay with the user's devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import attrs
import orjson

from dibs.accounts.keys import from_text, to_text
from dibs.accounts.model import User
from dibs.accounts.relying_party import RelyingParty
from dibs.db import Database
from dibs.errors import DuplicateError, FieldFault, InvalidInputError

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    from dibs.db import RawConnection

MOST = 20
_LIST = """
SELECT credential_id, name, created_at, last_used_at FROM passkeys WHERE user_id = $1 ORDER BY created_at, credential_id
"""
_ADD = """
INSERT INTO passkeys (user_id, credential_id, public_key, sign_count, name) VALUES ($1, $2, $3, $4, $5)
RETURNING credential_id, name, created_at, last_used_at
"""
_KEY = """
SELECT p.user_id, p.public_key, p.sign_count FROM passkeys p JOIN users u ON u.id = p.user_id AND u.disabled_at IS NULL
WHERE p.credential_id = $1
"""
_USED = """
UPDATE passkeys SET sign_count = $2, last_used_at = now()
WHERE credential_id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0)) RETURNING 1
"""
_RENAME = """
UPDATE passkeys SET name = $3 WHERE user_id = $1 AND credential_id = $2
RETURNING credential_id, name, created_at, last_used_at
"""
_REMOVE = "DELETE FROM passkeys WHERE user_id = $1 AND credential_id = $2 RETURNING name"
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError)


@attrs.frozen
class Passkey:
    """A passkey as its owner sees it."""

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


@attrs.frozen
class Passkeys:
    """The passkeys of all users. `party` is None where the server's address can't have any."""

    db: Database
    party: RelyingParty | None

    async def of_user(self, user_id: UUID) -> list[Passkey]:
        """All passkeys of a user, the oldest first."""
        return [_passkey(row) for row in await self.db.hot_fetch(_LIST, user_id)]

    def creation_options(self, user: User, known: Sequence[Passkey], challenge: bytes) -> dict[str, Any]:
        """What a browser needs to make a passkey."""
        import webauthn  # noqa: PLC0415 - slow to load, and seldom used
        from webauthn.helpers import structs  # noqa: PLC0415

        options = webauthn.generate_registration_options(
            rp_id=self._party.id,
            rp_name=self._party.name,
            user_id=user.id.bytes,
            user_name=user.email,
            user_display_name=user.name,
            challenge=challenge,
            exclude_credentials=_descriptors(known),
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.PREFERRED,
                user_verification=structs.UserVerificationRequirement.PREFERRED,
            ),
        )
        return _plain(webauthn.options_to_json(options))

    async def add(
        self, connection: RawConnection, user_id: UUID, challenge: bytes, answer: Mapping[str, Any], name: str
    ) -> Passkey:
        """Keep a passkey that the browser has made.

        Raises:
            InvalidInputError: it does not answer the challenge, or comes from another address.
            DuplicateError: it is known already.
        """
        import webauthn  # noqa: PLC0415

        try:
            made = webauthn.verify_registration_response(
                credential=dict(answer),
                expected_challenge=challenge,
                expected_rp_id=self._party.id,
                expected_origin=list(self._party.origins),
            )
        except (webauthn.helpers.exceptions.WebAuthnException, *_BROKEN) as error:
            raise _refused(error) from error
        try:
            row = await connection.fetchrow(
                _ADD, user_id, made.credential_id, made.credential_public_key, made.sign_count, name
            )
        except asyncpg.UniqueViolationError:
            raise DuplicateError("This passkey is known already.") from None
        return _passkey(row)

    def request_options(self, known: Sequence[Passkey], challenge: bytes) -> dict[str, Any]:
        """What a browser needs to prove one of these passkeys, or any of this server if none is named."""
        import webauthn  # noqa: PLC0415
        from webauthn.helpers import structs  # noqa: PLC0415

        options = webauthn.generate_authentication_options(
            rp_id=self._party.id,
            challenge=challenge,
            allow_credentials=_descriptors(known) or None,
            user_verification=(
                structs.UserVerificationRequirement.PREFERRED if known else structs.UserVerificationRequirement.REQUIRED
            ),
        )
        return _plain(webauthn.options_to_json(options))

    async def check(self, challenge: bytes, answer: Mapping[str, Any], *, alone: bool) -> UUID | None:
        """Whose passkey answers the challenge; None if none does.

        `alone`: it is the only proof, so the device must have checked who uses it.
        """
        if self.party is None:
            return None
        import webauthn  # noqa: PLC0415

        try:
            credential_id = from_text(str(answer["id"]))
            rows = await self.db.hot_fetch(_KEY, credential_id)
            if not rows:
                return None
            proved = webauthn.verify_authentication_response(
                credential=dict(answer),
                expected_challenge=challenge,
                expected_rp_id=self.party.id,
                expected_origin=list(self.party.origins),
                credential_public_key=rows[0]["public_key"],
                credential_current_sign_count=rows[0]["sign_count"],
                require_user_verification=alone,
            )
        except (webauthn.helpers.exceptions.WebAuthnException, *_BROKEN):
            return None
        counted = await self.db.hot_fetch(_USED, credential_id, proved.new_sign_count)
        return rows[0]["user_id"] if counted else None

    async def rename(self, connection: RawConnection, user_id: UUID, passkey_id: str, name: str) -> Passkey | None:
        """Give a passkey another name."""
        row = await connection.fetchrow(_RENAME, user_id, _raw(passkey_id), name)
        return None if row is None else _passkey(row)

    async def remove(self, connection: RawConnection, user_id: UUID, passkey_id: str) -> str | None:
        """Forget a passkey; its name, or None if there is none."""
        name: str | None = await connection.fetchval(_REMOVE, user_id, _raw(passkey_id))
        return name

    @property
    def _party(self) -> RelyingParty:
        if self.party is None:
            words = "needs a server with a name: set `public_url`"
            raise InvalidInputError("This server can't have passkeys.", [FieldFault("passkey", words)])
        return self.party


def _passkey(row: Any) -> Passkey:
    return Passkey(to_text(row["credential_id"]), row["name"], row["created_at"], row["last_used_at"])


def _descriptors(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor  # noqa: PLC0415

    return [PublicKeyCredentialDescriptor(id=from_text(passkey.id)) for passkey in known]


def _raw(passkey_id: str) -> bytes:
    try:
        return from_text(passkey_id)
    except ValueError:
        return b""


def _plain(text: str) -> dict[str, Any]:
    options: dict[str, Any] = orjson.loads(text)
    return options


def _refused(error: Exception) -> InvalidInputError:
    fault = FieldFault("passkey", "is not an answer to this challenge")
    return InvalidInputError("The passkey can't be used.", [fault], reason=type(error).__name__)
