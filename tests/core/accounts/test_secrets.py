"""The secret key of an installation is made once, kept to its owner, and the same for all processes."""

import stat
import threading
from pathlib import Path

import pytest

from dibs.accounts.secrets import load_secret
from dibs.errors import SettingsError
from dibs.settings import Settings


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new" / "folder")
    first = load_secret(settings)
    assert (first, len(first) >= 32) == (load_secret(settings), True)
    assert stat.S_IMODE((settings.data_dir / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in settings.data_dir.iterdir()] == ["secret.key"]


def test_many_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    found: list[bytes] = []
    settings = Settings(data_dir=tmp_path)
    threads = [threading.Thread(target=lambda: found.append(load_secret(settings))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert len(set(found)) == 1


def test_a_key_that_is_no_key_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("short")
    with pytest.raises(SettingsError, match="too short"):
        load_secret(Settings(data_dir=tmp_path))
    with pytest.raises(SettingsError, match="can't be used"):
        load_secret(Settings(data_dir=tmp_path / "secret.key" / "below"))
