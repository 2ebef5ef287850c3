"""Buyers: finding one, what is known of them, blocking, and several identities of one person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import attrs
from quart import Blueprint, Response, request

from dibs import ConflictError, InvalidInputError
from dibs.api.auth import actor, needs, principal
from dibs.api.buyers import buyers, people, profile
from dibs.api.customers import customers
from dibs.buyers.model import BlockBody, Buyer, BuyerFilter, BuyerPatch, HistoryPage
from dibs.codec import structure
from dibs.runtime import current_runtime
from dibs_web.i18n import _
from dibs_web.newest_orders import orders_of
from dibs_web.rendering import faults_by_field, page, see_other

_PAGE: Final = 50
_CANDIDATES: Final = 12


def add_pages(blueprint: Blueprint) -> None:
    """Add the list, the profile, the way to a merge, and the targets of their forms."""
    blueprint.add_url_rule("/buyers", "buyers", list_buyers)
    blueprint.add_url_rule("/buyers/<uuid:buyer_id>", "buyer", show_buyer, methods=["GET"])
    blueprint.add_url_rule("/buyers/<uuid:buyer_id>", "buyer_edit", edit, methods=["POST"])
    blueprint.add_url_rule("/buyers/<uuid:buyer_id>/block", "buyer_block", block, methods=["POST"])
    blueprint.add_url_rule("/buyers/<uuid:buyer_id>/unblock", "buyer_unblock", unblock, methods=["POST"])
    blueprint.add_url_rule("/buyers/<uuid:buyer_id>/erase", "buyer_erase", erase, methods=["POST"])
    blueprint.add_url_rule("/buyers/<uuid:buyer_id>/merge", "buyer_merge", choose_merge, methods=["GET"])
    blueprint.add_url_rule("/buyers/<uuid:buyer_id>/merge", "buyer_merge_post", merge, methods=["POST"])
    blueprint.add_url_rule("/buyers/<uuid:buyer_id>/unmerge", "buyer_unmerge", unmerge, methods=["POST"])


@needs("buyers:read")
async def list_buyers() -> Response:
    """The people of the workspace in order of their names."""
    asked = {name: _text(name) for name in ("q", "tag", "blocked", "who")}
    wanted = BuyerFilter(
        q=asked["q"],
        tag=asked["tag"] or None,
        practice=asked["who"] == "practice",
        blocked={"yes": True, "no": False}.get(asked["blocked"]),
        cursor=_id_or_none(request.args.get("after", "")),
        limit=_PAGE,
    )
    workspace_id = principal().workspace_id
    try:
        rows, after = await people().page(workspace_id, wanted)
    except InvalidInputError:  # the place to go on from is gone
        rows, after = await people().page(workspace_id, attrs.evolve(wanted, cursor=None))
    here = {name: value for name, value in asked.items() if value}
    return await page(
        "buyers/list.html",
        active="buyers",
        rows=rows,
        asked=asked,
        tag_choices=await _tag_choices(asked["tag"]),
        first=f"/buyers?{urlencode(here)}" if wanted.cursor else "",
        next=f"/buyers?{urlencode({**here, 'after': str(after)})}" if after else "",
    )


@needs("buyers:read")
async def show_buyer(buyer_id: UUID) -> Response:
    """Somebody's page. An identity that is merged leads to its person."""
    return await _profile(buyer_id)


@needs("buyers:write")
async def edit(buyer_id: UUID) -> Response:
    """Keep note and tags."""
    form = await request.form
    given = {
        "note": form.get("note", "").replace("\r\n", "\n"),
        "tags": [tag.strip() for tag in form.get("tags", "").split(",") if tag.strip()],
        "version": int(form["version"]) if re.fullmatch("[0-9]{1,9}", form.get("version", "")) else 0,
    }
    try:
        done = await buyers().edit(principal().workspace_id, buyer_id, structure(given, BuyerPatch), actor())
    except InvalidInputError as error:
        return await _profile(buyer_id, status=400, given=form, faults=faults_by_field(error))
    except ConflictError as error:
        return _elsewhere(buyer_id, error)
    if not done:
        return await _profile(buyer_id, status=409, given=form, conflict=True)
    return see_other(f"/buyers/{buyer_id}", toast=_("Saved."))


@needs("buyers:write")
async def block(buyer_id: UUID) -> Response:
    """Decline further claims."""
    form = await request.form
    try:
        body = structure({"reason": form.get("reason", "").strip()}, BlockBody)
    except InvalidInputError as error:
        return await _profile(buyer_id, status=400, faults=faults_by_field(error))
    try:
        person = await buyers().block(principal().workspace_id, buyer_id, body.reason, actor())
    except ConflictError as error:
        return _elsewhere(buyer_id, error)
    return see_other(
        f"/buyers/{person}", toast=_("Blocked: further claims are declined."), undo=f"/buyers/{person}/unblock"
    )


@needs("buyers:write")
async def unblock(buyer_id: UUID) -> Response:
    """Let claims count again."""
    person = await buyers().unblock(principal().workspace_id, buyer_id, actor())
    return see_other(f"/buyers/{person}", toast=_("No longer blocked."))


@needs("buyers:erase")
async def erase(buyer_id: UUID) -> Response:
    """Forget a person, for good."""
    person = await current_runtime().erasures.forget(principal().workspace_id, buyer_id, actor())
    return see_other(f"/buyers/{person}", toast=_("Erased. What they wrote is being removed."))


@needs("buyers:write")
async def choose_merge(buyer_id: UUID) -> Response:
    """Look for the other buyer; with `with`, what will be together."""
    workspace_id = principal().workspace_id
    one = await people().get(workspace_id, buyer_id)
    if one.merged_into is not None:
        return see_other(f"/buyers/{one.merged_into}")
    other_id = _id_or_none(request.args.get("with", ""))
    if other_id is not None and await people().person_of(workspace_id, other_id) not in (buyer_id, other_id):
        other_id = await people().person_of(workspace_id, other_id)
    if other_id is not None and other_id != buyer_id:
        return await _preview(one, await people().get(workspace_id, other_id))
    return await _candidates(one)


@needs("buyers:write")
async def merge(buyer_id: UUID) -> Response:
    """Make two buyers one person."""
    form = await request.form
    into, workspace_id = _id_or_none(form.get("into", "")), principal().workspace_id
    if into is None:
        return see_other(f"/buyers/{buyer_id}/merge", toast=_("Choose the other buyer first."))
    try:
        person = await buyers().merge(workspace_id, buyer_id, into, actor())
    except ConflictError as error:
        if "erased" in error.data:
            return _elsewhere(buyer_id, error)
        return see_other(f"/buyers/{error.data.get('merged_into', buyer_id)}", toast=_("They are together already."))
    return see_other(f"/buyers/{person}", toast=_("They are one person now."), undo=f"/buyers/{buyer_id}/unmerge")


@needs("buyers:write")
async def unmerge(buyer_id: UUID) -> Response:
    """Take a merge back."""
    try:
        person = await buyers().unmerge(principal().workspace_id, buyer_id, actor())
    except ConflictError:
        return see_other(f"/buyers/{buyer_id}", toast=_("They were apart already."))
    return see_other(f"/buyers/{person}", toast=_("They are two buyers again."))


def _elsewhere(buyer_id: UUID, error: ConflictError) -> Response:
    """The identity is not what the page showed any more."""
    if "erased" in error.data:
        return see_other(f"/buyers/{buyer_id}", toast=_("This buyer was erased."))
    person = error.data.get("merged_into", buyer_id)
    return see_other(f"/buyers/{person}", toast=_("This identity belongs to another buyer now."))


async def _profile(buyer_id: UUID, *, status: int = 200, **more: Any) -> Response:
    after = _id_or_none(request.args.get("after", ""))
    found = await profile(principal().workspace_id, buyer_id, HistoryPage(cursor=after, limit=_PAGE))
    if found.buyer.merged_into is not None:
        return see_other(f"/buyers/{found.buyer.merged_into}")
    values: Mapping[str, Any] = {
        **attrs.asdict(found, recurse=False),
        "all_tags": await people().tags(principal().workspace_id),
        "paged": after is not None,
        "customer": await _customer_of(buyer_id),
        **await orders_of(buyer_id=buyer_id),
        "faults": {},
        **more,
    }
    return await page("buyers/profile.html", active="buyers", status=status, **values)


async def _customer_of(buyer_id: UUID) -> tuple[UUID, str] | None:
    """The customer who this person is, for those who may see customers."""
    who = principal()
    return await customers().of_buyer(who.workspace_id, buyer_id) if who.may("catalogue:read") else None


async def _preview(one: Buyer, other: Buyer) -> Response:
    """Two people side by side, and which of the two stays."""
    sides = [(buyer, await _identities_of(buyer.buyer_id)) for buyer in (one, other)]
    return await page("buyers/merge.html", active="buyers", buyer=one, other=other, sides=sides)


async def _identities_of(buyer_id: UUID) -> Any:
    return await people().identities(principal().workspace_id, buyer_id)


async def _candidates(one: Buyer) -> Response:
    words = _text("q") if "q" in request.args else one.handle[:100]
    found, _more = await people().page(principal().workspace_id, BuyerFilter(q=words, limit=_CANDIDATES + 1))
    rows = [buyer for buyer in found if buyer.buyer_id != one.buyer_id][:_CANDIDATES]
    return await page("buyers/merge.html", active="buyers", buyer=one, other=None, rows=rows, words=words)


async def _tag_choices(chosen: str) -> list[tuple[str, str]]:
    known = await people().tags(principal().workspace_id)
    return [("", _("Any")), *((tag, tag) for tag in dict.fromkeys([*known, chosen]) if tag)]


def _text(name: str) -> str:
    return "".join(char for char in request.args.get(name, "") if char.isprintable()).strip()[:100]


def _id_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
