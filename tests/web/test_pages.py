"""The frame of every page: policy, caching, static files, errors for people."""

import re
from uuid import uuid4

import pytest

from dibs_web.assets import FOLDER, asset, release

from .conftest import PAGE, Site


@pytest.mark.parametrize("path", ["/sign-in", "/shows", "/nothing-here"])
async def test_no_page_has_anything_inline(site: Site, path: str) -> None:
    answer = await (await site.signed_in()).get(path, headers=PAGE)
    if path == "/sign-in":
        answer = await site.browser().get(path, headers=PAGE)
    text, policy = await answer.get_data(as_text=True), answer.headers["Content-Security-Policy"]
    assert "unsafe-" not in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=|javascript:", text)
    assert answer.headers["Cache-Control"] == "no-store"


async def test_static_files_are_kept_for_good_under_the_hash_of_their_content(site: Site) -> None:
    browser = site.browser()
    answer = await browser.get(asset("console/main.js"))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    old = await browser.get(asset("console/main.js").replace(release(), "0" * 16))
    assert (old.status_code, old.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("path", ["../__init__.py", "..%2f__init__.py", "nothing.js", "vendor"])
async def test_static_files_are_only_those_of_the_folder(site: Site, path: str) -> None:
    assert (await site.browser().get(f"/static/{release()}/{path}")).status_code == 404


async def test_every_import_of_a_script_is_there() -> None:
    for path in FOLDER.rglob("*.js"):
        if "vendor" not in path.parts:
            for target in re.findall(r'from "(\.[^"]+)"', path.read_text("utf-8")):
                assert (path.parent / target).resolve().is_file(), (path.name, target)


async def test_an_unknown_show_is_a_page_that_says_so(site: Site) -> None:
    answer = await (await site.signed_in()).get(f"/shows/{uuid4()}/console", headers=PAGE)
    assert answer.status_code == 404
    assert "There is no such show." in await answer.get_data(as_text=True)
