"""Access tokens: short-lived, signed, checked without a secret ever leaving the process."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from uuid import UUID

import attrs
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from dibs.errors import UnauthenticatedError

_ALGORITHMS = ["HS256"]
_ISSUER = "dibs"
_REFUSED = "The access token is not valid or has expired."
_REMEMBERED = 4096


@attrs.frozen
class AccessClaims:
    """What an access token says: who, for which workspace, and from which sign-in it comes."""

    user_id: UUID
    workspace_id: UUID
    sign_in_id: UUID


@attrs.frozen
class AccessTokens:
    """Issues and reads access tokens with one key. Only HS256 is taken, whatever a token's header says."""

    secret: bytes = attrs.field(repr=False)
    minutes: int
    _key: OctKey = attrs.field(init=False, repr=False)
    _checked: Callable[[str], tuple[AccessClaims, float]] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_key", OctKey.import_key(self.secret))
        # A signature that was right stays right; the expiry is looked at each time.
        object.__setattr__(self, "_checked", functools.lru_cache(_REMEMBERED)(self._check))

    def issue(self, claims: AccessClaims) -> str:
        """A signed token that lives for `minutes`."""
        now = int(time.time())
        payload = {
            "iss": _ISSUER,
            "typ": "access",
            "sub": str(claims.user_id),
            "ws": str(claims.workspace_id),
            "sid": str(claims.sign_in_id),
            "iat": now,
            "exp": now + self.minutes * 60,
        }
        return jwt.encode({"alg": "HS256"}, payload, self._key, algorithms=_ALGORITHMS)

    def read(self, token: str) -> AccessClaims:
        """What a token says.

        Raises:
            UnauthenticatedError: forged, expired, malformed, or a token of another kind.
        """
        claims, expires = self._checked(token)
        if expires <= time.time():
            raise UnauthenticatedError(_REFUSED)
        return claims

    def _check(self, token: str) -> tuple[AccessClaims, float]:
        registry = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": _ISSUER},
            typ={"essential": True, "value": "access"},
            exp={"essential": True},
            sub={"essential": True},
        )
        try:
            decoded = jwt.decode(token, self._key, algorithms=_ALGORITHMS)
            registry.validate(decoded.claims)
            ids = [UUID(decoded.claims[name]) for name in ("sub", "ws", "sid")]
        except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UnauthenticatedError(_REFUSED) from error
        return AccessClaims(*ids), float(decoded.claims["exp"])
