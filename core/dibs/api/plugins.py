"""What is installed, for the API; and the plugins' own routes, there only where their flag is on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from quart import Blueprint, Quart, Response, g, has_websocket_context, jsonify, request, websocket

from dibs.api.answers.settings import PluginAnswer, PluginList
from dibs.api.auth import actor, customer, is_for_customers, needs, optional_principal, principal
from dibs.api.operation import operation
from dibs.errors import NotFoundError
from dibs.plugins import PluginManager
from dibs.plugins.listing import describe_for
from dibs.runtime import current_runtime
from dibs.workspace_settings.changing import get_workspace

blueprint = Blueprint("plugins", __name__)


@blueprint.get("/api/plugins")
@needs("plugins:read")
@operation("List the plugins", answer=PluginList)
async def list_plugins() -> Response:
    """The installed plugins with flag, hooks and health in this workspace; the refused ones with reasons."""
    runtime = current_runtime()
    return jsonify(await describe_for(runtime.plugins, runtime.flags, principal().workspace_id))


@blueprint.get("/api/plugins/<name>")
@needs("plugins:read")
@operation("Read a plugin with its settings in the workspace", answer=PluginAnswer, errors=(404,))
async def get_plugin(name: str) -> Response:
    """One plugin. Its settings are changed as `rules.plugins.<name>` of the workspace."""
    return await _one(name)


@blueprint.post("/api/plugins/<name>/revive")
@needs("flags:write")
@operation("Switch a plugin on again that failed too often", answer=PluginAnswer, errors=(404, 409))
async def revive_plugin(name: str) -> Response:
    """Forget the failures of a plugin, and take back that they switched it off."""
    await current_runtime().flags.revive(principal().workspace_id, name, actor())
    return await _one(name)


async def _one(name: str) -> Response:
    runtime, workspace_id = current_runtime(), principal().workspace_id
    found = await describe_for(runtime.plugins, runtime.flags, workspace_id)
    plugin = next((plugin for plugin in found["plugins"] if plugin["name"] == name), None)
    if plugin is None:
        raise NotFoundError(f"There is no plugin {name!r}.", plugin=name)
    workspace = await get_workspace(runtime.db, workspace_id)
    values = workspace.settings.rules.plugins.get(name, {})
    return jsonify({"plugin": plugin, "values": values, "version": workspace.version})


def install(app: Quart, manager: PluginManager) -> None:
    """Register the plugins' blueprints and folders. A plugin for which that fails is refused."""
    for name, plugin in list(manager.plugins.items()):
        templates, static = plugin.folder("templates"), plugin.folder("static")
        if templates or static:
            files = Blueprint(
                f"{name}_files",
                plugin.module.__name__,
                template_folder=str(templates) if templates else None,
                static_folder=str(static) if static else None,
                static_url_path=f"/static/{name}",
            )
            _register(app, manager, name, files)
    for name, made in manager.blueprints():
        if name in manager.plugins:
            _register(app, manager, name, made)


def _register(app: Quart, manager: PluginManager, name: str, made: Blueprint) -> None:
    try:
        if not manager.plugins[name].info.always:
            # Told to the application, not to the blueprint, which may belong to several applications.
            app.before_request_funcs[made.name].append(_only_where_on(name))
            app.before_websocket_funcs[made.name].append(_only_where_on(name))
        app.register_blueprint(made)
    except Exception as error:
        manager.refuse_loaded(name, error)


def _only_where_on(plugin: str) -> Callable[[], Awaitable[None]]:
    """A guard: 404 in a workspace that does not have the plugin, or once it was refused.

    A request of a customer is about the customer's workspace, whatever else it names. One that names no workspace
    passes: what is not public was refused before, and what is public (a webhook) finds its workspace by itself.
    """

    async def guard() -> None:
        runtime = current_runtime()
        who = customer() if is_for_customers(_endpoint()) else await optional_principal()
        off = who is not None and not await runtime.flags.is_enabled(who.workspace_id, plugin)
        if off or plugin not in runtime.plugins.plugins:
            raise NotFoundError("There is nothing here.")
        g.dibs_plugin = plugin

    return guard


def _endpoint() -> str | None:
    return websocket.endpoint if has_websocket_context() else request.endpoint
