"""What no honest client sends is refused with its field's name, and harms no show."""

from typing import Any

import pytest

from .conftest import Person, SignUp

NUL, ESCAPE = "a\0b", "a\x1b[2Jb"


async def a_show(ana: Person) -> tuple[str, str]:
    """A show with one item: both ids."""
    _, show = await ana.call("POST", "/api/shows", json={"title": "Friday"})
    path = f"/api/shows/{show['id']}/items"
    _, made = await ana.call("POST", path, json={"items": [{"item_number": "1", "title": "", "quantity": 3}]})
    return show["id"], made["items"][0]["item_id"]


def faulty(answer: tuple[int, Any]) -> list[str]:
    """The faulty fields of an answer that is a refusal."""
    status, body = answer
    assert (status, body["error"]["code"]) == (400, "invalid_input"), answer
    return [fault["path"] for fault in body["error"]["fields"]]


@pytest.mark.parametrize("number", ["9" * 17, "9" * 20, "1" * 5000, "-1", "0", "%EF%BC%91"])
async def test_no_number_in_an_address_is_too_large_for_an_answer(sign_up: SignUp, number: str) -> None:
    ana = await sign_up()
    show, _ = await a_show(ana)
    assert faulty(await ana.call("GET", f"/api/shows/{show}/claims?cursor={number}")) == ["cursor"]
    assert faulty(await ana.call("GET", f"/api/shows/{show}/comments?cursor={number}")) == ["cursor"]


@pytest.mark.parametrize("text", [NUL, ESCAPE])
async def test_names_with_control_characters_are_refused(sign_up: SignUp, text: str) -> None:
    ana = await sign_up()
    show, item = await a_show(ana)
    assert faulty(await ana.call("POST", "/api/shows", json={"title": text})) == ["title"]
    assert faulty(await ana.call("PATCH", f"/api/shows/{show}", json={"title": text})) == ["title"]
    award = f"/api/shows/{show}/items/{item}/award"
    assert faulty(await ana.call("POST", award, json={"guest_name": text})) == ["guest_name"]
    assert (await ana.call("POST", award, json={"guest_name": "Ben"}))[0] == 201


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ({"claim_words": ["ok", NUL]}, "claim_words[1]"),
        ({"plugins": {"keywords": {"hold_words": [NUL]}}}, "plugins.keywords.hold_words[0]"),
        ({"claim_words": [f"w{n}" for n in range(201)]}, "claim_words"),
        ({"pass_words": ["x" * 101]}, "pass_words"),
    ],
)
async def test_rules_that_can_not_be_kept_or_used_are_refused(
    sign_up: SignUp, rules: dict[str, Any], path: str
) -> None:
    ana = await sign_up()
    show, _ = await a_show(ana)
    assert faulty(await ana.call("POST", "/api/shows", json={"title": "Friday", "rules": rules})) == [path]
    assert faulty(await ana.call("PATCH", f"/api/shows/{show}", json={"rules": rules})) == [path]


async def test_a_snapshot_of_a_new_show_has_a_position_to_go_on_from(sign_up: SignUp) -> None:
    ana = await sign_up()
    _, show = await ana.call("POST", "/api/shows", json={"title": "Friday"})
    _, before = await ana.call("GET", f"/api/shows/{show['id']}/snapshot")
    await ana.call("POST", f"/api/shows/{show['id']}/activate")
    _, after = await ana.call("GET", f"/api/shows/{show['id']}/snapshot")
    epoch, seq = before["position"].split(":")
    assert (seq, after["position"]) == ("0", f"{epoch}:2")  # its new status, and who has started it


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00"]
)
async def test_no_show_is_planned_for_an_instant_that_pages_could_not_write_in_their_time_zone(
    sign_up: SignUp, at: str
) -> None:
    ana = await sign_up()
    show, _ = await a_show(ana)
    assert faulty(await ana.call("POST", "/api/shows", json={"title": "Far", "scheduled_at": at})) == ["scheduled_at"]
    assert faulty(await ana.call("PATCH", f"/api/shows/{show}", json={"scheduled_at": at})) == ["scheduled_at"]
    assert (await ana.call("GET", "/api/shows"))[0] == 200
