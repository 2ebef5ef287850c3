"""The health of plugins: one that keeps failing is switched off for the workspace where it fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

import attrs

from dibs.db import Database

FAILURES = 5
SECONDS = 60

# `recent` holds the times of the last failures, so that any 60 seconds count, in any process.
# clock_timestamp(), not now(): two calls may stand in one transaction.
_FAILED = f"""
INSERT INTO plugin_health AS h (workspace_id, plugin, failures, last_error, last_failure_at, recent)
VALUES ($1, $2, $4, $3, clock_timestamp(), array_fill(clock_timestamp(), ARRAY[least($4, {FAILURES})]))
ON CONFLICT (workspace_id, plugin) DO UPDATE SET
    failures = least(h.failures::bigint + excluded.failures, 2147483647)::int,
    last_error = excluded.last_error,
    last_failure_at = excluded.last_failure_at,
    recent = (ARRAY(
        SELECT at FROM unnest(h.recent || excluded.recent) AS at
        WHERE at > clock_timestamp() - interval '{SECONDS} seconds' ORDER BY at DESC LIMIT {FAILURES}
    ))
RETURNING cardinality(recent) AS recent, disabled_at
"""
_SWITCH_OFF = """
UPDATE plugin_health SET disabled_at = clock_timestamp()
WHERE workspace_id = $1 AND plugin = $2 AND disabled_at IS NULL RETURNING disabled_at
"""
_RESET = """
UPDATE plugin_health SET failures = 0, recent = '{}', last_error = NULL, disabled_at = NULL
WHERE workspace_id = $1 AND plugin = $2
"""
_LIST = """
SELECT plugin, failures, last_error, last_failure_at, disabled_at FROM plugin_health WHERE workspace_id = $1
"""


@attrs.frozen
class SwitchedOff:
    """The notice that a plugin was switched off in a workspace; made once, for a `problem` event."""

    plugin: str
    message: str
    code: str = "plugin_switched_off"


@attrs.frozen
class Health:
    """How a plugin fares in a workspace."""

    failures: int
    last_error: str | None
    last_failure_at: datetime | None
    disabled_at: datetime | None


@attrs.define(eq=False)
class PluginHealth:
    """Counts failures.

    `switchable` says whether a plugin may be switched off at all; `forget` is told which workspace's plugins have
    to be read anew.
    """

    _db: Database
    _switchable: Callable[[str], bool]
    _forget: Callable[[UUID], None]

    async def failed(self, workspace_id: UUID, plugin: str, error: BaseException, times: int = 1) -> SwitchedOff | None:
        """Note that a plugin failed, and switch it off at the fifth failure within a minute.

        :param times: how often it failed; a batch counts its failures of one plugin together.
        :return: the notice, from the one call that switched it off.
        """
        words = str(error).replace("\x00", "")[:1000]
        rows = await self._db.hot_fetch(_FAILED, workspace_id, plugin, words, min(times, 1_000_000))
        if rows[0]["recent"] < FAILURES or rows[0]["disabled_at"] is not None or not self._switchable(plugin):
            return None
        switched = await self._db.hot_fetch(_SWITCH_OFF, workspace_id, plugin)
        self._forget(workspace_id)
        if not switched:
            return None
        message = f"The plugin {plugin} failed {FAILURES} times within a minute and was switched off: {words}"
        return SwitchedOff(plugin, message)

    async def reset(self, workspace_id: UUID, plugin: str) -> None:
        """Forgive the failures of a plugin, and switch it on again if they switched it off.

        In this task's transaction, if it is in one; then call `FlagService.forget` once that is committed.
        """
        await self._db.plain_fetch(_RESET, workspace_id, plugin)
        self._forget(workspace_id)

    async def of_workspace(self, workspace_id: UUID) -> Mapping[str, Health]:
        """The plugins that ever failed in a workspace."""
        rows = await self._db.hot_fetch(_LIST, workspace_id)
        return {
            row["plugin"]: Health(row["failures"], row["last_error"], row["last_failure_at"], row["disabled_at"])
            for row in rows
        }
