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

    A sealed secret is format, key id, nonce, then ciphertext with its tag. The key id tells a secret of another key
    from one that was tampered with.
    """

    purpose: str
    _key: bytes = attrs.field(default=b"", init=False, repr=False)
    _key_id: bytes = attrs.field(default=b"", init=False, repr=False)

    def load(self, secret: bytes) -> None:
        """Take the installation's secret; before that nothing can be sealed."""
        self._key = derive(secret, f"{self.purpose} key")
        self._key_id = derive(secret, f"{self.purpose} key id", _ID)

    def seal(self, plain: bytes, belongs_to: bytes) -> bytes:
        """The secret as it may be stored."""
        nonce = os.urandom(_NONCE)
        return _FORMAT + self._key_id + nonce + AESGCM(self._key).encrypt(nonce, plain, belongs_to)

    def open(self, sealed: bytes, belongs_to: bytes) -> bytes:
        """The secret again. Raises `UnsealError`."""
        head, rest = sealed[:_HEAD], sealed[_HEAD:]
        if len(head) < _HEAD or head[:1] != _FORMAT or head[1 : 1 + _ID] != self._key_id:
            raise UnsealError("sealed with another key")
        try:
            return AESGCM(self._key).decrypt(head[-_NONCE:], rest, belongs_to)
        except InvalidTag:
            raise UnsealError("changed, or sealed for something else") from None
