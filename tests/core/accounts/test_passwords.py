"""Passwords are hashed with Argon2id, and an unknown account costs what a known one costs."""

import statistics
import time

import argon2

from dibs.accounts.passwords import Passwords, dummy_hash


async def test_only_the_right_password_fits() -> None:
    passwords = Passwords()
    stored = await passwords.hash("correct horse")
    assert stored.startswith("$argon2id$")
    assert await passwords.verify(stored, "correct horse")
    assert not await passwords.verify(stored, "wrong horse")
    assert not await passwords.verify("not a hash", "correct horse")
    assert not await passwords.verify(None, "correct horse")


def test_the_dummy_hash_asks_for_the_same_work_as_a_real_one() -> None:
    hasher = argon2.PasswordHasher()
    dummy, real = dummy_hash(hasher), hasher.hash("correct horse")
    assert argon2.extract_parameters(dummy) == argon2.extract_parameters(real)
    assert not hasher.check_needs_rehash(dummy)
    assert len(dummy) == len(real)


async def test_an_unknown_account_takes_as_long_as_a_wrong_password() -> None:
    passwords = Passwords()
    stored = await passwords.hash("correct horse")

    async def seconds(known: str | None) -> float:
        started = time.process_time()
        await passwords.verify(known, "wrong horse")
        return time.process_time() - started

    pairs = [(await seconds(stored), await seconds(None)) for _ in range(7)]
    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.5 < unknown / known < 2
