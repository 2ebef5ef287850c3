"""Which product a line is about: by name, by code, by likeness; people decide."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

import attrs

from dibs import JobContext
from dibs.catalogue.names import name_key
from dibs_purchase_orders.model import Match

_EARLIER = """
SELECT DISTINCT ON (code_key) code_key, product_id FROM purchase_orders_lines
WHERE workspace_id = $1 AND code_key = ANY ($2) AND state = 'received' ORDER BY code_key, order_id DESC
"""
_ALIKE = """
SELECT id, name_key FROM products WHERE workspace_id = $1
    AND EXISTS (SELECT 1 FROM unnest($2::text[]) word WHERE strpos(name_key, word) > 0) LIMIT 200
"""
_LEAST = 60


@attrs.frozen
class Found:
    """How a product was found, and how sure that is from 0 to 100; no product for a new one."""

    match: Match
    product_id: UUID | None
    confidence: int


async def find_matches(context: JobContext, lines: Sequence[Mapping[str, Any]]) -> list[Found]:
    """A product, or a new one, for each line."""
    names, codes = [line["name"] for line in lines], [line["code"] for line in lines if line["code"]]
    async with context.transaction() as t:
        by_name = await t.desk.catalogue.find_products(names)
        by_code = await t.desk.catalogue.find_by_codes(codes)
    keys = [line["code_key"] for line in lines if line["code_key"]]
    earlier = {row["code_key"]: row["product_id"] for row in await context.data.fetch(_EARLIER, keys)}
    same = {name_key(name): product for name, product in by_name.items()}
    found = []
    for line in lines:
        product = same.get(name_key(line["name"]))
        if product is not None:
            found.append(Found("name", product, 100))
        elif line["code_key"] and line["code_key"] in earlier:
            found.append(Found("code", earlier[line["code_key"]], 95))
        elif line["code"] in by_code:
            found.append(Found("code", by_code[line["code"]], 90))
        else:
            found.append(await _alike(context, line["name"]))
    return found


async def _alike(context: JobContext, name: str) -> Found:
    key = name_key(name)
    words = [word for word in re.findall(r"\w+", key) if len(word) > 2][:12]
    rows = await context.data.fetch(_ALIKE, words) if words else []
    scored = sorted(((likeness(key, row["name_key"]), row["id"]) for row in rows), reverse=True, key=lambda one: one[0])
    if scored and scored[0][0] >= _LEAST:
        return Found("similar", scored[0][1], min(scored[0][0] * 9 // 10, 90))
    return Found("new", None, 100)


def likeness(one: str, other: str) -> int:
    """How alike two folded names are, from 0 to 100: by their letters and by the words that they share."""
    mine, theirs = set(one.split()), set(other.split())
    shared = 100 * len(mine & theirs) // max(len(mine | theirs), 1)
    return (shared + round(100 * SequenceMatcher(None, one, other).ratio())) // 2
