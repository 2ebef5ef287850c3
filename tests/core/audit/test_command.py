"""`dibs audit` on the command line, as a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

from dibs.db import Database
from dibs.ids import uuid7

from ..lane.sale import Sale, new_sale, said

CLI = "from dibs.cli import main; main()"


async def dibs_audit(sale: Sale, *options: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CLI, "audit", *options,
        env={**os.environ, "DATABASE_URL": sale.db.url, "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def sold(db: Database) -> Sale:
    sale = await new_sale(db)
    await sale.add("12")
    await sale.say(said("sold 12"), said("sold 12", "ben"))
    await sale.lanes.close()
    return sale


async def test_a_clean_show_ends_with_status_0(db: Database) -> None:
    sale = await sold(db)
    status, out, _ = await dibs_audit(sale, "--show", str(sale.show_id))
    assert status == 0
    assert "every promise holds" in out


async def test_a_broken_promise_is_named_and_ends_with_status_1(db: Database) -> None:
    sale, clean = await sold(db), await sold(db)
    await sale.fetch("UPDATE items SET waitlist_count = 9 WHERE workspace_id = $1 AND show_id = $2")
    status, out, _ = await dibs_audit(sale)
    assert status == 1
    assert "broken waitlists_counted_and_ordered" in out
    assert "item 12 : 1 entries wait at 1 places, 9 counted" in out
    assert (await dibs_audit(clean, "--workspace", str(clean.workspace_id)))[0] == 0


async def test_json_is_one_object(db: Database) -> None:
    sale = await sold(db)
    await sale.fetch("UPDATE items SET waitlist_count = 9 WHERE workspace_id = $1 AND show_id = $2")
    status, out, _ = await dibs_audit(sale, "--json")
    told: dict[str, Any] = json.loads(out)
    assert (status, told["ok"], told["shows"][0]["show_id"]) == (1, False, str(sale.show_id))
    assert {check["name"] for check in told["shows"][0]["checks"] if not check["ok"]} == {
        "waitlists_counted_and_ordered",
        "events_tell_what_is_stored",
    }


async def test_a_show_that_does_not_exist_is_one_sentence(db: Database) -> None:
    sale = await sold(db)
    for options in (["--show", str(uuid7())], ["--show", str(sale.show_id), "--workspace", str(uuid7())]):
        status, out, err = await dibs_audit(sale, *options)
        assert (status, out, err.strip()) == (1, "", "Error: There is no such show.")
