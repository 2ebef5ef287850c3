"""A plugin that fails five times within a minute is switched off where it fails, and said so once."""

from __future__ import annotations

import asyncio
from uuid import UUID

from dibs.db import Database
from dibs.errors import PluginHookError
from dibs.flags import FlagService
from dibs.ids import uuid7
from dibs.plugins import PluginManager

ERROR = PluginHookError("The plugin sharing failed in allocate_claim: boom", plugin="sharing")


async def test_the_fifth_failure_within_a_minute_switches_off_and_says_so_once(
    flags: FlagService, workspace: UUID
) -> None:
    for _ in range(4):
        assert await flags.health.failed(workspace, "sharing", ERROR) is None
    assert await flags.is_enabled(workspace, "sharing")
    notice = await flags.health.failed(workspace, "sharing", ERROR)
    assert notice is not None and notice.plugin == "sharing" and "boom" in notice.message
    assert await flags.health.failed(workspace, "sharing", ERROR) is None
    assert not await flags.is_enabled(workspace, "sharing")
    view = next(view for view in await flags.overview(workspace) if view.key == "sharing")
    assert (view.enabled, view.origin) == (False, "health")


async def test_failures_of_a_batch_count_together(flags: FlagService, workspace: UUID) -> None:
    assert await flags.health.failed(workspace, "sharing", ERROR, times=500) is not None
    assert (await flags.health.of_workspace(workspace))["sharing"].failures == 500


async def test_failures_spread_over_more_than_a_minute_do_not_switch_off(
    flags: FlagService, workspace: UUID, db: Database
) -> None:
    for _ in range(12):
        assert await flags.health.failed(workspace, "sharing", ERROR) is None
        await db.hot_fetch(
            "UPDATE plugin_health SET recent = ARRAY(SELECT at - interval '15 s' FROM unnest(recent) at)"
            " WHERE workspace_id = $1",
            workspace,
        )
    assert await flags.is_enabled(workspace, "sharing")


async def test_failures_in_several_processes_count_together(
    flags: FlagService, workspace: UUID, db: Database, manager: PluginManager
) -> None:
    other = FlagService(db, manager)
    both = [flags, other] * 5
    notices = await asyncio.gather(*(f.health.failed(workspace, "sharing", ERROR) for f in both))
    assert len([notice for notice in notices if notice]) == 1


async def test_another_workspace_keeps_the_plugin(flags: FlagService, workspace: UUID) -> None:
    await flags.health.failed(workspace, "sharing", ERROR, times=5)
    assert await flags.is_enabled(uuid7(), "sharing")


async def test_a_reset_switches_on_again_and_counts_from_zero(flags: FlagService, workspace: UUID) -> None:
    await flags.health.failed(workspace, "sharing", ERROR, times=5)
    await flags.health.reset(workspace, "sharing")
    assert await flags.is_enabled(workspace, "sharing")
    assert await flags.health.failed(workspace, "sharing", ERROR, times=4) is None
    assert await flags.health.failed(workspace, "sharing", ERROR) is not None


async def test_switching_a_plugin_on_forgives_its_failures(flags: FlagService, workspace: UUID) -> None:
    await flags.health.failed(workspace, "sharing", ERROR, times=5)
    await flags.set_override(workspace, "sharing", True)
    assert await flags.is_enabled(workspace, "sharing")


async def test_a_part_that_is_always_on_stays_on(flags: FlagService, workspace: UUID) -> None:
    assert await flags.health.failed(workspace, "shop", ERROR, times=5) is None
    assert (await flags.health.of_workspace(workspace))["shop"].failures == 5
    assert await flags.is_enabled(workspace, "shop")


async def test_any_text_of_an_error_can_be_kept(flags: FlagService, workspace: UUID) -> None:
    await flags.health.failed(workspace, "sharing", ValueError("a\x00b" + "x" * 5000))
    kept = (await flags.health.of_workspace(workspace))["sharing"].last_error
    assert kept is not None and kept.startswith("abx") and len(kept) == 1000
