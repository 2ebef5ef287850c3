"""The flags of a workspace: read them, switch a plugin on or off, go back to the default."""

from __future__ import annotations

import attrs
from quart import Blueprint, Response, jsonify

from dibs.api.auth import needs, principal
from dibs.api.body import read_body
from dibs.codec import unstructure
from dibs.runtime import current_runtime

blueprint = Blueprint("flags", __name__, url_prefix="/api/flags")


@attrs.frozen
class FlagBody:
    """The new value of a flag."""

    enabled: bool


@blueprint.get("")
@needs("flags:read")
async def list_flags() -> Response:
    """Every flag with its value in this workspace and where the value comes from."""
    return jsonify({"flags": unstructure(await current_runtime().flags.overview(principal().workspace_id))})


@blueprint.put("/<key>")
@needs("flags:write")
async def set_flag(key: str) -> Response:
    """Switch a plugin on or off in this workspace."""
    body = await read_body(FlagBody)
    await current_runtime().flags.set_override(principal().workspace_id, key, body.enabled)
    return await _one(key)


@blueprint.delete("/<key>")
@needs("flags:write")
async def clear_flag(key: str) -> Response:
    """Back to what holds without a setting of this workspace."""
    await current_runtime().flags.clear_override(principal().workspace_id, key)
    return await _one(key)


async def _one(key: str) -> Response:
    views = await current_runtime().flags.overview(principal().workspace_id)
    return jsonify({"flag": unstructure(next(view for view in views if view.key == key))})
