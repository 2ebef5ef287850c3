"""What `dibs replay` does, once its options are read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from rich.console import Console

from dibs.replay.compare import Comparison, compare
from dibs.replay.compare_report import comparison_json, print_comparison
from dibs.replay.loop import INTERRUPTED, command_settings, run_until_stopped
from dibs.replay.outcome import Outcome
from dibs.replay.plan import ReplayPlan
from dibs.replay.report import print_json, print_outcome, print_problems, print_way_in
from dibs.replay.run import replay
from dibs.replay.screen import Screen
from dibs.replay.setup import owner_of, prepare
from dibs.runtime import open_runtime
from dibs.settings import Settings


def replay_once(plan: ReplayPlan, speed: float, workspace: str | None, *, as_json: bool) -> int:
    """Replay into the database and print the outcome; the exit status."""
    settings, errors = command_settings(), Console(stderr=True)

    async def main(stop: asyncio.Event) -> tuple[Outcome, str | None]:
        return await _replay(settings, plan, speed, workspace, errors, stop)

    outcome, owner = run_until_stopped(main)
    done, total = outcome.comments["received"], len(plan.recording.comments)
    if done < total:
        errors.print(
            f"Stopped after {done:,} of {total:,} comments, all of them committed. "
            "Run the same command again to go on.",
            highlight=False,
            soft_wrap=True,
        )
        return INTERRUPTED
    if as_json:
        print_json(outcome.as_json())
    else:
        print_outcome(Console(), outcome)
        print_way_in(Console(), outcome, owner)
    print_problems(errors, plan.recording, plan.remarks)
    return 0


async def _replay(
    settings: Settings, plan: ReplayPlan, speed: float, workspace: str | None, errors: Console, stop: asyncio.Event
) -> tuple[Outcome, str | None]:
    async with open_runtime(settings) as runtime:
        show = await prepare(runtime, plan, workspace)
        with Screen(errors, len(plan.recording.comments)) as screen:
            outcome = await replay(runtime, plan, show, speed, screen, stop)
        return outcome, await owner_of(runtime, show.workspace_id)


def compare_once(plan: ReplayPlan, first: Mapping[str, Any], second: Mapping[str, Any], *, as_json: bool) -> int:
    """Decide under two sets of rules and print what differs; the exit status."""
    found: Comparison = asyncio.run(compare(plan, first, second))
    if as_json:
        print_json(comparison_json(found))
    else:
        print_comparison(Console(), found)
    print_problems(Console(stderr=True), plan.recording, plan.remarks)
    return 0
