"""S-08: on no page does a text of a stranger or of a colleague run, and no page breaks its own policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from dibs.app import create_app
from dibs.settings import Settings

from .conftest import NewPerson
from .server import Api
from .test_hostile import TEXTS

_VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")
_WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
QUERY = f"?q={quote(TEXTS[1])}&status={quote(TEXTS[3])}&next={quote(TEXTS[4])}"
MADE = "iframe, [onerror], [onload], [onfocus], a[href^='javascript:' i]"
LINES = [text.replace("\n", " ").replace("\u2028", "").replace("\u2029", "")[:100] for text in TEXTS]


def pages(folder: Path, ids: dict[str, str]) -> Iterator[str]:
    """Every page that can be looked at, with these ids."""
    app = create_app(Settings(database_url="postgresql://nobody@127.0.0.1:1/none", data_dir=folder))
    for rule in app.url_map.iter_rules():
        elsewhere = rule.rule.startswith(("/api/", "/static/", "/i18n/", "/sign-in/", "/metrics"))
        if elsewhere or rule.websocket or "GET" not in (rule.methods or ()):
            continue
        names = _VARIABLE.findall(rule.rule)
        if set(names) <= set(ids):
            yield _VARIABLE.sub(lambda found: ids[found[1]], rule.rule)


async def hostile_sale(api: Api) -> dict[str, str]:
    """A sale in which everything that can be named is named by somebody who means harm."""
    items = [
        {"item_number": f"{n}", "title": line, "variant": line[:80], "quantity": 1} for n, line in enumerate(LINES)
    ]
    show = await api.make_show(LINES[1], items)
    await api.say(*[(text[:300], f"sold {n} {text}") for n, text in enumerate(TEXTS)], *[(t[:300], t) for t in TEXTS])
    await api.say(*[(f"{line} again", f"sold {n}") for n, line in enumerate(LINES)])
    known: set[str] = set()
    for claim in (await api.show("GET", "/claims"))["claims"][:14]:
        buyer, line = claim["buyer_id"], LINES[int(claim["item_number"]) % len(LINES)]
        if buyer not in known:
            known.add(buyer)
            await api.call("PATCH", f"/api/buyers/{buyer}", {"note": line, "tags": [line[:30]], "version": 1})
    await api.call("POST", f"/api/buyers/{buyer}/block", {"reason": LINES[0]})
    me = await api.call("GET", "/api/auth/me")
    await api.call("PATCH", f"/api/workspaces/{me['workspace']['id']}", {"name": LINES[2]})
    return {"show_id": show, "buyer_id": buyer, "workspace_id": me["workspace"]["id"], "name": "keywords"}


async def test_no_text_runs_on_any_page(api: Api, person: NewPerson, tmp_path: Path) -> None:
    ids = await hostile_sale(api)
    bea = await person()
    await bea.context.add_init_script(_WATCH)
    await bea.open_console(ids["show_id"])
    seen = 0
    for path in sorted(pages(tmp_path, ids)):
        for query in ("", QUERY) if path.count("/") == 1 else ("",):
            response = await bea.page.goto(f"{bea.origin}{path}{query}", wait_until="load")
            assert response is not None and response.status < 500, path
            if not response.headers.get("content-type", "").startswith("text/html"):
                continue
            seen += 1
            assert await bea.page.evaluate("window.violations") == [], path
            assert await bea.page.evaluate("window.hacked") is None, path
            made = (
                "document.querySelectorAll('iframe, [onerror], [onload], [onfocus], a[href^=\"javascript:\" i]').length"
            )
            assert await bea.page.evaluate(made) == 0, path
    assert seen >= 10
    assert [words for words in bea.trouble if words.startswith("dialog")] == []
    bea.trouble.clear()  # an unusable query is refused with a 400, which a browser reports
