"""The flags of all workspaces: reading them quickly, setting them, listing them."""

from __future__ import annotations

import itertools
from uuid import UUID

import attrs
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.provider.no_op_provider import NoOpProvider

from dibs.audit_log import Actor
from dibs.clock import monotonic
from dibs.db import Database
from dibs.errors import ConflictError, InvalidInputError, NotFoundError
from dibs.errors import FieldFault as Fault
from dibs.flags import log, store
from dibs.flags.cache import Entry, WorkspaceCache
from dibs.flags.decisions import decide_all
from dibs.flags.health import PluginHealth
from dibs.flags.log import By
from dibs.flags.model import Decision, FlagView, Snapshot, StoredFlag, decide
from dibs.flags.provider import NAME, DibsProvider, deciding
from dibs.hooks import WorkspaceHooks
from dibs.plugins import LoadedPlugin, PluginManager

_numbers = itertools.count(1)
_UNSET = NoOpProvider().get_metadata().name
_COMMAND_LINE = Actor.system("dibs flags")


@attrs.define(eq=False)
class FlagService:
    """Says which plugins a workspace has.

    Reading goes through OpenFeature. A provider that was set for the domain `dibs` (or for all domains) takes
    the place of ours; health, requirements and what is always on are still applied here. A change made
    through this object holds at once in this process, and within two seconds in others.
    """

    db: Database
    plugins: PluginManager
    health: PluginHealth = attrs.field(init=False)
    _cache: WorkspaceCache = attrs.field(init=False)
    _own_domain: str = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.health = PluginHealth(self.db, self._may_be_off, self.forget)
        self._cache = WorkspaceCache(self._load)
        self._own_domain = f"{NAME}-{next(_numbers)}"

    async def start(self) -> None:
        """Register our provider with OpenFeature."""
        api.set_provider_and_wait(DibsProvider(self._known, self._snapshot), self._own_domain)

    async def close(self) -> None:
        """Take our provider back and wait for readings that are under way."""
        api.set_provider(NoOpProvider(), self._own_domain)
        await self._cache.close()

    @property
    def client(self) -> OpenFeatureClient:
        """The OpenFeature client that decides, for anyone who wants to ask it directly."""
        replaced = api.get_provider_metadata(NAME).name != _UNSET
        return api.get_client(NAME if replaced else self._own_domain)

    async def enabled_plugins(self, workspace_id: UUID) -> frozenset[str]:
        """The names of the plugins that are on in a workspace. Costs nothing while the answer is fresh."""
        return (await self._cache.get(workspace_id)).hooks.enabled

    async def hooks_for(self, workspace_id: UUID) -> WorkspaceHooks:
        """The hooks of the plugins that are on in a workspace."""
        return (await self._cache.get(workspace_id)).hooks

    def known_hooks(self, workspace_id: UUID) -> WorkspaceHooks | None:
        """What `hooks_for` would answer without asking anybody; None if it would have to ask."""
        return self._cache.peek(workspace_id)

    async def is_enabled(self, workspace_id: UUID, plugin: str) -> bool:
        """Whether a workspace has a plugin."""
        return plugin in await self.enabled_plugins(workspace_id)

    def forget(self, workspace_id: UUID | None = None) -> None:
        """Read anew at the next use: one workspace, or all."""
        self._cache.forget(workspace_id)

    async def set_flag(self, key: str, enabled: bool, rollout: int | None = None, by: By | None = None) -> None:
        """Switch a plugin on or off for all workspaces without an override, or on for `rollout` percent."""
        self._switchable(key)
        _check_rollout(enabled, rollout)
        await self._for_all(key, StoredFlag(enabled, rollout), by)

    async def clear_flag(self, key: str, by: By | None = None) -> None:
        """Back to the plugin's own default for all workspaces without an override."""
        self._switchable(key)
        await self._for_all(key, None, by)

    async def set_override(self, workspace_id: UUID, key: str, enabled: bool, actor: Actor | None = None) -> None:
        """Switch a plugin on or off for one workspace. Switching it on forgives its failures there."""
        self._switchable(key)
        await self._for_one(By(workspace_id, actor or _COMMAND_LINE), key, enabled)

    async def clear_override(self, workspace_id: UUID, key: str, actor: Actor | None = None) -> None:
        """Back to what holds for all workspaces."""
        self._switchable(key)
        await self._for_one(By(workspace_id, actor or _COMMAND_LINE), key, None)

    async def revive(self, workspace_id: UUID, key: str, actor: Actor) -> None:
        """Take back that a plugin was switched off because it failed, and forget its failures."""
        self._switchable(key)
        async with self.db.transaction():
            before = (await self.health.of_workspace(workspace_id)).get(key)
            if before is not None and before.failures:
                await self.health.reset(workspace_id, key)
                await log.revived(self.db, By(workspace_id, actor), key, before)
        self.forget(workspace_id)

    async def _for_one(self, by: By, key: str, enabled: bool | None) -> None:
        async with self.db.transaction():
            before = await store.read_override(self.db, by.workspace_id, key)
            if enabled is None:
                await store.delete_override(self.db, by.workspace_id, key)
            else:
                await store.write_override(self.db, by.workspace_id, key, enabled)
            if enabled:
                await self.health.reset(by.workspace_id, key)
            if before != enabled:
                await log.switched(self.db, by, key, before, enabled)
        self.forget(by.workspace_id)

    async def _for_all(self, key: str, flag: StoredFlag | None, by: By | None) -> None:
        async with self.db.transaction():
            before = await store.read_flag(self.db, key)
            if flag is None:
                await store.delete_flag(self.db, key)
            else:
                await store.write_flag(self.db, key, flag)
            if before != flag:
                for one in [by] if by is not None else await log.of_operators(self.db, _COMMAND_LINE):
                    await log.rolled_out(self.db, one, key, before, flag)
        self.forget()

    async def overview(self, workspace_id: UUID | None = None) -> list[FlagView]:
        """Every flag with its value and origin, for a workspace or for all, read now."""
        if workspace_id is None:
            snapshot = await store.read_snapshot(self.db, None)
            return [_view(plugin, snapshot, _general(plugin, snapshot)) for plugin in self._listed()]
        await store.require_workspace(self.db, workspace_id)
        self.forget(workspace_id)
        entry = await self._cache.get(workspace_id)
        return [_view(p, entry.snapshot, entry.decisions[p.name]) for p in self._listed()]

    async def view(self, key: str, workspace_id: UUID | None = None) -> FlagView:
        """One flag, as `overview` has it. Raises `NotFoundError`."""
        found = next((view for view in await self.overview(workspace_id) if view.key == key), None)
        if found is None:
            raise NotFoundError(f"There is no plugin {key!r}.", flag=key)
        return found

    def _listed(self) -> list[LoadedPlugin]:
        return [p for _, p in sorted(self.plugins.plugins.items()) if not p.built_in]

    def _known(self, workspace_id: UUID) -> Snapshot | None:
        entry = self._cache.entries.get(workspace_id)
        return entry.snapshot if entry else None

    async def _snapshot(self, workspace_id: UUID) -> Snapshot:
        return (await self._cache.get(workspace_id)).snapshot

    async def _load(self, workspace_id: UUID, before: Entry | None) -> Entry:
        at = monotonic()
        snapshot = await store.read_snapshot(self.db, workspace_id)
        known = before.decisions if before else {}
        with deciding(workspace_id, snapshot):
            decisions = await decide_all(self.client, self.plugins.plugins, workspace_id, snapshot, known)
        enabled = frozenset(name for name, decision in decisions.items() if decision.enabled)
        return Entry(snapshot, decisions, self.plugins.hooks_for(enabled), at)

    def _may_be_off(self, key: str) -> bool:
        plugin = self.plugins.plugins.get(key)
        return plugin is not None and not plugin.info.always

    def _switchable(self, key: str) -> None:
        plugin = self.plugins.plugins.get(key)
        if plugin is None:
            raise NotFoundError(f"There is no plugin {key!r}.", flag=key)
        if plugin.info.always:
            raise ConflictError(f"{plugin.info.title} is a part of the application and always on.", flag=key)


def _check_rollout(enabled: bool, rollout: int | None) -> None:
    if rollout is None:
        return
    if type(rollout) is not int or not 0 <= rollout <= 100:
        problem = "must be a whole number from 0 to 100"
    elif not enabled:
        problem = "goes only with a flag that is on"
    else:
        return
    raise InvalidInputError(f"The rollout {problem}.", [Fault("rollout", problem)])


def _general(plugin: LoadedPlugin, snapshot: Snapshot) -> Decision:
    if plugin.info.always:
        return Decision(True, "always")
    return decide(plugin.name, None, snapshot) or Decision(plugin.info.default, "default")


def _view(plugin: LoadedPlugin, snapshot: Snapshot, decision: Decision) -> FlagView:
    flag = snapshot.flags.get(plugin.name)
    return FlagView(
        key=plugin.name,
        title=plugin.info.title,
        enabled=decision.enabled,
        origin=decision.origin,
        default=plugin.info.default,
        flag=flag.enabled if flag else None,
        rollout=flag.rollout if flag else None,
        override=snapshot.overrides.get(plugin.name),
        requires=plugin.info.requires,
    )
