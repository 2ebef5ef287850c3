"""Nothing secret appears in logs, the audit log, or errors: each secret is looked for, wherever it went."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pyotp
import pytest

from dibs.app import DibsQuart
from dibs.logs import redact

from .authenticator import Device
from .test_invitations import invite, token_of
from .test_own_account import PASSWORD, login
from .test_second_factors import LOCAL

OTHER = "canary battery staple"


class Kept(logging.Handler):
    """Every log event as it is written, after what takes secrets out."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        event = record.msg if isinstance(record.msg, dict) else {"event": record.getMessage()}
        self.lines.append(json.dumps(redact(None, "", dict(event)), default=str))


@pytest.fixture
def kept() -> Iterator[Kept]:
    handler, root = Kept(), logging.getLogger()
    root.addHandler(handler)
    before, root.level = root.level, logging.DEBUG
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


async def test_no_secret_is_written_anywhere_but_where_it_belongs(app: DibsQuart, sign_up: Any, kept: Kept) -> None:
    ana, bob = await sign_up("Ana"), await sign_up("Bob")
    made = await invite(ana)
    begun = (await ana.call("POST", "/api/auth/totp"))[1]
    code = pyotp.TOTP(begun["secret"]).now()
    codes = (await ana.call("POST", "/api/auth/totp/confirm", json={"code": code}))[1]["recovery_codes"]
    step = (await ana.call("POST", "/api/auth/passkeys/options"))[1]
    device = Device(LOCAL, step["options"]["rp"]["id"])
    passkey = device.create(step["options"])
    await ana.call("POST", "/api/auth/passkeys", json={"token": step["token"], "name": "Phone", "passkey": passkey})
    asked = (await login(app, ana.email))[1]["second_factor"]["token"]
    answers = [
        await ana.call("POST", "/api/auth/second-factor", json={"token": asked, "code": OTHER}),
        await ana.call("POST", "/api/auth/second-factor", json={"token": asked, "recovery_code": codes[0], "code": 1}),
        await ana.call("POST", "/api/auth/second-factor", json={"token": [asked], "recovery_code": codes[0]}),
        await ana.call("POST", "/api/auth/second-factor", json={"token": asked, "recovery_code": codes[0]}),
        await ana.call("POST", "/api/auth/email", json={"email": "x@example.com", "password": OTHER}),
        await ana.call("POST", "/api/auth/password", json={"current_password": OTHER, "new_password": [OTHER]}),
        await bob.call("POST", f"/api/invitations/{token_of(made)}/accept"),
        await ana.call("POST", f"/api/invitations/{token_of(made)}/accept"),
        await bob.call("POST", "/api/auth/refresh", json={"refresh_token": bob.refresh_token + "x"}),
    ]
    link = await app.runtime.accounts.create_sign_in_link(await app.runtime.accounts.user_id(bob.email))
    session = await app.test_client().get(f"/sign-in/{link}")
    cookie = session.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    await app.test_client().get("/api/auth/me", headers={"Cookie": f"dibs_session={cookie}"})
    tokens = answers[3][1]
    secrets = [
        PASSWORD, OTHER, begun["secret"], begun["uri"], *codes, asked, token_of(made), link, cookie, step["token"],
        passkey["response"]["attestationObject"], ana.access_token, ana.refresh_token, tokens["access_token"],
        tokens["refresh_token"],
    ]  # fmt: skip
    assert answers[3][0] == 200
    audit = await app.runtime.db.hot_fetch("SELECT audit_log::text AS row FROM audit_log")
    errors = [str(answer) for status, answer in answers if status >= 400]
    assert len(kept.lines) > 20
    assert len(errors) >= 6
    written = "\n".join([*kept.lines, *(row["row"] for row in audit), *errors])
    assert [secret for secret in secrets if secret in written] == []
    assert any("/api/invitations/[secret]/accept" in line for line in kept.lines)
