"""One replay from end to end, on a runtime that is started."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dibs.errors import UnavailableError
from dibs.replay.feed import Feeder
from dibs.replay.outcome import Outcome, read_outcome
from dibs.replay.owner import owned_by_another
from dibs.replay.pacing import pieces
from dibs.replay.patience import patiently
from dibs.replay.plan import ReplayPlan
from dibs.replay.screen import Screen
from dibs.replay.setup import Prepared

if TYPE_CHECKING:
    from dibs.runtime import Runtime

_WILL_STAY = {"paused": "is paused", "ended": "has ended"}


async def replay(
    runtime: Runtime, plan: ReplayPlan, show: Prepared, speed: float, screen: Screen, stop: asyncio.Event
) -> Outcome:
    """Feed the recording into the prepared show. Setting `stop` ends it after the pieces on their way.

    Raises:
        UnavailableError: the database went away and did not come back; the same replay goes on from there.
    """
    if show.status in _WILL_STAY:
        screen.say(f"The show {_WILL_STAY[show.status]}: its comments are stored, and none of them claims.")
    try:
        return await _replay(runtime, plan, show, speed, screen, stop)
    except UnavailableError as error:
        raise UnavailableError(f"{error.message} Run the same command again to go on where it stopped.") from error


async def _replay(
    runtime: Runtime, plan: ReplayPlan, show: Prepared, speed: float, screen: Screen, stop: asyncio.Event
) -> Outcome:
    db, comments = runtime.db, plan.recording.comments
    alone = await patiently(db, stop, lambda: owned_by_another(runtime, show.workspace_id, show.show_id, screen.say))
    if alone:
        screen.say("Another process owns this show; it decides what is handed over here.")
    feeder = Feeder(runtime.lanes, show.workspace_id, show.show_id, screen.advance, screen.say, alone)
    await feeder.feed(pieces(comments, speed, stop))
    return await patiently(db, stop, lambda: read_outcome(db, show, feeder, comments))
