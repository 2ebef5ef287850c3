"""The flags: of a workspace, switched by its admins; and of all workspaces, by whoever runs the instance."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs.api.answers.settings import FlagAnswer, FlagList
from dibs.api.auth import actor, needs, principal
from dibs.api.body import read_body
from dibs.api.operation import operation
from dibs.codec import unstructure
from dibs.flags.log import By
from dibs.runtime import current_runtime

blueprint = Blueprint("flags", __name__)

_between_0_and_100: Any = attrs.validators.optional([attrs.validators.ge(0), attrs.validators.le(100)])


@attrs.frozen
class FlagBody:
    """The new value of a flag."""

    enabled: bool


@attrs.frozen
class RolloutBody:
    """The value of a flag for all workspaces; `rollout` is a percentage of them, null is all."""

    enabled: bool
    rollout: int | None = attrs.field(default=None, validator=_between_0_and_100)


@blueprint.get("/api/flags")
@needs("flags:read")
@operation("List the flags of the workspace", answer=FlagList)
async def list_flags() -> Response:
    """Every flag with its value in this workspace and where the value comes from."""
    return jsonify({"flags": unstructure(await current_runtime().flags.overview(principal().workspace_id))})


@blueprint.put("/api/flags/<key>")
@needs("flags:write")
@operation("Switch a plugin on or off in the workspace", body=FlagBody, answer=FlagAnswer, errors=(404, 409))
async def set_flag(key: str) -> Response:
    """Switch a plugin on or off in this workspace."""
    body, workspace_id = await read_body(FlagBody), principal().workspace_id
    await current_runtime().flags.set_override(workspace_id, key, body.enabled, actor())
    return await _one(key, workspace_id)


@blueprint.delete("/api/flags/<key>")
@needs("flags:write")
@operation("Go back to what holds for all workspaces", answer=FlagAnswer, errors=(404, 409))
async def clear_flag(key: str) -> Response:
    """Back to what holds without a setting of this workspace."""
    workspace_id = principal().workspace_id
    await current_runtime().flags.clear_override(workspace_id, key, actor())
    return await _one(key, workspace_id)


@blueprint.get("/api/instance/flags")
@needs("instance:write")
@operation("List the flags of all workspaces", answer=FlagList)
async def list_instance_flags() -> Response:
    """Every flag with the value that holds where a workspace has not set it."""
    return jsonify({"flags": unstructure(await current_runtime().flags.overview())})


@blueprint.get("/api/instance/flags/<key>")
@needs("instance:write")
@operation("Read a flag of all workspaces", answer=FlagAnswer, errors=(404,))
async def get_instance_flag(key: str) -> Response:
    """The value of a flag that holds where a workspace has not set it."""
    return await _one(key)


@blueprint.put("/api/instance/flags/<key>")
@needs("instance:write")
@operation("Switch a plugin for all workspaces", body=RolloutBody, answer=FlagAnswer, errors=(404, 409))
async def set_instance_flag(key: str) -> Response:
    """Switch a plugin on or off where a workspace has not, or on for a percentage of the workspaces."""
    body = await read_body(RolloutBody)
    await current_runtime().flags.set_flag(key, body.enabled, body.rollout, By(principal().workspace_id, actor()))
    return await _one(key)


@blueprint.delete("/api/instance/flags/<key>")
@needs("instance:write")
@operation("Go back to a plugin's own default", answer=FlagAnswer, errors=(404, 409))
async def clear_instance_flag(key: str) -> Response:
    """Back to the plugin's own default where a workspace has not set it."""
    await current_runtime().flags.clear_flag(key, By(principal().workspace_id, actor()))
    return await _one(key)


async def _one(key: str, workspace_id: UUID | None = None) -> Response:
    return jsonify({"flag": unstructure(await current_runtime().flags.view(key, workspace_id))})
