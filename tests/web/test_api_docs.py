"""The page that describes the API: whole, for everybody, and without a script."""

from __future__ import annotations

import html
import re

from dibs.openapi import make_document

from .conftest import Site


async def test_the_page_shows_every_operation_and_every_shape(site: Site) -> None:
    response = await site.app.test_client().get("/api/docs")
    text = html.unescape(await response.get_data(as_text=True))
    document = make_document(site.app, site.app.runtime.settings)
    assert response.status_code == 200
    for path, methods in document["paths"].items():
        assert f"<code>{path}</code>" in text
        for described in methods.values():
            assert f'id="{described["operationId"]}"' in text
    for name in document["components"]["schemas"]:
        assert f'id="{name.lower()}"' in text
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)


def test_what_a_docstring_says_is_never_markup() -> None:
    from dibs_web.pages.api_docs import inline

    assert inline("<b> & `<i>` [a](#b) [c](javascript:d)") == (
        '&lt;b&gt; &amp; <code>&lt;i&gt;</code> <a href="#b">a</a> [c](javascript:d)'
    )
