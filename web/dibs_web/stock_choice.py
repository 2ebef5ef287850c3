"""The batches that an item of a show can come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs

from dibs.api.auth import principal
from dibs.api.batches import batches
from dibs.catalogue.model import Batch, BatchFilter
from dibs.errors import NotFoundError

MOST = 200


@attrs.frozen
class Offered:
    """Batches of which something is left, the first received first, and those that the items have; their names by id.

    `shown` is false where there is nothing to choose and nothing chosen.
    """

    offered: Sequence[Batch]
    labels: Mapping[str, str]

    @property
    def shown(self) -> bool:
        return bool(self.offered)


async def offered_batches(items: Sequence[Mapping[str, Any]]) -> Offered:
    """What the reader may choose from for these items."""
    who = principal()
    if not who.may("catalogue:read"):
        return Offered((), {})
    found, _ = await batches().page(who.workspace_id, BatchFilter(available=True, limit=MOST))
    known = {str(batch.batch_id) for batch in found}
    for batch_id in dict.fromkeys(item["batch_id"] for item in items if item["batch_id"]):
        if batch_id not in known:
            try:
                found.append(await batches().get(who.workspace_id, UUID(batch_id)))
            except NotFoundError:
                continue
    return Offered(found, {str(batch.batch_id): f"{batch.product_name} · {batch.code}" for batch in found})
