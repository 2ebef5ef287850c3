"""What is known of each workspace's plugins, kept fresh without making the claim lane wait."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from uuid import UUID

import attrs

from dibs.clock import monotonic
from dibs.flags.decisions import Decisions
from dibs.flags.model import Snapshot
from dibs.hooks import WorkspaceHooks

FRESH = 1.0  # seconds after which a use renews what is known in the background
LATEST = 2.0  # seconds after which a use waits for the renewal
_MANY = 10_000
_log = logging.getLogger(__name__)


@attrs.frozen(eq=False)
class Entry:
    """What is known of one workspace, and since when."""

    snapshot: Snapshot
    decisions: Decisions
    hooks: WorkspaceHooks
    at: float


@attrs.define(eq=False)
class WorkspaceCache:
    """Keeps an `Entry` for each workspace in use; `load` makes one from the database."""

    load: Callable[[UUID, Entry | None], Awaitable[Entry]]
    entries: dict[UUID, Entry] = attrs.field(factory=dict, init=False)
    _running: dict[UUID, asyncio.Task[Entry]] = attrs.field(factory=dict, init=False)
    _generation: int = attrs.field(default=0, init=False)

    async def get(self, workspace_id: UUID) -> Entry:
        """What is known, at most two seconds old."""
        entry = self.entries.get(workspace_id)
        if entry is None:
            return await self._renewed(workspace_id)
        age = monotonic() - entry.at
        if age < FRESH:
            return entry
        if age < LATEST:
            self._renew(workspace_id)
            return entry
        return await self._renewed(workspace_id)

    def peek(self, workspace_id: UUID) -> WorkspaceHooks | None:
        """The hooks, if what is known is fresh enough to be used without waiting."""
        entry = self.entries.get(workspace_id)
        return entry.hooks if entry is not None and monotonic() - entry.at < LATEST else None

    def forget(self, workspace_id: UUID | None = None) -> None:
        """The next use reads anew: one workspace, or all. What is being read just now is read again."""
        self._generation += 1
        for known in [workspace_id] if workspace_id else list(self.entries):
            if known in self.entries:
                self.entries[known] = attrs.evolve(self.entries[known], at=float("-inf"))

    async def close(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _renewed(self, workspace_id: UUID) -> Entry:
        return await asyncio.shield(self._renew(workspace_id))

    def _renew(self, workspace_id: UUID) -> asyncio.Task[Entry]:
        task = self._running.get(workspace_id)
        if task is None:
            task = self._running[workspace_id] = asyncio.create_task(self._read(workspace_id))
            task.add_done_callback(lambda done: self._finished(workspace_id, done))
        return task

    async def _read(self, workspace_id: UUID) -> Entry:
        known = self.entries.get(workspace_id)
        while True:
            generation = self._generation
            try:
                entry = await self.load(workspace_id, known)
            except Exception as error:
                if known is None:
                    raise
                _log.warning("the flags can't be read, the last known ones stay", exc_info=error)
                return self._keep(workspace_id, attrs.evolve(known, at=monotonic()))
            if generation == self._generation:
                return self._keep(workspace_id, entry)

    def _keep(self, workspace_id: UUID, entry: Entry) -> Entry:
        if len(self.entries) >= _MANY:
            old = monotonic() - LATEST
            self.entries = {key: kept for key, kept in self.entries.items() if kept.at > old}
        self.entries[workspace_id] = entry
        return entry

    def _finished(self, workspace_id: UUID, task: asyncio.Task[Entry]) -> None:
        self._running.pop(workspace_id, None)
        if not task.cancelled():
            task.exception()  # whoever waits gets it; nobody waiting is no reason to complain
