"""`dibs replay --compare`: two sets of rules, one recording, nothing written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Dibs, Sale, comment, write_sale

NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture
def mixed(tmp_path: Path) -> Sale:
    """English and Vietnamese claims on one scarce item."""
    said = [("ann", "sold 12"), ("lan", "chốt 12"), ("bob", "sold 12"), ("ann", "sold 12 x2"), ("cat", "lovely")]
    return write_sale(tmp_path, [comment(n, n, user, text) for n, (user, text) in enumerate(said)], "12,Dress,2,\n")


def test_it_tells_whose_claims_differ(dibs: Dibs, mixed: Sale) -> None:
    done = dibs(*mixed.arguments, "--compare", "--locale", "en", "--locale", "en,vi", "--json", url=NO_DATABASE)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert list(found) == ["a", "b", "differences", "moved"]
    assert (found["a"]["rules"], found["b"]["rules"]) == ({"locales": ["en"]}, {"locales": ["en", "vi"]})
    assert (found["a"]["comments"]["claims"], found["b"]["comments"]["claims"]) == (3, 4)
    stakes = {one["platform_user_id"]: (one["a"], one["b"]) for one in found["differences"]}
    assert set(stakes) == {"lan", "bob"}
    assert (stakes["lan"][0]["won"], stakes["lan"][1]["won"]) == (0, 1)
    assert stakes["bob"][1] == {"won": 0, "waiting": 1, "waitlist_position": 1, "review": 0, "unmatched": 0}


def test_options_given_once_hold_for_both_and_against_changes_b(dibs: Dibs, mixed: Sale) -> None:
    options = ("--compare", "--locale", "en", "--locale", "fil", "--against", "repeat=add locale=en,fil,th", "--json")
    found = json.loads(dibs(*mixed.arguments, *options, url=NO_DATABASE).stdout)
    assert found["a"]["rules"] == {"locales": ["en", "fil"]}
    assert found["b"]["rules"] == {"locales": ["en", "fil", "th"], "repeat": "add"}
    assert [one["user_handle"] for one in found["differences"]] == ["Ann"]
    assert found["differences"][0]["b"]["waiting"] == 2


def test_people_get_a_table(dibs: Dibs, mixed: Sale) -> None:
    done = dibs(*mixed.arguments, "--compare", "--locale", "en", "--locale", "en,vi", url=NO_DATABASE)
    assert "Lan" in done.stdout
    assert "waits for 1 (#1)" in done.stdout
    assert "Claims that differ: 2." in done.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "needs two sets of rules"),
        (("--locale", "en"), "needs two sets of rules"),
        (("--locale", "en", "--locale", "fil", "--locale", "th"), "once or twice"),
        (("--locale", "en", "--locale", "tlh"), "is not a known locale"),
        (("--against", "colour=red"), "does not understand colour=red"),
        (("--against", "repeat='add"), "can't be read"),
        (("--locale", "en", "--locale", "fil", "--workspace", "mine"), "goes with neither"),
    ],
)
def test_what_cannot_be_compared_ends_with_2(dibs: Dibs, mixed: Sale, options: tuple[str, ...], words: str) -> None:
    done = dibs(*mixed.arguments, "--compare", *options, url=NO_DATABASE)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
