"""Putting the news of many deliveries together, so that one connection gets them in few pieces and in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias
from uuid import UUID

import attrs

from dibs.models.platform import SourceBatch, WebhookNews

MOST_COMMENTS = 400


@attrs.frozen
class Destination:
    """A connection of a workspace."""

    workspace_id: UUID
    connection_id: UUID


@attrs.frozen
class Parcel:
    """News for one connection, and the row of the inbox that it came in."""

    news: WebhookNews
    row: int


Pack: TypeAlias = Sequence[Parcel]


def packs(parcels: Iterable[Parcel]) -> list[Pack]:
    """Neighbours that say something about the same broadcast go together. What ends one goes alone."""
    found: list[list[Parcel]] = []
    comments = 0
    for parcel in parcels:
        more = len(parcel.news.batch.comments)
        if found and comments + more <= MOST_COMMENTS and _together(found[-1][-1].news, parcel.news):
            found[-1].append(parcel)
            comments += more
        else:
            found.append([parcel])
            comments = more
    return list(found)


def joined(parcels: Pack) -> WebhookNews:
    """The news of a pack as one."""
    if len(parcels) == 1:
        return parcels[0].news
    batches = [parcel.news.batch for parcel in parcels]
    batch = SourceBatch(
        comments=tuple(comment for each in batches for comment in each.comments),
        edits=tuple(edit for each in batches for edit in each.edits),
        removals=tuple(removal for each in batches for removal in each.removals),
        viewers=next((each.viewers for each in reversed(batches) if each.viewers is not None), None),
        source=batches[0].source,
    )
    return attrs.evolve(parcels[0].news, batch=batch)


def _together(first: WebhookNews, second: WebhookNews) -> bool:
    return (
        first.account_id == second.account_id
        and first.live_id == second.live_id
        and first.live_status == second.live_status
        and first.batch.source == second.batch.source
        and first.live_status in (None, "live")
        and not any(news.batch.ended or news.batch.position is not None for news in (first, second))
    )
