"""One sale's comments, the way they end undisturbed, and delivering them while something is broken."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import Any

from dibs.errors import UnavailableError
from dibs.models.comments import IncomingComment

from ..core.lane.sale import Sale, said

CODES = ("12", "13", "14")
Ending = dict[str, Any]


def comments(count: int = 600) -> list[IncomingComment]:
    """The same comments each time, in order of platform time: where batches are cut then changes nothing."""
    rng = random.Random(7)
    texts = ["sold 12", "sold 13 x2", "sold 14", "pass 12", "pass", "so pretty", "sold 99", "sold 13?"]
    return [said(rng.choice(texts), f"b{rng.randrange(80)}", second=n / 4, key=f"c{n}") for n in range(count)]


async def stock_up(sale: Sale) -> None:
    for code, quantity in zip(CODES, (5, 20, 1), strict=True):
        await sale.add(code, quantity)


async def ending(sale: Sale) -> Ending:
    """Winners and waitlists in order, and every claim with its status."""
    found: Ending = {code: await sale.stakes(code) for code in CODES}
    found["claims"] = await sale.claims()
    found["passes"] = await sale.claims("pass")
    return found


async def undisturbed(sale: Sale, heard: Sequence[IncomingComment] | None = None) -> Ending:
    """How the sale ends if nothing happens: the same comments in a show of its own."""
    await stock_up(sale)
    await sale.say(*(comments() if heard is None else heard))
    await sale.assert_clean()
    return await ending(sale)


async def deliver(sale: Sale, batch: int = 10, pause: float = 0.004) -> int:
    """Hand the comments in like a platform's adapter: in order, and again if the answer says so. Answers counted.

    Three pieces are always under way, so that one is decided while the one before is being written.
    """
    sale.lanes.max_batch = batch
    everything = comments()
    pieces = [everything[start : start + batch] for start in range(0, len(everything), batch)]
    answered = 0
    for start in range(0, len(pieces), 3):
        waiting = pieces[start : start + 3]
        while waiting:
            results = await asyncio.gather(*(sale.say(*piece) for piece in waiting), return_exceptions=True)
            for result in results:
                if isinstance(result, list):
                    answered += len(result)
                elif not isinstance(result, UnavailableError):
                    raise result
            waiting = [piece for piece, result in zip(waiting, results, strict=True) if not isinstance(result, list)]
            await asyncio.sleep(0.2 if waiting else pause)
    return answered
