"""No token of a platform stands anywhere but sealed in its row: not in logs, addresses, events, errors or pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..core.api.test_canaries import Kept, kept
from ..harbour.server import harbour_server
from ..harbour.site import START, harbour_site

__all__ = ["kept"]


async def test_a_platforms_token_appears_nowhere(
    database_url: str, tmp_path: Path, kept: Kept, capfd: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    async with harbour_server() as platform, harbour_site(platform, database_url, tmp_path) as site:
        browser = await site.browser()
        platform.accounts |= {"p2": "Bea's Bags"}
        said += await browser.go(START)
        result = said[0].partition("id=")[2]
        said += await browser.send(f"/connections/choose/{result}", account=["harbour:p1", "harbour:p2"])
        for one in await site.connections.all_of(site.workspace_id):
            await site.show_with(one.id, title=one.name)
            said += [str(await browser.call("GET", f"/api/connections/{one.id}/lives"))]
            said += await browser.send(f"/connections/{one.id}/check")
        platform.kill("p1")
        platform.refused = "permission"
        for one in await site.connections.all_of(site.workspace_id):
            said += [str(await browser.call("POST", f"/api/connections/{one.id}/check"))]
            said += [repr(one)]
        said += [(await browser.go("/connections"))[1], (await browser.go("/"))[1]]
        platform.refused = None
        for one in await site.connections.all_of(site.workspace_id):
            said += await browser.send(f"/connections/{one.id}/disconnect")
        tables = await site.app.runtime.db.hot_fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for name in (row["tablename"] for row in tables):
            rows = await site.app.runtime.db.hot_fetch(f"SELECT t::text AS words FROM {name} AS t")
            said += [row["words"] for row in rows]
        sealed = [one.encode().hex() for one in platform.issued]
    written = "\n".join([*said, *kept.lines, *capfd.readouterr()])
    assert len(platform.issued) >= 2
    assert "connection.changed" in written and "consent_ended" in written
    assert [token for token in (*platform.issued, *sealed) if token in written] == []
    assert "code=" not in "\n".join(kept.lines)
