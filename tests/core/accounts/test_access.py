"""Access tokens: what a token must be to be believed."""

import base64
import json
import time
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from dibs.accounts.access import AccessClaims, AccessTokens
from dibs.errors import UnauthenticatedError

SECRET = b"s" * 48
TOKENS = AccessTokens(SECRET, 15)
CLAIMS = AccessClaims(uuid4(), uuid4(), uuid4())


def made(secret: bytes = SECRET, alg: str = "HS256", **changes: Any) -> str:
    now = int(time.time())
    ids = {"sub": str(CLAIMS.user_id), "ws": str(CLAIMS.workspace_id), "sid": str(CLAIMS.sign_in_id)}
    payload = {"iss": "dibs", "typ": "access", "iat": now, "exp": now + 60, **ids, **changes}
    payload = {key: value for key, value in payload.items() if value is not None}
    return jwt.encode({"alg": alg}, payload, OctKey.import_key(secret), algorithms=[alg])


def unsigned() -> str:
    parts = [{"alg": "none"}, {"sub": str(CLAIMS.user_id), "exp": time.time() + 60}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, ""])


def test_an_issued_token_says_what_was_put_in() -> None:
    assert TOKENS.read(TOKENS.issue(CLAIMS)) == CLAIMS
    assert TOKENS.read(made()) == CLAIMS


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        "é.é.é",
        unsigned(),
        made(b"t" * 48),
        made(alg="HS512"),
        made(exp=int(time.time()) - 5),
        made(exp=None),
        made(typ="refresh"),
        made(typ=None),
        made(iss="somebody"),
        made(sub=None),
        made(sub="not an id"),
        made(ws=None),
        made(sid=5),
        TOKENS.issue(CLAIMS)[:-2],
    ],
)
def test_every_other_token_is_refused(token: str) -> None:
    with pytest.raises(UnauthenticatedError):
        TOKENS.read(token)


def test_a_token_that_was_believed_once_still_expires() -> None:
    token = made(exp=int(time.time()) + 1)
    assert TOKENS.read(token) == CLAIMS
    time.sleep(1.1)
    with pytest.raises(UnauthenticatedError):
        TOKENS.read(token)
