"""Handing comments in as busy platforms do: piece by piece, many pieces on their way at once."""

from __future__ import annotations

import asyncio
import gc
import math
from array import array
from collections.abc import Iterator, Sequence
from time import monotonic, perf_counter
from uuid import UUID

import attrs

from dibs.bench.arena import Arena
from dibs.bench.figures import percentile
from dibs.models.comments import IncomingComment

PIECE = 50
IN_FLIGHT = 32


@attrs.define
class Fed:
    """What came of it: `delays` has, for each comment, the seconds from handing it over until it was committed."""

    committed: int = 0
    seconds: float = 0.0
    delays: array[float] = attrs.field(factory=lambda: array("d"))

    @property
    def per_second(self) -> float:
        """Comments committed in a second."""
        return self.committed / self.seconds

    def delay_ms(self, share: float) -> float:
        """The delay that this share of the comments did not exceed, in milliseconds."""
        return percentile(self.delays, share) * 1000


def settle_memory() -> None:
    """Take what was prepared out of the garbage collector's sight: an adapter's comments would not pile up."""
    gc.collect()
    gc.freeze()


async def feed(
    arena: Arena,
    show_id: UUID,
    comments: Sequence[IncomingComment],
    until: float = math.inf,
) -> Fed:
    """Hand all comments in, `IN_FLIGHT` pieces at a time, or as many as it takes `until` that monotonic instant."""
    fed, pieces = Fed(), iter([comments[i : i + PIECE] for i in range(0, len(comments), PIECE)])
    begun = perf_counter()
    await asyncio.gather(*(_hand_over(arena, show_id, pieces, fed, until) for _ in range(IN_FLIGHT)))
    fed.seconds = perf_counter() - begun
    return fed


async def _hand_over(
    arena: Arena,
    show_id: UUID,
    pieces: Iterator[Sequence[IncomingComment]],
    fed: Fed,
    until: float,
) -> None:
    for piece in pieces:
        if monotonic() > until:
            return
        begun = perf_counter()
        await arena.ingest(show_id, piece)
        delay = perf_counter() - begun
        fed.committed += len(piece)
        fed.delays.extend([delay] * len(piece))
