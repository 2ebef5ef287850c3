"""The pages of staff: who may open them, what they may load, what the scripts are told."""

from __future__ import annotations

from quart.typing import TestClientProtocol

from dibs.ids import uuid7

from ...web.conftest import PAGE, Site, site, text_of

__all__ = ["site"]


async def session_of(site: Site) -> str:
    """A session with a customer, made by the database."""
    session_id, customer_id = uuid7(), uuid7()
    sql = "INSERT INTO customers (workspace_id, id, name) VALUES ($1, $2, 'Anna')"
    await site.app.runtime.db.hot_fetch(sql, site.workspace.id, customer_id)
    sql = """
    INSERT INTO live_sessions (workspace_id, id, customer_id, title, notes, room_code, timeout_minutes)
    VALUES ($1, $2, $3, 'Autumn <b>', 'only for staff', 'ROOM1', 60)
    """
    await site.app.runtime.db.hot_fetch(sql, site.workspace.id, session_id, customer_id)
    return f"/live/{session_id}"


async def test_pages_are_for_those_who_may_read_orders(site: Site) -> None:
    desk, show = await session_of(site), await site.make_show()
    operator, viewer = await site.member("operator"), await site.member("viewer")
    for path in ("/live", desk, "/pick-list", f"/shows/{show}/carts"):
        await text_of(operator, path)
        await text_of(viewer, path, 403)
        assert (await site.browser().get(path, headers=PAGE)).status_code == 303, path
    assert "/live" not in await text_of(viewer, "/shows")
    assert f"/shows/{show}/carts" in await text_of(operator, f"/shows/{show}/summary")


async def test_what_is_not_there_is_a_404(site: Site) -> None:
    bea, nothing = await site.signed_in(), uuid7()
    for path in (f"/live/{nothing}", f"/shows/{nothing}/carts", f"/customers/{nothing}/live"):
        await text_of(bea, path, 404)


async def test_the_desk_is_told_what_its_reader_may(site: Site) -> None:
    desk = await session_of(site)
    for role, costs in (("admin", True), ("operator", False)):
        text = await text_of(await site.member(role), desk)
        assert ("costs" in text.split('data-can="')[1].split('"')[0]) is costs
        assert "act" in text.split('data-can="')[1].split('"')[0]
        assert "Autumn &lt;b&gt;" in text and "only for staff" not in text


async def test_pictures_may_lie_elsewhere_and_scripts_may_not(site: Site) -> None:
    bea, desk = await site.signed_in(), await session_of(site)
    policy = (await bea.get(desk, headers=PAGE)).headers["Content-Security-Policy"]
    assert "img-src 'self' data: https:" in policy and "script-src 'self'" in policy
    assert "require-trusted-types-for 'script'" in policy and "unsafe" not in policy
    script = await bea.get("/static/current/lib/follower.js")
    assert script.status_code == 200 and script.headers["Cache-Control"] == "no-cache"
    assert script.headers["Content-Type"].startswith("text/javascript")


async def picture(browser: TestClientProtocol, text: str, token: str) -> tuple[int, str]:
    answer = await browser.post("/live/qr", json={"text": text}, headers={"X-CSRF-Token": token})
    return answer.status_code, str(await answer.get_data(as_text=True))


async def test_a_picture_to_scan_is_for_hosts_alone(site: Site) -> None:
    operator = await site.member("operator")
    page = await text_of(operator, await session_of(site))
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    status, made = await picture(operator, "https://shop.example/portal/sign-in/abc", token)
    assert status == 200 and "data:image/svg+xml" in made
    assert (await picture(operator, "", token))[0] == 400
    assert (await picture(operator, "x" * 501, token))[0] == 400
    assert (await picture(operator, "x", "0" * 64))[0] == 403
    assert (await picture(site.browser(), "x", ""))[0] == 401


async def test_the_dashboard_names_customers_to_nobody_but_those_who_serve_them(site: Site) -> None:
    await site.make_show()
    await session_of(site)
    sql = "UPDATE live_sessions SET status = 'active', checkout_requested_at = now() WHERE workspace_id = $1"
    await site.app.runtime.db.hot_fetch(sql, site.workspace.id)
    assert "1 customer wants to check out" in await text_of(await site.member("operator"), "/")
    viewed = await text_of(await site.member("viewer"), "/")
    assert "check out" not in viewed and "Autumn" not in viewed
