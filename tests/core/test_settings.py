"""Settings come from three places, every fault is named at once, and the manual knows all of them."""

import re
from pathlib import Path

import attrs
import pytest

from dibs.errors import SettingsError
from dibs.settings import Settings, load_settings

MANUAL = Path(__file__).parents[2] / "docs" / "settings.md"


def test_later_places_win(tmp_path: Path) -> None:
    file = tmp_path / "dibs.toml"
    file.write_text('port = 1\nhost = "a"\nworkers = 2\n')
    found = load_settings({"DIBS_PORT": "2", "DIBS_HOST": "b", "DATABASE_URL": "postgres://x/y"}, file, port=3)
    assert (found.port, found.host, found.workers) == (3, "b", 2)
    assert found.database_url == "postgres://x/y"


def test_every_fault_is_in_one_message_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "dibs.toml"
    file.write_text('port = "many"\ncolour = "red"\nsecret_key = "short"\n')
    environ = {"DIBS_WORKERS": "0", "DIBS_PUBLIC_URL": "ftp://x", "DIBS_NONSENSE": "1", "DATABASE_URL": "mysql://x"}
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, file)
    assert {fault.path for fault in caught.value.faults} == {
        f"{file}: port",
        f"{file}: colour",
        f"{file}: secret_key",
        "DIBS_WORKERS",
        "DIBS_PUBLIC_URL",
        "DIBS_NONSENSE",
        "DATABASE_URL",
    }
    assert all(fault.path in caught.value.message for fault in caught.value.faults)
    assert "short" not in caught.value.message.split("secret_key", 1)[1].split(";")[0].replace("at least", "")


@pytest.mark.parametrize("content", ["port = ", "\x00", "port"])
def test_an_unreadable_file_is_one_sentence(tmp_path: Path, content: str) -> None:
    file = tmp_path / "dibs.toml"
    file.write_text(content)
    with pytest.raises(SettingsError):
        load_settings({}, file)
    with pytest.raises(SettingsError, match="no such file"):
        load_settings({}, tmp_path / "missing.toml")
    with pytest.raises(SettingsError, match="no such file"):
        load_settings({"DIBS_CONFIG": str(tmp_path / "missing.toml")})


@pytest.mark.parametrize(
    ("settings", "origin"),
    [
        (Settings(), "http://127.0.0.1:8800"),
        (Settings(host="0.0.0.0"), "http://127.0.0.1:8800"),
        (Settings(host="::1"), "http://[::1]:8800"),
        (Settings(public_url="https://dibs.example.com/"), "https://dibs.example.com"),
    ],
)
def test_the_origin_is_where_browsers_go(settings: Settings, origin: str) -> None:
    assert settings.origin == origin


def test_the_manual_lists_every_setting_with_its_default() -> None:
    listed = dict(re.findall(r"^\| `(\w+)` \| `?([^`|]*?)`? \|", MANUAL.read_text(), re.MULTILINE))
    expected = {}
    for field in attrs.fields(Settings):
        value = getattr(Settings(), field.name)
        expected[field.name] = "none" if value in (None, (), {}) else str(value).lower()
    assert listed == expected


def test_secrets_do_not_show_in_the_settings_text() -> None:
    settings = Settings(secret_key="s" * 40, metrics_token="m" * 40)
    assert "sss" not in repr(settings)
    assert "mmm" not in repr(settings)
