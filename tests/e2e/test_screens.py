"""Screens of all sizes, and very long shows."""

import sys

import pytest
from playwright.async_api import expect

from .conftest import NewPerson
from .server import Api
from .test_live import ITEMS, sale

MANY = 20_000
_WATCH = """
window.longest = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
}).observe({ type: "longtask", buffered: true });
"""
_TO_THE_END = """async () => {
  const box = document.querySelector(".panel-comments .vlist-box");
  for (let still = 0, before = 0; still < 40;) {
    box.scrollTop = box.scrollHeight;
    await new Promise((done) => setTimeout(done, 25));
    still = box.scrollHeight === before ? still + 1 : 0;
    before = box.scrollHeight;
  }
}"""
_ALL_OVER = """async () => {
  const box = document.querySelector(".panel-comments .vlist-box");
  let most = 0;
  for (let step = 0; step < 120; step += 1) {
    box.scrollTop = box.scrollHeight * ((step * 7919) % 1000) / 1000;
    await new Promise(requestAnimationFrame);
    most = Math.max(most, document.querySelectorAll("*").length);
  }
  return most;
}"""


@pytest.mark.parametrize("width", [360, 390, 800, 801, 1024, 1440])
async def test_nothing_is_cut_off_sideways(api: Api, person: NewPerson, width: int) -> None:
    show = await api.make_show("A show with a rather long title, as they are on Saturdays", ITEMS)
    await api.say(*sale(60, 3))
    bea = await person(width=width, height=780)
    await bea.open_console(show)
    wide = "() => document.documentElement.scrollWidth - innerWidth"
    assert await bea.page.evaluate(wide) <= 0
    if width <= 800:
        for tab in ("Items", "Claims", "Comments", "Review"):
            await bea.page.locator(".tabs").get_by_role("button", name=tab).click()
            await expect(bea.page.locator(f"#panel-{tab.lower()}")).to_be_visible()
            await expect(bea.page.locator(".panel:visible")).to_have_count(1)
            assert await bea.page.evaluate(wide) <= 0
    else:
        await expect(bea.page.locator(".panel:visible")).to_have_count(3)


async def test_the_switch_of_light_and_dark_is_kept(api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", ITEMS)
    bea = await person(scheme="light")
    await bea.open_console(show)
    ground = "getComputedStyle(document.body).backgroundColor"
    light = await bea.page.evaluate(ground)
    await bea.page.get_by_role("button", name="Light or dark").click()
    dark = await bea.page.evaluate(ground)
    assert light != dark
    await bea.page.reload()
    await bea.is_live()
    assert await bea.page.evaluate(ground) == dark


@pytest.mark.timeout(300)
async def test_twenty_thousand_comments_stay_windowed(api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", ITEMS)
    for part in range(MANY // 2000):
        await api.say(*sale(2000, part), first_id=f"part{part}")
    bea = await person()
    await bea.context.add_init_script(_WATCH)
    await bea.open_console(show)
    await bea.page.evaluate(_TO_THE_END)
    oldest = bea.page.locator(".panel-comments [data-key='1']")
    await expect(oldest).to_have_count(1)
    await expect(oldest).to_have_attribute("aria-setsize", str(MANY))
    await bea.page.evaluate("window.longest = 0")
    nodes = await bea.page.evaluate(_ALL_OVER)
    longest = await bea.page.evaluate("window.longest")
    print(f"{MANY} comments: at most {nodes} nodes, longest task {longest:.0f} ms", file=sys.stderr)
    assert nodes < 2500
    await api.say(("Late", "hello"), ("Later", "sold 101"))
    newer = bea.page.locator(".panel-comments .newer")
    await expect(newer).to_contain_text("2 new comments")
    await newer.click()
    await expect(bea.page.locator(".comment").first).to_contain_text("Later")
