"""An application with the adapter of the outside example, Corner, and a client that signs as Corner does."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs
import pytest
from quart.typing import TestClientProtocol

from dibs.app import DibsQuart, create_app
from dibs.settings import Settings

from ..api.conftest import Person, SignUp, sign_up

__all__ = ["SECRET", "Corner", "Person", "SignUp", "app", "corner", "sign_up"]

HERE = Path(__file__).parents[2]
SECRET, VERIFY = "corner-secret-of-the-test", "verify-token-of-the-test"


@attrs.frozen
class Corner:
    """What Corner sends."""

    client: TestClientProtocol
    path: str = "/webhooks/corner"

    def signature(self, body: bytes, secret: str = SECRET) -> str:
        """As Corner makes it."""
        return hmac.digest(secret.encode(), body, "sha256").hex()

    async def send(self, told: Any, **headers: str) -> int:
        """Post a delivery, signed; the status of the answer."""
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        signed = {"X-Corner-Signature": self.signature(body), "X-Corner-Kind": "notes", **headers}
        return (await self.client.post(self.path, data=body, headers=signed)).status_code

    async def notes(self, *notes: dict[str, Any], room: str = "room1", live: str = "live1") -> int:
        """Post notes of one broadcast."""
        return await self.send({"parts": [{"room": room, "live": live, "notes": list(notes)}]})


def note(number: int, text: str, by: str | None = None) -> dict[str, Any]:
    """A note as Corner tells it."""
    who = by or f"p{number}"
    said_by = {"id": who, "name": f"Name of {who}"}
    return {"id": f"n{number}", "live": "live1", "text": text, "at": time.time() + number / 1000, "by": said_by}


def add_corner(app: DibsQuart, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the outside example in, as if it were installed."""
    monkeypatch.syspath_prepend(str(HERE / "outside_plugin" / "platform"))
    module = import_module("dibs_corner")

    assert app.runtime.plugins.add(module, "corner"), app.runtime.plugins.refused


@pytest.fixture
def corner_settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of an instance whose app is known to Corner."""
    corner = {"app_id": "app", "secret": SECRET, "verify_token": VERIFY, "base_url": "http://127.0.0.1:9"}
    return Settings(
        database_url=database_url,
        data_dir=tmp_path,
        attempts_per_minute=10_000,
        registration="open",
        plugins={"corner": corner},
    )


@pytest.fixture
async def app(corner_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DibsQuart]:
    made = create_app(corner_settings)
    add_corner(made, monkeypatch)
    async with made.test_app():
        yield made


@pytest.fixture
def corner(app: DibsQuart) -> Corner:
    return Corner(app.test_client(use_cookies=False))
