"""Errors keep their codes, reach the client in one shape, and are all in the manual."""

import re
from pathlib import Path

from dibs.api.errors import HTTP_CODES, STATUSES
from dibs.app import DibsQuart
from dibs.errors import DibsError

MANUAL = Path(__file__).parents[3] / "docs" / "errors.md"


def codes(kind: type[DibsError] = DibsError) -> set[str]:
    return {kind.code}.union(*(codes(child) for child in kind.__subclasses__() if child.__module__ == "dibs.errors"))


def test_the_manual_lists_every_code_with_its_status() -> None:
    listed = dict(re.findall(r"^\| `(\w+)` \| ([\d-]+) \|", MANUAL.read_text(), re.MULTILINE))
    platforms = {"platform_refused": "409", "platform_try_again": "503"}
    told = {code: str(STATUSES.get(code, 500)) for code in codes()} | {"invalid_settings": "-"}
    assert listed == told | platforms
    assert {code: str(STATUSES[code]) for code in platforms} == platforms
    assert all(f"`{code}` ({status}" in MANUAL.read_text() for status, (code, _) in HTTP_CODES.items())


async def test_a_bug_is_told_without_details(app: DibsQuart) -> None:
    async def broken() -> str:
        raise RuntimeError("the secret plan")

    app.view_functions["health.healthz"] = broken
    app.view_functions["health.healthz"].dibs_needs = "(public)"  # type: ignore[attr-defined]
    answer = await app.test_client().get("/healthz", headers={"X-Request-Id": "my-request-1"})
    body = await answer.get_json()
    assert (answer.status_code, body["error"]["code"]) == (500, "internal")
    assert body["error"]["data"] == {"request_id": "my-request-1"}
    assert "secret plan" not in str(body)
