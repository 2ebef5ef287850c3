"""What a page may load and do: nothing inline, nothing from elsewhere, no strings that become script."""

from __future__ import annotations

from quart import Response

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
STRICT = f"{_POLICY}; require-trusted-types-for 'script'; trusted-types 'none'"
"""For pages that show what strangers wrote: the browser itself refuses to make markup out of text."""
WITH_PICTURES = STRICT.replace("img-src 'self' data:", "img-src 'self' data: https:")
"""The same for pages with pictures that lie elsewhere; the server never fetches one."""


def guard(response: Response) -> Response:
    """Give a page the policy, and let nobody keep a copy of what only its reader may see."""
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
    return response
