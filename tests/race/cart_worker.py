"""A process of its own that fills carts: `python -m tests.race.cart_worker JSON`.

The JSON has `url`, `workspace`, `adds` (session, batch, quantity) one after another, and `weak`, which takes lock and
guard off the hold, in this process alone. It prints one line of JSON: what was added, and each refusal with what it
said was left.
"""

from __future__ import annotations

import asyncio
import json
import sys
from decimal import Decimal
from typing import Any
from uuid import UUID

import dibs_live_shopping
from dibs import DibsError, OutOfStockError
from dibs.audit_log import Actor
from dibs.db import Database
from dibs.flags import FlagService
from dibs.jobs.registry import Registry
from dibs.plugins import PluginManager
from dibs.stock import holds, locks
from dibs.trading.transactions import TransactionParts
from dibs_live_shopping.cart import NewLine, add_line

LOCKED = "FOR NO KEY UPDATE OF b"
GUARD = f"AND b.reserved + b.on_hold + b.in_carts + $5::numeric - ({holds.HELD}) <= b.on_hand"


def weaken() -> None:
    """What is left is looked at before, without a lock, and then taken whatever there is by now."""
    assert GUARD in holds._HOLD and LOCKED in locks._LOCK
    seen = (
        "AND (SELECT s.on_hand - s.reserved - s.on_hold - s.in_carts FROM batches s WHERE s.workspace_id = $1"
        " AND s.id = $2) >= $5::numeric"
    )
    holds._HOLD = holds._HOLD.replace(GUARD, seen)
    locks._LOCK = locks._LOCK.replace(LOCKED, "")


async def work(parts: TransactionParts, job: dict[str, Any], done: dict[str, Any]) -> None:
    """Add one line after another."""
    for session, batch, quantity in job["adds"]:
        new = NewLine(UUID(batch), Decimal(quantity))
        try:
            async with parts.open(UUID(job["workspace"]), "live_shopping", Actor(None, "Olga")) as context:
                await add_line(context, UUID(session), new, by="host", name="Olga")
            done["added"].append(batch)
        except OutOfStockError as error:
            done["left"].append([batch, error.data["left"]])
        except DibsError as error:
            done["refused"].append(error.code)


async def main(job: dict[str, Any]) -> None:
    if job.get("weak"):
        weaken()
    db, plugins = Database(job["url"], plain=2, hot=2), PluginManager()
    await db.connect()
    assert plugins.add(dibs_live_shopping, "live_shopping"), plugins.refused
    flags = FlagService(db, plugins)
    await flags.start()
    parts = TransactionParts(db, plugins, flags, Registry())
    done: dict[str, Any] = {"added": [], "left": [], "refused": []}
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await work(parts, job, done)
    await flags.close()
    await db.close()
    print(json.dumps(done), flush=True)


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
