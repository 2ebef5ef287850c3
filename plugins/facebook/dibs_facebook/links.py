"""The id of a broadcast in what people paste. Addresses are taken apart, never asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

_ID = re.compile(r"[0-9]{5,25}", re.ASCII)
_POST = re.compile(r"[0-9]{5,25}_([0-9]{5,25})", re.ASCII)
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+", re.ASCII)
_BARE_ADDRESS = re.compile(r"(?:[\w-]+\.)*facebook\.com/\S*", re.ASCII | re.IGNORECASE)
_IN_QUERY = ("v", "video_id", "story_fbid", "fbid", "live_video_id")
_INSIDE = ("href", "u", "url")
_BEHIND = frozenset({"videos", "live_videos", "posts", "reel", "watch", "live", "producer", "dashboard", "permalink"})
_LONGEST, _DEEPEST = 4000, 3


def live_id_in(text: str, own_host: str = "") -> str | None:
    """The id of a broadcast, its video or its post; None if there is none, as in short links, which hold no id.

    Understood are a bare id, a Page's `…/videos/<id>` with or without words between, `watch`, `video.php`, `reel`,
    `posts`, `story.php`, `permalink.php`, Live Producer, links inside links, and the code for embedding.
    """
    given = text.strip()[:_LONGEST]
    bare = _ID.fullmatch(given) or _POST.fullmatch(given)
    if bare:
        return bare[bare.lastindex or 0]
    hosts = frozenset({"facebook.com", own_host} - {""})
    return next((found for address in _addresses(given) if (found := _id_of(address, hosts, 0))), None)


def _addresses(text: str) -> Iterator[str]:
    yield from (address.replace("&amp;", "&") for address in _ADDRESS.findall(text))
    if bare := _BARE_ADDRESS.fullmatch(text):
        yield f"https://{bare[0]}"


def _id_of(address: str, hosts: frozenset[str], depth: int) -> str | None:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if not any(host == known or host.endswith(f".{known}") for known in hosts):
        return None
    query = parse_qs(parts.query)
    for name in _INSIDE:
        if depth < _DEEPEST and name in query and (found := _id_of(query[name][0], hosts, depth + 1)):
            return found
    return _in_query(query) or _in_path(parts)


def _in_query(query: dict[str, list[str]]) -> str | None:
    return next((query[name][0] for name in _IN_QUERY if name in query and _ID.fullmatch(query[name][0])), None)


def _in_path(parts: SplitResult) -> str | None:
    """The last id behind a word that announces one; the id of a Page or a group before it is none."""
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    start = next((number for number, segment in enumerate(segments) if segment.lower() in _BEHIND), None)
    if start is None:
        return None
    found = [segment for segment in segments[start + 1 :] if _ID.fullmatch(segment)]
    return found[-1] if found else None
