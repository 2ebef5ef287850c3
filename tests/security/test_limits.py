"""S-16: guessing is slow, and slows nobody else down."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from dibs.app import DibsQuart, create_app
from dibs.settings import Settings

PASSWORD = "correct horse"
PEER, OTHER = "203.0.113.5", "203.0.113.6"


@pytest.fixture
async def strict(database_url: str, tmp_path: Path) -> AsyncIterator[DibsQuart]:
    """An application with the limit that is the default: ten attempts in a minute."""
    made = create_app(Settings(database_url=database_url, data_dir=tmp_path, registration="open"))
    async with made.test_app():
        yield made


async def post(app: DibsQuart, address: str, path: str, body: Any, **headers: str) -> tuple[int, Any, str | None]:
    client = app.test_client(use_cookies=False)
    response = await client.post(path, json=body, headers=headers, scope_base={"client": (address, 1)})
    return response.status_code, await response.get_json(silent=True), response.headers.get("Retry-After")


async def accounts(app: DibsQuart) -> None:
    for name in ("ana", "ben"):
        body = {"email": f"{name}@example.com", "password": PASSWORD, "name": name}
        assert (await post(app, OTHER, "/api/auth/register", body))[0] == 201


async def many(app: DibsQuart, path: str, bodies: Sequence[Any], *, keyed: bool = False) -> Counter[int]:
    """The statuses of attempts that come at once, so that nothing is refilled meanwhile."""
    headers = [{"Idempotency-Key": f"k{n}"} if keyed else {} for n in range(len(bodies))]
    answers = await asyncio.gather(
        *(post(app, PEER, path, body, **more) for body, more in zip(bodies, headers, strict=True))
    )
    return Counter(status for status, *_ in answers)


async def test_after_ten_wrong_passwords_there_is_a_wait_and_others_do_not_notice(strict: DibsQuart) -> None:
    await accounts(strict)
    wrong = {"email": "ana@example.com", "password": "wrong horse"}
    told = await many(strict, "/api/auth/login", [wrong] * 20)
    assert set(told) == {401, 429} and 10 <= told[401] < 15
    right = {"email": "ben@example.com", "password": PASSWORD}
    assert (await post(strict, OTHER, "/api/auth/login", right))[0] == 200
    told = await many(strict, "/api/auth/login", [right] * 20)
    assert told[429] >= 10, "the address is limited, whoever it asks for"


async def test_a_limit_is_told_with_the_seconds_to_wait(strict: DibsQuart) -> None:
    body = {"refresh_token": "0" * 32 + ".guess"}
    await many(strict, "/api/auth/refresh", [body] * 20)
    status, answer, wait = await post(strict, PEER, "/api/auth/refresh", body)
    assert (status, answer["error"]["code"]) == (429, "rate_limited")
    assert wait is not None and 1 <= int(wait) <= 60


async def test_keys_are_no_way_around_the_limit(strict: DibsQuart) -> None:
    guesses = [{"email": "ana@example.com", "password": f"wrong horse {n}"} for n in range(20)]
    told = await many(strict, "/api/auth/login", guesses, keyed=True)
    assert set(told) == {401, 429} and told[429] >= 5


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/auth/refresh", {"refresh_token": "0" * 32 + ".guess"}),
        ("/api/auth/second-factor", {"token": "guess", "code": "123456"}),
        ("/api/auth/register", {"email": "x@example.com", "password": PASSWORD, "name": "x"}),
    ],
)
async def test_every_other_door_has_the_same_limit(strict: DibsQuart, path: str, body: dict[str, str]) -> None:
    told = await many(strict, path, [body] * 20)
    assert told[429] >= 5 and told[400] == told[500] == 0, told


async def test_guessed_links_are_limited_by_address(strict: DibsQuart) -> None:
    async def follow(n: int) -> int:
        client = strict.test_client(use_cookies=False)
        return (await client.get(f"/sign-in/guess{n}", scope_base={"client": (PEER, 1)})).status_code

    told = Counter(await asyncio.gather(*(follow(n) for n in range(20))))
    assert set(told) == {404, 429} and told[429] >= 5
