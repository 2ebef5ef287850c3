"""The API routes of the plugin: a module for each part, all on the blueprint of sessions."""

from __future__ import annotations

from dibs_live_shopping import line_routes, routes

BLUEPRINTS = (routes.blueprint,)
MODULES = (line_routes,)
