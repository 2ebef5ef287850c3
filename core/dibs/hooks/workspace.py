"""Calling hooks on the plugins that a workspace has: a typed method a hook, errors that name the plugin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import attrs
import structlog

from dibs.errors import DibsError, PluginHookError
from dibs.hooks.answers import (
    allocation_fault,
    order_fault,
    purchase_order_fault,
    reading_fault,
    screen_fault,
    traces_fault,
)
from dibs.hooks.price_answers import quotes_fault, refinement_fault
from dibs.hooks.refining import refined_line
from dibs.hooks.waiting import ASYNC_LIMIT, finish
from dibs.models.allocation import Allocation, ClaimRequest, UndecidedComment
from dibs.models.catalogue import ParseContext
from dibs.models.comments import IncomingComment, Reading
from dibs.models.erasing import PersonTraces
from dibs.models.pricing import PluginContext, PricedLine, PriceProblem, PriceQuote, PriceRequest

if TYPE_CHECKING:
    from decimal import Decimal
    from uuid import UUID

    from quart import Blueprint

    from dibs.events.bus import EventBus
    from dibs.exports.model import ExportColumn, ExportKind
    from dibs.models.credit import CreditRequest, CreditStanding, Exposure
    from dibs.models.events import CommittedEvent, EventContext, WorkspaceData
    from dibs.models.files import UploadedFile
    from dibs.models.jobs import Job
    from dibs.models.navigation import Attention, NavigationEntry
    from dibs.models.pricing import PluginContext
    from dibs.models.purchase_orders import PurchaseOrder
    from dibs.models.simulator import Simulator
    from dibs.platforms import Platform, PlatformContext
    from dibs.settings import Settings

    Blueprints: TypeAlias = tuple[list[tuple[str, Blueprint]], list[PluginHookError]]
    ExportKinds: TypeAlias = tuple[list[tuple[str, ExportKind]], list[PluginHookError]]
    ExportColumns: TypeAlias = tuple[list[tuple[str, ExportColumn]], list[PluginHookError]]
    FoundPlatforms: TypeAlias = tuple[list[tuple[str, Platform]], list[PluginHookError]]
    Simulators: TypeAlias = tuple[list[tuple[str, Simulator]], list[PluginHookError]]
    Entries: TypeAlias = tuple[list[tuple[str, NavigationEntry]], list[PluginHookError]]
    Jobs: TypeAlias = tuple[list[tuple[str, Job]], list[PluginHookError]]

T = TypeVar("T")
_log = structlog.get_logger("dibs.plugins")
# SystemExit too: a plugin that gives up must not take the process along.
CAUGHT = (Exception, SystemExit)


@attrs.frozen
class HookCall:
    """One plugin's function for one hook; `run` takes the arguments of the specification, by position."""

    plugin: str
    run: Callable[..., Any]


Calls: TypeAlias = tuple[HookCall, ...]


@attrs.define(eq=False)
class WorkspaceHooks:
    """The hooks of the plugins in `enabled`, in the order in which they are asked.

    Made by `PluginManager.hooks_for`, one for each distinct set of plugins, and shared. The methods that the
    claim lane uses are `def`, wrap whatever a plugin raises into `PluginHookError`, and refuse answers of a
    wrong shape.
    """

    enabled: frozenset[str]
    _calls: Mapping[str, Calls] = attrs.field(repr=False)
    _parse: Calls = attrs.field(init=False, repr=False)
    _order: Calls = attrs.field(init=False, repr=False)
    _screen: Calls = attrs.field(init=False, repr=False)
    _allocate: Calls = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._parse = self.calls("parse_comment")
        self._order = self.calls("order_comments")
        self._screen = self.calls("screen_claim")
        self._allocate = self.calls("allocate_claim")

    def calls(self, hook: str) -> Calls:
        """The implementations of a hook, in the order of asking."""
        return self._calls.get(hook, ())

    def parse_comment(self, ctx: ParseContext, comment: IncomingComment) -> Reading | None:
        """What the first parser with an answer reads in a comment. See `dibs.hookspecs.parse_comment`."""
        for call in self._parse:
            try:
                answer: Reading | None = call.run(ctx, comment)
            except CAUGHT as error:
                raise hook_error("parse_comment", call.plugin, error) from error
            if answer is not None:
                fault = reading_fault(answer)
                if fault is not None:
                    raise broken_answer("parse_comment", call.plugin, fault, answer)
                return answer
        return None

    def order_comments(self, comments: Sequence[UndecidedComment]) -> Sequence[int] | None:
        """The order of decision, each position once, or None. See `dibs.hookspecs.order_comments`."""
        for call in self._order:
            try:
                answer: Sequence[int] | None = call.run(comments)
            except CAUGHT as error:
                raise hook_error("order_comments", call.plugin, error) from error
            if answer is not None:
                fault = order_fault(answer, len(comments))
                if fault is not None:
                    raise broken_answer("order_comments", call.plugin, fault, answer)
                return answer
        return None

    def screen_claim(self, request: ClaimRequest) -> Allocation | None:
        """The first objection to a claim, or None. See `dibs.hookspecs.screen_claim`."""
        for call in self._screen:
            try:
                answer: Allocation | None = call.run(request)
            except CAUGHT as error:
                raise hook_error("screen_claim", call.plugin, error) from error
            if answer is not None:
                fault = screen_fault(answer)
                if fault is not None:
                    raise broken_answer("screen_claim", call.plugin, fault, answer)
                return answer
        return None

    def allocate_claim(self, request: ClaimRequest) -> Allocation | None:
        """How the first policy with an answer shares out the stock. See `dibs.hookspecs.allocate_claim`.

        The shape of the answer is checked here; its amounts against the stock are the claim lane's to check.
        """
        for call in self._allocate:
            try:
                answer: Allocation | None = call.run(request)
            except CAUGHT as error:
                raise hook_error("allocate_claim", call.plugin, error) from error
            if answer is not None:
                fault = allocation_fault(answer)
                if fault is not None:
                    raise broken_answer("allocate_claim", call.plugin, fault, answer)
                return answer
        return None

    async def price_lines(
        self, context: PluginContext, lines: Sequence[PriceRequest]
    ) -> Sequence[PriceQuote | PriceProblem] | None:
        """The prices of the first plugin with an answer. See `dibs.hookspecs.price_lines`."""
        for call in self.calls("price_lines"):
            answer = await priced_by(call, context, lines)
            if answer is not None:
                return answer
        return None

    def refine_prices(self, lines: Sequence[PricedLine], settings: Any) -> Sequence[PriceQuote | None] | None:
        """The prices as the last plugin leaves them. See `dibs.hookspecs.refine_prices`."""
        left = list(lines)
        for call in self.calls("refine_prices"):
            left = refined_by(call, left, settings)
        return [after.quote if after is not before else None for before, after in zip(lines, left, strict=True)]

    async def draft_exposure(self, context: PluginContext, customer_id: UUID) -> Exposure | None:
        """What the customer's carts come to, all plugins together. See `dibs.hookspecs.draft_exposure`.

        The plugins share the context; `CreditDesk` gives each its own settings.
        """
        from dibs.credit.answers import exposure_fault, summed  # noqa: PLC0415 - only who trades needs it

        found = await self.collect("draft_exposure", context, customer_id)
        for plugin, answer in found:
            _check("draft_exposure", plugin, exposure_fault(answer), answer)
        return summed(answer for _, answer in found) if found else None

    async def check_credit(self, context: PluginContext, request: CreditRequest) -> CreditStanding | None:
        """How the customer stands by the first plugin with an answer. See `dibs.hookspecs.check_credit`."""
        from dibs.credit.answers import standing_fault  # noqa: PLC0415 - only who trades needs it

        for call in self.calls("check_credit"):
            answer: CreditStanding | None = await answer_of("check_credit", call, (context, request))
            if answer is not None:
                _check("check_credit", call.plugin, standing_fault(answer, request), answer)
                return answer
        return None

    async def credit_left(self, context: PluginContext, customer_ids: Sequence[UUID]) -> Mapping[UUID, Decimal] | None:
        """What customers may still owe by the first plugin with an answer. See `dibs.hookspecs.credit_left`."""
        from dibs.credit.answers import left_fault  # noqa: PLC0415 - only who trades needs it

        for call in self.calls("credit_left"):
            answer: Mapping[UUID, Decimal] | None = await answer_of("credit_left", call, (context, customer_ids))
            if answer is not None:
                _check("credit_left", call.plugin, left_fault(answer, customer_ids), answer)
                return answer
        return None

    def register_blueprints(self) -> Blueprints:
        """The plugins' blueprints, and an error for each plugin that gave none for a reason of its own.

        See `dibs.hookspecs.register_blueprints`.
        """
        from quart import Blueprint  # noqa: PLC0415 - the command line works without a web framework

        return self._collected("register_blueprints", Blueprint)

    def export_kinds(self) -> ExportKinds:
        """The plugins' kinds of export, and an error for each plugin that failed. See `dibs.hookspecs.export_kinds`."""
        from dibs.exports.model import ExportKind  # noqa: PLC0415 - only who exports needs it

        return self._collected("export_kinds", ExportKind)

    def export_columns(self, kind: str) -> ExportColumns:
        """The plugins' columns of a kind, and an error for each plugin that failed.

        See `dibs.hookspecs.export_columns`.
        """
        from dibs.exports.model import ExportColumn  # noqa: PLC0415 - only who exports needs it

        return self._collected("export_columns", ExportColumn, kind)

    def platforms(self, context: PlatformContext) -> FoundPlatforms:
        """The plugins' adapters, and an error for each plugin that failed. See `dibs.hookspecs.platforms`."""
        from dibs.platforms import Platform  # noqa: PLC0415 - hooks are called without platforms too

        return self._collected("platforms", Platform, context)

    def simulators(self) -> Simulators:
        """The plugins' simulated platforms. See `dibs.hookspecs.simulators`."""
        from dibs.models.simulator import Simulator  # noqa: PLC0415 - only two commands need it

        return self._collected("simulators", Simulator)

    def navigation(self) -> Entries:
        """The plugins' entries of the frame. See `dibs.hookspecs.navigation`."""
        from dibs.models.navigation import NavigationEntry  # noqa: PLC0415 - only pages need it

        return self._collected("navigation", NavigationEntry)

    async def attention(self, data: WorkspaceData) -> Sequence[Attention]:
        """What plugins want somebody to look at; one that fails says nothing. See `dibs.hookspecs.attention`."""
        found: list[Attention] = []
        for call in self.calls("attention"):
            try:
                found += await answer_of("attention", call, (data,))
            except DibsError as error:
                _log.warning("attention_left_out", plugin=call.plugin, problem=str(error))
        return found

    def read_purchase_order(self, file: UploadedFile) -> PurchaseOrder | None:
        """What the first reader with an answer reads. Blocks: call it in a thread. See the specification.

        A `DibsError`, such as one about a damaged file, passes untouched.
        """
        for call in self.calls("read_purchase_order"):
            try:
                answer: PurchaseOrder | None = call.run(file)
            except DibsError:
                raise
            except CAUGHT as error:
                raise hook_error("read_purchase_order", call.plugin, error) from error
            if answer is not None:
                fault = purchase_order_fault(answer)
                if fault is not None:
                    raise broken_answer("read_purchase_order", call.plugin, fault, answer)
                return answer
        return None

    def jobs(self) -> Jobs:
        """The plugins' kinds of jobs. See `dibs.hookspecs.jobs`."""
        from dibs.models.jobs import Job  # noqa: PLC0415 - only who runs jobs needs it

        return self._collected("jobs", Job)

    def _collected(self, hook: str, kind: type[T], *args: Any) -> tuple[list[tuple[str, T]], list[PluginHookError]]:
        """What every plugin answers, each a sequence of `kind`, and an error for each plugin that gave none."""
        found: list[tuple[str, T]] = []
        errors: list[PluginHookError] = []
        for call in self.calls(hook):
            try:
                answer = list(call.run(*args))
                fault = next((one for one in answer if not isinstance(one, kind)), None)
                if fault is not None:
                    raise TypeError(f"{fault!r} is no {kind.__name__}")
                found += [(call.plugin, one) for one in answer]
            except CAUGHT as error:
                errors.append(hook_error(hook, call.plugin, error))
        return found, errors

    def event_bus(self, name: str, settings: Settings) -> EventBus | None:
        """The bus of this name, or None if no plugin has one. See `dibs.hookspecs.event_bus`.

        A `DibsError`, such as one about the settings, passes untouched.
        """
        for call in self.calls("event_bus"):
            try:
                answer: EventBus | None = call.run(name, settings)
            except DibsError:
                raise
            except CAUGHT as error:
                raise hook_error("event_bus", call.plugin, error) from error
            if answer is not None:
                if not all(callable(getattr(answer, method, None)) for method in ("start", "ring", "close")):
                    raise broken_answer("event_bus", call.plugin, "it must have start, ring, close", answer)
                return answer
        return None

    async def handle_event(self, context: EventContext, event: CommittedEvent) -> None:
        """Hand an event to every plugin that follows events. See `dibs.hookspecs.handle_event`."""
        for call in self.calls("handle_event"):
            await answer_of("handle_event", call, (context, event))

    async def person_erased(
        self, context: EventContext, buyer_ids: Sequence[UUID], show_id: UUID | None, stranger: UUID | None
    ) -> PersonTraces | None:
        """Where else plugins left traces, all together. See `dibs.hookspecs.person_erased`.

        The plugins share the context; the erasure gives each its own settings.
        """
        found = await self.collect("person_erased", context, buyer_ids, show_id, stranger)
        for plugin, answer in found:
            _check("person_erased", plugin, traces_fault(answer), answer)
        topics = [topic for _, answer in found for topic in answer.topics]
        entries = [entry for _, answer in found for entry in answer.entries]
        return PersonTraces(topics, entries) if found else None

    async def first(self, hook: str, *args: Any, limit: float = ASYNC_LIMIT) -> Any:
        """Ask plugin after plugin until one answers; `limit` seconds for each that waits."""
        for call in self.calls(hook):
            answer = await answer_of(hook, call, args, limit)
            if answer is not None:
                return answer
        return None

    async def collect(self, hook: str, *args: Any, limit: float = ASYNC_LIMIT) -> list[tuple[str, Any]]:
        """Every plugin's answer that is not None, with the plugin's name, asked one after another."""
        found = [(call.plugin, await answer_of(hook, call, args, limit)) for call in self.calls(hook)]
        return [(plugin, answer) for plugin, answer in found if answer is not None]


async def answer_of(hook: str, call: HookCall, args: Sequence[Any], limit: float = ASYNC_LIMIT) -> Any:
    """One plugin's answer, awaited in the caller's task, so that it stays in the caller's transaction.

    Raises:
        DibsError: the plugin's own refusal, untouched.
        PluginHookError: it raised anything else, or took longer than `limit` seconds.
    """
    try:
        return await finish(call.run(*args), limit)
    except DibsError:
        raise
    except CAUGHT as error:
        raise hook_error(hook, call.plugin, error) from error


async def priced_by(
    call: HookCall, context: PluginContext, lines: Sequence[PriceRequest]
) -> Sequence[PriceQuote | PriceProblem] | None:
    """One plugin's prices, or None if they are not its to give. Raises as `answer_of` does; a broken answer too."""
    answer: Sequence[PriceQuote | PriceProblem] | None = await answer_of("price_lines", call, (context, lines))
    fault = None if answer is None else quotes_fault(answer, len(lines))
    if fault is not None:
        raise broken_answer("price_lines", call.plugin, fault, answer)
    return answer


def refined_by(call: HookCall, lines: Sequence[PricedLine], settings: Any) -> list[PricedLine]:
    """The lines as one plugin leaves them. Raises `PluginHookError`."""
    try:
        answer: Sequence[PriceQuote | None] | None = call.run(lines, settings)
    except CAUGHT as error:
        raise hook_error("refine_prices", call.plugin, error) from error
    if answer is None:
        return list(lines)
    fault = refinement_fault(answer, len(lines))
    if fault is not None:
        raise broken_answer("refine_prices", call.plugin, fault, answer)
    return [refined_line(line, change, call.plugin) for line, change in zip(lines, answer, strict=True)]


def hook_error(hook: str, plugin: str, error: BaseException) -> PluginHookError:
    """The error that names hook and plugin; raise it `from error`."""
    words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return PluginHookError(f"The plugin {plugin} failed in {hook}: {words}", hook=hook, plugin=plugin)


def _check(hook: str, plugin: str, fault: str | None, answer: object) -> None:
    if fault is not None:
        raise broken_answer(hook, plugin, fault, answer)


def broken_answer(hook: str, plugin: str, fault: str, answer: object) -> PluginHookError:
    """The error for an answer that is not of the shape that the hook's contract asks for."""
    close = getattr(answer, "close", None)
    if callable(close) and hasattr(answer, "cr_await"):
        close()  # a coroutine that nobody will await
    return PluginHookError(f"The plugin {plugin} gave a broken answer in {hook}: {fault}", hook=hook, plugin=plugin)
