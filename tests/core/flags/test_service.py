"""A flag is what its override says, else its rollout, else the flag, else the plugin's default."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.flag_evaluation import FlagResolutionDetails, Reason
from openfeature.provider.in_memory_provider import InMemoryFlag, InMemoryProvider
from openfeature.provider.no_op_provider import NoOpProvider

from dibs.accounts.model import Registration
from dibs.accounts.users import Users
from dibs.db import Database
from dibs.errors import ConflictError, InvalidInputError, NotFoundError
from dibs.flags import FlagService
from dibs.flags.model import bucket
from dibs.ids import uuid7
from dibs.plugins import PluginManager


async def origins(flags: FlagService, workspace: UUID | None) -> dict[str, tuple[bool, str]]:
    return {view.key: (view.enabled, view.origin) for view in await flags.overview(workspace)}


async def test_without_flags_a_workspace_has_the_defaults_and_what_is_always_on(
    flags: FlagService, workspace: UUID
) -> None:
    assert await flags.enabled_plugins(workspace) == {"shop", "sharing"}
    assert await origins(flags, workspace) == {
        "shop": (True, "always"),
        "sharing": (True, "default"),
        "parser": (False, "default"),
        "extra": (False, "default"),
    }


async def test_each_level_outranks_the_one_below(flags: FlagService, workspace: UUID) -> None:
    await flags.set_flag("parser", True)
    assert (await origins(flags, workspace))["parser"] == (True, "flag")
    await flags.set_flag("parser", True, rollout=0)
    assert (await origins(flags, workspace))["parser"] == (False, "rollout")
    await flags.set_override(workspace, "parser", True)
    assert (await origins(flags, workspace))["parser"] == (True, "override")
    await flags.clear_override(workspace, "parser")
    await flags.clear_flag("parser")
    assert (await origins(flags, workspace))["parser"] == (False, "default")


async def test_an_override_holds_for_its_own_workspace_only(flags: FlagService, workspace: UUID, db: Database) -> None:
    other = uuid7()
    await flags.set_override(workspace, "parser", True)
    await flags.set_override(workspace, "sharing", False)
    assert await flags.enabled_plugins(workspace) == {"shop", "parser"}
    assert await flags.enabled_plugins(other) == {"shop", "sharing"}


async def test_a_rollout_is_stable_and_only_grows(flags: FlagService) -> None:
    some = [uuid7() for _ in range(200)]
    before: set[UUID] = set()
    for percent in (0, 10, 50, 100):
        await flags.set_flag("parser", True, rollout=percent)
        on = {key for key in some if await flags.is_enabled(key, "parser")}
        assert before <= on
        assert on == {key for key in some if bucket("parser", key) < percent}
        before = on
    assert before == set(some)


def test_the_place_in_a_rollout_is_the_documented_hash() -> None:
    key = UUID("018f0000-0000-7000-8000-000000000001")
    assert bucket("parser", key) == 97
    assert bucket("other", key) != bucket("parser", key)


async def test_a_plugin_is_off_while_one_it_requires_is_off(flags: FlagService, workspace: UUID) -> None:
    await flags.set_override(workspace, "extra", True)
    assert (await origins(flags, workspace))["extra"] == (False, "requires")
    await flags.set_override(workspace, "parser", True)
    assert {"extra", "parser"} <= await flags.enabled_plugins(workspace)


async def test_a_change_holds_at_once_here_and_within_two_seconds_elsewhere(
    flags: FlagService, workspace: UUID, db: Database, manager: PluginManager
) -> None:
    elsewhere = FlagService(db, manager)
    await elsewhere.start()
    assert not await elsewhere.is_enabled(workspace, "parser")
    await flags.set_override(workspace, "parser", True)
    assert await flags.is_enabled(workspace, "parser")
    start = asyncio.get_running_loop().time()
    while not await elsewhere.is_enabled(workspace, "parser"):
        assert asyncio.get_running_loop().time() - start < 2
        await asyncio.sleep(0.02)
    await elsewhere.close()


async def test_a_workspace_not_seen_for_long_never_gets_an_old_answer(
    flags: FlagService, workspace: UUID, db: Database, manager: PluginManager
) -> None:
    elsewhere = FlagService(db, manager)
    await elsewhere.start()
    assert not await elsewhere.is_enabled(workspace, "parser")
    await flags.set_override(workspace, "parser", True)
    await asyncio.sleep(2.05)
    assert await elsewhere.is_enabled(workspace, "parser")
    await elsewhere.close()


async def test_the_last_known_flags_stay_while_the_database_is_gone(
    flags: FlagService, workspace: UUID, db: Database
) -> None:
    await flags.set_override(workspace, "parser", True)
    assert await flags.is_enabled(workspace, "parser")
    await db.close()
    flags.forget()
    assert await flags.is_enabled(workspace, "parser")


async def test_what_can_not_be_set_is_refused(flags: FlagService, workspace: UUID) -> None:
    with pytest.raises(NotFoundError):
        await flags.set_flag("nothing", True)
    with pytest.raises(NotFoundError):
        await flags.set_override(uuid7(), "parser", True)
    with pytest.raises(ConflictError):
        await flags.set_override(workspace, "shop", False)
    for enabled, rollout in ((True, 101), (True, -1), (False, 10)):
        with pytest.raises(InvalidInputError) as caught:
            await flags.set_flag("parser", enabled, rollout)
        assert caught.value.faults[0].path == "rollout"


async def test_the_general_view_shows_flag_and_rollout(flags: FlagService) -> None:
    await flags.set_flag("parser", True, rollout=25)
    found = {view.key: view for view in await flags.overview()}
    assert (found["parser"].flag, found["parser"].rollout, found["parser"].origin) == (True, 25, "flag")
    assert found["sharing"].enabled and found["sharing"].origin == "default"


async def test_what_the_command_line_sets_for_all_stands_where_the_instance_is_run(
    flags: FlagService, workspace: UUID, db: Database
) -> None:
    made = await Users(db).create(Registration("ana@example.com", "correct horse", "Ana"), "hash")
    for _ in range(2):
        await flags.set_flag("parser", True, rollout=25)
    found = await db.hot_fetch("SELECT workspace_id, actor_name, action FROM audit_log WHERE entity = 'flag'")
    assert [tuple(row) for row in found] == [(made[1].id, "dibs flags", "flag.rolled_out")]


async def test_flags_can_be_asked_through_openfeature(flags: FlagService, workspace: UUID) -> None:
    await flags.set_override(workspace, "parser", True)
    context = EvaluationContext(attributes={"workspace_id": str(workspace)})
    assert await flags.client.get_boolean_value_async("parser", False, context)
    assert flags.client.get_boolean_value("parser", False, context)
    details = await flags.client.get_boolean_details_async("parser", False, EvaluationContext())
    assert (details.value, details.reason) == (False, Reason.ERROR)
    assert await flags.client.get_string_value_async("parser", "no", context) == "no"


class Targeting(InMemoryProvider):
    """Another provider: on for the one workspace that it was made for."""

    def __init__(self, workspace: UUID) -> None:
        super().__init__({"parser": InMemoryFlag("off", {"on": True, "off": False})})
        self.workspace = str(workspace)

    def resolve_boolean_details(
        self, flag_key: str, default_value: bool, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[bool]:
        assert evaluation_context is not None
        if flag_key != "parser":
            return FlagResolutionDetails(default_value, reason=Reason.DEFAULT)
        return FlagResolutionDetails(evaluation_context.targeting_key == self.workspace, reason=Reason.TARGETING_MATCH)

    async def resolve_boolean_details_async(
        self, flag_key: str, default_value: bool, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[bool]:
        return self.resolve_boolean_details(flag_key, default_value, evaluation_context)


async def test_another_openfeature_provider_takes_the_place_of_ours(flags: FlagService, workspace: UUID) -> None:
    await flags.set_flag("parser", False)
    api.set_provider_and_wait(Targeting(workspace), "dibs")
    try:
        flags.forget()
        assert (await origins(flags, workspace))["parser"] == (True, "provider")
        assert not await flags.is_enabled(uuid7(), "parser")
        assert await flags.is_enabled(workspace, "sharing")
    finally:
        api.set_provider(NoOpProvider(), "dibs")
    flags.forget()
    assert not await flags.is_enabled(workspace, "parser")


async def test_many_at_once_cost_one_reading(flags: FlagService, workspace: UUID) -> None:
    found = await asyncio.gather(*(flags.hooks_for(workspace) for _ in range(50)))
    assert all(hooks is found[0] for hooks in found)
