"""The dashboard: what is live, what waits, what comes next, how it went."""

import re
from typing import Any

import pytest

from dibs.ids import uuid7
from dibs_web.charts import bars, line_points

from .conftest import Site, text_of

HOSTILE = "<img src=x onerror=alert(1)>"


async def _item(site: Site, show_id: str, number: str, total: int, claimed: int, price: str | None = None) -> Any:
    item_id = uuid7()
    await site.app.runtime.db.hot_fetch(
        """
        INSERT INTO items (workspace_id, id, show_id, item_number, code, position, total_quantity, claimed_count, price)
        VALUES ($1, $2, $3, $4, $4, 1, $5, $6, $7::text::numeric)
        """,
        site.workspace.id, item_id, show_id, number, total, claimed, price,
    )  # fmt: skip
    return item_id


async def _claim(site: Site, show_id: str, number: int, status: str, item_id: Any = None) -> None:
    await site.app.runtime.db.hot_fetch(
        """
        INSERT INTO claims (workspace_id, id, show_id, item_id, item_number, buyer_id, decision_no, quantity, status,
            posted_at, decided_at) VALUES ($1, $2, $3, $4, '1', $5, $6, 1, $7, now(), now())
        """,
        site.workspace.id, uuid7(), show_id, item_id, uuid7(), number, status,
    )  # fmt: skip


async def test_a_new_workspace_is_led_into_the_guide(site: Site) -> None:
    text = await text_of(await site.signed_in(), "/")
    assert 'href="/start"' in text
    assert "Nothing has been sold here yet" in text
    assert 'href="/start"' not in await text_of(await site.member("viewer"), "/")


async def test_what_is_live_stands_on_top_with_its_figures(site: Site) -> None:
    show = await site.make_show(HOSTILE, "active")
    item = await _item(site, show, "A7", 9, 2)
    await _claim(site, show, 1, "winner", item)
    await _claim(site, show, 2, "winner", item)
    await _claim(site, show, 3, "review")
    await _claim(site, show, 4, "unmatched")
    await site.app.runtime.db.hot_fetch(
        "UPDATE shows SET pinned_item_id = $3 WHERE workspace_id = $1 AND id = $2", site.workspace.id, show, item
    )
    text = await text_of(await site.signed_in(), "/dashboard/live")
    assert HOSTILE not in text
    assert "2<small> / 9</small>" in text
    assert f'href="/shows/{show}/console"' in text
    assert "<bdi>A7</bdi>" in text
    assert "7 left" in text
    waiting = await text_of(await site.signed_in(), "/dashboard/attention")
    assert "1 claim needs a look" in waiting
    assert "1 claim names an item that is not there" in waiting
    assert HOSTILE not in waiting


async def test_results_and_next_shows(site: Site) -> None:
    ended = await site.make_show("Linen week", "ended")
    item = await _item(site, ended, "1", 4, 3, "12.50")
    await _claim(site, ended, 1, "winner", item)
    draft = await site.make_show("Planned")
    await site.app.runtime.db.hot_fetch(
        "UPDATE shows SET scheduled_at = now() + interval '2 days' WHERE workspace_id = $1 AND id = $2",
        site.workspace.id, draft,
    )  # fmt: skip
    later = await site.make_show("No date")
    text = await text_of(await site.signed_in(), "/")
    assert "Nothing is live" in text
    assert "$37.50" in text
    assert "3<small>/4</small>" in text
    assert text.index(f"/shows/{draft}/setup") < text.index(f"/shows/{later}/setup")
    assert re.search(r'<rect x="[\d.]+" y="0.0" width="[\d.]+" height="100.0" rx="2" class="is-last"/>', text)


async def test_practice_counts_nowhere(site: Site) -> None:
    show = await site.make_show("Rehearsal", "ended")
    sql = "UPDATE shows SET practice = true WHERE workspace_id = $1 AND id = $2"
    await site.app.runtime.db.hot_fetch(sql, site.workspace.id, show)
    text = await text_of(await site.signed_in(), "/")
    assert "Rehearsal" not in text


async def test_open_invitations_are_for_those_who_may_see_members(site: Site) -> None:
    await site.make_show()
    await site.app.runtime.db.hot_fetch(
        """
        INSERT INTO invitations (workspace_id, id, token_hash, role, invited_by, expires_at)
        VALUES ($1, $2, 'x', 'viewer', $3, now() + interval '1 day')
        """,
        site.workspace.id, uuid7(), site.user.id,
    )  # fmt: skip
    assert "1 invitation is open" in await text_of(await site.signed_in(), "/")
    assert "invitation" not in await text_of(await site.member("operator"), "/")


async def test_nothing_of_another_workspace_is_seen(site: Site) -> None:
    await site.make_show("Secret sale", "active")
    stranger = await site.member("viewer")
    own = re.search(
        r'name="workspace_id" value="([0-9a-f-]+)"><button aria-label="Open', await text_of(stranger, "/workspaces")
    )
    assert own is not None
    await site.enter(stranger, own[1])
    for path in ("/", "/shows", "/dashboard/live", "/dashboard/attention"):
        assert "Secret sale" not in await text_of(stranger, path)


@pytest.mark.parametrize(("values", "heights"), [([], []), ([0], [2.0]), ([1, 2, 4], [25.0, 50.0, 100.0])])
def test_bars_are_as_tall_as_their_share_of_the_largest(values: list[float], heights: list[float]) -> None:
    made = bars(values)
    assert [bar.height for bar in made] == heights
    assert all(bar.y + bar.height == pytest.approx(100) and bar.x + bar.width <= 240 for bar in made)


def test_a_line_goes_from_edge_to_edge() -> None:
    points = [tuple(map(float, point.split(","))) for point in line_points([0, 5, 10]).split()]
    assert [x for x, _ in points] == [0, 120, 240]
    assert [y for _, y in points] == [39, 20, 1]
