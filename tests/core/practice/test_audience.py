"""What the audience writes: claims for what the show has, in the show's words, and all that makes a sale lively."""

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

import pytest

from dibs.models.catalogue import Catalogue, CatalogueItem, ParseContext
from dibs.models.comments import Author, IncomingComment, Reading
from dibs.models.rules import ShowRules
from dibs.plugins import load_plugins
from dibs.practice.audience import Audience, Offer, Scene

HOOKS = load_plugins().all_hooks()
OFFERS = (
    Offer(UUID(int=1), "101", "", "Linen wrap dress, sand", 3),
    Offer(UUID(int=2), "B7", "Red", "Mug", 20),
    Offer(UUID(int=3), "B7", "Blue", "Mug", 20),
    Offer(UUID(int=4), "C4", "", "", 0),
)


def readings(rules: ShowRules, scene: Scene, count: int = 400) -> list[Reading | None]:
    catalogue = Catalogue(tuple(CatalogueItem(offer.number, offer.variant or None) for offer in OFFERS))
    ctx = ParseContext(UUID(int=9), None, rules, catalogue)
    audience = Audience(rules, 7)
    said = [audience.say(scene) for _ in range(count)]
    return [
        HOOKS.parse_comment(
            ctx, IncomingComment("practice", one.text, datetime.now(UTC), author=Author(one.viewer.user_id))
        )
        for one in said
    ]


def kinds(found: list[Reading | None]) -> Counter[str]:
    count: Counter[str] = Counter()
    for reading in found:
        if reading is None or not (reading.acts or reading.review):
            count["talk"] += 1
        else:
            count["review" if reading.review else reading.acts[0].kind] += 1
    return count


@pytest.mark.parametrize(
    "rules",
    [
        ShowRules(),
        ShowRules(locales=("en", "fil", "th", "vi")),
        ShowRules(claim_words=("dibs",), pass_words=("skip",), locales=()),
        ShowRules(claim_words=("quiero", "mío"), locales=("es",)),
    ],
)
def test_there_is_something_of_everything_whatever_the_words_of_the_show(rules: ShowRules) -> None:
    count = kinds(readings(rules, Scene(OFFERS)))
    assert count["claim"] > 60 and count["talk"] > 60
    assert count["pass"] > 5 and count["review"] > 5


def test_when_an_item_is_pinned_most_want_that_one() -> None:
    found = readings(ShowRules(), Scene(OFFERS, UUID(int=1), hot=True))
    acts = [act for reading in found if reading and not reading.review for act in reading.acts if act.kind == "claim"]
    assert len(acts) > 200
    assert sum(act.item_number == "101" for act in acts) > len(acts) * 0.8


def test_variants_are_named() -> None:
    found = readings(ShowRules(), Scene(OFFERS, UUID(int=2), hot=True))
    named = Counter(act.variant for reading in found if reading for act in reading.acts if act.item_number == "B7")
    assert named["Red"] > 50 and named["Blue"] > 50


def test_a_show_without_items_is_greeted() -> None:
    audience = Audience(ShowRules(), 1)
    assert all(audience.say(Scene()).text for _ in range(20))


def test_one_seed_writes_one_sale() -> None:
    first, again = Audience(ShowRules(), 3), Audience(ShowRules(), 3)
    assert [first.say(Scene(OFFERS)).text for _ in range(50)] == [again.say(Scene(OFFERS)).text for _ in range(50)]
