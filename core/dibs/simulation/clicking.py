"""A seller's browser without a window: follows addresses, keeps cookies, fills forms in as they come and sends them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import aiohttp
import attrs
import orjson

from dibs.errors import DibsError


class ClickingError(DibsError):
    """A page was not what was expected; `data` says where and what came."""

    code = "clicking"


@attrs.define(eq=False)
class Form:
    """A form as its page shows it: what is filled in and ticked already, and the first of its buttons."""

    action: str
    fields: list[tuple[str, str]] = attrs.field(factory=list)
    button: tuple[str, str] | None = None

    @property
    def names(self) -> set[str]:
        """The fields that it would send."""
        return {name for name, _ in (*self.fields, *([self.button] if self.button else ()))}


class _Forms(HTMLParser):
    """Collects the forms of a page, and the CSRF token of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.csrf = ""
        self._open = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "meta" and given.get("name") == "csrf-token":
            self.csrf = given.get("content", "")
        elif tag == "form":
            self.forms.append(Form(given.get("action", "")))
            self._open = True
        elif self._open and tag in ("input", "button"):
            self._field(tag, given)

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "form"

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form, pair = self.forms[-1], (given.get("name", ""), given.get("value", ""))
        kind = given.get("type", "submit" if tag == "button" else "text")
        if kind == "submit":
            form.button = form.button or pair
        elif kind not in ("checkbox", "radio") or "checked" in given:
            form.fields.append(pair)


@attrs.frozen(eq=False)
class Page:
    """A page that was opened: where, after all redirects, and what it says."""

    address: str
    text: str
    forms: list[Form]
    csrf: str


@attrs.define(eq=False)
class Browser:
    """Acts for one person at the server `origin`."""

    origin: str
    session: aiohttp.ClientSession
    _csrf: str = ""

    async def open(self, address: str) -> Page:
        """Go to an address, or a path of the server. Raises `ClickingError`."""
        async with self.session.get(urljoin(self.origin, address)) as answer:
            return await self._page(answer)

    async def send(self, page: Page, field: str) -> Page:
        """Press the first button of the form that has the field, with everything as the page suggests.

        Raises:
            ClickingError: there is no such form, or the answer is an error.
        """
        form = next((form for form in page.forms if field in form.names), None)
        if form is None:
            raise ClickingError(f"The page at {page.address} has no form with {field}.", text=page.text[:500])
        pairs = [*form.fields, *([form.button] if form.button and form.button[0] else [])]
        headers = {"Origin": self.origin} if page.address.startswith(self.origin) else {}
        target = urljoin(page.address, form.action) if form.action else page.address
        async with self.session.post(target, data=pairs, headers=headers) as answer:
            return await self._page(answer)

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the API as the pages do; what is no JSON, such as a page, is None. Raises `ClickingError`."""
        headers = {"X-CSRF-Token": self._csrf, "Origin": self.origin}
        async with self.session.request(method, urljoin(self.origin, path), json=body, headers=headers) as answer:
            raw = await answer.read()
            if answer.status >= 400:
                text = raw.decode()[:500]
                raise ClickingError(f"{method} {path} answered {answer.status}.", status=answer.status, text=text)
            return orjson.loads(raw) if raw and answer.content_type == "application/json" else None

    async def _page(self, answer: aiohttp.ClientResponse) -> Page:
        text = await answer.text()
        if answer.status >= 400:
            message = f"{answer.url.path} answered {answer.status}."
            raise ClickingError(message, status=answer.status, text=text[:500])
        found = _Forms()
        found.feed(text)
        if str(answer.url).startswith(self.origin):
            self._csrf = found.csrf or self._csrf
        return Page(str(answer.url), text, found.forms, found.csrf)


def new_session(timeout: aiohttp.ClientTimeout | None = None) -> aiohttp.ClientSession:
    """A session with a cookie jar that takes the cookies of servers on this machine."""
    jar = aiohttp.CookieJar(unsafe=True)
    return aiohttp.ClientSession(cookie_jar=jar, timeout=timeout or aiohttp.ClientTimeout(total=300))
