"""Broadcasts: which there are, one by its id, and whether it still runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from dibs.meta import as_id, as_list, as_mapping, as_text
from dibs.platforms import Live, LiveStatus, RefusedError
from dibs_facebook.api import LIVE_FIELDS, PageApi
from dibs_facebook.decoding import read_live, read_status

_ON_THE_WAY = ("LIVE", "SCHEDULED_LIVE", "SCHEDULED_UNPUBLISHED", "UNPUBLISHED")
_STATUS_FIELDS = "status,live_views,video{id}"
_NOT_THIS = ("gone", "request", "unsupported")
_MOST = 25


async def lives(api: PageApi, facebook: str) -> Sequence[Live]:
    """What runs, then what is planned. A finished broadcast stays on Facebook's list for a while: each is looked at."""
    found = await _listed(api, _ON_THE_WAY, facebook)
    running = [live for live in found if live.status in ("live", "unknown")]
    planned = [live for live in found if live.status == "scheduled"]
    seen = [attrs.evolve(live, status=(await _node_status(api, live.live_id))[0] or live.status) for live in running]
    return [*(live for live in seen if live.status != "ended"), *planned]


async def live(api: PageApi, live_id: str, facebook: str) -> Live:
    """One by its own id, its video's, or that of the post about it. Raises `RefusedError` with `gone`."""
    listed = await _listed(api, _ON_THE_WAY, facebook)
    for one in listed:
        if live_id == one.live_id or live_id in one.alternate_ids:
            return one
    try:
        found = read_live(await api.node(live_id, LIVE_FIELDS), api.page_id, facebook)
    except RefusedError as refused:
        if refused.reason not in _NOT_THIS:
            raise
        found = None
    return found or await _video(api, live_id)


async def status_of(api: PageApi, live: Live) -> tuple[LiveStatus, Mapping[str, Any]]:
    """How a broadcast stands, with the node that says so, if one does.

    Where the node can't be had, the Page's list decides: what is not on it is over.
    """
    status, node = await _node_status(api, live.live_id)
    if status is not None:
        return status, node
    ids = (live.live_id, *live.alternate_ids)
    rows = [as_mapping(row) for row in as_list((await api.live_videos(("LIVE",), _MOST)).get("data"))]
    runs = any(as_id(row.get("id")) in ids or as_id(as_mapping(row.get("video")).get("id")) in ids for row in rows)
    return ("live" if runs else "ended"), {}


async def _node_status(api: PageApi, live_id: str) -> tuple[LiveStatus | None, Mapping[str, Any]]:
    try:
        node = await api.node(live_id, _STATUS_FIELDS)
    except RefusedError as refused:
        if refused.reason not in _NOT_THIS:
            raise
        return None, {}
    return (read_status(node.get("status")) if as_text(node.get("status")) else None), node


async def _listed(api: PageApi, statuses: Sequence[str], facebook: str) -> Sequence[Live]:
    try:
        answer = await api.live_videos(statuses, _MOST)
    except RefusedError as refused:
        if refused.reason != "request" or statuses == ("LIVE",):
            raise
        return await _listed(api, ("LIVE",), facebook)
    found = (read_live(row, api.page_id, facebook) for row in as_list(answer.get("data")))
    return [live for live in found if live is not None]


async def _video(api: PageApi, video_id: str) -> Live:
    """A video whose broadcast is not on the list: an ended one, or one that is seen only as a video."""
    node = await api.node(video_id, "id")
    return Live(as_id(node.get("id")) or video_id, status="unknown", seller_ids=(api.page_id,))
