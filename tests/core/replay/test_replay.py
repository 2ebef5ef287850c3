"""`dibs replay` as a process: what it prints, what it leaves behind, how it refuses."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from dibs.db import Database

from .conftest import Dibs, Sale, comment, state, write_sale


def outcome(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    return found


def test_json_has_exactly_the_promised_shape(dibs: Dibs, small_sale: Sale) -> None:
    found = outcome(dibs(*small_sale.arguments, "--json"))
    assert list(found) == ["show_id", "comments", "items", "claims", "timing"]
    assert UUID(found["show_id"])
    assert found["comments"] == {
        "received": 11,
        "stored": 10,
        "duplicates": 1,
        "claims": 6,
        "passes": 1,
        "review": 2,
        "ignored": 1,
    }
    assert list(found["timing"]) == ["seconds", "comments_per_second", "p50_ms", "p99_ms"]
    assert all(value > 0 for value in found["timing"].values())
    names = ("item_number", "variant", "total_quantity", "claimed_count", "waitlist_count", "status")
    assert found["items"] == [
        dict(zip(names, row, strict=True))
        for row in (
            ("12", None, 2, 2, 1, "sold_out"),
            ("A7", "red", 3, 1, 0, "low"),
            ("A7", "blue", 3, 0, 0, "open"),
        )
    ]


def test_claims_are_told_in_the_order_of_decision(dibs: Dibs, small_sale: Sale) -> None:
    claims = outcome(dibs(*small_sale.arguments, "--json"))["claims"]
    assert set(claims[0]) == {
        "claim_id",
        "item_number",
        "variant",
        "platform_user_id",
        "user_handle",
        "quantity",
        "status",
        "waitlist_position",
        "comment_id",
    }
    decided = [(c["platform_user_id"], c["item_number"], c["status"], c["waitlist_position"]) for c in claims]
    assert decided[:4] == [
        ("ann", "12", "winner", None),
        ("bob", "12", "passed", None),
        ("cat", "12", "winner", None),
        ("dan", "12", "waitlist", 1),
    ]
    assert ("fay", "99", "unmatched", None) in decided
    assert claims[0]["comment_id"] == "p_0"
    assert claims[0]["user_handle"] == "Ann"
    assert len({claim["claim_id"] for claim in claims}) == len(claims)


def test_a_second_run_adds_nothing(dibs: Dibs, small_sale: Sale) -> None:
    first, second = (outcome(dibs(*small_sale.arguments, "--json")) for _ in range(2))
    assert second["comments"] == dict.fromkeys(first["comments"], 0) | {"received": 11, "duplicates": 11}
    for part in ("show_id", "items", "claims"):
        assert second[part] == first[part]


def test_a_recording_without_ids_is_added_once_too(dibs: Dibs, tmp_path: Path) -> None:
    sale = write_sale(tmp_path, [], "12,Dress,2,\n")
    sale.recording.write_text(
        "author,message,published_at\nann,sold 12,2026-03-14T11:00:00Z\nann,sold 12,2026-03-14T11:00:01Z\n", "utf-8"
    )
    first, second = (outcome(dibs(*sale.arguments, "--json")) for _ in range(2))
    assert first["comments"]["stored"] == 2
    assert second["comments"]["stored"] == 0
    assert [claim["comment_id"] for claim in first["claims"]] == ["line:2", "line:3"]


def test_other_rules_make_another_show(dibs: Dibs, small_sale: Sale) -> None:
    plain = outcome(dibs(*small_sale.arguments, "--json"))
    other = outcome(dibs(*small_sale.arguments, "--json", "--claim-word", "mine", "--repeat", "add", "--several"))
    assert other["show_id"] != plain["show_id"]
    assert other["comments"]["claims"] == 0


def test_lines_that_cannot_be_read_are_told_and_stop_nothing(dibs: Dibs, small_sale: Sale) -> None:
    with small_sale.recording.open("a", encoding="utf-8") as file:
        file.write('{"id": "p_50", "created_time": "2026-03-14T11:00:00+0000"}\nnot json at all\n')
    done = dibs(*small_sale.arguments, "--json")
    assert outcome(done)["comments"]["received"] == 11
    assert "2 lines can't be read and were left out" in done.stderr
    assert "line 12 " in done.stderr
    assert "line 13 is not JSON" in done.stderr


def test_people_get_a_summary(dibs: Dibs, small_sale: Sale) -> None:
    done = dibs(*small_sale.arguments)
    assert done.returncode == 0
    assert "sold out" in done.stdout
    assert "11 received, 10 new, 1 duplicate." in done.stdout
    assert "1 claim is kept for item numbers that the show does not have" in done.stdout
    assert "`dibs user link owner@dibs.local --target /shows/" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--locale", "klingon"), "known are da, en, es, fil, fr, id, pt, th, vi, zh-Hant"),
        (("--claim-word", " "), "--claim-word needs a word"),
        (("--show", str(uuid4())), "There is no show"),
        (("--workspace", "nobody's"), "There is no workspace"),
        (("--speed", "nan"), "must be a number"),
    ],
)
async def test_faulty_arguments_end_with_2_before_anything_is_written(
    dibs: Dibs, small_sale: Sale, db: Database, arguments: tuple[str, ...], words: str
) -> None:
    done = dibs(*small_sale.arguments, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert (await db.hot_fetch("SELECT (SELECT count(*) FROM shows) + (SELECT count(*) FROM workspaces)"))[0][0] == 0


def test_an_unusable_recording_ends_with_2_and_one_sentence(dibs: Dibs, small_sale: Sale) -> None:
    for content in ("", "\n\n", "no,header\n1,2\n", "{}\n"):
        small_sale.recording.write_text(content, "utf-8")
        done = dibs(*small_sale.arguments, "--json")
        assert (done.returncode, done.stdout) == (2, ""), content
        assert done.stderr.startswith("Error: ")
        assert done.stderr.count("\n") == 1


def test_files_that_are_not_there_end_with_2(dibs: Dibs, small_sale: Sale, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere")
    for arguments in (
        ("replay", nowhere, "--items", str(small_sale.items)),
        ("replay", str(small_sale.recording), "--items", nowhere),
    ):
        done = dibs(*arguments)
        assert done.returncode == 2
        assert "can't be opened" in done.stderr


def test_a_faulty_item_list_is_refused_with_its_line(dibs: Dibs, small_sale: Sale) -> None:
    small_sale.items.write_text("item_number,title,quantity\n12,Dress,many\n", "utf-8")
    done = dibs(*small_sale.arguments)
    assert done.returncode == 2
    assert "line 2, quantity" in done.stderr


async def test_an_existing_show_keeps_its_items_and_gets_what_it_lacks(
    dibs: Dibs, small_sale: Sale, tmp_path: Path, db: Database
) -> None:
    show_id = outcome(dibs(*small_sale.arguments, "--json"))["show_id"]
    later = [comment(100 + n, 100 + n, user, "sold 55") for n, user in enumerate(("ann", "bob"))]
    sale = write_sale(tmp_path, later, "12,Dress,500,\n55,Hat,1,\n", "later")
    found = outcome(dibs(*sale.arguments, "--json", "--show", show_id))
    assert found["show_id"] == show_id
    assert found["comments"]["stored"] == found["comments"]["claims"] == 2
    assert [(i["item_number"], i["total_quantity"]) for i in found["items"]] == [
        ("12", 2),
        ("A7", 3),
        ("A7", 3),
        ("55", 1),
    ]
    rules = (await db.hot_fetch("SELECT rules FROM shows WHERE id = $1", UUID(show_id)))[0][0]
    assert json.loads(rules) == {}
    dibs(*sale.arguments, "--show", show_id, "--claim-word", "mine")
    rules = (await db.hot_fetch("SELECT rules FROM shows WHERE id = $1", UUID(show_id)))[0][0]
    assert json.loads(rules) == {"claim_words": ["mine"]}


async def test_a_paused_show_stores_comments_and_says_so(dibs: Dibs, small_sale: Sale, db: Database) -> None:
    empty = Sale(small_sale.recording.with_name("hello.jsonl"), small_sale.items)
    empty.recording.write_text(json.dumps(comment(900, -9, "zoe", "hello")) + "\n", "utf-8")
    show_id = outcome(dibs(*empty.arguments, "--json"))["show_id"]
    await db.hot_fetch("UPDATE shows SET status = 'paused', revision = revision + 1 WHERE id = $1", UUID(show_id))
    done = dibs(*small_sale.arguments, "--json", "--show", show_id)
    assert outcome(done)["comments"] | {"received": 0} == {
        "received": 0,
        "stored": 10,
        "duplicates": 1,
        "claims": 0,
        "passes": 0,
        "review": 0,
        "ignored": 10,
    }
    assert "The show is paused" in done.stderr


async def test_a_show_of_another_workspace_is_not_found(dibs: Dibs, small_sale: Sale, db: Database) -> None:
    show_id = outcome(dibs(*small_sale.arguments, "--json"))["show_id"]
    await db.hot_fetch("INSERT INTO workspaces (id, name) VALUES ($1, 'Elsewhere')", uuid4())
    done = dibs(*small_sale.arguments, "--show", show_id, "--workspace", "Elsewhere")
    assert done.returncode == 2
    assert "has no show" in done.stderr
    assert dibs(*small_sale.arguments, "--show", show_id, "--workspace", "Local").returncode == 0


def test_real_time_is_kept_and_can_be_sped_up(dibs: Dibs, small_sale: Sale) -> None:
    fast = outcome(dibs(*small_sale.arguments, "--json"))
    paced = outcome(dibs(*small_sale.arguments, "--json", "--speed", "6", "--claim-word", "sold"))
    assert 1.4 <= paced["timing"]["seconds"] <= 4
    assert state(paced) == state(fast)
