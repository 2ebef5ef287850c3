"""How fast calls may be: lanes that slow down as a limit comes near, and stop when it is reached.

A lane is what Meta counts for one subject: the app, a Page, an Instagram account, the messages of a Page. The limit of
one Page slows no other; the limit of the app slows all. While a lane is shut no call leaves, because calls prolong
the limit; when its time is over one call tries, and the others wait for what that one learns.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

import attrs

from dibs import clock
from dibs.meta.usage import Usage
from dibs.outgoing import Outgoing
from dibs.platforms import Scope, TryAgainError

SLOW_FROM, FULL = 75.0, 100.0
SLOWEST = 20.0
FIRST_PAUSE, LONGEST_PAUSE = 300.0, 3600.0
FIRST_SHORT_PAUSE, LONGEST_SHORT_PAUSE = 4.0, 60.0
_OLD_AFTER = 600.0
_PROBE_SECONDS = 30.0
APP = ("app", "")


@attrs.define
class Lane:
    """One limit.

    Attributes:
        percent: how much was used when it was last told, at `told_at`.
        shut_until: no call before; 0 while it is open.
        limits: how often in a row the limit was hit.
        probe_until: one call tries whether it is over; the others wait until then.
    """

    percent: float = 0.0
    told_at: float = 0.0
    shut_until: float = 0.0
    limits: int = 0
    probe_until: float = 0.0

    def slowdown(self, now: float) -> float:
        """By what to multiply the time between calls: 1 up to 75 %, then more and more."""
        if self.percent <= SLOW_FROM or now - self.told_at > _OLD_AFTER:
            return 1.0
        left = (FULL - min(self.percent, FULL)) / (FULL - SLOW_FROM)
        return min(SLOWEST, 1.0 / max(left * left, 1.0 / SLOWEST))


@attrs.define(eq=False)
class Pace:
    """The lanes of an app in this process. `now` gives seconds that only rise."""

    now: Callable[[], float] = attrs.field(factory=lambda: clock.monotonic)
    _lanes: dict[tuple[str, str], Lane] = attrs.field(factory=dict, init=False)

    def slowdown(self, family: str, subject: str) -> float:
        """By what to multiply the time between calls."""
        now = self.now()
        return max(self._lane(key).slowdown(now) for key in (APP, (family, subject)))

    def shut_for(self, family: str, subject: str) -> float:
        """Seconds until calls may be tried again, 0 if they may now."""
        now = self.now()
        lanes = [self._lane(key) for key in (APP, (family, subject))]
        return max(0.0, *(lane.shut_until - now for lane in lanes))

    @contextmanager
    def call(self, family: str, subject: str) -> Iterator[None]:
        """Around one call: lets it through, or raises `TryAgainError` with the time to wait."""
        now, scopes = self.now(), (("app", APP), ("account", (family, subject)))
        for scope, key in scopes:
            wait = self._wait(self._lane(key), now)
            if wait > 0:
                raise _shut(wait, "app" if scope == "app" else "account")
        probed = [lane for lane in (self._lane(key) for _, key in scopes) if lane.limits]
        for lane in probed:
            lane.probe_until = now + _PROBE_SECONDS
        try:
            yield
        finally:
            for lane in probed:
                lane.probe_until = 0.0

    def worked(self, family: str, subject: str) -> None:
        """A call was answered: the limits whose time is over do not hold any more."""
        for key in (APP, (family, subject)):
            lane = self._lane(key)
            if lane.shut_until <= self.now():
                lane.limits = 0

    def told(self, uses: list[Usage], family: str, subject: str) -> None:
        """Note what the headers of an answer to a call of (family, subject) say."""
        now = self.now()
        for use in uses:
            lane = self._lane(_counted(use, family, subject))
            lane.percent, lane.told_at = use.percent, now
            if use.wait > 0:
                lane.shut_until = max(lane.shut_until, now + use.wait)
                lane.limits = max(lane.limits, 1)
            elif use.percent >= FULL and (use.family != "app" or family in ("app", "user")):
                self._shut(lane, None)

    def limited(
        self, scope: Scope, family: str, subject: str, *, short: bool = False, wait: float | None = None
    ) -> float:
        """A limit was hit: shut the lane for `wait` seconds if that was told. Returns for how long it is shut."""
        return self._shut(self._lane(APP if scope == "app" else (family, subject)), wait, short=short)

    def _shut(self, lane: Lane, wait: float | None, *, short: bool = False) -> float:
        now = self.now()
        if not wait and lane.shut_until > now:
            return lane.shut_until - now
        first, most = (FIRST_SHORT_PAUSE, LONGEST_SHORT_PAUSE) if short else (FIRST_PAUSE, LONGEST_PAUSE)
        pause = wait or min(most, first * 2 ** min(lane.limits, 10))
        lane.limits += 1
        lane.shut_until = max(lane.shut_until, now + jittered(pause))
        return lane.shut_until - now

    def _wait(self, lane: Lane, now: float) -> float:
        return max(lane.shut_until - now, lane.probe_until - now if lane.limits else 0.0)

    def _lane(self, key: tuple[str, str]) -> Lane:
        return self._lanes.setdefault(key, Lane())


def shared_pace(http: Outgoing, app_id: str) -> Pace:
    """The pace of an app among all that call through one HTTP client, whichever adapter they belong to."""
    return _SHARED.setdefault(http, {}).setdefault(app_id, Pace())


_SHARED: WeakKeyDictionary[Outgoing, dict[str, Pace]] = WeakKeyDictionary()


def jittered(seconds: float) -> float:
    """A little more than that, by chance: processes that wait for the same thing must not return together."""
    return seconds * random.uniform(1.0, 1.1)


def backoff(tries: int, first: float = 1.0, most: float = 30.0) -> float:
    """Seconds before the next try, by chance between half and all of a time that doubles with each."""
    return float(min(most, first * 2 ** min(tries, 20)) * random.uniform(0.5, 1.0))


def _counted(use: Usage, family: str, subject: str) -> tuple[str, str]:
    if use.family == "app":
        return ("user", subject) if family == "user" else APP
    return use.family, use.subject or subject


def _shut(wait: float, scope: Scope) -> TryAgainError:
    return TryAgainError("The platform's limit is reached: no calls for a while.", retry_after=wait, scope=scope)
