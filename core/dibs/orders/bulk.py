"""All winners of a show in one go: one transaction for each of them, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

import attrs

from dibs.audit_log import Actor
from dibs.codec import unstructure
from dibs.db import LOST
from dibs.errors import DibsError, UnavailableError
from dibs.money import money_text
from dibs.orders.winners import SOURCE, Winner, check_show, order_of_winner, winners_of
from dibs.trading.transactions import TransactionParts

STAGE: Final = "orders"
MOST_RESULTS = 800
_MADE = """
SELECT id, number, buyer_id, name, total FROM orders
WHERE workspace_id = $1 AND show_id = $2 AND source_kind = $3 AND created_at >= $4 AND status <> 'cancelled'
ORDER BY number
"""


class Progress(Protocol):
    """Who is told how far it is."""

    async def report(self, stage: str, done: int = 0, total: int | None = None, message: str = "") -> None:
        """So many of `total` are done."""


@attrs.frozen
class WinnerResult:
    """What came of one buyer: an order, or a refusal with its code and words."""

    buyer_id: UUID | None
    name: str
    order_id: UUID | None = None
    number: int | None = None
    total: str | None = None
    code: str | None = None
    message: str | None = None


@attrs.frozen
class ShowResult:
    """What came of a show's winners; the refusals come first. `buyers` has at most 800 of them."""

    show_id: UUID
    ordered: int
    refused: int
    buyers: Sequence[WinnerResult]


@attrs.frozen(eq=False)
class ShowOrdering:
    """The orders of a show's winners. Begun anew it goes on with those who have none yet."""

    parts: TransactionParts
    workspace_id: UUID
    show_id: UUID
    actor: Actor

    async def run(self, progress: Progress, since: datetime) -> ShowResult:
        """Order what everybody has won; `since` is when it was begun first.

        Raises:
            NotFoundError, ConflictError: there is no such show, or it is a practice show.
            UnavailableError: the database is away; begin anew.
        """
        async with self.parts.open(self.workspace_id, None, self._person()) as context:
            await check_show(context, self.show_id)
            winners = await winners_of(context, self.show_id)
        before = len(await self._made(since))
        refused: list[WinnerResult] = []
        for done, winner in enumerate(winners, start=before):
            # No name: what is reported is kept in events, and people may want to be forgotten.
            await progress.report(STAGE, done, before + len(winners))
            if (refusal := await self._order(winner)) is not None:
                refused.append(refusal)
        await progress.report(STAGE, before + len(winners), before + len(winners))
        made = await self._made(since)
        return ShowResult(self.show_id, len(made), len(refused), [*refused, *made][:MOST_RESULTS])

    async def _order(self, winner: Winner) -> WinnerResult | None:
        """Order for one; why not, if it is refused."""
        try:
            async with self.parts.open(self.workspace_id, None, self._person()) as context:
                await order_of_winner(context, self.show_id, winner.buyer_id)
        except UnavailableError:
            raise
        except DibsError as error:
            return WinnerResult(winner.buyer_id, winner.handle, code=error.code, message=error.message)
        except LOST as error:
            raise UnavailableError("The database could not carry it out now.") from error
        return None

    async def _made(self, since: datetime) -> list[WinnerResult]:
        rows = await self.parts.db.plain_fetch(_MADE, self.workspace_id, self.show_id, SOURCE, since)
        return [_made(row) for row in rows]

    def _person(self) -> Actor:
        return attrs.evolve(self.actor)


def _made(row: Mapping[str, Any]) -> WinnerResult:
    buyer_id, order_id = row["buyer_id"], row["id"]
    return WinnerResult(buyer_id, row["name"], order_id, row["number"], money_text(row["total"]))


def document(result: ShowResult) -> dict[str, Any]:
    """The result as JSON has it."""
    found: dict[str, Any] = unstructure(result)
    return found
