"""Comments that were changed or deleted at their platform, and the rules about that."""

from __future__ import annotations

import pytest

from dibs.db import Database
from dibs.lane import commands
from dibs.models.platform import CommentEdit

from .sale import Sale, new_sale, said


async def ready(db: Database, edited: str = "ignore", deleted: str = "keep") -> Sale:
    """One piece of item 12 and a few of 13; Ana has won the first, Ben waits for it."""
    sale = await new_sale(db, rules={"edited_comments": edited, "deleted_comments": deleted})
    await sale.add("12", 1)
    await sale.add("13", 3)
    await sale.say(said("sold 12", "ana", key="a"), said("sold 12", "ben", key="b"), said("slod 13", "cy", key="c"))
    return sale


def edit(**texts: str) -> commands.LoadingCommand:
    return commands.change_comments("facebook", [CommentEdit(one, text) for one, text in texts.items()], [])


def delete(*ids: str) -> commands.LoadingCommand:
    return commands.change_comments("facebook", [], ids)


async def reviews(sale: Sale) -> list[tuple[str, str, str | None]]:
    rows = await sale.fetch(
        "SELECT c.kind, c.item_number, c.reason FROM claims c"
        " WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.status = 'review' ORDER BY c.decision_no"
    )
    return [tuple(row) for row in rows]


async def comments(sale: Sale) -> list[tuple[str, str | None, bool]]:
    rows = await sale.fetch(
        "SELECT text, edited_text, removed_at IS NOT NULL FROM comments"
        " WHERE workspace_id = $1 AND show_id = $2 ORDER BY comment_no"
    )
    return [tuple(row) for row in rows]


async def test_by_default_the_first_text_counts_and_stays(db: Database) -> None:
    sale = await ready(db)
    assert await sale.do(edit(a="sold 13", nobody="sold 13")) == 1
    assert await sale.do(delete("b", "nobody")) == 1
    assert await comments(sale) == [
        ("sold 12", "sold 13", False),
        ("sold 12", None, True),
        ("slod 13", None, False),
    ]
    assert await sale.stakes() == ([("ana", 1)], [("ben", 1)])
    await sale.assert_clean()
    await sale.lanes.close()


async def test_twice_is_once(db: Database) -> None:
    sale = await ready(db, "review", "review")
    for _ in range(2):
        await sale.do(edit(c="sold 13"))
        await sale.do(delete("a"))
    kinds = [kind for kind, _ in sale.process.published]
    assert (kinds.count("comment.edited"), kinds.count("comment.removed")) == (1, 1)
    assert await reviews(sale) == [("claim", "13", "comment_edited"), ("pass", "12", "comment_deleted")]
    await sale.assert_clean()
    await sale.lanes.close()


async def test_a_mended_claim_is_put_to_the_operator_and_keeps_its_time(db: Database) -> None:
    sale = await ready(db, "review")
    await sale.do(edit(c="sold 13 x2"))
    assert await reviews(sale) == [("claim", "13", "comment_edited")]
    await sale.do(commands.accept(await sale.claim_id("cy", "review")))
    assert await sale.stakes("13") == ([("cy", 2)], [])
    await sale.assert_clean()
    await sale.lanes.close()


async def test_a_claim_that_was_edited_away_is_put_to_the_operator_as_a_pass(db: Database) -> None:
    sale = await ready(db, "review")
    await sale.do(edit(a="never mind", b="sold 12"))
    assert await reviews(sale) == [("pass", "12", "comment_edited")]
    await sale.do(commands.accept(await sale.claim_id("ana", "review")))
    assert await sale.stakes() == ([("ben", 1)], [])
    await sale.assert_clean()
    await sale.lanes.close()


async def test_a_deleted_claim_can_be_given_back_by_itself(db: Database) -> None:
    sale = await ready(db, deleted="release")
    await sale.do(delete("a"))
    assert await sale.stakes() == ([("ben", 1)], [])
    assert (await sale.claims())[0][3:] == ("released", "comment_deleted")
    await sale.assert_clean()
    await sale.lanes.close()


@pytest.mark.parametrize("status", ["paused", "ended"])
async def test_while_the_show_is_not_on_it_is_stored_and_shown_only(db: Database, status: str) -> None:
    sale = await ready(db, "review", "release")
    await sale.do(commands.set_status(status))
    await sale.do(edit(c="sold 13"))
    await sale.do(delete("a"))
    assert await reviews(sale) == []
    assert await sale.stakes() == ([("ana", 1)], [("ben", 1)])
    assert [one[1:] for one in await comments(sale)] == [(None, True), (None, False), ("sold 13", False)]
    await sale.assert_clean()
    await sale.lanes.close()
