"""The API routes of the plugin: a module for each part; those of sessions share a blueprint."""

from __future__ import annotations

from dibs_live_shopping import deal_routes, desk_routes, line_routes, portal_pages, portal_routes, routes

MODULES = (line_routes, deal_routes)
"""What hangs its routes on the blueprint of sessions when it is imported."""
BLUEPRINTS = (routes.blueprint, desk_routes.blueprint, portal_routes.blueprint, portal_pages.blueprint)
