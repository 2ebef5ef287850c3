"""A process of its own that works on a show: `python -m tests.race.worker JSON`, with `JSON` as in `children.start`.

It prints one line of JSON with what came of its work. `weak` takes guards away, in this process alone: that is how a
test shows that it would notice if they were missing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from dibs.audit_log import Actor
from dibs.db import Database
from dibs.errors import DibsError
from dibs.flags import FlagService
from dibs.jobs.registry import Registry
from dibs.lane import commands, commit, lane, lease, load
from dibs.lane.state import BuyerRef
from dibs.lane.work import CommentOutcome
from dibs.models.orders import NewOrder, NewOrderLine
from dibs.orders import sql as orders
from dibs.plugins import PluginManager
from dibs.stock import Reference, ledger, locks
from dibs.trading.transactions import TransactionParts

from ..core.lane.sale import Sale, process, said

REVISION = "AND revision = $3::bigint"
LEASE = "WHERE l.expires_at < clock_timestamp() OR l.owner = excluded.owner"
LOCKED = "FOR NO KEY UPDATE OF b"
FENCE = "AND l.owner = $6::text AND l.fence = $7::bigint"


def weaken(guards: list[str]) -> None:
    """Take guards off the statement, and the lock off the board."""
    open_ends = {"revision": (REVISION, "AND $3::bigint >= 0"), "fence": (FENCE, "AND $7::bigint >= 0")}
    for guard in open_ends.keys() & set(guards):
        text, instead = open_ends[guard]
        for name in ("COMMIT", "COMMIT_ACTION"):
            statement = getattr(commit, name)
            assert text in statement
            setattr(commit, name, statement.replace(text, instead))
    if "lock" in guards:
        assert "FOR UPDATE" in load._LOCKED_SHOW
        load._LOCKED_SHOW = load._SHOW
    if "stock" in guards:
        assert ledger.GUARD in ledger._RECORD and LOCKED in locks._LOCK
        ledger._RECORD = ledger._RECORD.replace(ledger.GUARD, "TRUE")
        locks._LOCK = locks._LOCK.replace(LOCKED, "")
    if "source" in guards:
        assert "pg_advisory_xact_lock" in orders.LOCK_SOURCE
        orders.LOCK_SOURCE = "SELECT $1::uuid, $2::text, $3::uuid"
    if "lease" in guards:
        assert LEASE in lease._ACQUIRE
        lease._ACQUIRE = lease._ACQUIRE.replace(LEASE, "")


def stop_before_write(number: int) -> None:
    """Stand still directly before a write, as a process does whose machine is suspended."""
    write, count = commit.write, [0]

    async def paused(*args: Any) -> Any:
        count[0] += 1
        if count[0] == number:
            os.kill(os.getpid(), signal.SIGSTOP)
        return await write(*args)

    vars(lane)["write"] = paused


async def work(sale: Sale, job: dict[str, Any], done: dict[str, Any]) -> None:
    """What the job says."""
    pieces, window = job.get("comments", []), job.get("window", 1)
    for start in range(0, len(pieces), window):
        for outcomes in await asyncio.gather(*(_say(sale, piece) for piece in pieces[start : start + window])):
            done["answered"] += len(outcomes)
            done["fresh"] += sum(outcome.verdict != "duplicate" for outcome in outcomes)
        await asyncio.sleep(job.get("pause", 0))
    actor = Actor(UUID(job["actor"]), "Olga") if "actor" in job else None
    for kind, target, *more in job.get("commands", ()):
        acting = attrs.evolve(sale, show_id=UUID(target)) if kind == "activate" else sale
        try:
            if kind == "order":
                done["orders"].append(await _order(sale, UUID(target), more))
            else:
                await acting.do(_command(kind, UUID(target), more), actor=actor)
            done["carried_out"] += 1
        except DibsError as error:
            done["refused"].append(error.code)
            done["words"].append(error.message)
        await asyncio.sleep(job.get("pause", 0))


async def _say(sale: Sale, piece: list[Any]) -> list[CommentOutcome]:
    return await sale.say(*(said(text, who, second=at, key=key) for key, who, text, at in piece))


async def _order(sale: Sale, batch_id: UUID, more: list[Any]) -> str:
    """Order from a batch: for a customer, from a source, so many units."""
    customer, source, units = more
    plugins = PluginManager()
    parts = TransactionParts(sale.db, plugins, FlagService(sale.db, plugins), Registry())
    line = NewOrderLine("Dress", Decimal(units), Decimal(10), "manual", batch_id)
    new = NewOrder(Reference("cart", UUID(source)), "MANUAL", (line,), UUID(customer))
    async with parts.open(sale.workspace_id, None, Actor.system()) as context:
        return str((await context.desk.orders.make(new)).order_id)


def _command(kind: str, target: UUID, more: list[Any]) -> commands.Command | commands.LoadingCommand:
    if kind == "release":
        return commands.release(target)
    if kind == "activate":
        return commands.set_status("active")
    if kind == "quantity":
        return commands.quantity(target, more[0])
    if kind == "move":
        return commands.move(target, UUID(more[0]))
    if kind == "undo":
        return commands.undo(UUID(more[0]), target)
    if kind == "total":
        return commands.edit_item(target, total=more[0])
    return commands.award(target, BuyerRef(UUID(more[0]), "facebook", more[1], more[1]))


async def main(job: dict[str, Any]) -> None:
    weaken(job.get("weak", []))
    if "stop_before_write" in job:
        stop_before_write(job["stop_before_write"])
    done: dict[str, Any] = {"answered": 0, "fresh": 0, "carried_out": 0, "orders": [], "refused": [], "words": []}
    db = Database(job["url"], plain=1, hot=6)
    await db.connect()
    made = process(db, max_batch=10)
    await made.lanes.start()
    sale = Sale(db, UUID(job["workspace"]), UUID(job["show"]), made)
    if job.get("warm"):
        await made.lanes.own(sale.workspace_id, sale.show_id)
        await sale.say(*(said("hello", None, key=key) for key in [job["warm"]]))
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    try:
        await work(sale, job, done)
    except DibsError as error:
        done["error"] = f"{error.code}: {error}"
    with contextlib.suppress(Exception):
        async with asyncio.timeout(10):
            await made.lanes.close()
            await db.close()
    print(json.dumps(done), flush=True)


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
