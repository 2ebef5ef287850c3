"""What plugins keep about people: they remove it from their tables, and the core from events and the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from dibs.audit_log import Actor
from dibs.erasure import sql
from dibs.erasure.traces import wipe_entries
from dibs.events.outbox import new_epoch
from dibs.hooks import answer_of, broken_answer
from dibs.hooks.answers import traces_fault
from dibs.models.erasing import PersonTraces
from dibs.trading.telling import Telling
from dibs.workspace_settings.plugin_values import plugin_settings

if TYPE_CHECKING:
    from dibs.db import RawConnection
    from dibs.trading.transactions import TransactionParts

HOOK = "person_erased"
LIMIT = 30.0
"""Seconds for each plugin: nobody waits for it but the erasure."""


@attrs.define(eq=False)
class PluginTraces:
    """Asks every plugin that is installed, also where it is off: what it once wrote is still there."""

    parts: TransactionParts

    async def remove(
        self,
        connection: RawConnection,
        workspace_id: UUID,
        buyer_ids: Sequence[UUID],
        show_id: UUID | None = None,
        stranger: UUID | None = None,
    ) -> Telling:
        """Have traces removed, in the caller's transaction; returns what is to be rung after its commit.

        Raises:
            PluginHookError: a plugin failed; it is named.
        """
        telling = Telling(workspace_id)
        for call in self.parts.plugins.all_hooks().calls(HOOK):
            settings = await plugin_settings(self.parts.db, self.parts.plugins, workspace_id, call.plugin)
            context = self.parts.context(workspace_id, connection, settings, Actor.system(), telling)
            answer = await answer_of(HOOK, call, (context, buyer_ids, show_id, stranger), LIMIT)
            if answer is None:
                continue
            fault = traces_fault(answer)
            if fault is not None:
                raise broken_answer(HOOK, call.plugin, fault, answer)
            await _carry_out(connection, workspace_id, answer)
        await telling.write(connection)
        return telling

    def ring(self, *told: Telling) -> None:
        """After the commit: hand on what plugins have told."""
        if self.parts.hub is not None:
            for telling in told:
                telling.ring(self.parts.hub)


async def _carry_out(connection: RawConnection, workspace_id: UUID, traces: PersonTraces) -> None:
    by_entity: dict[str, list[str]] = {}
    for entity, entity_id in traces.entries:
        by_entity.setdefault(entity, []).append(entity_id)
    for entity, ids in by_entity.items():
        await wipe_entries(connection, workspace_id, entity, ids)
    topics = sorted(set(traces.topics))
    if topics:
        # A new epoch first: it locks the topics, and nobody goes on from a position whose events are gone.
        await connection.execute(sql.NEW_EPOCHS, workspace_id, topics, new_epoch())
        await connection.execute(sql.DROP_EVENTS, workspace_id, topics)
