"""The database and the jobs, as the routes of a plugin get them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from quart import request

from dibs.api.auth import actor, customer, customer_actor, is_for_customers, principal
from dibs.events import outbox
from dibs.models.events import EventContext, WorkspaceData
from dibs.runtime import current_runtime
from dibs.workspace_data import PooledData
from dibs.workspace_settings.plugin_values import plugin_settings


def workspace_data() -> WorkspaceData:
    """The database, for the workspace of this request; each statement is its own transaction."""
    return PooledData(principal().workspace_id, current_runtime().db)


async def workspace_settings(plugin: str) -> Any:
    """The workspace's settings of a plugin, of its `PluginInfo.settings` class, or None."""
    runtime = current_runtime()
    return await plugin_settings(runtime.db, runtime.plugins, _workspace_id(), plugin)


@asynccontextmanager
async def workspace_transaction(plugin: str) -> AsyncIterator[EventContext]:
    """Database, jobs and desk in one transaction, for the workspace of this request: all of it happens, or nothing."""
    async with current_runtime().transactions.open(principal().workspace_id, plugin, actor()) as context:
        yield context


@asynccontextmanager
async def core_transaction() -> AsyncIterator[EventContext]:
    """The same for the core's own routes: no plugin's settings come along."""
    async with current_runtime().transactions.open(principal().workspace_id, None, actor()) as context:
        yield context


async def event_position(topic: str) -> str:
    """Where a topic stands, for `?after=`. Read it before what the page shows: an event twice does no harm."""
    return str(await outbox.position(current_runtime().db, _workspace_id(), topic))


def customer_data() -> WorkspaceData:
    """The database, for the workspace of the customer who makes this request.

    It is the whole workspace's: each statement has to name the customer as well.
    """
    return PooledData(customer().workspace_id, current_runtime().db)


@asynccontextmanager
async def customer_transaction(plugin: str) -> AsyncIterator[EventContext]:
    """Database, jobs and desk in one transaction, for the customer who makes this request: all of it, or nothing.

    The audit log names the customer, who is no user.
    """
    transactions, who = current_runtime().transactions, customer()
    async with transactions.open(who.workspace_id, plugin, customer_actor()) as context:
        yield context


def _workspace_id() -> UUID:
    """That of the customer at a customers' route, else that of the member."""
    return (customer() if is_for_customers(request.endpoint) else principal()).workspace_id
