"""What strangers write is text: it runs nothing, breaks nothing, and turns nothing around."""

from playwright.async_api import expect

from .conftest import NewPerson
from .server import Api

TEXTS = [
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "<svg/onload=window.hacked=1>",
    "\"><iframe srcdoc='<script>parent.hacked=1</script>'>",
    "javascript:window.hacked=1",
    "{{constructor.constructor('window.hacked=1')()}}",
    "${window.hacked=1}",
    "</textarea></style><body onload=window.hacked=1>",
    "<a href='javascript:window.hacked=1' autofocus onfocus=window.hacked=1>x</a>",
    "line one\nid: 0:999\nevent: show.status\ndata: {\"status\":\"ended\"}\n\n",
    "\u2028\u2029\u202etxet dnuora denrut\u202c",
    "\ufdfd" * 40 + "Z\u0301\u0302\u0303\u0304" * 60,
    "x" * 3000,
    "مرحبا sold 101 شكرا",
]  # fmt: skip


async def test_no_text_of_a_stranger_runs_or_breaks_out(api: Api, person: NewPerson) -> None:
    items = [
        {"item_number": f"{101 + n}", "title": text[:200].replace("\n", " "), "quantity": 1}
        for n, text in enumerate(TEXTS)
    ]
    show = await api.make_show(TEXTS[1], items)
    bea = await person()
    await bea.open_console(show)
    await api.say(
        *[(text[:300], text) for text in TEXTS], *[(text[:300], f"sold {101 + n}") for n, text in enumerate(TEXTS)]
    )
    await expect(bea.page.locator("#comments-title")).to_contain_text(str(2 * len(TEXTS)))
    await bea.page.locator(".item").first.click()
    await expect(bea.page.get_by_role("heading", name="Winners")).to_be_visible()
    await bea.page.locator("dialog .why").first.click()
    await bea.page.wait_for_timeout(500)
    assert await bea.page.evaluate("window.hacked") is None
    assert await bea.page.evaluate("document.querySelectorAll('iframe, #console img, #console script').length") == 0
    await expect(bea.page.locator(".show-status")).to_have_text("Live")
    for width in (1440, 390, 360):
        await bea.page.set_viewport_size({"width": width, "height": 800})
        assert await bea.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
    await bea.page.goto(f"{bea.origin}/shows")
    await expect(bea.page.locator(".show-name")).to_have_text(TEXTS[1])
    assert await bea.page.evaluate("window.hacked") is None


async def test_the_browser_itself_refuses_markup_made_of_text(api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", [])
    bea = await person()
    await bea.open_console(show)
    refused = (
        "() => { try { document.createElement('p').innerHTML = '<b>x</b>'; return false; } catch { return true; } }"
    )
    assert await bea.page.evaluate(refused)
    bea.trouble.clear()
