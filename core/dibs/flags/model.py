"""The values of the flags and how one is decided. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Literal
from uuid import UUID

import attrs

Origin = Literal["default", "flag", "rollout", "override", "always", "health", "requires", "provider"]


@attrs.frozen
class StoredFlag:
    """A flag as it is set for all workspaces; `rollout` is a percentage of them, None is all."""

    enabled: bool
    rollout: int | None = None


@attrs.frozen
class Snapshot:
    """What the tables say that matters to one workspace (to none in particular if made without one).

    Attributes:
        flags: what is set for all workspaces.
        overrides: what is set for this one.
        failing: the plugins that were switched off for this one because they failed.
    """

    flags: Mapping[str, StoredFlag] = attrs.field(factory=dict)
    overrides: Mapping[str, bool] = attrs.field(factory=dict)
    failing: frozenset[str] = frozenset()


@attrs.frozen
class Decision:
    """Whether a plugin is on, and what decided it."""

    enabled: bool
    origin: Origin


@attrs.frozen
class FlagView:
    """A flag for people: the value, where it comes from, and everything that could have decided it.

    Attributes:
        key: the plugin's name.
        title: the plugin's title.
        enabled: the value for the workspace asked about; without one, the value where nothing else is set.
        origin: what decided it. `provider` is another OpenFeature provider than ours.
        default: the plugin's own default.
        flag: what is set for all workspaces, or None.
        rollout: the percentage of workspaces that have it, or None.
        override: what is set for this workspace, or None.
        requires: the plugins that must be on as well.
    """

    key: str
    title: str
    enabled: bool
    origin: Origin
    default: bool
    flag: bool | None = None
    rollout: int | None = None
    override: bool | None = None
    requires: tuple[str, ...] = ()


def bucket(key: str, workspace_id: UUID) -> int:
    """The place of a workspace in the rollout of a flag, 0 to 99.

    The first eight bytes of SHA-256 over `<key>:<workspace id>`, as a big-endian number, modulo 100. A flag
    at n percent is on where this is below n: a workspace that has it at 10 % keeps it at 20 %, and different
    flags choose different workspaces.
    """
    digest = hashlib.sha256(f"{key}:{workspace_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100


def decide(key: str, workspace_id: UUID | None, snapshot: Snapshot) -> Decision | None:
    """The stored value of a flag: override, then rollout, then the flag itself; None if nothing is stored."""
    override = snapshot.overrides.get(key)
    if override is not None:
        return Decision(override, "override")
    flag = snapshot.flags.get(key)
    if flag is None:
        return None
    if flag.enabled and flag.rollout is not None and workspace_id is not None:
        return Decision(bucket(key, workspace_id) < flag.rollout, "rollout")
    return Decision(flag.enabled, "flag")
