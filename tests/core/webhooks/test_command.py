"""`dibs webhooks` tells what waits and what was set aside, and has it tried again."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from click.testing import CliRunner, Result

from dibs.cli import cli
from dibs.clock import utc_now
from dibs.db import Database
from dibs.webhooks.rows import InboxRows, NewDelivery


def dibs(url: str, *args: str) -> Result:
    return CliRunner().invoke(cli, ["webhooks", *args], env={"DATABASE_URL": url})


async def store(db: Database) -> int:
    """Two deliveries that wait, and one that was set aside; its number."""
    rows = InboxRows(db)
    await rows.put([NewDelivery("corner", {}, f"{n}".encode(), utc_now()) for n in range(3)])
    first = (await rows.take(1))[0].id
    for _ in range(5):
        await rows.failed(first, "KeyError in adapter.py, line 12")
    return first


async def test_it_lists_what_waits_and_what_was_set_aside(db: Database, database_url: str) -> None:
    number = await store(db)
    shown = await asyncio.to_thread(dibs, database_url, "list", "--json")
    found: Any = json.loads(shown.output)
    assert (found["open"], [one["id"] for one in found["set_aside"]]) == (2, [number])
    assert found["set_aside"][0]["note"] == "KeyError in adapter.py, line 12"
    assert "body" not in found["set_aside"][0]
    shown = await asyncio.to_thread(dibs, database_url)
    assert "2 deliveries wait" in shown.output and "KeyError" in shown.output


async def test_it_has_one_or_all_tried_again(db: Database, database_url: str) -> None:
    number = await store(db)
    wrong = await asyncio.to_thread(dibs, database_url, "retry", "4711")
    assert wrong.exit_code == 1 and "no delivery 4711" in wrong.output
    done = await asyncio.to_thread(dibs, database_url, "retry", str(number))
    assert (done.exit_code, done.output) == (0, "1 deliveries are tried again.\n")
    assert (await InboxRows(db).backlog()).open == 3
    assert (await asyncio.to_thread(dibs, database_url, "retry")).output == "0 deliveries are tried again.\n"
    assert "None was set aside." in (await asyncio.to_thread(dibs, database_url)).output
