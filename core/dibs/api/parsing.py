"""The rule tester: what comments would do, before anybody goes live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs.api.auth import needs, principal
from dibs.api.body import read_body
from dibs.api.operation import operation
from dibs.bounds import bounded
from dibs.codec import unstructure
from dibs.errors import InvalidInputError
from dibs.models.items import item_number_fault, title_fault, variant_fault
from dibs.models.rules import ShowRules
from dibs.rule_tester import Stage, TriedComment, TriedItem, bare_stage, show_stage, try_comments
from dibs.runtime import current_runtime
from dibs.workspace_settings.changing import faults_below
from dibs.workspace_settings.merging import unstorable
from dibs.workspace_settings.model import RulesPatch

blueprint = Blueprint("parsing", __name__)

MOST_TEXTS, LONGEST_TEXT, MOST_ITEMS = 500, 10_000, 200


@bounded(maxLength=MOST_TEXTS, items={"maxLength": LONGEST_TEXT})
def _texts(_: Any, __: attrs.Attribute[Any], value: tuple[str, ...]) -> None:
    if len(value) > MOST_TEXTS or any(len(text) > LONGEST_TEXT for text in value):
        raise ValueError(f"must be at most {MOST_TEXTS} comments of at most {LONGEST_TEXT:,} characters")


def _checked(fault: Any) -> Any:
    def check(_: Any, __: attrs.Attribute[Any], value: Any) -> None:
        problem = fault(value) if value is not None else None
        if problem:
            raise ValueError(problem)

    return check


@attrs.frozen
class SupposedItem:
    """An item to try comments on where there is no show yet."""

    item_number: str = attrs.field(validator=_checked(item_number_fault))
    variant: str | None = attrs.field(default=None, validator=_checked(variant_fault))
    title: str = attrs.field(default="", validator=_checked(title_fault))


@attrs.frozen
class ParseBody:
    """Comments to try.

    Attributes:
        texts: the comments, 500 at most.
        show_id: the show whose rules, items and pinned item count; without it those of a new show.
        rules: rules to try on top; what is left out or null is as it is.
        items: without a show: the items that it would have.
        pinned: without a show: the number of the item that would be on now.
    """

    texts: tuple[str, ...] = attrs.field(validator=_texts)
    show_id: UUID | None = None
    rules: RulesPatch | None = None
    items: tuple[SupposedItem, ...] = attrs.field(default=(), validator=attrs.validators.max_len(MOST_ITEMS))
    pinned: str | None = attrs.field(default=None, validator=_checked(item_number_fault))


@attrs.frozen
class ParseAnswer:
    """What each comment would do, and the rules that were tried."""

    comments: list[TriedComment]
    rules: ShowRules


@blueprint.post("/api/parse")
@needs("shows:read")
@operation("Try rules on comments", body=ParseBody, answer=ParseAnswer)
async def parse() -> Response:
    """What comments would do while a show runs, and why. Nothing is written."""
    body, who = await read_body(ParseBody), principal()
    with faults_below("rules"):
        stage = await make_stage(who.workspace_id, body)
        hooks = await current_runtime().flags.hooks_for(who.workspace_id)
        comments = await try_comments(stage, hooks, body.texts)
    return jsonify(unstructure(ParseAnswer(comments, stage.rules)))


async def make_stage(workspace_id: UUID, body: ParseBody) -> Stage:
    """What the comments are tried on. Raises `NotFoundError`, and `InvalidInputError` about the rules."""
    runtime, tried = current_runtime(), given_rules(body.rules)
    runtime.plugins.check_settings(tried.get("plugins", {}))
    if body.show_id is not None:
        return await show_stage(runtime.db, workspace_id, body.show_id, tried)
    items = [TriedItem(item.item_number, item.variant, item.title) for item in body.items]
    return await bare_stage(runtime.db, workspace_id, tried, items, body.pinned)


def given_rules(rules: RulesPatch | None) -> Mapping[str, Any]:
    """The rules that a patch names. Raises `InvalidInputError` for what could not be stored later."""
    if rules is None:
        return {}
    values = {name: value for name, value in attrs.asdict(rules).items() if value is not None}
    faults = list(unstorable(values, "$"))
    if faults:
        raise InvalidInputError("The rules can't be stored.", [attrs.evolve(f, path=f.path[2:]) for f in faults])
    return values
