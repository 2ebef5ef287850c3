"""Buyers of the workspace: finding them, note and tags, blocking, merging; and what each has of a show."""

from __future__ import annotations

from uuid import UUID

from quart import Blueprint, Response, jsonify

from dibs.api.answers.buyers import BuyerProfile, BuyersPage, RollupPage
from dibs.api.auth import actor, needs, principal
from dibs.api.body import read_body, read_query
from dibs.api.operation import operation
from dibs.buyers import Buyers, People
from dibs.buyers.model import BlockBody, Buyer, BuyerFilter, BuyerPatch, HistoryPage, MergeBody, RollupFilter
from dibs.buyers.rollup import roll_up
from dibs.codec import unstructure
from dibs.errors import ConflictError
from dibs.runtime import current_runtime

blueprint = Blueprint("buyers", __name__, url_prefix="/api")


def people() -> People:
    """The queries on buyers of this process."""
    return People(current_runtime().db)


def buyers() -> Buyers:
    """The changes to buyers of this process."""
    return Buyers(current_runtime().db, current_runtime().hub)


@blueprint.get("/buyers")
@needs("buyers:read")
@operation("Find buyers by handle, platform id, tag or note", query=BuyerFilter, answer=BuyersPage)
async def list_buyers() -> Response:
    """People in order of their names, with their figures; `cursor` goes on."""
    found, after = await people().page(principal().workspace_id, read_query(BuyerFilter))
    return jsonify(BuyersPage(found, after))


@blueprint.get("/buyers/<uuid:buyer_id>")
@needs("buyers:read")
@operation("A buyer with identities, shows and a page of claims", query=HistoryPage, answer=BuyerProfile)
async def get_buyer(buyer_id: UUID) -> Response:
    """One buyer; of an identity that is merged into another, what is its own."""
    return jsonify(await profile(principal().workspace_id, buyer_id, read_query(HistoryPage)))


async def profile(workspace_id: UUID, buyer_id: UUID, wanted: HistoryPage) -> BuyerProfile:
    """All that is known of a buyer. Raises `NotFoundError`."""
    found = await people().get(workspace_id, buyer_id)
    merged_in = await people().identities(workspace_id, buyer_id)
    ids = [buyer_id, *(identity.buyer_id for identity in merged_in)]
    claims, after = await people().claims(workspace_id, ids, wanted)
    return BuyerProfile(found, merged_in, await people().shows(workspace_id, ids), claims, after)


@blueprint.patch("/buyers/<uuid:buyer_id>")
@needs("buyers:write")
@operation("Change note or tags of a buyer", body=BuyerPatch, answer=Buyer, errors=(409,))
async def change_buyer(buyer_id: UUID) -> Response:
    """Change note, tags or both; whoever read an older version gets the present one and a 409."""
    body, who = await read_body(BuyerPatch), principal()
    done = await buyers().edit(who.workspace_id, buyer_id, body, actor())
    current = await people().get(who.workspace_id, buyer_id)
    if not done:
        raise ConflictError("Somebody else has changed this buyer.", current=unstructure(current))
    return jsonify(current)


@blueprint.post("/buyers/<uuid:buyer_id>/block")
@needs("buyers:write")
@operation("Block a buyer from claiming", body=BlockBody, answer=Buyer, errors=(409,))
async def block_buyer(buyer_id: UUID) -> Response:
    """Decline all further claims of a person; what they have won stays."""
    body, who = await read_body(BlockBody), principal()
    person = await buyers().block(who.workspace_id, buyer_id, body.reason.strip(), actor())
    return jsonify(await people().get(who.workspace_id, person))


@blueprint.post("/buyers/<uuid:buyer_id>/unblock")
@needs("buyers:write")
@operation("Let a blocked buyer claim again", answer=Buyer)
async def unblock_buyer(buyer_id: UUID) -> Response:
    """Take the block off all identities of a person."""
    who = principal()
    person = await buyers().unblock(who.workspace_id, buyer_id, actor())
    return jsonify(await people().get(who.workspace_id, person))


@blueprint.post("/buyers/<uuid:buyer_id>/merge")
@needs("buyers:write")
@operation("Merge a buyer into another", body=MergeBody, answer=Buyer, errors=(409,))
async def merge_buyer(buyer_id: UUID) -> Response:
    """Say that two buyers are one person; answers with the one that stays."""
    body, who = await read_body(MergeBody), principal()
    person = await buyers().merge(who.workspace_id, buyer_id, body.into, actor())
    return jsonify(await people().get(who.workspace_id, person))


@blueprint.post("/buyers/<uuid:buyer_id>/unmerge")
@needs("buyers:write")
@operation("Undo the merge of a buyer", answer=Buyer, errors=(409,))
async def unmerge_buyer(buyer_id: UUID) -> Response:
    """Make the buyer a person again, with what was merged into it before."""
    who = principal()
    await buyers().unmerge(who.workspace_id, buyer_id, actor())
    return jsonify(await people().get(who.workspace_id, buyer_id))


@blueprint.post("/buyers/<uuid:buyer_id>/erase")
@needs("buyers:erase")
@operation("Forget a buyer", answer=Buyer)
async def erase_buyer(buyer_id: UUID) -> Response:
    """Take name, ids, note and tags of a person and the words of their comments away, for good; what they won stays."""
    who = principal()
    person = await current_runtime().erasures.forget(who.workspace_id, buyer_id, actor())
    return jsonify(await people().get(who.workspace_id, person))


@blueprint.get("/shows/<uuid:show_id>/buyers")
@needs("buyers:read")
@operation("What each person has of a show", query=RollupFilter, answer=RollupPage)
async def show_buyers(show_id: UUID) -> Response:
    """Everybody who won or waits, all identities of a person together: items, quantities, totals."""
    found, after = await roll_up(current_runtime().db, principal().workspace_id, show_id, read_query(RollupFilter))
    return jsonify(RollupPage(found, after))
