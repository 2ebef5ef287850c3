"""What the audit log says about flags. Call these in the transaction of the change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import attrs

from dibs import audit_log
from dibs.audit_log import Actor
from dibs.db import Database
from dibs.flags.health import Health
from dibs.flags.model import StoredFlag

# What holds for all workspaces is nobody's own: it stands in the log where those look who run the instance.
_OPERATED = """
SELECT DISTINCT m.workspace_id FROM members m JOIN users u ON u.id = m.user_id
WHERE u.instance_operator AND m.role = 'owner' ORDER BY 1
"""


@attrs.frozen
class By:
    """Who changes a flag, and the workspace in whose log it stands."""

    workspace_id: UUID
    actor: Actor


async def of_operators(db: Database, actor: Actor) -> list[By]:
    """The actor in each workspace of somebody who runs the instance."""
    return [By(row["workspace_id"], actor) for row in await db.hot_fetch(_OPERATED)]


async def switched(db: Database, by: By, key: str, before: bool | None, after: bool | None) -> None:
    """A plugin was switched for one workspace; None is what holds for all."""
    action = "flag.cleared" if after is None else "flag.switched"
    await _record(db, by, action, key, {"enabled": before}, {"enabled": after})


async def rolled_out(db: Database, by: By, key: str, before: StoredFlag | None, after: StoredFlag | None) -> None:
    """A plugin was switched for all workspaces; None is the plugin's own default."""
    await _record(db, by, "flag.rolled_out", key, _values(before), _values(after))


async def revived(db: Database, by: By, key: str, before: Health) -> None:
    """The failures of a plugin were forgiven."""
    was = {"failures": before.failures, "disabled_at": before.disabled_at}
    await _record(db, by, "plugin.revived", key, was, {"failures": 0, "disabled_at": None})


def _values(flag: StoredFlag | None) -> Mapping[str, Any]:
    return attrs.asdict(flag) if flag is not None else {"enabled": None, "rollout": None}


async def _record(
    db: Database, by: By, action: str, key: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    async with db.raw() as connection:
        entity = action.partition(".")[0]
        await audit_log.record(
            connection, by.workspace_id, by.actor, action, entity=entity, entity_id=key, before=before, after=after
        )
