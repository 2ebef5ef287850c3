"""Every hook of the core, written as a contract.

The specification fixes the colour of a hook: `def` hooks are pure and may run while stock is locked, `async def`
hooks may wait. An implementation names the arguments that it needs, in any order, without defaults.

Call modes: *first* asks plugin after plugin until one answers with something other than None; *collect* asks every
plugin and keeps all answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from decimal import Decimal
    from uuid import UUID

    from quart import Blueprint

    from dibs.events.bus import EventBus
    from dibs.exports.model import ExportColumn, ExportKind
    from dibs.models.allocation import Allocation, ClaimRequest, UndecidedComment
    from dibs.models.catalogue import ParseContext
    from dibs.models.comments import IncomingComment, Reading
    from dibs.models.credit import CreditRequest, CreditStanding, Exposure
    from dibs.models.erasing import PersonTraces
    from dibs.models.events import CommittedEvent, EventContext, WorkspaceData
    from dibs.models.files import UploadedFile
    from dibs.models.jobs import Job
    from dibs.models.navigation import Attention, NavigationEntry
    from dibs.models.pricing import PluginContext, PricedLine, PriceProblem, PriceQuote, PriceRequest
    from dibs.models.purchase_orders import PurchaseOrder
    from dibs.models.simulator import Simulator
    from dibs.platforms import Platform, PlatformContext
    from dibs.settings import Settings

hookspec = pluggy.HookspecMarker("dibs")
hookimpl = pluggy.HookimplMarker("dibs")


# --- parsing -------------------------------------------------------------------------------------------------------


@hookspec
def parse_comment(ctx: ParseContext, comment: IncomingComment) -> Reading | None:
    """Read what a viewer wants. Mode: first.

    When: once for each new comment, before anything is written, possibly while the batch before is being committed.
    Pure: the answer depends on the arguments alone. Called thousands of times a second: compile word lists and codes
    once with `ctx.cached("<plugin>", make)`.

    :param ctx: rules and codes of the show; the same object until they change.
    :param comment: the comment as received.
    :return: a `Reading`, or None for "not mine, ask the next parser". If no parser answers the comment is ignored
        with the reason `no_parser`.
    :raises: anything raised is caught, the comment is quarantined, the next one is decided.
    """


# --- allocation ----------------------------------------------------------------------------------------------------


@hookspec
def order_comments(comments: Sequence[UndecidedComment]) -> Sequence[int] | None:
    """Say in which order the undecided comments of one batch are decided. Mode: first.

    When: once for each batch, after parsing. Decisions that are already committed are not up for discussion.

    :param comments: the comments with acts, in order of arrival.
    :return: the positions of `comments` in the order of decision: each of 0 … n-1 exactly once. Anything else is
        refused as a broken answer and the order of arrival is used.
    """


@hookspec
def screen_claim(request: ClaimRequest) -> Allocation | None:
    """Refuse a claim, or send it to review, before stock is looked at. Mode: first.

    When: for each claim, in order of decision, on the board as left by the decision before.

    :param request: the claim, the item's stock, the buyer's standing, the rules.
    :return: an `Allocation` with `refuse` and `reason`, or None for "no objection".
    """


@hookspec
def allocate_claim(request: ClaimRequest) -> Allocation | None:
    """Share out the stock. Mode: first.

    When: for each claim that was not refused, in order of decision.

    :param request: the claim, the item's stock, the buyer's standing, the rules.
    :return: an `Allocation`. The core refuses one that breaks an invariant (`win` above what is left, a negative
        number, more than was asked) and puts the claim into review.
    """


# --- pricing -------------------------------------------------------------------------------------------------------


@hookspec
async def price_lines(
    context: PluginContext, lines: Sequence[PriceRequest]
) -> Sequence[PriceQuote | PriceProblem] | None:
    """Give each line its price, or say why it has none. Mode: first.

    When: whenever a line of a cart is added or changed, or a rule or an override is, in the transaction of that change,
    under its locks: read what is needed with one query, and write nothing.

    :param context: the database in that transaction, and the plugin's settings.
    :param lines: the lines of one cart.
    :return: one answer for each line, in their order; None for "not mine".
    """
    raise NotImplementedError


@hookspec
def refine_prices(lines: Sequence[PricedLine], settings: Any) -> Sequence[PriceQuote | None] | None:
    """Change prices that were quoted, seeing the whole cart. Mode: collect.

    Plugin after plugin is asked, each on what the one before left.

    When: after `price_lines`, in the same transaction. Pure. Lines whose price was agreed upon are not shown.

    :param lines: the lines of one cart that have a price, in the cart's order.
    :param settings: the plugin's settings in the workspace, of its `PluginInfo.settings` class, or None.
    :return: a new quote for each line, in their order, or None to leave it; None to leave all.
    """


# --- credit --------------------------------------------------------------------------------------------------------


@hookspec
async def draft_exposure(context: PluginContext, customer_id: UUID) -> Exposure | None:
    """Say what a customer's open carts come to. Mode: collect. The answers are added up.

    When: with each credit check, in its transaction: one query, summed by the database.

    :param context: the database in that transaction, and the plugin's settings.
    :param customer_id: the customer.
    :return: the sums, or None for nothing.
    """
    raise NotImplementedError


@hookspec
async def check_credit(context: PluginContext, request: CreditRequest) -> CreditStanding | None:
    """Say how a customer stands, or would stand. Mode: first.

    When: before a cart or an order grows, with the customer locked, and whenever a page shows the credit.

    :param context: the database in that transaction, and the plugin's settings.
    :param request: limit, open orders, draft exposure, and what would come on top.
    :return: the standing; the core refuses what is `exceeded`. None for "not mine".
    """
    raise NotImplementedError


@hookspec
async def credit_left(context: PluginContext, customer_ids: Sequence[UUID]) -> Mapping[UUID, Decimal] | None:
    """Say how much more customers may owe who claim in a public show. Mode: first.

    When: for each batch of comments whose authors are linked to customers, before it is decided; nothing is locked.
    One query for all of them: the show waits for it. What comes of it is `ClaimRequest.credit`, for `screen_claim`.

    :param context: the database, each statement on its own, and the plugin's settings.
    :param customer_ids: the customers, each once.
    :return: what each may still owe, below 0 if too much already; who is left out has no limit. None for "not mine",
        or if public claims are not to be screened.
    """
    raise NotImplementedError


# --- platforms -----------------------------------------------------------------------------------------------------


@hookspec
def platforms(context: PlatformContext) -> Sequence[Platform]:
    """Give adapters of platforms: signing accounts in, finding broadcasts, bringing comments, answering. Mode: collect.

    When: once at start. A workspace in which the plugin is off has none of them.

    :param context: the instance's settings of this plugin, the HTTP client, the address of this server.
    :return: the adapters, each with a name of its own. One whose name is taken is left out.
    """
    raise NotImplementedError


@hookspec
def simulators() -> Sequence[Simulator]:
    """Give simulated platforms, for `dibs simulate` and `dibs demo --simulate`. Mode: collect.

    When: on these commands alone.

    :return: the simulators, each with a name of its own.
    """
    raise NotImplementedError


# --- notification --------------------------------------------------------------------------------------------------


@hookspec
async def handle_event(context: EventContext, event: CommittedEvent) -> None:
    """Follow what was committed. Mode: collect.

    When: for each event of a workspace that has the plugin, in the order of its topic, soon after the commit, in one
    process. What the hook writes through `context` is committed together with the fact that it has seen the event:
    once for each event, however often processes die. It must not wait for others; that is what jobs are for.

    :param context: database, jobs and settings for this one handling.
    :param event: the event.
    :return: nothing.
    :raises: anything raised is noted against the plugin; what it wrote is undone, and the event counts as seen.
    """
    raise NotImplementedError


@hookspec
async def person_erased(
    context: EventContext, buyer_ids: Sequence[UUID], show_id: UUID | None, stranger: UUID | None
) -> PersonTraces | None:
    """Let go of buyers who are to be forgotten. Mode: collect.

    When: in a step of the erasure, some seconds after the buyers became nameless, of every plugin that is installed,
    also where it is off: what it once wrote is still there. Once for all that is about them; and once for each show
    whose time to be kept is over, before that or much later, when what they won in it is cut off from them. If it
    raises, or takes more than 30 seconds, the step is undone and tried again: it must bear being done twice.

    :param context: database, settings and `desk`, in the transaction of that step.
    :param buyer_ids: the buyers; they have no names any more. Blank what the plugin's own tables say about them.
    :param show_id: None for everything; otherwise the one show that this is about.
    :param stranger: with a `show_id`: the nameless buyer who takes their place in that show; put its id wherever theirs
        stands.
    :return: topics of the plugin's own and entries of the audit log that the core is to empty; None for nothing.
    """
    raise NotImplementedError


@hookspec
def jobs() -> Sequence[Job]:
    """Give kinds of jobs that `context.jobs.enqueue` can name. Mode: collect.

    When: once at start.

    :return: the kinds, each named `<plugin>.<verb>`.
    """
    raise NotImplementedError


# --- exports -------------------------------------------------------------------------------------------------------


@hookspec
def export_kinds() -> Sequence[ExportKind]:
    """Give more kinds of export. Mode: collect.

    When: whenever somebody exports, or a page lists what can be exported.

    :return: the kinds. Each gets its rows from a `ShowReader` when it is asked for; nothing is read now.
    """
    raise NotImplementedError


@hookspec
def export_columns(kind: str) -> Sequence[ExportColumn]:
    """Give columns of a kind of export, one's own or another plugin's. Mode: collect.

    When: with each `export_kinds`, once for each kind.

    :param kind: the name of the kind, such as `claims`.
    :return: the columns; none for a kind that is not known. They stand at the right of those that the kind's own
        plugin gives. A column whose name is taken is left out.
    """
    raise NotImplementedError


# --- purchasing ----------------------------------------------------------------------------------------------------


@hookspec
def read_purchase_order(file: UploadedFile) -> PurchaseOrder | None:
    """Read a supplier's purchase order. Mode: first.

    When: once for each file, in a thread: it may take its time, and `dibs.files.read_table` may be called. Nothing is
    locked. Raise `InvalidInputError` for a file that is one's own and damaged: its sentence is told to the sender.

    :param file: what was sent; `kind` says what it is by its content.
    :return: its lines, each with how sure the reader is; None for "not my kind".
    """
    raise NotImplementedError


# --- application ---------------------------------------------------------------------------------------------------


@hookspec
def navigation() -> Sequence[NavigationEntry]:
    """Give entries of the frame of the pages: in its navigation, or as tabs of a show. Mode: collect.

    When: with each page.

    :return: the entries, each with a key of its own.
    """
    raise NotImplementedError


@hookspec
async def attention(data: WorkspaceData) -> Sequence[Attention]:
    """Say what somebody should look at. Mode: collect.

    When: with each dashboard, so answer with one quick query.

    :param data: the database, for the workspace of the reader.
    :return: the things to look at, none if all is well.
    """
    raise NotImplementedError


@hookspec
def register_blueprints() -> Sequence[Blueprint]:
    """Give the pages and API routes of a plugin. Mode: collect.

    When: once, in `create_app`. A blueprint of a plugin that is off for the workspace of a request answers 404.

    :return: Quart blueprints, with absolute `url_prefix` each.
    """
    raise NotImplementedError


@hookspec
def event_bus(name: str, settings: Settings) -> EventBus | None:
    """Build the bus that wakes other processes. Mode: first.

    When: once at start. The bus is only a doorbell: what it loses is found in the outbox.

    :param name: the setting `bus`, such as `memory` or `postgres`.
    :param settings: the settings of the process.
    :return: a bus that is not started yet, or None for "not my name".
    """
