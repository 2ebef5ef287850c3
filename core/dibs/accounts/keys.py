"""Keys derived from the secret of the installation, one for each purpose, and sealing small secrets with them."""

from __future__ import annotations

import base64
import os
from typing import Final

import attrs
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FORMAT: Final = b"\x01"
_ID, _NONCE = 4, 12
_HEAD = len(_FORMAT) + _ID + _NONCE


class UnsealError(Exception):
    """A sealed secret can't be opened: it was sealed with another key, for something else, or was changed."""


def derive(secret: bytes, purpose: str, length: int = 32) -> bytes:
    """A key for one purpose; what is learned about one says nothing about another."""
    return HKDF(hashes.SHA256(), length, salt=None, info=f"dibs {purpose}".encode()).derive(secret)


def to_text(value: bytes) -> str:
    """Bytes as they stand in addresses and JSON: base64url without padding."""
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def from_text(text: str) -> bytes:
    """The bytes again. Raises `ValueError`."""
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


@attrs.define(eq=False)
class Sealer:
    """Encrypts small secrets at rest: AES-256-GCM, bound to what they belong to.

    A sealed secret is format, key id, nonce, then ciphertext with its tag. The key id says which key opens it, and
    tells a secret of an unknown key from one that was tampered with. New secrets are sealed with the newest key.
    """

    purpose: str
    _keys: dict[bytes, bytes] = attrs.field(factory=dict, init=False, repr=False)
    _current: bytes = attrs.field(default=b"", init=False, repr=False)

    def load(self, secret: bytes, *older: bytes) -> None:
        """Take the installation's secret, and those before it, which only open; before that nothing can be sealed."""
        self._keys = {self._id(one): derive(one, f"{self.purpose} key") for one in (secret, *older)}
        self._current = self._id(secret)

    @property
    def current(self) -> bytes:
        """The id of the key that seals now."""
        return self._current

    @property
    def key_ids(self) -> tuple[bytes, ...]:
        """The ids of every key that opens, the one that seals first."""
        return tuple(self._keys)

    def seal(self, plain: bytes, belongs_to: bytes) -> bytes:
        """The secret as it may be stored."""
        nonce = os.urandom(_NONCE)
        key = self._keys[self._current]
        return _FORMAT + self._current + nonce + AESGCM(key).encrypt(nonce, plain, belongs_to)

    def open(self, sealed: bytes, belongs_to: bytes) -> bytes:
        """The secret again. Raises `UnsealError`."""
        head, rest = sealed[:_HEAD], sealed[_HEAD:]
        key = self._keys.get(key_id(sealed))
        if key is None:
            raise UnsealError("sealed with another key")
        try:
            return AESGCM(key).decrypt(head[-_NONCE:], rest, belongs_to)
        except InvalidTag:
            raise UnsealError("changed, or sealed for something else") from None

    def _id(self, secret: bytes) -> bytes:
        return derive(secret, f"{self.purpose} key id", _ID)


def key_id(sealed: bytes) -> bytes:
    """The id of the key that a secret was sealed with; empty if it is no sealed secret."""
    return sealed[1 : 1 + _ID] if len(sealed) > _HEAD and sealed[:1] == _FORMAT else b""
