"""Logs are one object a line, hold what is needed to find a request, and never a secret."""

import json
import logging
from typing import Any

import pytest
import structlog

from dibs.app import DibsQuart, create_app
from dibs.logs import configure_logs
from dibs.settings import Settings

CANARY = "c4n4ry-c4n4ry-c4n4ry-c4n4ry"


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]


def test_secrets_are_taken_out_wherever_they_stand(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings())
    log = structlog.get_logger("test")
    log.info(
        "signed_in",
        password=CANARY,
        headers={"Authorization": f"Bearer {CANARY}", "Cookie": f"dibs_session={CANARY}"},
        path=f"/sign-in/{CANARY}",
        url=f"postgresql://dibs:{CANARY}@db/dibs",
        words=f"token={CANARY} and password: {CANARY}",
        rows=[{"refresh_token": CANARY}],
        jwt=f"eyJhbGciOi.{CANARY}.{CANARY}",
    )
    logging.getLogger("library").warning("Authorization: Bearer %s", CANARY)
    try:
        raise ValueError(f"postgresql://dibs:{CANARY}@db/dibs")
    except ValueError:
        log.exception("failed")
    out = capsys.readouterr().err
    assert out.count("\n") == 3
    assert CANARY not in out


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_value_can_forge_a_line(form: Any, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings(log_format=form))
    structlog.get_logger("test").info("comment", text='a\n{"event":"forged"}\r\x1b[2J\u2028b')
    logging.getLogger("library").warning("x\nforged")
    out = capsys.readouterr().err
    assert out.count("\n") == 2
    assert "\r" not in out
    assert "\x1b" not in out


async def test_a_request_leaves_one_line_with_its_ids(
    database_url: str, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    app: DibsQuart = create_app(Settings(database_url=database_url, data_dir=tmp_path))
    show = "01a1fc54-5636-790f-b493-f244132829c3"
    async with app.test_app():
        client = app.test_client()
        body = {"email": "ana@example.com", "password": CANARY, "name": "Ana"}
        made = await (await client.post("/api/auth/register", json=body)).get_json()
        headers = {"Authorization": f"Bearer {made['access_token']}", "X-Request-Id": "from-the-client"}
        await client.get(f"/api/shows/{show}/stream?ticket={CANARY}", headers=headers)
        await client.get("/api/auth/me", headers={**headers, "X-Request-Id": "bad\u00e9 id"})
    err = capsys.readouterr().err
    assert CANARY not in err
    assert made["access_token"] not in err
    found = [json.loads(line) for line in err.splitlines() if '"event":"request"' in line]
    stream, me = found[1], found[2]
    assert (stream["request_id"], stream["show_id"]) == ("from-the-client", show)
    assert (me["user_id"], me["status"], me["route"]) == (made["user"]["id"], 200, "/api/auth/me")
    assert len(me["request_id"]) == 32
    assert me["ms"] > 0
