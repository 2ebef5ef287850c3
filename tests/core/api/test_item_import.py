"""Items from a spreadsheet over the API: looked at first, then added, all or none."""

import io
from typing import Any

import pytest
from quart.datastructures import FileStorage

from ..item_import.workbooks import archive, parts, workbook
from .conftest import Person, SignUp

LIST = "Code\tTitle\tQty\tPrice\n12\tDress\t3\t$19.50\n13\tTop\t1\t\n"


async def a_show(ana: Person, *numbers: str) -> str:
    _, show = await ana.call("POST", "/api/shows", json={"title": "Friday"})
    if numbers:
        items = [{"item_number": number, "title": "", "quantity": 1} for number in numbers]
        await ana.call("POST", f"/api/shows/{show['id']}/items", json={"items": items})
    return str(show["id"])


async def paste(ana: Person, show: str, text: str, query: str = "") -> tuple[int, Any]:
    return await ana.call("POST", f"/api/shows/{show}/items/import{query}", json={"text": text})


async def upload(ana: Person, show: str, name: str, content: bytes, query: str = "") -> tuple[int, Any]:
    files = {"file": FileStorage(io.BytesIO(content), filename=name)}
    return await ana.call("POST", f"/api/shows/{show}/items/import{query}", files=files)


async def numbers(ana: Person, show: str) -> list[str]:
    _, found = await ana.call("GET", f"/api/shows/{show}/items")
    return [item["item_number"] for item in found["items"]]


async def test_a_preview_says_what_would_be_added_and_adds_nothing(sign_up: SignUp) -> None:
    ana = await sign_up()
    show = await a_show(ana, "13")
    status, answer = await paste(ana, show, LIST + "14\tHat\tmany\t\n", "?preview=true")
    assert status == 200 and answer["preview"] and answer["by_header"]
    assert [(row["line"], row["status"]) for row in answer["rows"]] == [(2, "new"), (3, "exists"), (4, "faulty")]
    assert answer["rows"][0] | {"title": "Dress", "price": "19.50", "quantity": 3} == answer["rows"][0]
    assert answer["rows"][2]["quantity"] == "many"
    assert answer["rows"][2]["faults"][0]["field"] == "quantity"
    assert answer["totals"] == {"new": 1, "exists": 1, "faulty": 1} and answer["can_add"] is False
    assert answer["columns"][0] == {"header": "Code", "field": "item_number"}
    assert await numbers(ana, show) == ["13"]


async def test_a_list_is_added_as_a_whole_and_written_down(sign_up: SignUp) -> None:
    ana = await sign_up()
    show = await a_show(ana)
    status, answer = await paste(ana, show, LIST)
    assert status == 200 and [item["item_number"] for item in answer["added"]] == ["12", "13"]
    assert answer["added"][0]["price"] == "19.50" and answer["preview"] is False
    assert await numbers(ana, show) == ["12", "13"]


async def test_one_fault_keeps_everything_out_and_every_fault_is_named(sign_up: SignUp) -> None:
    ana = await sign_up()
    show = await a_show(ana)
    status, answer = await paste(ana, show, LIST + "14\tHat\tmany\tcheap\n")
    assert status == 400
    paths = [field["path"] for field in answer["error"]["fields"]]
    assert paths == ["line 4, quantity", "line 4, price"]
    assert await numbers(ana, show) == []


async def test_what_is_there_already_is_refused_or_left_out(sign_up: SignUp) -> None:
    ana = await sign_up()
    show = await a_show(ana, "13")
    status, answer = await paste(ana, show, LIST)
    assert (status, answer["error"]["code"]) == (409, "duplicate")
    assert await numbers(ana, show) == ["13"]
    status, answer = await paste(ana, show, LIST, "?skip_existing=true")
    assert status == 200 and [item["item_number"] for item in answer["added"]] == ["12"]
    status, answer = await paste(ana, show, LIST, "?skip_existing=true")
    assert (status, answer["added"]) == (200, [])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("items.csv", LIST.encode("utf-16")),
        ("items.txt", LIST.encode()),
        ("items.xlsx", workbook([line.split("\t") for line in LIST.splitlines()])),
    ],
)
async def test_files_are_read_like_what_is_pasted(sign_up: SignUp, name: str, content: bytes) -> None:
    ana = await sign_up()
    show = await a_show(ana)
    status, answer = await upload(ana, show, name, content)
    assert status == 200, answer
    assert await numbers(ana, show) == ["12", "13"]


async def test_a_form_may_carry_the_cells_as_text(sign_up: SignUp) -> None:
    ana = await sign_up()
    show = await a_show(ana)
    path = f"/api/shows/{show}/items/import?preview=true"
    files = {"other": FileStorage(io.BytesIO(b""), filename="")}
    status, answer = await ana.call("POST", path, form={"text": LIST}, files=files)
    assert status == 200 and answer["totals"]["new"] == 2
    status, answer = await ana.call("POST", path, form={"text": ""}, files=files)
    assert status == 400 and answer["error"]["fields"][0]["path"] == "file"


async def test_files_that_are_not_what_they_say_are_refused_in_words(sign_up: SignUp) -> None:
    ana = await sign_up()
    show = await a_show(ana)
    bomb = archive(parts(workbook([["a"]])) | {"xl/x.xml": b" " * (30 * 1024 * 1024)})
    for name, content in {"a.xlsx": b"code\n1", "a.csv": workbook([["a"]]), "b.xlsx": bomb, "c.ods": b"x"}.items():
        status, answer = await upload(ana, show, name, content)
        assert (status, answer["error"]["code"]) == (400, "invalid_input"), name
        assert answer["error"]["fields"][0]["path"] == "file"


async def test_a_file_may_have_five_megabytes_and_nothing_else_may(sign_up: SignUp) -> None:
    ana = await sign_up()
    show = await a_show(ana)
    status, answer = await upload(ana, show, "a.csv", b"\n" * (3 * 1024 * 1024) + b"code")
    assert status == 400 and "400,000 characters" in answer["error"]["message"]
    status, answer = await upload(ana, show, "a.csv", b"x" * (6 * 1024 * 1024))
    assert (status, answer["error"]["code"]) == (413, "too_large")
    body = {"data": b" " * (2 * 1024 * 1024), "headers": {"Content-Type": "application/json"}}
    status, answer = await ana.call("POST", f"/api/shows/{show}/items", **body)
    assert (status, answer["error"]["code"]) == (413, "too_large")


async def test_the_body_must_be_a_list(sign_up: SignUp) -> None:
    ana = await sign_up()
    show = await a_show(ana)
    path = f"/api/shows/{show}/items/import"
    assert (await ana.call("POST", path, json={}))[0] == 400
    assert (await ana.call("POST", path, json={"text": "a", "more": 1}))[0] == 400
    assert (await ana.call("POST", path, data=b"code\n1", headers={"Content-Type": "text/csv"}))[0] == 415
    assert (await paste(ana, show, "1", "?preview=perhaps"))[0] == 400
    assert (await paste(ana, show, "\n"))[0] == 400


async def test_strangers_find_nothing_and_viewers_may_not(sign_up: SignUp) -> None:
    ana, ben = await sign_up("Ana"), await sign_up("Ben")
    show = await a_show(ana)
    assert (await paste(ben, show, LIST))[0] == 404
    assert (await paste(ben, show, LIST, "?preview=true"))[0] == 404
