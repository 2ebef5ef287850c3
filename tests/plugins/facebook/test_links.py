"""Ids in what people paste."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dibs_facebook.links import live_id_in

ID = "400000000000001"
WWW = "https://www.facebook.com"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f"  {ID}\n",
        f"100000000000001_{ID}",
        f"{WWW}/lojademo/videos/{ID}/",
        f"{WWW}/lojademo/videos/{ID}",
        f"{WWW}/lojademo/videos/bazar-de-sexta/{ID}/?__so__=permalink",
        f"{WWW}/100000000000001/videos/vb.100000000000001/{ID}/?type=2",
        f"{WWW}/lojademo/live_videos/{ID}/",
        f"{WWW}/watch/?v={ID}",
        f"{WWW}/watch?v={ID}&ref=sharing",
        f"{WWW}/watch/live/?ref=watch_permalink&v={ID}",
        f"{WWW}/video.php?v={ID}",
        f"{WWW}/live/producer/{ID}",
        f"https://business.facebook.com/live/producer/dashboard/{ID}/COMMENTS/",
        f"{WWW}/lojademo/posts/{ID}",
        f"{WWW}/lojademo/posts/bazar-de-sexta/{ID}",
        f"{WWW}/story.php?story_fbid={ID}&id=100000000000001",
        f"{WWW}/permalink.php?story_fbid={ID}&id=100000000000001",
        f"{WWW}/groups/123456789/permalink/{ID}/",
        f"{WWW}/groups/123456789/posts/{ID}/",
        f"{WWW}/reel/{ID}",
        f"https://m.facebook.com/lojademo/videos/{ID}/",
        f"https://web.facebook.com/lojademo/videos/{ID}/",
        f"http://facebook.com/lojademo/videos/{ID}/",
        f"www.facebook.com/lojademo/videos/{ID}/",
        f"facebook.com/watch/?v={ID}",
        f"{WWW}/plugins/video.php?height=314&href=https%3A%2F%2Fwww.facebook.com%2Flojademo%2Fvideos%2F{ID}%2F&show_text=false",
        f'<iframe src="{WWW}/plugins/video.php?h=1&amp;href=https%3A%2F%2Ffacebook.com%2Fa%2Fvideos%2F{ID}"></iframe>',
        f"https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.facebook.com%2Fwatch%2F%3Fv%3D{ID}&h=AT0",
        f"Estamos ao vivo! {WWW}/lojademo/videos/{ID}/ venham",
    ],
)
def test_an_id_is_found(text: str) -> None:
    assert live_id_in(text) == ID


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "1234",
        "9" * 40,
        f"{WWW}/lojademo",
        f"{WWW}/profile.php?id={ID}",
        f"{WWW}/{ID}",
        f"{WWW}/groups/{ID}/",
        "https://fb.watch/aBcDeFgHiJ/",
        f"{WWW}/share/v/aBcDeFgHiJ/",
        f"{WWW}/lojademo/posts/pfbid0abcDEF",
        f"https://facebook.com.evil.example/lojademo/videos/{ID}/",
        f"https://evil.example/www.facebook.com/videos/{ID}/",
        f"https://www.facebook.com@evil.example/videos/{ID}/",
        f"https://notfacebook.com/videos/{ID}/",
        f"javascript:alert({ID})",
        "https://[bad/videos/1",
        f"https://l.facebook.com/l.php?u=https%3A%2F%2Fevil.example%2Fvideos%2F{ID}",
    ],
)
def test_what_holds_no_id(text: str) -> None:
    assert live_id_in(text) is None


def test_a_simulators_host_counts_as_well() -> None:
    address = f"http://127.0.0.1:9000/www.facebook.com/100000000000001/videos/{ID}/"
    assert live_id_in(address) is None
    assert live_id_in(address, "127.0.0.1") == ID


@given(st.text(max_size=200) | st.text(alphabet="htps:/.facebokcm?v=&%0123456789[]@#", max_size=200))
def test_nothing_that_is_pasted_breaks_it(text: str) -> None:
    for pasted in (text, f"{WWW}/watch/?v={text}", f"{WWW}/{text}/videos/{text}", f"https://{text}"):
        found = live_id_in(pasted)
        assert found is None or found.isdigit()
