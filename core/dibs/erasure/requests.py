"""What platforms ask for on behalf of people: to let go of their accounts, and to forget them."""

from __future__ import annotations

import asyncio
import secrets
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import attrs
import orjson
import structlog

from dibs.audit_log import Actor
from dibs.buyers.people import as_id
from dibs.connections import Connections
from dibs.db import LOST, Database
from dibs.erasure import sql
from dibs.erasure.beginning import Erasing

_CODE_BYTES = 18
log = structlog.get_logger("dibs.erasure")


@attrs.frozen
class ErasureStatus:
    """How far a request to forget somebody is. It does not say whom."""

    platform: str
    state: Literal["under_way", "done"]
    requested_at: datetime
    done_at: datetime | None


@attrs.define(eq=False)
class Erasures:
    """Who is to be forgotten, and how far that is. `asked` is set when there is something to do."""

    db: Database
    connections: Connections
    erasing: Erasing
    asked: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)

    async def deauthorize(self, platform: str, user_id: str, issued_at: datetime | None = None) -> int:
        """Somebody took the access back: every connection that they gave loses its token; returns how many did.

        With `issued_at` those stay whose access was given, or found good and renewed, after that: the news is late.
        """
        dropped = 0
        for workspace_id, connection_id in await self.connections.of_user(platform, user_id):
            dropped += await self.connections.drop_token(workspace_id, connection_id, "removed", issued_at=issued_at)
        log.info("deauthorized", platform=platform, connections=dropped)
        return dropped

    async def ask(self, platform: str, user_id: str) -> str:
        """Somebody wants to be forgotten; returns the code under which they find out how far that is.

        Asked again while it is under way, the code is the same.
        """
        known = await self.db.hot_fetch(sql.OPEN_REQUEST, platform, user_id)
        if known:
            code: str = known[0]["code"]
            return code
        code = f"del_{secrets.token_urlsafe(_CODE_BYTES)}"
        await self.db.hot_fetch(sql.NEW_REQUEST, code, platform, user_id)
        log.info("erasure_asked", platform=platform)
        self.asked.set()
        return code

    async def forget(self, workspace_id: UUID, buyer_id: UUID, actor: Actor) -> UUID:
        """An operator wants a person to be forgotten, with all their identities; answers with the nameless buyer.

        Raises:
            NotFoundError: the workspace has no such buyer.
        """
        person = await self.erasing.person(workspace_id, buyer_id, actor)
        self.asked.set()
        return person

    async def status(self, code: str) -> ErasureStatus | None:
        """How far a request is; None if there is no such code."""
        rows = await self.db.hot_fetch(sql.REQUEST, code)
        if not rows:
            return None
        row = rows[0]
        state: Literal["under_way", "done"] = "done" if row["done_at"] else "under_way"
        return ErasureStatus(row["platform"], state, row["requested_at"], row["done_at"])

    async def carry_out(self) -> None:
        """Begin what was asked for, and close what is finished. Safe in several processes at once.

        One that can't be begun holds no other up.
        """
        for row in await self.db.hot_fetch(sql.UNFINISHED):
            if row["user_id"] and not await self._begun(row):
                continue
            if await self.db.hot_fetch(sql.FINISH, row["code"]):
                log.info("erasure_done", platform=row["platform"])

    async def _begun(self, row: Any) -> bool:
        try:
            await self._begin(row["code"], row["platform"], row["user_id"])
        except LOST:
            raise
        except Exception:
            log.exception("erasure_not_begun", platform=row["platform"])
            return False
        return True

    async def _begin(self, code: str, platform: str, user_id: str) -> None:
        await self.deauthorize(platform, user_id)
        connections = await self.connections.of_user(platform, user_id)
        for workspace_id, connection_id in connections:
            await self.db.hot_fetch(sql.FORGET_PERSON, workspace_id, connection_id)
        buyers = 0
        for row in await self.db.hot_fetch(sql.WHO, platform, user_id):
            buyers += await self.erasing.identity(as_id(row["workspace_id"]), platform, user_id, code)
        erased = orjson.dumps({"connections": len(connections), "buyers": buyers}).decode()
        await self.db.hot_fetch(sql.FOUND, code, erased)
