"""What a plugin does wrong in a hook becomes an error that names it, and touches nobody else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any
from uuid import UUID

import pluggy
import pytest

from dibs import (
    Allocation,
    BuyerStanding,
    Catalogue,
    ClaimRequest,
    ConflictError,
    IncomingComment,
    Intent,
    ItemStock,
    ParseContext,
    PluginInfo,
    Reading,
    ShowRules,
    UndecidedComment,
    hookimpl,
)
from dibs.errors import PluginHookError
from dibs.hooks import WorkspaceHooks
from dibs.plugins import PluginManager

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CTX = ParseContext(UUID(int=1), None, ShowRules(), Catalogue())
COMMENT = IncomingComment("facebook", "sold 12", NOON)
REQUEST = ClaimRequest(UUID(int=2), 1, NOON, ItemStock("12", None, 5, 0, 0), BuyerStanding(), ShowRules())
COMMENTS = [UndecidedComment(NOON, n, "", None) for n in range(3)]
READING = Reading(acts=(Intent("claim", "12"),))


def plugin(name: str, **hooks: Callable[..., Any]) -> ModuleType:
    made = ModuleType(name)
    made.PLUGIN = PluginInfo(name, name, "For a test.")  # type: ignore[attr-defined]
    for hook, function in hooks.items():
        setattr(made, hook, hookimpl(function))
    return made


def hooks_of(*modules: ModuleType, specs: ModuleType | None = None) -> WorkspaceHooks:
    manager = PluginManager((specs,)) if specs else PluginManager()
    for module in modules:
        assert manager.add(module, module.__name__), manager.refused
    return manager.all_hooks()


def test_only_the_plugins_of_the_workspace_are_asked() -> None:
    manager = PluginManager()
    manager.add(plugin("a", parse_comment=lambda ctx, comment: READING), "a")
    manager.add(plugin("b", parse_comment=lambda ctx, comment: Reading(reason="b")), "b")
    assert manager.hooks_for(frozenset({"a"})).parse_comment(CTX, COMMENT) is READING
    found = manager.hooks_for(frozenset({"b"})).parse_comment(CTX, COMMENT)
    assert found is not None and found.reason == "b"
    assert manager.hooks_for(frozenset()).parse_comment(CTX, COMMENT) is None
    assert manager.hooks_for(frozenset({"a"})) is manager.hooks_for(frozenset({"a"}))


def test_the_next_plugin_is_asked_after_none_and_not_after_an_answer() -> None:
    asked: list[str] = []

    def answering(name: str, answer: Reading | None) -> ModuleType:
        def parse_comment(comment: IncomingComment) -> Reading | None:
            asked.append(name)
            return answer

        return plugin(name, parse_comment=parse_comment)

    hooks = hooks_of(answering("c", READING), answering("b", READING), answering("a", None))
    assert hooks.parse_comment(CTX, COMMENT) is READING
    assert asked == ["a", "b"]


def test_arguments_may_be_named_in_any_order_or_left_out() -> None:
    def swapped(comment: IncomingComment, ctx: ParseContext) -> Reading:
        return Reading(reason=f"{comment.text} {type(ctx).__name__}")

    found = hooks_of(plugin("a", parse_comment=swapped)).parse_comment(CTX, COMMENT)
    assert found is not None and found.reason == "sold 12 ParseContext"
    assert hooks_of(plugin("a", parse_comment=lambda: READING)).parse_comment(CTX, COMMENT) is READING


CALLS: dict[str, Callable[[WorkspaceHooks], object]] = {
    "parse_comment": lambda hooks: hooks.parse_comment(CTX, COMMENT),
    "order_comments": lambda hooks: hooks.order_comments(COMMENTS),
    "screen_claim": lambda hooks: hooks.screen_claim(REQUEST),
    "allocate_claim": lambda hooks: hooks.allocate_claim(REQUEST),
}


@pytest.mark.parametrize("hook", CALLS)
@pytest.mark.parametrize("error", [ValueError("boom"), ConflictError("boom"), SystemExit("boom")])
def test_whatever_is_raised_in_the_lane_names_hook_and_plugin(hook: str, error: BaseException) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(PluginHookError, match="boom") as caught:
        CALLS[hook](hooks_of(plugin("bad", **{hook: fail})))
    assert caught.value.data == {"hook": hook, "plugin": "bad"}
    assert caught.value.__cause__ is error


WRONG: list[tuple[str, object]] = [
    ("parse_comment", "sold"),
    ("parse_comment", Reading(acts=[Intent("claim", "1")])),  # type: ignore[arg-type]
    ("parse_comment", Reading(acts=("sold",))),  # type: ignore[arg-type]
    ("parse_comment", Reading(acts=(Intent("claim", "1", quantity=0),))),
    ("parse_comment", Reading(acts=(Intent("claim", "1", quantity="2"),))),  # type: ignore[arg-type]
    ("parse_comment", Reading(acts=(Intent("claim", 1),))),  # type: ignore[arg-type]
    ("parse_comment", Reading(acts=(Intent("claim", None),))),
    ("parse_comment", Reading(acts=(Intent("buy", "1"),))),  # type: ignore[arg-type]
    ("parse_comment", Reading(acts=(Intent("claim", "1", confidence=float("nan")),))),
    ("parse_comment", Reading(acts=(Intent("claim", "1", rule=None),))),  # type: ignore[arg-type]
    ("parse_comment", Reading(reason=5)),  # type: ignore[arg-type]
    ("order_comments", [0, 1]),
    ("order_comments", [0, 1, 1]),
    ("order_comments", [0, 1, 3]),
    ("order_comments", [0, 1, "2"]),
    ("order_comments", {0, 1, 2}),
    ("screen_claim", Allocation(win=1)),
    ("screen_claim", True),
    ("allocate_claim", (1, 0)),
    ("allocate_claim", Allocation(win=1.5)),  # type: ignore[arg-type]
    ("allocate_claim", Allocation(win=True)),
    ("allocate_claim", Allocation(refuse="declined")),
    ("allocate_claim", Allocation(win=1, refuse="declined", reason="x")),
    ("allocate_claim", Allocation(refuse="never", reason="x")),  # type: ignore[arg-type]
    ("allocate_claim", Allocation(reason=3)),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("hook", "answer"), WRONG)
def test_an_answer_of_the_wrong_shape_is_refused(hook: str, answer: object) -> None:
    with pytest.raises(PluginHookError, match="broken answer"):
        CALLS[hook](hooks_of(plugin("bad", **{hook: lambda: answer})))


def test_a_coroutine_handed_out_by_a_plain_function_is_refused_and_closed() -> None:
    async def wait(comment: IncomingComment) -> Reading:
        return READING

    def parse_comment(comment: IncomingComment) -> object:
        return wait(comment)

    with pytest.raises(PluginHookError, match="not coroutine"):
        hooks_of(plugin("bad", parse_comment=parse_comment)).parse_comment(CTX, COMMENT)


def test_an_order_may_be_any_sequence() -> None:
    assert hooks_of(plugin("a", order_comments=lambda: (2, 0, 1))).order_comments(COMMENTS) == (2, 0, 1)
    assert hooks_of(plugin("a", order_comments=lambda: range(3))).order_comments(COMMENTS) == range(3)


# --- hooks that wait; their specification here is the test's own


def waiting_specs() -> ModuleType:
    specs = ModuleType("specs")

    async def notify(text: str) -> str | None: ...  # type: ignore[empty-body]

    specs.notify = pluggy.HookspecMarker("dibs")(notify)  # type: ignore[attr-defined]
    return specs


def waiting(name: str, function: Callable[..., Any]) -> ModuleType:
    return plugin(name, notify=function)


async def test_hooks_that_wait_are_awaited_in_turn_in_the_callers_task() -> None:
    tasks: list[object] = []

    def answering(answer: str | None) -> Callable[..., Any]:
        async def notify(text: str) -> str | None:
            await asyncio.sleep(0)
            tasks.append(asyncio.current_task())
            return answer and text + answer

        return notify

    modules = [waiting(name, answering(answer)) for name, answer in (("c", "3"), ("b", "2"), ("a", None))]
    hooks = hooks_of(*modules, specs=waiting_specs())
    assert await hooks.first("notify", "x") == "x2"
    assert await hooks.collect("notify", "x") == [("b", "x2"), ("c", "x3")]
    assert set(tasks) == {asyncio.current_task()}


async def test_a_hook_that_hangs_is_cut_off_and_named() -> None:
    async def notify() -> None:
        await asyncio.sleep(60)

    hooks = hooks_of(waiting("slow", notify), specs=waiting_specs())
    start = time.monotonic()
    with pytest.raises(PluginHookError, match=r"slow failed in notify: .*no answer within 0\.05 s"):
        await hooks.first("notify", "x", limit=0.05)
    assert time.monotonic() - start < 1


async def test_a_plugins_own_refusal_passes_untouched_where_it_may_wait() -> None:
    async def notify() -> None:
        raise ConflictError("not now")

    with pytest.raises(ConflictError, match="not now"):
        await hooks_of(waiting("a", notify), specs=waiting_specs()).collect("notify", "x")


async def test_a_hook_that_cancels_itself_does_not_cancel_the_caller() -> None:
    async def notify() -> None:
        raise asyncio.CancelledError

    with pytest.raises(PluginHookError, match="cancelled itself"):
        await hooks_of(waiting("a", notify), specs=waiting_specs()).first("notify", "x")


async def test_a_cancelled_caller_is_cancelled_through_a_hook() -> None:
    async def notify() -> None:
        await asyncio.sleep(60)

    hooks = hooks_of(waiting("a", notify), specs=waiting_specs())
    task = asyncio.create_task(hooks.first("notify", "x"))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
