"""Several calls in one: a form field `batch`, an answer for each, every one counted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

import orjson

from dibs_meta_simulator.errors import GraphError, bad_parameter

_MOST = 50
One = Callable[[str, str, dict[str, Any]], Awaitable[tuple[int, dict[str, str], Any]]]


async def answer_batch(text: str, common: dict[str, Any], one: One) -> list[dict[str, Any]]:
    """Answer each part with `one`, which takes method, path and parameters.

    Raises:
        GraphError: code 100, the field is no list of up to 50 calls.
    """
    try:
        parts = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise bad_parameter("Param batch must be valid JSON") from None
    if not isinstance(parts, list) or not parts:
        raise bad_parameter("Param batch must be an array of calls")
    if len(parts) > _MOST:
        raise GraphError(f"Too many requests in batch message. Maximum batch size is {_MOST}", 100)
    return [_part(*await one(*_read(part, common))) for part in parts]


def _read(part: Any, common: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    if not isinstance(part, dict) or not isinstance(part.get("relative_url"), str):
        raise bad_parameter("Param batch[0] must have a relative_url")
    path, _, query = part["relative_url"].partition("?")
    params = common | dict(parse_qsl(query)) | dict(parse_qsl(str(part.get("body", ""))))
    return str(part.get("method", "GET")).upper(), path.strip("/"), params


def _part(status: int, headers: dict[str, str], body: Any) -> dict[str, Any]:
    named = [{"name": name, "value": value} for name, value in headers.items()]
    return {"code": status, "headers": named, "body": orjson.dumps(body).decode()}
