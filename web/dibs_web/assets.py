"""Static files under an address that changes with their content, so that browsers may keep them for good.

The hash stands in the path, not behind a `?`: an ES module that imports its neighbour by a relative address then
gets the neighbour of the same release. Modules of plugins can't know the hash: they say `current` in its place, and
the browser asks each time whether it still holds.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from quart import Response, send_from_directory

FOLDER = Path(__file__).parent / "static"
_FOR_GOOD = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff2": "font/woff2"}


@cache
def release() -> str:
    """A short hash over all static files and their names."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def asset(path: str) -> str:
    """The address of a static file for a template."""
    return f"/static/{release()}/{path}"


async def serve(version: str, path: str) -> Response:
    """A static file. One that is asked for under an older hash is sent as it is now, and not kept."""
    response = await send_from_directory(FOLDER, path)
    response.headers["Cache-Control"] = _FOR_GOOD if version == release() else _ASK_AGAIN
    known = _TYPES.get(Path(path).suffix)
    if known:
        response.headers["Content-Type"] = known
    return response
