"""What is vendored is exactly what the lists say."""

import hashlib
import tomllib
from pathlib import Path

import pytest

from dibs_web.assets import FOLDER

LISTS = [FOLDER / "vendor", Path(__file__).parents[1] / "e2e" / "vendor"]


@pytest.mark.parametrize("folder", LISTS, ids=["pages", "tests"])
def test_every_vendored_file_has_its_recorded_hash(folder: Path) -> None:
    listed = tomllib.loads((folder / "VENDOR.toml").read_text("utf-8"))["file"]
    for entry in listed:
        content = (folder / entry["name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["name"]
        if "changed" in entry:
            before, after = (text.encode() for text in entry["changed"])
            original = content.replace(after, before)
            assert hashlib.sha256(original).hexdigest() == entry["sha256_before"], entry["name"]
        assert {"package", "version", "source", "licence", "home"} <= entry.keys()
    unlisted = {p.name for p in folder.iterdir()} - {e["name"] for e in listed} - {"VENDOR.toml"}
    assert all(name.startswith("LICENSE-") for name in unlisted), unlisted


def test_no_page_and_no_script_asks_another_host_for_anything() -> None:
    own = [p for p in FOLDER.parent.rglob("*") if p.suffix in (".html", ".js", ".css") and "vendor" not in p.parts]
    assert len(own) > 20
    for path in own:
        text = path.read_text("utf-8").replace("http://www.w3.org/", "")
        text = text.replace("Begins with https://; it is shown", "")  # a hint, in words
        assert "http://" not in text and "https://" not in text and 'src="//' not in text, path


def test_no_own_script_makes_markup_out_of_text() -> None:
    words = ("innerHTML", "outerHTML", "insertAdjacentHTML", "dangerouslySetInnerHTML", "document.write", "eval(")
    for path in FOLDER.rglob("*.js"):
        if "vendor" not in path.parts:
            text = path.read_text("utf-8")
            assert not [word for word in words if word in text], path
