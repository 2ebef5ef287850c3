"""Broadcasts of a Page: the list, the node, and the video that is left of it."""

from __future__ import annotations

from typing import Any

from dibs_meta_simulator.errors import bad_parameter
from dibs_meta_simulator.graph.call import Call
from dibs_meta_simulator.graph.fields import Field
from dibs_meta_simulator.graph.paging import simple_page
from dibs_meta_simulator.graph.registry import ABSENT, Shape, edge, only
from dibs_meta_simulator.model.lives import LiveVideo, Video
from dibs_meta_simulator.model.people import Page

STATUSES = (
    "LIVE",
    "LIVE_STOPPED",
    "PROCESSING",
    "SCHEDULED_CANCELED",
    "SCHEDULED_EXPIRED",
    "SCHEDULED_LIVE",
    "SCHEDULED_UNPUBLISHED",
    "UNPUBLISHED",
    "VOD",
)


@edge(Page, "GET", "live_videos")
def live_videos(call: Call, page: Page) -> Any:
    """Newest first; the filter is a JSON array of read-side values."""
    call.page_only(page.id)
    call.need(("pages_read_engagement",))
    call.choice("source", "owner", "owner", "target")
    wanted = _wanted(call)
    lives = [live for live in call.world.of_type(LiveVideo) if live.page_id == page.id]
    shown = [live for live in reversed(lives) if wanted is None or listed_status(call, live) in wanted]
    fields = call.fields("status", "stream_url", "secure_stream_url", "embed_html", "id")
    return simple_page(call, shown, lambda live: SHAPE.show(call, live, fields))


@edge(LiveVideo, "GET")
def live_video(call: Call, live: LiveVideo) -> Any:
    """The node."""
    call.need(("pages_read_engagement",))
    return SHAPE.show(call, live, call.fields("status", "embed_html", "id"))


@edge(Video, "GET")
def video(call: Call, node: Video) -> Any:
    """The video behind a broadcast."""
    call.need(("pages_read_engagement",))
    return VIDEO.show(call, node, call.fields("description", "updated_time", "id"))


def listed_status(call: Call, live: LiveVideo) -> str:
    """The status as the API tells it, which can lag behind the end."""
    if live.ended is None:
        return live.status
    stale = call.world.faults.hit("stale_live", {"object": live.id})
    lagging = stale is not None and call.world.clock.now() < live.ended + stale.number("seconds", 120)
    return "LIVE" if lagging else live.status


def _wanted(call: Call) -> list[str] | None:
    wanted = call.parsed("broadcast_status")
    if wanted is None:
        return None
    if not isinstance(wanted, list):
        raise bad_parameter("Param broadcast_status must be an array.")
    for place, status in enumerate(wanted):
        if status not in STATUSES:
            raise bad_parameter(f"Param broadcast_status[{place}] must be one of {{{', '.join(STATUSES)}}}")
    return wanted


def _status(call: Call, live: LiveVideo, _: Field) -> Any:
    status = listed_status(call, live)
    return "LIVE_NOW" if status == "LIVE" and call.world.faults.hit("live_now_status") else status


def _time(name: str) -> Any:
    def read(call: Call, live: LiveVideo, _: Field) -> Any:
        value = getattr(live, name)
        return ABSENT if value is None else call.moment(value)

    return read


def _page(call: Call, live: LiveVideo, field: Field) -> Any:
    page: Page = call.world.get(Page, live.page_id)
    return only(field, {"name": page.name, "id": page.id}, "Page")


def _comments(call: Call, live: LiveVideo, field: Field) -> Any:
    from dibs_meta_simulator.graph.comments import comments_as_field  # noqa: PLC0415 - they show their broadcast

    return comments_as_field(call, live, field)


_UNSET = (
    *("ad_break_config", "ad_break_failure_reason", "copyright", "dash_ingest_url", "dash_preview_url", "errors"),
    *("ingest_streams", "is_manual_mode", "is_reference_only", "planned_start_time", "recommended_encoder_settings"),
    *("seconds_left", "secure_stream_url", "stream_url", "targeting", "blocked_users", "crosspost_shared_pages"),
    *("crossposted_broadcasts", "polls", "reactions"),
)
SHAPE = Shape(
    "LiveVideo",
    {
        "id": lambda call, live, _: live.id,
        "status": _status,
        "title": lambda call, live, _: live.title,
        "description": lambda call, live, _: live.title,
        "broadcast_start_time": _time("started"),
        "creation_time": _time("created"),
        "permalink_url": lambda call, live, _: f"/{live.page_id}/videos/{live.video_id}/",
        "embed_html": lambda call, live, _: f'<iframe src="https://www.facebook.com/v/{live.video_id}"></iframe>',
        "live_views": lambda call, live, _: live.viewers if live.on_air else 0,
        "total_views": lambda call, live, _: str(live.viewers * 3),
        "video": lambda call, live, field: only(field, {"id": live.video_id}, "Video"),
        "from": _page,
        "comments": _comments,
    },
    frozenset(_UNSET),
)

VIDEO = Shape(
    "Video",
    {
        "id": lambda call, node, _: node.id,
        "description": lambda call, node, _: call.world.get(LiveVideo, node.live_id).title,
        "updated_time": lambda call, node, _: call.moment(call.world.get(LiveVideo, node.live_id).created),
        "live_status": lambda call, node, _: listed_status(call, call.world.get(LiveVideo, node.live_id)),
    },
    frozenset(("title", "permalink_url", "length", "created_time", "source")),
)
