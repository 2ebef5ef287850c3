"""Broadcasts."""

from __future__ import annotations

import attrs

from dibs_meta_simulator.model.comments import Thread


@attrs.define(eq=False)
class Video:
    """What is left of a broadcast when it is over; its id is not the live video's."""

    id: str
    live_id: str


@attrs.define(eq=False)
class LiveVideo:
    """A broadcast of a Page. `status` is one of the read-side values."""

    id: str
    video_id: str
    page_id: str
    title: str
    created: float
    status: str = "LIVE"
    started: float | None = None
    ended: float | None = None
    viewers: int = 37
    thread: Thread = attrs.field(factory=Thread)

    @property
    def post_id(self) -> str:
        """The post on the Page that shows it."""
        return f"{self.page_id}_{self.video_id}"

    @property
    def on_air(self) -> bool:
        """Whether it is broadcast now, whatever a stale list says."""
        return self.started is not None and self.ended is None


@attrs.define(eq=False)
class LiveMedia:
    """A broadcast of an Instagram account; nothing of it can be read once it is over."""

    id: str
    account_id: str
    started: float
    ended: float | None = None
    thread: Thread = attrs.field(factory=Thread)

    @property
    def on_air(self) -> bool:
        """Whether it is broadcast now."""
        return self.ended is None


Live = LiveVideo | LiveMedia
