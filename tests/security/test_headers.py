"""What every answer tells the browser to do and not to do, exactly."""

from __future__ import annotations

from pathlib import Path

import pytest

from dibs.app import create_app
from dibs.settings import Settings

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
API_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
STRICT = f"{PAGE_POLICY}; require-trusted-types-for 'script'; trusted-types 'none'"


@pytest.mark.parametrize(
    ("path", "policies", "kept"),
    [
        ("/api/shows", (API_POLICY,), "no-store"),
        ("/api/nothing", (API_POLICY,), "no-store"),
        ("/api/openapi.json", (API_POLICY,), "public, max-age=300"),
        ("/api/docs", (STRICT,), "no-store"),
        ("/sign-in", (PAGE_POLICY, STRICT), "no-store"),
        ("/nothing", (PAGE_POLICY, STRICT), "no-store"),
        ("/shows", (API_POLICY, PAGE_POLICY, STRICT), "no-store"),
    ],
)
async def test_every_answer_over_https_carries_them(
    database_url: str, tmp_path: Path, path: str, policies: tuple[str, ...], kept: str
) -> None:
    app = create_app(Settings(database_url=database_url, data_dir=tmp_path, public_url="https://dibs.example.com"))
    async with app.test_app():
        headers = (await app.test_client().get(path, headers={"Accept": "text/html"})).headers
    assert {name: headers.get(name) for name in ALWAYS} == ALWAYS
    assert headers["Content-Security-Policy"] in policies
    assert headers["Cache-Control"] == kept
    assert "Server" not in headers or "python" not in headers["Server"].lower()


async def test_the_cookie_is_for_this_host_over_https_and_for_no_script(database_url: str, tmp_path: Path) -> None:
    app = create_app(Settings(database_url=database_url, data_dir=tmp_path, public_url="https://dibs.example.com"))
    async with app.test_app():
        client = app.test_client()
        made = await client.post(
            "/api/auth/register", json={"email": "a@example.com", "password": "correct horse", "name": "A"}
        )
        assert made.status_code == 201
        accounts = app.runtime.accounts
        link = await accounts.create_sign_in_link(await accounts.user_id("a@example.com"))
        opened = await client.get(f"/sign-in/{link}")
    name, _, rest = opened.headers["Set-Cookie"].partition("=")
    attributes = {part.strip() for part in rest.split(";")[1:]}
    assert name == "__Host-dibs_session"
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= attributes
    assert not any(part.startswith("Domain") for part in attributes)
