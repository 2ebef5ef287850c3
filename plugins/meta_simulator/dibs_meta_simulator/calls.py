"""What was called, and how much of each budget that took."""

from __future__ import annotations

from collections import Counter, deque

import attrs

from dibs_meta_simulator.clock import Clock

_KEPT = 2000
HOUR, DAY = 3600.0, 86400.0


@attrs.define
class CallRecord:
    """One request; no token stands in it."""

    at: float
    host: str
    method: str
    endpoint: str
    path: str
    subject: str | None = None
    status: int = 0
    code: int | None = None
    limited: bool = False


@attrs.define(eq=False)
class Calls:
    """The last calls and their counts."""

    recent: deque[CallRecord] = attrs.field(factory=lambda: deque(maxlen=_KEPT))
    by_endpoint: Counter[str] = attrs.field(factory=Counter)
    by_code: Counter[int] = attrs.field(factory=Counter)
    while_limited: int = 0

    def add(self, call: CallRecord) -> None:
        """Note a call that was answered."""
        self.recent.append(call)
        self.by_endpoint[f"{call.method} {call.host}/{call.endpoint}"] += 1
        self.while_limited += call.limited
        if call.code is not None:
            self.by_code[call.code] += 1

    def count(self, endpoint: str, method: str | None = None) -> int:
        """How often an endpoint such as `comments` was called, on any host."""
        return sum(
            number
            for name, number in self.by_endpoint.items()
            if name.rpartition("/")[2] == endpoint and (method is None or name.startswith(f"{method} "))
        )

    def clear(self) -> None:
        """Count from zero."""
        self.recent.clear()
        self.by_endpoint.clear()
        self.by_code.clear()
        self.while_limited = 0


@attrs.define(eq=False)
class Budget:
    """Calls of one subject in a rolling window.

    Attributes:
        limit: how many calls fill it.
        window: seconds.
        penalty: how long it is closed once it is full; each call meanwhile adds `prolongs`.
        quiet: the headers appear after that many calls.
    """

    limit: float
    window: float
    penalty: float = 300.0
    prolongs: float = 30.0
    quiet: int = 10
    closed_until: float = 0.0
    total: int = 0
    _spent: deque[tuple[int, int]] = attrs.field(factory=deque)
    _sum: int = 0

    def spend(self, now: float) -> bool:
        """Count a call; True if the budget is closed, and then it stays closed longer."""
        self.total += 1
        if now < self.closed_until:
            self.closed_until += self.prolongs
            return True
        if self.closed_until:
            self._spent.clear()
            self._sum, self.closed_until = 0, 0.0
        self._count(int(now))
        if self._sum > self.limit:
            self.closed_until = now + self.penalty
            return True
        return False

    def percent(self, now: float) -> int:
        """How full it is; 100 means closed."""
        if now < self.closed_until:
            return 100
        self._forget(int(now))
        return min(100, int(100 * self._sum / self.limit))

    def minutes_left(self, now: float) -> int:
        """Minutes until it opens, rounded up; 0 if it is open."""
        return max(0, -int(-(self.closed_until - now) // 60)) if now < self.closed_until else 0

    def _count(self, second: int) -> None:
        self._forget(second)
        if self._spent and self._spent[-1][0] == second:
            self._spent[-1] = (second, self._spent[-1][1] + 1)
        else:
            self._spent.append((second, 1))
        self._sum += 1

    def _forget(self, second: int) -> None:
        while self._spent and self._spent[0][0] <= second - self.window:
            self._sum -= self._spent.popleft()[1]


@attrs.define(eq=False)
class Budgets:
    """The budget of each subject: `app`, `user`, `pages`, `instagram` or `messenger`, and an id."""

    clock: Clock
    _all: dict[tuple[str, str], Budget] = attrs.field(factory=dict)

    def of(self, kind: str, subject: str, limit: float = 480_000, window: float = DAY) -> Budget:
        """The budget of a subject, made when it is first asked for."""
        return self._all.setdefault((kind, subject), Budget(limit, window))

    def set(self, kind: str, subject: str, limit: float, **more: float) -> Budget:
        """Give a subject a budget of its own: `limit` calls, and what else a `Budget` has."""
        budget = Budget(limit, **({"window": HOUR} | more))  # type: ignore[arg-type]
        self._all[kind, subject] = budget
        return budget

    def clear(self) -> None:
        """Back to the usual budgets, unused."""
        self._all.clear()
