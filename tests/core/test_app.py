"""The application as a whole: it starts, tells its health, answers errors in one shape, and keeps its headers."""

from pathlib import Path

from dibs.app import create_app
from dibs.settings import Settings


async def test_app_answers_health_and_readiness(database_url: str, tmp_path: Path) -> None:
    app = create_app(Settings(database_url=database_url, data_dir=tmp_path))
    async with app.test_app():
        client = app.test_client()
        assert (await client.get("/healthz")).status_code == 200
        ready = await client.get("/readyz")
        assert (ready.status_code, await ready.get_json()) == (200, {"status": "ok"})
        await app.runtime.begin_shutdown()
        assert (await client.get("/readyz")).status_code == 503


async def test_register_and_me(database_url: str, tmp_path: Path) -> None:
    app = create_app(Settings(database_url=database_url, data_dir=tmp_path))
    async with app.test_app():
        client = app.test_client()
        body = {"email": "ana@example.com", "password": "correct horse", "name": "Ana"}
        made = await client.post("/api/auth/register", json=body)
        assert made.status_code == 201, await made.get_data(as_text=True)
        token = (await made.get_json())["access_token"]
        me = await client.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})
        assert (await me.get_json())["workspace"]["name"] == "Ana's workspace"


async def test_a_body_over_the_limit_is_refused(database_url: str, tmp_path: Path) -> None:
    app = create_app(Settings(database_url=database_url, data_dir=tmp_path))
    async with app.test_app():
        body = b'"' + b"x" * (1024 * 1024) + b'"'
        headers = {"Content-Type": "application/json"}
        answer = await app.test_client().post("/api/auth/login", data=body, headers=headers)
        assert (answer.status_code, (await answer.get_json())["error"]["code"]) == (413, "too_large")
