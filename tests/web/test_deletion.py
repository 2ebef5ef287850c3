"""What a person sees of their request to be forgotten, and how an admin has a buyer forgotten."""

from __future__ import annotations

from .conftest import PAGE, Site, send, text_of


async def asked(site: Site) -> str:
    """A request that was made, its work not begun."""
    await site.app.runtime.erase_keeper.close()
    return await site.app.runtime.erasures.ask("corner", "p1")


async def test_the_page_tells_how_far_it_is_to_whoever_has_the_code(site: Site) -> None:
    code = await asked(site)
    before = await text_of(site.browser(), f"/deletion?code={code}")
    assert "Under way" in before and code in before
    await site.app.runtime.erase_keeper.work_off()
    after = await text_of(site.browser(), f"/deletion?code={code}")
    assert "Done: your data was deleted." in after
    assert "p1" not in after.replace(code, "")


async def test_it_is_there_in_spanish(site: Site) -> None:
    code = await asked(site)
    answer = await site.browser().get(f"/deletion?code={code}", headers={**PAGE, "Accept-Language": "es-MX"})
    assert "Borrado de tus datos" in await answer.get_data(as_text=True)


async def test_a_code_that_was_not_given_out_is_a_page_of_404(site: Site) -> None:
    code = await asked(site)
    for bad in ("", "code=", "code=del_x", f"code={code}x", f"code={code.upper()}", "code=%00", "code=%F0%9F%98%80"):
        assert "There is no request with this code." in await text_of(site.browser(), f"/deletion?{bad}", 404)


async def test_it_is_not_kept_sets_no_cookie_and_is_in_no_search(site: Site) -> None:
    code = await asked(site)
    answer = await site.browser().get(f"/deletion?code={code}", headers=PAGE)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers


async def test_codes_can_not_be_tried_out(site: Site) -> None:
    browser = site.browser()
    statuses = [(await browser.get(f"/deletion?code=del_{n}", headers=PAGE)).status_code for n in range(30)]
    assert statuses[0] == 404 and statuses[-1] == 429
    last = await browser.get("/deletion?code=del_x", headers=PAGE)
    assert int(last.headers["Retry-After"]) >= 1


async def a_buyer(site: Site) -> str:
    sql = """
    INSERT INTO buyers (workspace_id, id, platform, platform_user_id, handle, note)
    VALUES ($1, gen_random_uuid(), 'facebook', 'u77', 'Bia Souza', 'pays late') RETURNING id
    """
    return str((await site.app.runtime.db.hot_fetch(sql, site.workspace.id))[0][0])


async def test_an_admin_erases_a_buyer_after_a_question(site: Site) -> None:
    buyer_id, browser = await a_buyer(site), await site.signed_in()
    page = await text_of(browser, f"/buyers/{buyer_id}")
    assert "Erase Bia Souza for good?" in page
    answer = await send(browser, f"/buyers/{buyer_id}/erase", {}, seen=f"/buyers/{buyer_id}")
    assert answer.status_code == 303
    page = await text_of(browser, f"/buyers/{buyer_id}")
    assert "Erased buyer" in page and "This person was erased." in page
    for gone in ("Bia", "u77", "pays late", "Block…", "Erase…"):
        assert gone not in page, gone
    assert "Erased buyer" not in await text_of(browser, "/buyers")
    for path, form in (("block", {"reason": "x"}), ("merge", {"into": buyer_id}), ("", {"note": "x", "version": "2"})):
        answer = await send(browser, f"/buyers/{buyer_id}/{path}".rstrip("/"), form)
        assert answer.status_code in (303, 409), path
    log = await text_of(browser, "/audit")
    assert "erased the buyer" in log and "Bia" not in log


async def test_an_operator_has_no_such_button(site: Site) -> None:
    buyer_id, browser = await a_buyer(site), await site.member("operator")
    assert "Erase" not in await text_of(browser, f"/buyers/{buyer_id}")
    answer = await send(browser, f"/buyers/{buyer_id}/erase", {})
    assert answer.status_code == 403
    assert "Bia Souza" in await text_of(browser, f"/buyers/{buyer_id}")
