"""The bundled sale: believable, complete, and the same bytes whenever it is made."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from dibs.demo_data import demo_items_path, demo_recording_path, demo_show
from dibs.demo_data.make import main
from dibs.demo_data.shop import demo_shop
from dibs.models.codes import fold_code, fold_text
from dibs.models.comments import IncomingComment
from dibs.models.items import NewItem
from dibs.models.rules import ShowRules
from dibs.recording import Recording, read_items, read_recording

CLAIM = re.compile(
    r"sold|dibs|mine|\bcf\b|รับ|เอา|chốt|quiero|apartado|我要|\+\s*\d|\bfix\b|\bkeep\b|prends|\bjp\b|quero|\bshop\b|køber"
)
LANGUAGES = {
    "en": r"\b(the|you|thank)\b",
    "fil": r"\b(po|ganda|salamat)\b",
    "th": "[\u0e00-\u0e7f]{3}",
    "vi": r"\b(chốt|đẹp|không)\b",
    "es": r"\b(quiero|gracias|qué)\b",
    "zh-Hant": "[\u4e00-\u9fff]{2}",
    "id": r"\b(kak|banget|batal)\b",
    "fr": r"\b(je|prends|bonsoir)\b",
    "pt": r"\b(quero|amei|obrigada)\b",
    "da": r"\b(hej|shop|tak)\b",
}


@pytest.fixture(scope="module")
def recording() -> Recording:
    return read_recording(demo_recording_path())


@pytest.fixture(scope="module")
def items() -> tuple[NewItem, ...]:
    return read_items(demo_items_path()).items


def claims_of(code: str, recording: Recording) -> list[IncomingComment]:
    named = re.compile(rf"(?<![0-9]){re.escape(fold_code(code))}(?![0-9])")
    return [
        comment
        for comment in recording.comments
        if "?" not in comment.text and CLAIM.search(text := fold_text(comment.text)) and named.search(text)
    ]


def claimants(code: str, recording: Recording) -> int:
    return len({comment.author for comment in claims_of(code, recording) if not comment.from_seller})


def test_it_is_a_whole_sale_of_twenty_minutes(recording: Recording) -> None:
    first, last = recording.comments[0], recording.comments[-1]
    assert recording.problems == ()
    assert len(recording.comments) >= 1_800
    assert timedelta(minutes=19.5) <= last.posted_at - first.posted_at <= timedelta(minutes=20)
    assert 330 <= len({comment.author for comment in recording.comments if comment.author}) <= 380
    assert {comment.platform for comment in recording.comments} == {"facebook"}


def test_all_ten_languages_are_heard(recording: Recording) -> None:
    heard = Counter(
        language
        for comment in recording.comments
        for language, hint in LANGUAGES.items()
        if re.search(hint, comment.text.casefold())
    )
    assert set(heard) == set(LANGUAGES)
    assert min(heard.values()) >= 8


def test_deliveries_are_as_untidy_as_real_ones(recording: Recording) -> None:
    ids = Counter(comment.comment_id for comment in recording.comments)
    assert 35 <= sum(count - 1 for count in ids.values()) <= 50
    assert 8 <= sum(comment.author is None for comment in recording.comments) <= 25
    assert sum(comment.from_seller for comment in recording.comments) >= 50
    arrived = re.findall(r'"created_time":"([^"]+)"', demo_recording_path().read_text(encoding="utf-8"))
    assert sum(later < earlier for earlier, later in pairwise(arrived)) >= 20


def test_every_item_is_claimed(recording: Recording, items: tuple[NewItem, ...]) -> None:
    assert 20 <= len(items) <= 30
    for item in items:
        claims = claims_of(item.item_number, recording)
        if item.variant:
            claims = [comment for comment in claims if fold_text(item.variant) in fold_text(comment.text).split()]
        assert len(claims) >= 4, item


def test_popular_items_come_in_bursts_with_ties(recording: Recording) -> None:
    for code in ("A12", "D9"):
        seconds = Counter(comment.posted_at for comment in claims_of(code, recording))
        assert max(sum(seconds[start + timedelta(seconds=n)] for n in range(10)) for start in seconds) >= 60
        assert max(seconds.values()) >= 5


def test_scarce_items_grow_a_waitlist_and_some_things_are_left(
    recording: Recording, items: tuple[NewItem, ...]
) -> None:
    missing = {item.item_number: claimants(item.item_number, recording) - item.quantity for item in items}
    assert sum(20 <= waiting <= 42 for waiting in missing.values()) >= 6
    assert sum(waiting < 0 for waiting in missing.values()) >= 4


def test_making_it_again_gives_the_same_bytes(tmp_path: Path) -> None:
    main([str(tmp_path)])
    assert (tmp_path / "sale.jsonl").read_bytes() == demo_recording_path().read_bytes()
    assert (tmp_path / "items.csv").read_bytes() == demo_items_path().read_bytes()


def test_the_show_fits_the_rules_of_a_show() -> None:
    show = demo_show()
    rules = ShowRules(
        claim_words=show.claim_words,
        pass_words=show.pass_words,
        locales=show.locales,
        several=show.several,
        claim_without_code=show.claim_without_code,
    )
    assert show.title
    assert len(rules.locales) == len(LANGUAGES)


def test_the_shop_names_only_what_it_has(recording: Recording) -> None:
    shop = demo_shop()
    codes = {batch.code for product in shop.products for batch in product.batches}
    lines = [line for one in (*shop.orders, *shop.sessions) for line in one.lines]
    named = {line.batch for line in lines} | {override.batch for one in shop.sessions for override in one.overrides}
    assert named <= codes
    assert {one.customer for one in (*shop.orders, *shop.sessions)} <= {one.name for one in shop.customers}
    writers = {comment.author.name for comment in recording.comments if comment.author}
    assert {one.buyer for one in shop.customers if one.buyer} <= writers
