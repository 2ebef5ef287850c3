"""Two operators act at once, in two processes: one outcome, and clear words for who came second."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from dibs.audit_log import Actor
from dibs.ids import uuid7
from dibs.lane import commands

from ..core.lane.sale import Sale, said
from .children import defenceless, race
from .test_races import NO_GUARD, does_harm, give_up

pytestmark = pytest.mark.race
CLAIMS = 20
GONE = "This claim is not open any more, or never was."
ONCE = "DROP INDEX audit_log_undone_once"


async def claims(sale: Sale, quantity: int = 1) -> list[str]:
    """The wins of twenty buyers, of two units each, on an item of which `quantity` more are left."""
    await sale.add("12", 2 * CLAIMS + quantity)
    await sale.say(*(said("sold 12 x2", f"b{n}", second=n) for n in range(CLAIMS)))
    rows = await sale.fetch("SELECT id FROM claims WHERE workspace_id = $1 AND show_id = $2 ORDER BY decision_no")
    return [str(row[0]) for row in rows]


async def release_and_quantity(sale: Sale, weak: list[str]) -> list[dict[str, Any]]:
    """One operator releases each claim while the other one raises it."""
    ids = await claims(sale)
    await give_up(sale)
    return await race(
        sale,
        {"commands": [["release", one] for one in ids], "weak": weak},
        {"commands": [["quantity", one, 3] for one in ids[::-1]], "weak": weak},
    )


async def test_a_release_against_a_change_of_quantity(sale: Sale) -> None:
    released, raised = await release_and_quantity(sale, [])
    assert (released["carried_out"], released["refused"]) == (CLAIMS, [])
    assert raised["carried_out"] + len(raised["refused"]) == CLAIMS
    assert set(raised["refused"]) <= {"conflict", "out_of_stock"}
    assert {words for words in raised["words"] if "open" in words} <= {GONE}
    assert await sale.stakes() == ([], [])
    await sale.assert_clean()


async def test_without_any_guard_a_release_against_a_change_of_quantity_does_harm(sale: Sale) -> None:
    async def broken(another: Sale) -> bool:
        await release_and_quantity(another, NO_GUARD)
        return not (await another.audit()).ok

    await defenceless(sale)
    assert await does_harm(sale, broken)


async def move_and_award(sale: Sale, weak: list[str]) -> list[dict[str, Any]]:
    """One operator moves a claim to the last piece of an item while the other one awards it."""
    ids = await claims(sale)
    rows = await sale.fetch("SELECT buyer_id FROM claims WHERE workspace_id = $1 AND show_id = $2 LIMIT 1")
    targets = [str(await sale.add(str(100 + n), 2)) for n in range(CLAIMS)]
    await give_up(sale)
    buyer = str(rows[0][0])
    return await race(
        sale,
        {
            "commands": [["move", one, target] for one, target in zip(ids, targets, strict=True)],
            "weak": weak,
        },
        {"commands": [["award", target, buyer, "b0"] for target in targets], "weak": weak},
    )


async def test_a_move_against_an_award_of_the_last_piece(sale: Sale) -> None:
    moved, awarded = await move_and_award(sale, [])
    assert moved["carried_out"] + awarded["carried_out"] == CLAIMS
    assert set(moved["refused"] + awarded["refused"]) <= {"out_of_stock"}
    assert all(words.startswith("Only ") for words in moved["words"] + awarded["words"])
    await sale.assert_clean()


async def test_without_any_guard_a_move_against_an_award_does_harm(sale: Sale) -> None:
    async def oversold(another: Sale) -> bool:
        moved, awarded = await move_and_award(another, NO_GUARD)
        return moved["carried_out"] + awarded["carried_out"] > CLAIMS and not (await another.audit()).ok

    await defenceless(sale)
    assert await does_harm(sale, oversold)


async def undo_twice(sale: Sale, weak: list[str]) -> list[dict[str, Any]]:
    """Two windows of one operator take the same twenty releases back."""
    olga, ids = uuid7(), await claims(sale, 0)
    await sale.say(*(said("sold 12 x2", f"w{n}", second=50 + n) for n in range(CLAIMS)))
    for one in ids:
        await sale.do(commands.release(UUID(one)), actor=Actor(olga, "Olga"))
    rows = await sale.fetch("SELECT id FROM audit_log WHERE workspace_id = $1 AND show_id = $2 ORDER BY id DESC")
    await give_up(sale)
    jobs = {
        "commands": [["undo", str(row[0]), str(olga)] for row in rows],
        "actor": str(olga),
        "weak": weak,
    }
    return await race(sale, jobs, jobs)


async def test_two_undos_of_one_action(sale: Sale) -> None:
    done = await undo_twice(sale, [])
    assert sum(one["carried_out"] for one in done) == CLAIMS
    refused = [words for one in done for words in one["words"]]
    assert len(refused) == CLAIMS
    assert set(refused) == {"This action has been undone already."}
    winners, waiting = await sale.stakes()
    assert sorted(winners) == sorted((f"b{n}", 2) for n in range(CLAIMS))
    assert waiting == [(f"w{n}", 2) for n in range(CLAIMS)]
    await sale.assert_clean()


async def test_without_any_guard_an_action_is_undone_twice(sale: Sale) -> None:
    async def twice(another: Sale) -> bool:
        done = await undo_twice(another, NO_GUARD)
        return sum(one["carried_out"] for one in done) > CLAIMS or not (await another.audit()).ok

    await defenceless(sale)
    await defenceless(sale, [ONCE])
    assert await does_harm(sale, twice)
