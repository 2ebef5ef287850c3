"""Merging is a forest whose edges come and go in any order; two who merge at once never make a circle."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from dibs.audit_log import Actor
from dibs.buyers import Buyers
from dibs.db import Database
from dibs.errors import ConflictError
from dibs.events.hub import Hub
from dibs.ids import uuid7

from ...depth import often

PEOPLE = 6
_STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)), max_size=14)
_STATE = """
SELECT id, merged_into, merge_parent, blocked_at, note, version FROM buyers WHERE workspace_id = $1 ORDER BY id
"""


@attrs.define
class Crowd:
    """Six buyers of a workspace without shows, and the same as a plain model: who was merged into whom by hand."""

    db: Database
    workspace_id: UUID
    ids: list[UUID]
    edges: dict[int, int] = attrs.field(factory=dict)

    @property
    def buyers(self) -> Buyers:
        return Buyers(self.db, cast(Hub, None))  # nothing runs, so nobody is told

    def top(self, nth: int) -> int:
        while nth in self.edges:
            nth = self.edges[nth]
        return nth

    async def merge(self, nth: int, into: int) -> bool:
        """Merge, and expect of it what the model says; whether it was done."""
        possible = nth not in self.edges and self.top(into) != nth
        done = await _succeeds(self.buyers.merge(self.workspace_id, self.ids[nth], self.ids[into], Actor.system()))
        assert done == possible
        if done:
            self.edges[nth] = self.top(into)
        return done

    async def unmerge(self, nth: int) -> None:
        done = await _succeeds(self.buyers.unmerge(self.workspace_id, self.ids[nth], Actor.system()))
        assert done == (nth in self.edges)
        self.edges.pop(nth, None)

    async def state(self) -> Sequence[Any]:
        return [tuple(row) for row in await self.db.hot_fetch(_STATE, self.workspace_id)]

    async def agree(self) -> None:
        """The database says what the model says: flat, one level, no circle."""
        into = {row[0]: (row[1], row[2]) for row in await self.state()}
        for nth, buyer_id in enumerate(self.ids):
            parent = self.edges.get(nth)
            wanted = (None, None) if parent is None else (self.ids[self.top(nth)], self.ids[parent])
            assert into[buyer_id] == wanted


async def _succeeds(action: Any) -> bool:
    try:
        await action
    except ConflictError:
        return False
    return True


async def crowd(db: Database) -> Crowd:
    workspace_id, ids = uuid7(), [uuid7() for _ in range(PEOPLE)]
    await db.hot_fetch("INSERT INTO workspaces (id, name) VALUES ($1, 'Test')", workspace_id)
    await db.hot_fetch(
        "INSERT INTO buyers (workspace_id, id, platform, platform_user_id, handle)"
        " SELECT $1, id, 'facebook', id::text, 'buyer' FROM unnest($2::uuid[]) AS id",
        workspace_id,
        ids,
    )
    return Crowd(db, workspace_id, ids)


def test_any_merges_and_undoings_lead_where_the_forest_leads(pg_server: Any) -> None:
    async def run(steps: list[tuple[bool, int, int]]) -> None:
        people = await crowd(db)
        for merging, nth, other in steps:
            await (people.merge(nth, other) if merging else people.unmerge(nth))
            await people.agree()

    async def undo(steps: list[tuple[bool, int, int]], nth: int, into: int) -> None:
        people = await crowd(db)
        for _, one, other in steps:
            await people.merge(one, other)
        before = await people.state()
        if await people.merge(nth, into):
            await people.unmerge(nth)
        assert await people.state() == before

    with asyncio.Runner() as runner:
        url = runner.run(pg_server.clone())
        db = Database(url)
        runner.run(db.connect())
        try:
            settings(max_examples=often(25, 250), deadline=None)(given(_STEPS)(lambda steps: runner.run(run(steps))))()
            number = st.integers(0, PEOPLE - 1)
            settings(max_examples=often(25, 250), deadline=None)(
                given(_STEPS, number, number)(lambda steps, nth, into: runner.run(undo(steps, nth, into)))
            )()
        finally:
            runner.run(db.close())
            runner.run(pg_server.drop(url))


async def test_two_merges_in_opposite_directions_at_once_make_one_person(db: Database) -> None:
    for _ in range(12):
        people = await crowd(db)
        a, b, *_ = people.ids
        done = await asyncio.gather(
            *(_succeeds(people.buyers.merge(people.workspace_id, x, y, Actor.system())) for x, y in ((a, b), (b, a)))
        )
        assert sorted(done) == [False, True]
        into = {row[0]: row[1] for row in await people.state()}
        assert sorted(into[x] is None for x in (a, b)) == [False, True]
        rows = await db.hot_fetch("SELECT count(*) FROM audit_log WHERE workspace_id = $1", people.workspace_id)
        assert rows[0][0] == 1


async def test_a_storm_of_merges_and_undoings_leaves_a_flat_forest(db: Database) -> None:
    people, dice = await crowd(db), random.Random(7)

    async def somebody() -> None:
        for _ in range(12):
            nth, into = dice.sample(people.ids, 2)
            if dice.random() < 0.6:
                await _succeeds(people.buyers.merge(people.workspace_id, nth, into, Actor.system()))
            else:
                await _succeeds(people.buyers.unmerge(people.workspace_id, nth, Actor.system()))

    await asyncio.gather(*(somebody() for _ in range(5)))
    rows = {row[0]: row for row in await people.state()}
    for _, into, parent, *_ in rows.values():
        assert (into is None) == (parent is None)
        if into is not None:
            assert rows[into][1] is None
            above = parent
            while rows[above][2] is not None:
                above = rows[above][2]
            assert above == into
