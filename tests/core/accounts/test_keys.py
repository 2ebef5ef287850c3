"""Sealed secrets open only with the right key, for what they belong to, and unchanged."""

import pytest

from dibs.accounts.keys import Sealer, UnsealError, derive, from_text, to_text


def sealer(secret: bytes = b"s" * 32, purpose: str = "totp") -> Sealer:
    made = Sealer(purpose)
    made.load(secret)
    return made


def test_a_sealed_secret_comes_back_and_never_looks_the_same() -> None:
    one = sealer()
    first, second = one.seal(b"secret", b"ana"), one.seal(b"secret", b"ana")
    assert first != second
    assert b"secret" not in first
    assert one.open(first, b"ana") == one.open(second, b"ana") == b"secret"


def test_whoever_moves_or_changes_a_sealed_secret_gets_nothing() -> None:
    sealed = sealer().seal(b"secret", b"ana")
    for opener, text, owner in (
        (sealer(), sealed, b"bob"),
        (sealer(b"t" * 32), sealed, b"ana"),
        (sealer(purpose="other"), sealed, b"ana"),
        (sealer(), sealed[:-1] + bytes([sealed[-1] ^ 1]), b"ana"),
        (sealer(), sealed[:10], b"ana"),
        (sealer(), b"", b"ana"),
        (sealer(), b"\x02" + sealed[1:], b"ana"),
    ):
        with pytest.raises(UnsealError):
            opener.open(text, owner)


def test_every_purpose_has_a_key_of_its_own() -> None:
    assert derive(b"s" * 32, "one") != derive(b"s" * 32, "two")
    assert len(derive(b"s" * 32, "one")) == 32


@pytest.mark.parametrize("value", [b"", b"a", b"ab", b"\xff\xfe\xfd", bytes(32)])
def test_bytes_travel_as_text(value: bytes) -> None:
    assert from_text(to_text(value)) == value
    assert set(to_text(value)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
