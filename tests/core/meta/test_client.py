"""Calls of the Graph API against a server that answers badly in every way."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import attrs
import pytest
from aiohttp import web

from dibs.meta import Caller, Graph, MetaApp, appsecret_proof, node_path
from dibs.outgoing import Outgoing
from dibs.platforms import PlatformError, RefusedError, TryAgainError

from .conftest import PAGE, SECRET, Script, Time

LIMIT = {"error": {"message": "(#80001) too many calls", "type": "OAuthException", "code": 80001, "fbtrace_id": "A4"}}


def business(**more: Any) -> str:
    import json

    use = {"type": "pages", "call_count": 100, "total_cputime": 23, "total_time": 23, **more}
    return json.dumps({PAGE.subject: [use]})


async def test_a_call_is_signed_and_its_token_stays_in_the_header(graph: Graph, script: Script) -> None:
    script.then({"id": "1"})
    assert await graph.get("me", PAGE, {"fields": "id"}) == {"id": "1"}
    request = script.seen[0]
    assert request.path == "/v25.0/me" and request.query["fields"] == "id"
    assert request.headers["Authorization"] == f"Bearer {PAGE.token}"
    at = int(request.query["appsecret_time"])
    assert request.query["appsecret_proof"] == appsecret_proof(SECRET, PAGE.token, at)
    assert PAGE.token not in str(request.url) and SECRET not in str(request.url)


@pytest.mark.parametrize(("proof", "timed"), [("plain", False), ("timed", True), ("auto", True)])
async def test_each_form_of_the_proof(graph: Graph, script: Script, proof: Any, timed: bool) -> None:
    graph.app = attrs.evolve(graph.app, proof=proof)
    script.then({})
    await graph.get("me", PAGE)
    assert ("appsecret_time" in script.seen[0].query) is timed and "appsecret_proof" in script.seen[0].query


async def test_an_app_that_knows_no_timed_proof_gets_the_other_one_from_then_on(graph: Graph, script: Script) -> None:
    refused = {"error": {"message": "Invalid appsecret_proof provided in the API argument", "code": 100}}
    script.then(refused, 400).then({"id": "1"})
    assert await graph.get("me", PAGE) == {"id": "1"}
    await graph.get("me", PAGE)
    assert [("appsecret_time" in request.query) for request in script.seen] == [True, False, False]
    script.answers.clear()
    script.then(refused, 400)
    with pytest.raises(RefusedError) as caught:
        await graph.get("me", PAGE)
    assert caught.value.reason == "configuration" and len(script.seen) == 4


async def test_an_id_from_outside_stays_one_part_of_the_path(graph: Graph, script: Script) -> None:
    script.then({"id": "1"})
    await graph.get(node_path("1_2/../me?fields=a%2Fb#x", "comments"), PAGE)
    assert script.seen[0].raw_path.partition("?")[0] == "/v25.0/1_2%2F..%2Fme%3Ffields=a%252Fb%23x/comments"
    for none in ("", ".", "..", " "):
        with pytest.raises(RefusedError) as caught:
            node_path(none, "comments")
        assert caught.value.reason == "gone"


async def test_forms_and_json_and_other_bodies(graph: Graph, script: Script) -> None:
    script.then({"id": "9"}).then({"message_id": "m"}).then(True).then([{"a": 1}])
    assert await graph.post("5/comments", PAGE, {"message": "é"}) == {"id": "9"}
    assert script.bodies[0] == b"message=%C3%A9"
    assert await graph.post("5/messages", PAGE, json={"a": {"b": 1}}) == {"message_id": "m"}
    assert script.bodies[1] == b'{"a": {"b": 1}}'
    assert await graph.delete("5", PAGE) == {"data": True}
    assert await graph.get("?ids=1", PAGE) == {"data": [{"a": 1}]}
    assert script.seen[3].path == "/v25.0/?ids=1"


def reset(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b'{"data":[')
    assert request.transport is not None
    request.transport.close()
    return response


async def stuck(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(1)  # twice as long as the caller waits
    return web.Response()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("<html><h1>502 Bad Gateway</h1></html>", 502),
        ("<html>Sorry, something went wrong</html>", 500),
        ("<html>who knows</html>", 400),
        ("", 200),
        ('{"data": [', 200),
        ("null", 200),
        ({"success": False}, 500),
        (reset, 200),
        (cut, 200),
        (stuck, 200),
        ({"error": {"code": 2, "message": "Service temporarily unavailable"}}, 503),
        ({"error": {"code": 1, "message": "An unknown error occurred"}}, 500),
    ],
)
async def test_broken_answers_may_be_tried_again_but_may_have_done_it(
    graph: Graph, script: Script, body: Any, status: int
) -> None:
    script.then(body, status)
    with pytest.raises(TryAgainError) as caught:
        await graph.call("POST", "5/comments", PAGE, form={"message": "x"}, seconds=0.5)
    assert caught.value.scope == "call" and caught.value.data["uncertain"] is True
    assert len(script.seen) == 1


async def test_a_server_that_is_not_there_has_done_nothing() -> None:
    http = Outgoing(frozenset({"127.0.0.1"}))
    graph = Graph(http, MetaApp("1", SECRET), "http://127.0.0.1:9")
    with pytest.raises(TryAgainError) as caught:
        await graph.post("5/comments", PAGE)
    assert "uncertain" not in caught.value.data
    with pytest.raises(RefusedError) as refused:
        await Graph(Outgoing(), MetaApp("1", SECRET), "http://127.0.0.1:9").get("me", PAGE)
    assert refused.value.reason == "configuration"
    await http.close()


@pytest.mark.parametrize(
    "body", ["<html>", {"error": {"code": 190, "error_subcode": 463, "message": f"{PAGE.token} {SECRET}"}}, reset]
)
async def test_no_failure_tells_a_secret(
    graph: Graph, script: Script, body: Any, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    asked = {"input_token": "IGAAFAKETOKEN1", "client_secret": SECRET}
    script.then(body, 400)
    with pytest.raises(PlatformError) as caught:
        await graph.get("me", PAGE, asked)
    import traceback

    told = "".join(traceback.format_exception(caught.value)) + str(caught.value.data) + caplog.text
    told += capsys.readouterr().out + repr(PAGE) + repr(graph) + repr(caught.value.__context__)
    for secret in (PAGE.token, SECRET, "IGAAFAKE", "appsecret_proof="):
        assert secret not in told


async def test_a_limit_shuts_its_page_for_the_minutes_that_are_told(graph: Graph, script: Script, time: Time) -> None:
    script.then(LIMIT, 400, x_business_use_case_usage=business(estimated_time_to_regain_access=7)).then({"id": "1"})
    with pytest.raises(TryAgainError) as caught:
        await graph.get("me", PAGE)
    assert caught.value.scope == "account" and caught.value.retry_after == pytest.approx(420, rel=0.11)
    for _ in range(5):
        with pytest.raises(TryAgainError) as again:
            await graph.get("me", PAGE)
        assert (again.value.retry_after or 0) > 400
    assert len(script.seen) == 1
    assert await graph.get("me", Caller("other", "pages", "2")) == {"id": "1"}
    time.seconds += 470
    assert await graph.get("me", PAGE) == {"id": "1"}


async def test_a_limit_without_a_time_doubles_from_five_minutes_to_an_hour(
    graph: Graph, script: Script, time: Time
) -> None:
    script.then(LIMIT, 400)
    pauses = []
    for _ in range(7):
        with pytest.raises(TryAgainError) as caught:
            await graph.get("me", PAGE)
        pauses.append(caught.value.retry_after or 0)
        time.seconds += pauses[-1] + 0.1
    assert pauses == [pytest.approx(want * 1.05, rel=0.05) for want in (300, 600, 1200, 2400, 3600, 3600, 3600)]
    assert len(script.seen) == 7
    script.answers.clear()
    script.then({}).then(LIMIT, 400)
    await graph.get("me", PAGE)
    with pytest.raises(TryAgainError) as caught:
        await graph.get("me", PAGE)
    assert caught.value.retry_after == pytest.approx(315, rel=0.05)


async def test_when_the_time_is_over_one_call_tries(graph: Graph, script: Script, time: Time) -> None:
    script.then(LIMIT, 400)
    with pytest.raises(TryAgainError):
        await graph.get("me", PAGE)
    time.seconds += 400
    tried = await asyncio.gather(*(graph.get("me", PAGE) for _ in range(10)), return_exceptions=True)
    assert all(isinstance(one, TryAgainError) for one in tried)
    assert len(script.seen) == 2


async def test_the_limit_of_the_app_stops_everybody(graph: Graph, script: Script) -> None:
    script.then({"error": {"code": 4, "message": "(#4) Application request limit reached"}}, 403)
    with pytest.raises(TryAgainError) as caught:
        await graph.get("me", PAGE)
    assert caught.value.scope == "app"
    with pytest.raises(TryAgainError) as other:
        await graph.get("me", Caller("other", "instagram", "9"))
    assert other.value.scope == "app" and len(script.seen) == 1


async def test_adapters_of_one_app_share_its_limits(script: Script) -> None:
    http, other = Outgoing(frozenset({"127.0.0.1"})), Outgoing(frozenset({"127.0.0.1"}))
    script.then({"error": {"code": 4, "message": "(#4)"}}, 403)
    with pytest.raises(TryAgainError):
        await Graph(http, MetaApp("1", SECRET), script.address).get("me", PAGE)
    with pytest.raises(TryAgainError):
        await Graph(http, MetaApp("1", SECRET), script.address + "/else").get("me", PAGE)
    assert len(script.seen) == 1
    for graph in (Graph(http, MetaApp("2", SECRET), script.address), Graph(other, MetaApp("1"), script.address)):
        with pytest.raises(TryAgainError):
            await graph.get("me", PAGE)
    assert len(script.seen) == 3
    await http.close()
    await other.close()


async def test_messages_have_a_limit_of_their_own(graph: Graph, script: Script) -> None:
    script.then({"error": {"code": 80006, "message": "(#80006)"}}, 400).then({})
    with pytest.raises(TryAgainError):
        await graph.post("1/messages", Caller(PAGE.token, "messenger", PAGE.subject))
    assert await graph.get("me", PAGE) == {}


async def test_a_passing_limit_of_the_app_is_waited_for_in_seconds(graph: Graph, script: Script) -> None:
    script.then({"error": {"code": 341, "message": "(#341)"}}, 400)
    with pytest.raises(TryAgainError) as caught:
        await graph.get("me", PAGE)
    assert (caught.value.retry_after or 99) < 5


async def test_too_many_requests_without_words(graph: Graph, script: Script) -> None:
    script.then("<html>", 429, Retry_After="120")
    with pytest.raises(TryAgainError) as caught:
        await graph.get("me", PAGE)
    assert caught.value.scope == "account" and caught.value.retry_after == pytest.approx(126, rel=0.05)
    with pytest.raises(TryAgainError):
        await graph.get("me", PAGE)
    assert len(script.seen) == 1


async def test_usage_slows_down_from_three_quarters_on(graph: Graph, script: Script, time: Time) -> None:
    slow = []
    for percent in (10, 75, 80, 90, 99):
        script.answers.clear()
        script.then({}, x_business_use_case_usage=business(call_count=percent))
        await graph.get("me", PAGE)
        slow.append(graph.pace.slowdown("pages", PAGE.subject))
    assert slow[:2] == [1, 1] and slow == sorted(slow) and slow[2] == pytest.approx(1.5625) and slow[4] == 20
    assert graph.pace.slowdown("pages", "2") == 1
    time.seconds += 601
    assert graph.pace.slowdown("pages", PAGE.subject) == 1
    script.answers.clear()
    script.then({}, x_app_usage='{"call_count":28,"total_time":90,"total_cputime":25}')
    await graph.get("me", PAGE)
    assert graph.pace.slowdown("pages", "2") == pytest.approx(6.25)


@pytest.mark.parametrize(
    "header",
    ["", "null", "[]", "{", '{"1":5}', '{"1":[5]}', '{"1":[{"type":5}]}', '{"1":[{"type":"pages","call_count":"x"}]}'],
)
async def test_headers_that_make_no_sense_change_nothing(graph: Graph, script: Script, header: str) -> None:
    script.then({}, x_business_use_case_usage=header, x_app_usage=header, x_page_usage=header)
    await graph.get("me", PAGE)
    assert graph.pace.slowdown("pages", PAGE.subject) == 1 and not graph.pace.shut_for("pages", PAGE.subject)


async def test_pages_go_on_by_cursor_past_empty_ones(graph: Graph, script: Script) -> None:
    following = f"https://graph.facebook.com/v25.0/1/comments?access_token={PAGE.token}&after=C"
    script.then({"data": [1], "paging": {"cursors": {"after": "B"}, "next": following}})
    script.then({"data": [], "paging": {"next": following}})
    script.then({"data": [2], "paging": {"cursors": {"after": "D"}}})
    assert [page async for page in graph.pages("1/x", PAGE, {"limit": "1"})] == [[1], [], [2]]
    assert [request.query.get("after") for request in script.seen] == [None, "B", "C"]
    script.answers.clear()
    script.then({"data": [1], "paging": {"cursors": {"after": "B"}, "next": following}})
    assert len([page async for page in graph.pages("1/x", PAGE, {})]) == 2
