"""The calls that are made on behalf of a Page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import attrs
import orjson

from dibs.meta import Caller, Graph, node_path
from dibs.platforms import Account

Order = Literal["chronological", "reverse_chronological"]
LIVE_FIELDS = "id,title,status,broadcast_start_time,planned_start_time,permalink_url,live_views,video{id}"
COMMENT_FIELDS = "id,message,created_time,from{id,name},parent{id},attachment"
PLAIN_COMMENT_FIELDS = "id,message,created_time,from"
WEBHOOK_FIELDS = "feed,live_videos"


@attrs.frozen
class PageApi:
    """The Graph API as one Page. Every call raises `TryAgainError` or `RefusedError`."""

    graph: Graph
    account: Account

    @property
    def page_id(self) -> str:
        """The Page."""
        return self.account.account_id

    def slowdown(self) -> float:
        """By what the time between calls is to be multiplied."""
        return self.graph.pace.slowdown("pages", self.page_id)

    async def live_videos(self, statuses: Sequence[str], limit: int = 5) -> Mapping[str, Any]:
        """The Page's broadcasts of these states: the filter is a JSON array."""
        wanted = orjson.dumps(list(statuses)).decode()
        params = {"broadcast_status": wanted, "fields": LIVE_FIELDS, "limit": str(limit)}
        return await self._get(node_path(self.page_id, "live_videos"), params)

    async def node(self, node_id: str, fields: str) -> Mapping[str, Any]:
        """A broadcast, a video, a comment."""
        return await self._get(node_path(node_id), {"fields": fields})

    async def comments(
        self,
        edge: str,
        order: Order,
        *,
        limit: int,
        since: int | None = None,
        after: str | None = None,
        fields: str = COMMENT_FIELDS,
    ) -> Mapping[str, Any]:
        """One page of all comments under a broadcast or its video, replies and low-quality ones included."""
        params = {
            "fields": fields,
            "order": order,
            "filter": "stream",
            "live_filter": "no_filter",
            "limit": str(limit),
            **({"since": str(since)} if since is not None else {}),
            **({"after": after} if after else {}),
        }
        return await self._get(node_path(edge, "comments"), params)

    async def reply_publicly(self, comment_id: str, text: str) -> Mapping[str, Any]:
        """Comment under a comment."""
        return await self.graph.post(node_path(comment_id, "comments"), self.caller(), {"message": text})

    async def reply_privately(self, comment_id: str, text: str) -> Mapping[str, Any]:
        """Write to the author of a comment."""
        message = {"recipient": {"comment_id": comment_id}, "message": {"text": text}}
        return await self.graph.post(node_path(self.page_id, "messages"), self.caller("messenger"), json=message)

    async def subscribe(self) -> None:
        """Have this Page's comments and broadcasts sent to the app's webhook address."""
        form = {"subscribed_fields": WEBHOOK_FIELDS}
        await self.graph.post(node_path(self.page_id, "subscribed_apps"), self.caller(), form)

    async def unsubscribe(self) -> None:
        """Have nothing sent any more."""
        await self.graph.delete(node_path(self.page_id, "subscribed_apps"), self.caller())

    async def _get(self, path: str, params: Mapping[str, str]) -> Mapping[str, Any]:
        return await self.graph.get(path, self.caller(), params)

    def caller(self, family: str = "pages") -> Caller:
        """The Page, with what its calls are counted for."""
        return Caller(self.account.token.value, family, self.page_id)
