"""The work behind an erasure: a show at a time, one short transaction each, taken up again wherever it was left."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import attrs
import structlog

from dibs.buyers.people import as_id
from dibs.db import LOST, Database
from dibs.erasure import sql
from dibs.erasure.blanking import Traces
from dibs.erasure.plugins import PluginTraces
from dibs.erasure.requests import Erasures
from dibs.erasure.traces import empty_entries, erase_in_show, rewrite_events
from dibs.errors import DibsError

if TYPE_CHECKING:
    from dibs.db import RawConnection
    from dibs.trading.telling import Telling

_LOOK_SECONDS = 5.0
_log = structlog.get_logger("dibs.erasure")


@attrs.define(eq=False)
class EraseKeeper:
    """Removes traces of nameless buyers, from `start` to `close`; in one process at a time for each of them."""

    db: Database
    erasures: Erasures
    plugins: PluginTraces
    _task: asyncio.Task[None] | None = attrs.field(default=None, init=False)

    async def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._keep(), name="erasure")

    async def close(self) -> None:
        """Stop; the step that is under way is rolled back."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def work_off(self) -> None:
        """Do all that there is to do now."""
        await self.erasures.carry_out()
        worked = False
        while await self._step():
            worked = True
        if worked:
            await self.erasures.carry_out()

    async def _keep(self) -> None:
        while True:
            self.erasures.asked.clear()
            try:
                await self.work_off()
            except (*LOST, DibsError) as error:
                _log.warning("erasure_waits", problem=str(error)[:200])
            except Exception:
                _log.exception("erasure_failed")
            try:
                await asyncio.wait_for(self.erasures.asked.wait(), _LOOK_SECONDS)
            except TimeoutError:
                continue

    async def _step(self) -> bool:
        """The next show of somebody, or the last step; False if there is nothing to do."""
        work, told = None, None
        try:
            async with self.db.hot_connection() as connection, connection.transaction():
                work = await connection.fetchrow(sql.WORK)
                if work is not None:
                    told = await self._carry_on(connection, work)
        except LOST:
            raise
        except Exception:
            if work is not None:
                await self.db.hot_fetch(sql.LATER, as_id(work["workspace_id"]), as_id(work["id"]))
            raise
        if told is not None:
            self.plugins.ring(told)
        return work is not None

    async def _carry_on(self, connection: RawConnection, work: Any) -> Telling | None:
        workspace_id, buyer_id = as_id(work["workspace_id"]), as_id(work["id"])
        show = await connection.fetchrow(sql.NEXT_SHOW, workspace_id, work["last_show_id"])
        if show is None:
            await _finish(connection, work)
            return await self.plugins.remove(connection, workspace_id, [buyer_id])
        key = (workspace_id, as_id(show["id"]), buyer_id)
        told = await erase_in_show(connection, *key, past=show["past"], plugins=self.plugins)
        await connection.execute(sql.PROGRESS, workspace_id, buyer_id, show["id"])
        return told


async def _finish(connection: RawConnection, work: Any) -> None:
    """What is in no show: the log, the workspace's events, and deliveries that were worked off but are still kept."""
    workspace_id, buyer_id = as_id(work["workspace_id"]), as_id(work["id"])
    await empty_entries(connection, workspace_id, buyer_id)
    await rewrite_events(connection, workspace_id, f"workspace:{workspace_id}", Traces(buyer_id, buyer_id))
    if work["user_id"]:
        for written in {json.dumps(work["user_id"]), json.dumps(work["user_id"], ensure_ascii=False)}:
            await connection.execute(sql.DELIVERIES, work["platform"], written.encode())
    await connection.execute(sql.DONE, workspace_id, buyer_id)
