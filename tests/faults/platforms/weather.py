"""What goes wrong in a show, turn by turn: the behaviours of section H of the platform's reference."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any

import attrs

from dibs.clock import monotonic
from dibs_meta_simulator.faults import Fault
from dibs_meta_simulator.model.comments import Comment
from dibs_meta_simulator.model.tokens import Death

from .hall import Hall
from .script import STORM_TURN, Line, Turn

LINE_TURN, LIMIT_TURN, TOKEN_TURN, EVENTS_TURN = 2, 4, 5, 6
PAGE, ACCOUNT = {"object": "page"}, {"object": "instagram"}
DEATHS = (Death.PASSWORD, Death.EXPIRED, Death.INVALID, Death.SESSION, Death.CHECKPOINT)
_SURE = """
profile_plus_tasks live_now_status stream_400 slow reset cut html error no_comments_key reduce_data stale_cursors
empty_pages shuffled_ties since_exclusive ties video_id_only live_id_only webhook_lost webhook_late webhook_reorder
webhook_duplicate hidden_comments missing_from stale_live 80001 80002
"""
SURE = frozenset(_SURE.split())
SHAPES = ("ms", "comment_id", "no_id", "array", "direct", "unknown", "plain_slashes", "decoded")


@attrs.define(eq=False)
class Weather:
    """Disturbs one show.

    Attributes:
        struck: how often each fault did.
        noticed: seconds from the death of the tokens until both streams said so.
    """

    hall: Hall
    seed: int
    struck: Counter[str] = attrs.field(factory=Counter)
    noticed: float = 0.0
    _on: list[Fault] = attrs.field(factory=list)
    _rng: random.Random = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._rng = random.Random(self.seed)

    def begin(self, turn: int = 0) -> None:
        """What is odd all the time, and until access ends: no event stream."""
        self._set("bare_proof", "profile_plus_tasks", "live_now_status")
        if turn < TOKEN_TURN:
            self._set("stream_400")
        self._set("hidden_comments", share=0.3)

    def before(self, turn: int) -> None:
        """What is wrong while the comments of a turn are written and read."""
        if turn == LINE_TURN:
            self._broken_line()
        elif turn == STORM_TURN:
            self._odd_webhooks()
            self._odd_pages()
        elif turn == LIMIT_TURN:
            self._lose_webhooks()
            self._set("video_id_only", lasts=4)
            self._set("live_id_only", after=4)
            self._fill_budget()
        elif turn in (TOKEN_TURN, EVENTS_TURN):
            self._lose_webhooks()
            self._set("stream_drop", events=2)
            self._set("stream_array", share=0.5)

    def written(self, turn: Turn, comments: list[Comment]) -> None:
        """Some of what was just written is gone before anybody has read it."""
        if turn.number == STORM_TURN:
            for comment, line in zip(comments, turn.lines, strict=True):
                if line.chatter and self._rng.random() < 0.2:
                    self.hall.gone.add(comment.id)
                    self.hall.meta.world.lives.delete(comment.id)

    async def during(self, turn: int) -> None:
        """What happens while the comments of a turn are on their way."""
        if turn == TOKEN_TURN:
            await self.hall.connect()

    async def kill_tokens(self) -> None:
        """All access ends; returns when the show has noticed."""
        death, began = self._rng.choice(DEATHS), monotonic()
        self.hall.meta.world.tokens.kill(self.hall.meta.seed.user.id, death)
        await self.hall.until({"trouble"})
        self.noticed = monotonic() - began
        told = await self.hall.streams()
        assert {one["trouble"]["reason"] for one in told.values()} <= {"token", "login"}, told

    def after(self, turn: Turn, comments: list[Comment]) -> None:
        """All of it was heard: comments that counted are deleted and changed, and the sky clears."""
        lives, faults = self.hall.meta.world.lives, self.hall.meta.world.faults
        for comment, line in zip(comments, turn.lines, strict=True):
            if comment.deleted or line.host or line.sticker:
                continue
            if self._rng.random() < 0.1:
                self.hall.gone.add(comment.id)
                lives.delete(comment.id)
            elif self._rng.random() < 0.1:
                lives.edit(comment.id, "sold 15")
        self.count()
        faults.clear()
        self._empty_budget()
        self.begin(turn.number + 1)

    def at_the_end(self) -> None:
        """The end itself: still listed as live, then nothing to be read any more."""
        self._set("stale_live", seconds=3)
        self._set("gone_after_end")

    def count(self) -> None:
        """Note how often each fault struck that was on, and each limit."""
        for fault in self._on:
            self.struck[fault.name] += fault.struck
        self._on.clear()
        for code in ("80001", "80002"):
            self.struck[code] = self.hall.meta.world.calls.by_code[int(code)]

    def disguise(self, line: Line) -> None:
        """Some of those who only talk are nobody to the platform; any comment may be of low quality to it."""
        if line.chatter and self._rng.random() < 0.2:
            self._set("missing_from", calls=1)

    def _broken_line(self) -> None:
        self._lose_webhooks()
        for endpoint in ("comments", "live_media"):
            where = {"endpoint": endpoint}
            self._set("slow", "reset", "cut", where=where, calls=1, seconds=0.5)
            self._set("html", where=where, calls=1, status=502)
            self._set("error", where=where, calls=1, code=1)
            self._set("error", where=where, calls=1, code=2)
        self._set("no_comments_key", calls=1)

    def _odd_webhooks(self) -> None:
        self._set("webhook_lost", share=0.2)
        self._set("webhook_late", share=0.3, seconds=1.5)
        self._set("webhook_reorder")
        self._set("webhook_duplicate", share=0.5, copies=2, seconds=0.3)
        self._set("webhook_bad_signature", "webhook_no_signature", share=0.15)
        self._set(*(f"webhook_{shape}" for shape in SHAPES), share=0.2)

    def _odd_pages(self) -> None:
        self._set("reduce_data", limit=20)
        for mode in ("skip", "error", "restart"):
            self._set("stale_cursors", mode=mode, comments=2, calls=1)
        self._set("empty_pages", calls=3)
        self._set("shuffled_ties", "since_exclusive")
        self._set("ties", seconds=2)

    def _fill_budget(self) -> None:
        """Others have used most of what the Page has; the app is told to wait as well, once."""
        world, page = self.hall.meta.world, self.hall.meta.seed.page
        budget = world.budgets.set("pages", page.id, 8, penalty=2.0, prolongs=0.5, quiet=0)
        for _ in range(5):
            budget.spend(world.clock.now())
        self._set("error", code=80002, calls=1, where={"endpoint": "live_media"})

    def _empty_budget(self) -> None:
        """There is plenty again, and the next answer says so."""
        self.hall.meta.world.budgets.set("pages", self.hall.meta.seed.page.id, 100_000, quiet=0)

    def _lose_webhooks(self) -> None:
        self._set("webhook_lost", where=PAGE)
        self._set("webhook_lost", where=ACCOUNT, share=0.5)

    def _set(self, *names: str, **how: Any) -> None:
        self._on += [self.hall.meta.world.faults.set(name, **how) for name in names]


async def play_turn(hall: Hall, turn: Turn, weather: Weather | None) -> None:
    """Write what is said in a turn, and wait until it was heard."""
    began = monotonic()
    try:
        await _play(hall, turn, weather)
    finally:
        print(f"turn {turn.number}: {monotonic() - began:.1f} s, {'disturbed' if weather else 'calm'}")


async def _play(hall: Hall, turn: Turn, weather: Weather | None) -> None:
    hall.meta.deliveries.batch, hall.meta.deliveries.hold = 4 if turn.number == STORM_TURN else 1000, 0.1
    if weather is None:
        hall.write(turn)
        await hall.hears()
        return
    if turn.number == TOKEN_TURN:
        await weather.kill_tokens()
    weather.before(turn.number)
    said = hall.write(turn, weather.disguise)
    weather.written(turn, said)
    await asyncio.gather(weather.during(turn.number), hall.hears())
    weather.after(turn, said)
