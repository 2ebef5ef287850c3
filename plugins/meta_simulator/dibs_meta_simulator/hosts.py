"""Meta's six hosts, each mapped onto a path prefix of one loopback server."""

from __future__ import annotations

FACEBOOK = "www.facebook.com"
GRAPH = "graph.facebook.com"
STREAMING = "streaming-graph.facebook.com"
INSTAGRAM = "www.instagram.com"
INSTAGRAM_API = "api.instagram.com"
INSTAGRAM_GRAPH = "graph.instagram.com"

HOSTS = (FACEBOOK, GRAPH, INSTAGRAM, INSTAGRAM_API, INSTAGRAM_GRAPH, STREAMING)


# What the adapters' settings call them.
SETTINGS = {
    "facebook": FACEBOOK,
    "graph": GRAPH,
    "streaming": STREAMING,
    "instagram": INSTAGRAM,
    "instagram_api": INSTAGRAM_API,
    "instagram_graph": INSTAGRAM_GRAPH,
}


def base_urls(address: str) -> dict[str, str]:
    """Where each host is found, without a slash at the end."""
    return {host: f"{address.rstrip('/')}/{host}" for host in HOSTS}
