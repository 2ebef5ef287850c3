"""Deliveries that nobody signed, and deliveries that come again."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from typing import Any

import pytest

from dibs.app import DibsQuart

from ..core.api.conftest import SignUp, sign_up
from ..core.webhooks.conftest import SECRET, Corner, app, corner, corner_settings, note
from ..core.webhooks.test_sale import Sale, sale

__all__ = ["SignUp", "app", "corner", "corner_settings", "sale", "sign_up"]

WORD = "kanarienvogel"


def told() -> bytes:
    """A delivery as Corner sends it now."""
    return json.dumps({"parts": [{"room": "room1", "live": "live1", "notes": [note(1, f"sold 1 {WORD}é")]}]}).encode()


BODY = told()


def sign(body: bytes, secret: str = SECRET) -> str:
    return hmac.digest(secret.encode(), body, "sha256").hex()


GOOD = sign(BODY)
FORGED: dict[str, list[tuple[str, str]]] = {
    "none": [],
    "empty": [("X-Corner-Signature", "")],
    "truncated": [("X-Corner-Signature", GOOD[:-1])],
    "longer": [("X-Corner-Signature", f"{GOOD}0")],
    "one bit": [("X-Corner-Signature", f"{int(GOOD[0], 16) ^ 1:x}{GOOD[1:]}")],
    "of another secret": [("X-Corner-Signature", sign(BODY, "other"))],
    "of no secret": [("X-Corner-Signature", sign(BODY, ""))],
    "of another body": [("X-Corner-Signature", sign(b"{}"))],
    "of the re-serialised body": [
        ("X-Corner-Signature", sign(json.dumps(json.loads(BODY), ensure_ascii=False).encode()))
    ],
    "twice": [("X-Corner-Signature", GOOD), ("X-Corner-Signature", GOOD)],
    "good and bad": [("X-Corner-Signature", GOOD), ("X-Corner-Signature", "0" * 64)],
    "under another name": [("X-Signature", GOOD)],
    "no text": [("X-Corner-Signature", "\u00e9" * 64)],
    "huge": [("X-Corner-Signature", GOOD * 100)],
}


@pytest.mark.parametrize("how", FORGED)
async def test_a_forged_delivery_is_refused_and_nothing_is_stored(app: DibsQuart, corner: Corner, how: str) -> None:
    headers = [("X-Corner-Kind", "notes"), *FORGED[how]]
    answer = await corner.client.post(corner.path, data=BODY, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 403
    assert await app.runtime.db.hot_fetch("SELECT 1 FROM webhook_inbox") == []


async def test_what_is_signed_is_looked_at_before_anything_is_parsed(app: DibsQuart, corner: Corner) -> None:
    for body in (b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"parts": ' * 1_000):
        answer = await corner.client.post(corner.path, data=body, headers={"X-Corner-Signature": GOOD})
        assert answer.status_code == 403
    assert await app.runtime.db.hot_fetch("SELECT 1 FROM webhook_inbox") == []


async def test_an_adapter_that_raises_vouches_for_nobody(
    app: DibsQuart, corner: Corner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Any) -> bool:
        raise RuntimeError(WORD)

    monkeypatch.setattr(app.runtime.platforms.named("corner"), "verified", broken)
    answer = await corner.client.post(corner.path, data=BODY, headers={"X-Corner-Signature": GOOD})
    assert answer.status_code == 403
    assert await app.runtime.db.hot_fetch("SELECT 1 FROM webhook_inbox") == []


async def test_a_delivery_that_comes_again_has_no_effect(sale: Sale) -> None:
    body = told()
    for _ in range(3):
        assert await sale.corner.send(body) == 200
        await sale.worked_off()
    await sale.app.runtime.db.hot_fetch("UPDATE webhook_inbox SET received_at = now() - interval '24 hours'")
    assert await sale.corner.send(body) == 200
    await sale.worked_off()
    assert await sale.claims() == ["Name of p1"]
    assert len(await sale.comments()) == 1


async def settled(sale: Sale, rows: int) -> None:
    """Until so many deliveries are done, or were tried and failed."""
    async with asyncio.timeout(30):
        sql = "SELECT count(*) FROM webhook_inbox WHERE done_at IS NOT NULL OR attempts > 0"
        while (await sale.app.runtime.db.hot_fetch(sql))[0][0] < rows:
            await asyncio.sleep(0.02)


async def test_what_is_hostile_and_signed_is_kept_apart_and_the_rest_goes_on(sale: Sale) -> None:
    hostile: list[Any] = [
        b"",
        b"[" * 100_000,
        b"\xff\xfe",
        [],
        {"parts": [None]},
        {"parts": [{"room": "room1", "live": "live1", "notes": [{}]}]},
        {"parts": [{"room": "room1\u0000", "live": "\ud800", "notes": [note(2, "sold 1")]}]},
        {"parts": [{"room": "room1", "live": "live1", "notes": [note(3, "sold 1\u0000\ud800" + "x" * 10_000)]}]},
    ]
    for one in hostile:
        assert await sale.corner.send(one) == 200
    body = told()
    assert await sale.corner.send(body) == 200
    await settled(sale, len(hostile) + 1)
    assert "Name of p1" in await sale.claims()
    await sale.is_sound()


async def test_no_log_holds_the_words_the_signature_or_the_secret(
    sale: Sale, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    await sale.corner.send(BODY)
    await sale.corner.send({"parts": [{"room": "room1", "live": "live1", "notes": [{WORD: WORD}]}]})
    await settled(sale, 2)
    await sale.corner.client.post(sale.corner.path, data=BODY, headers={"X-Corner-Signature": GOOD[:-1]})
    await sale.corner.client.get(sale.corner.path, query_string={"token": WORD, "challenge": WORD})
    signed_request = f"{WORD}.{sign(WORD.encode())}"
    for what in ("deauthorize", "data-deletion"):
        answer = await sale.corner.client.post(f"{sale.corner.path}/{what}", form={"signed_request": signed_request})
        assert answer.status_code == 200
    await sale.app.runtime.erase_keeper.work_off()
    written = caplog.text + "".join(capfd.readouterr())
    for secret in (WORD, GOOD, SECRET, sign(WORD.encode())):
        assert secret not in written
    assert "webhook_failed" in written
