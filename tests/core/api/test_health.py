"""Readiness tells the truth in time, metrics are not for strangers, headers protect every page."""

import time
from pathlib import Path

import pytest

from dibs.app import DibsQuart, create_app
from dibs.db import Database
from dibs.settings import Settings


async def test_a_database_that_hangs_is_told_within_the_time_limit(app: DibsQuart, database_url: str) -> None:
    other = Database(database_url)
    await other.connect()
    async with other.transaction(), other.raw() as connection:
        await connection.execute("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
        started = time.monotonic()
        answer = await app.test_client().get("/readyz")
        assert (answer.status_code, (await answer.get_json())["problem"]) == (503, "database")
        assert time.monotonic() - started < 3
        assert (await app.test_client().get("/healthz")).status_code == 200
    await other.close()
    assert (await app.test_client().get("/readyz")).status_code == 200


async def test_a_database_without_every_migration_is_not_ready(app: DibsQuart) -> None:
    await app.runtime.db.hot_fetch("UPDATE alembic_version SET version_num = 'older' WHERE version_num LIKE 'core_%'")
    answer = await app.test_client().get("/readyz")
    assert (answer.status_code, (await answer.get_json())["problem"]) == (503, "migrations")


async def test_metrics_are_for_this_machine_or_the_token(database_url: str, tmp_path: Path) -> None:
    app = create_app(Settings(database_url=database_url, data_dir=tmp_path))
    async with app.test_app():
        near, far = {"client": ("127.0.0.1", 1)}, {"client": ("203.0.113.5", 1)}
        client = app.test_client()
        await client.get("/healthz")
        shown = await client.get("/metrics", scope_base=near)
        assert b'dibs_http_requests_total{method="GET",route="/healthz",status="200"} 1.0' in await shown.get_data()
        assert (await client.get("/metrics", scope_base=far)).status_code == 404
        proxied = await client.get("/metrics", scope_base=near, headers={"X-Forwarded-For": "203.0.113.5"})
        assert proxied.status_code == 404
    token = "m" * 32
    app = create_app(Settings(database_url=database_url, data_dir=tmp_path, metrics_token=token))
    async with app.test_app():
        client = app.test_client()
        assert (await client.get("/metrics", scope_base=near)).status_code == 404
        right = {"Authorization": f"Bearer {token}"}
        assert (await client.get("/metrics", scope_base=far, headers=right)).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/api/nothing", "/nothing", "/sign-in"])
async def test_every_answer_carries_the_security_headers(app: DibsQuart, path: str) -> None:
    headers = (await app.test_client().get(path, headers={"Accept": "text/html"})).headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in headers
    assert "X-Request-Id" in headers
    assert "Strict-Transport-Security" not in headers


async def test_behind_https_cookies_are_bound_to_the_host_and_hsts_is_sent(database_url: str, tmp_path: Path) -> None:
    app = create_app(Settings(database_url=database_url, data_dir=tmp_path, public_url="https://dibs.example.com"))
    async with app.test_app():
        made = await app.test_client().post(
            "/api/auth/register", json={"email": "a@example.com", "password": "correct horse", "name": "A"}
        )
        user_id = await app.runtime.accounts.user_id("a@example.com")
        link = await app.runtime.accounts.create_sign_in_link(user_id)
        opened = await app.test_client().get(f"/sign-in/{link}")
        assert opened.headers["Set-Cookie"].startswith("__Host-dibs_session=")
        assert "Secure" in opened.headers["Set-Cookie"]
        assert "max-age=31536000" in made.headers["Strict-Transport-Security"]
