"""The rate limit refuses what is too much, exactly, also when everything comes at once."""

import asyncio

import pytest

from dibs.accounts.limits import RateLimits
from dibs.db import Database
from dibs.errors import RateLimitedError


async def took(limits: RateLimits, key: str) -> bool:
    try:
        await limits.take(key)
    except RateLimitedError:
        return False
    return True


@pytest.mark.race
async def test_of_many_attempts_at_once_exactly_the_allowed_number_passes(db: Database) -> None:
    limits = RateLimits(db, count=10, seconds=600.0)
    passed = await asyncio.gather(*(took(limits, "one") for _ in range(40)))
    assert sum(passed) == 10


async def test_keys_do_not_touch_each_other(db: Database) -> None:
    limits = RateLimits(db, count=1, seconds=600.0)
    assert await took(limits, "one")
    assert not await took(limits, "one")
    assert await took(limits, "other")


async def test_attempts_come_back_evenly_and_the_wait_is_told(db: Database) -> None:
    limits = RateLimits(db, count=2, seconds=1.0)
    assert [await took(limits, "one") for _ in range(3)] == [True, True, False]
    with pytest.raises(RateLimitedError) as caught:
        await limits.take("one")
    assert caught.value.data["retry_after"] == 1
    await asyncio.sleep(0.55)
    assert await took(limits, "one")


async def test_keys_that_nobody_uses_are_swept_out(db: Database) -> None:
    await RateLimits(db, count=1000, seconds=0.1).take("short")
    await RateLimits(db, count=1, seconds=600.0).take("long")
    await asyncio.sleep(0.05)
    await RateLimits(db, count=1).sweep()
    assert [row["key"] for row in await db.hot_fetch("SELECT key FROM rate_limits")] == ["long"]
