"""The rule tester over HTTP: what comments would do, exactly as the lane would have it, and nothing written."""

from typing import Any

from dibs.app import DibsQuart

COMMENTS = (
    "sold 12",
    "sold 12 x2",
    "sold 13 red",
    "sold 13",
    "sold 13 green",
    "sold 99",
    "is 12 sold?",
    "2 sold 12",
    "pass 12",
    "pass",
    "so cute",
    "sold 12 x50",
    "sold",
)


async def a_show(person: Any, **rules: Any) -> str:
    show = (await person.call("POST", "/api/shows", json={"title": "Friday", "rules": rules}))[1]
    items = [
        {"item_number": "12", "title": "Scarf", "quantity": 3},
        {"item_number": "13", "title": "Hat", "quantity": 1, "variant": "red"},
        {"item_number": "13", "title": "Hat", "quantity": 1, "variant": "blue"},
    ]
    status, made = await person.call("POST", f"/api/shows/{show['id']}/items", json={"items": items})
    assert status == 201, made
    await person.call("POST", f"/api/shows/{show['id']}/pin", json={"item_id": made["items"][0]["item_id"]})
    return str(show["id"])


async def tried(person: Any, *texts: str, **more: Any) -> list[Any]:
    status, answer = await person.call("POST", "/api/parse", json={"texts": list(texts), **more})
    assert status == 200, answer
    return list(answer["comments"])


async def test_each_comment_says_what_it_would_do_and_why(sign_up: Any) -> None:
    ana = await sign_up()
    show_id = await a_show(ana)
    claim, question, lost, hat = await tried(ana, "sold 12 x2", "is 12 sold?", "sold 99", "sold 13", show_id=show_id)
    act = claim["acts"][0]
    assert (claim["verdict"], act["quantity"], act["rule"], act["trouble"]) == ("claim", 2, "word_number", None)
    item = act["item"]
    assert (item["item_number"], item["left"], item["total"], item["pinned"]) == ("12", 3, 3, True)
    assert (question["verdict"], question["reason"], question["acts"]) == ("review", "question", [])
    assert (lost["verdict"], lost["acts"][0]["item"], lost["acts"][0]["trouble"]) == ("claim", None, "unmatched")
    assert (hat["verdict"], hat["reason"]) == ("review", "variant_missing")


async def test_the_tester_and_the_lane_read_alike(sign_up: Any) -> None:
    ana = await sign_up()
    show_id = await a_show(ana, claim_without_code=True, max_quantity=9)
    path = f"/api/shows/{show_id}"
    expected = await tried(ana, *COMMENTS, show_id=show_id)
    assert (await ana.call("POST", f"{path}/activate"))[0] == 200
    messages = [{"message": text, "author": {"id": f"viewer {at}"}} for at, text in enumerate(COMMENTS)]
    done = (await ana.call("POST", f"{path}/comments", json={"comments": messages}))[1]["comments"]
    for told, lane in zip(expected, done, strict=True):
        asked = bool(lane["claims"]) and all(claim["status"] == "review" for claim in lane["claims"])
        assert told["verdict"] == ("review" if asked else lane["verdict"]), told
        if not asked:
            assert told["reason"] == lane["reason"], told


async def test_nothing_is_written(sign_up: Any, app: DibsQuart) -> None:
    ana = await sign_up()
    show_id = await a_show(ana)

    async def rows() -> list[Any]:
        tables = ("comments", "claims", "buyers", "audit_log", "outbox", "plugin_health")
        counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
        return list(await app.runtime.db.hot_fetch(f"SELECT {counts}, (SELECT sum(revision) FROM shows)"))

    before = await rows()
    await tried(ana, *COMMENTS, show_id=show_id, rules={"claim_words": ["mine"]})
    assert await rows() == before


async def test_rules_are_tried_on_top_of_the_show_and_the_workspace(sign_up: Any) -> None:
    ana = await sign_up()
    path = f"/api/workspaces/{ana.workspace_id}"
    assert (await ana.call("PATCH", path, json={"settings": {"rules": {"claim_words": ["zap"]}}}))[0] == 200
    show_id = await a_show(ana, plugins={"keywords": {"holds": "claim", "hold_words": ["keepit"]}})
    assert [one["verdict"] for one in await tried(ana, "zap 12", "zip 12", show_id=show_id)] == ["claim", "ignored"]
    rules = {"claim_words": ["zip"]}
    found = await tried(ana, "zap 12", "zip 12", "keepit 12", show_id=show_id, rules=rules)
    assert [one["verdict"] for one in found] == ["ignored", "claim", "claim"]


async def test_without_a_show_items_are_supposed(sign_up: Any) -> None:
    ana = await sign_up()
    items = [{"item_number": "A1", "title": "Dress"}, {"item_number": "B", "variant": "red"}]
    more = {"items": items, "pinned": "A1", "rules": {"claim_without_code": True}}
    found = await tried(ana, "sold A1", "sold B red", "sold", "sold C3", **more)
    assert [one["verdict"] for one in found] == ["claim", "claim", "claim", "claim"]
    assert [act["trouble"] for one in found for act in one["acts"]] == [None, None, None, "unmatched"]
    assert found[2]["acts"][0]["item"]["pinned"] is True
    assert await tried(ana) == []


async def test_a_parser_that_is_off_leaves_comments_alone(sign_up: Any) -> None:
    ana = await sign_up()
    assert (await ana.call("PUT", "/api/flags/keywords", json={"enabled": False}))[0] == 200
    assert [(one["verdict"], one["reason"]) for one in await tried(ana, "sold 12")] == [("ignored", "no_parser")]


async def test_each_fault_is_named(sign_up: Any) -> None:
    ana, bob = await sign_up("Ana"), await sign_up("Bob")

    async def faults(**body: Any) -> set[str]:
        status, answer = await ana.call("POST", "/api/parse", json=body)
        assert status == 400, answer
        return {field["path"] for field in answer["error"]["fields"]}

    assert await faults() == {"texts"}
    assert await faults(texts=["x"] * 501) == {"texts"}
    assert await faults(texts=["x" * 10_001]) == {"texts"}
    assert await faults(texts=[1], colour=2, pinned="") == {"texts[0]", "colour", "pinned"}
    assert await faults(texts=[], rules={"locales": ["xx"], "claim_words": ["!"]}) == {
        "rules.locales[0]",
        "rules.claim_words[0]",
    }
    assert await faults(texts=[], rules={"plugins": {"nowhere": {}}}) == {"rules.plugins.nowhere"}
    assert await faults(texts=[], rules={"max_quantity": 0}) == {"rules.max_quantity"}
    assert await faults(texts=[], rules={"claim_words": ["so\0ld"]}) == {"rules.claim_words[0]"}
    show_id = await a_show(bob)
    assert (await ana.call("POST", "/api/parse", json={"texts": ["sold 12"], "show_id": show_id}))[0] == 404
