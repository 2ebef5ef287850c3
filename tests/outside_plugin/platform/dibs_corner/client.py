"""Calling Corner, and telling what to do about its refusals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from dibs.platforms import Outgoing, Refusal, RefusedError, TryAgainError

# Why Corner refuses, as a reason that Dibs knows: it decides what happens next.
REASONS: Mapping[str, Refusal] = {
    "token_dead": "token",
    "app_removed": "removed",
    "no_such_thing": "gone",
    "answered_before": "done",
}


async def call(
    http: Outgoing, method: str, url: str, *, token: str = "", params: Mapping[str, str] | None = None, body: Any = None
) -> Any:
    """The JSON answer of Corner.

    Raises:
        TryAgainError: no answer, or one that says later.
        RefusedError: it will not work like this.
    """
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        answer = await http.request(method, url, params=params, json=body, headers=headers)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise TryAgainError("Corner does not answer.") from error
    if answer.status >= 500:
        raise TryAgainError("Corner has trouble.", retry_after=2)
    if answer.status == 429:
        raise TryAgainError("Corner wants fewer calls.", retry_after=float(answer.headers.get("retry-after", 5)))
    content = json.loads(answer.body)
    if answer.status >= 400:
        problem = str(content.get("problem", ""))
        raise RefusedError(f"Corner refuses: {problem}.", REASONS.get(problem, "request"))
    return content
