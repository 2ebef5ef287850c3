"""The secret key of an installation, and random tokens of which only the hash is kept."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from pathlib import Path

from dibs.errors import SettingsError
from dibs.settings import Settings

_FILE = "secret.key"
_LENGTH = 32


def load_secret(settings: Settings) -> bytes:
    """The key from the settings, or from `secret.key` in the data folder, which is made if it is not there.

    Several processes that start at once end with the same key.

    Raises:
        SettingsError: the file can't be read or made, or is too short to be a key.
    """
    if settings.secret_key is not None:
        return settings.secret_key.encode()
    path = settings.data_dir.expanduser().resolve() / _FILE
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"The secret key {path} can't be used: {error.strerror}.") from error
    if len(key) < _LENGTH:
        raise SettingsError(f"The secret key {path} is too short; remove the file to have a new one made.")
    return key


def load_secrets(settings: Settings) -> tuple[bytes, ...]:
    """The key of the installation, then those that it replaced. Raises as `load_secret`."""
    return (load_secret(settings), *(key.encode() for key in settings.old_secret_keys))


def _make(path: Path) -> None:
    """Write the key aside, then give it its name only if nobody else has meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(prefix=".secret-", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(_LENGTH * 2))
            file.flush()
            os.fsync(file.fileno())
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        Path(aside).unlink()


def new_token() -> str:
    """A random token of 256 bits, safe in addresses and headers."""
    return secrets.token_urlsafe(_LENGTH)


def token_hash(token: str) -> bytes:
    """What is stored of a token. It is random, so a plain hash can't be guessed back."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
