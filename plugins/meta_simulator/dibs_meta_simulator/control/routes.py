"""The control API under `/_control`: JSON in, JSON out; for tests and the command."""

from __future__ import annotations

import inspect
from inspect import isawaitable
from typing import Any

import attrs
import orjson
from quart import Blueprint, Response, request

from dibs_meta_simulator.control.actions import ACTIONS, Stage, shown_fault
from dibs_meta_simulator.errors import GraphError
from dibs_meta_simulator.model.lives import Live, LiveVideo


def make_blueprint(stage: Stage) -> Blueprint:
    """All routes."""
    control = Blueprint("control", __name__, url_prefix="/_control")

    @control.get("/state")
    async def state() -> Response:
        world = stage.world
        return _json(
            {
                "now": world.clock.now(),
                "lives": [_live(live) for live in world.lives.on_air()],
                "faults": [shown_fault(fault) for fault in world.faults.listed()],
                "page": stage.seed.page.id,
                "account": stage.seed.account.id,
                "user": stage.seed.user.id,
                "tokens": [_token(token) for token in world.tokens.by_value.values()],
                "webhooks": {"sent": stage.deliveries.sent, "refused": stage.deliveries.refused},
            }
        )

    @control.get("/calls")
    async def calls() -> Response:
        made = stage.world.calls
        return _json(
            {
                "by_endpoint": dict(made.by_endpoint),
                "by_code": {str(code): count for code, count in made.by_code.items()},
                "while_limited": made.while_limited,
                "recent": [attrs.asdict(record) for record in made.recent],
            }
        )

    @control.get("/replies")
    async def replies() -> Response:
        return _json([attrs.asdict(reply) for reply in stage.world.replies])

    @control.get("/deliveries")
    async def deliveries() -> Response:
        return _json(
            [
                {
                    "url": one.url,
                    "changes": one.changes,
                    "answers": one.answers,
                    "took": one.took,
                    "body": one.signed.body.decode(),
                }
                for one in stage.deliveries.recent
            ]
        )

    @control.post("/<name>")
    async def act(name: str) -> Response:
        if name not in ACTIONS:
            return _json({"error": f"no action {name}"}, 404)
        how = orjson.loads(await request.get_data() or b"{}")
        return await perform(stage, name, how)

    return control


async def perform(stage: Stage, name: str, how: dict[str, Any]) -> Response:
    """Do it; what was wrong with the request is told in words."""
    try:
        inspect.signature(ACTIONS[name]).bind(stage, **how)
        done = ACTIONS[name](stage, **how)
        return _json(await done if isawaitable(done) else done)
    except (TypeError, ValueError, KeyError) as error:
        return _json({"error": str(error)}, 400)
    except GraphError as error:
        return _json({"error": error.message}, 409)


def _live(live: Live) -> dict[str, Any]:
    facebook = isinstance(live, LiveVideo)
    owner = live.page_id if isinstance(live, LiveVideo) else live.account_id
    shown = {"id": live.id, "platform": "facebook" if facebook else "instagram", "of": owner}
    return shown | {"started": live.started, "comments": len(live.thread)}


def _token(token: Any) -> dict[str, Any]:
    return {"kind": token.kind, "user": token.user_id, "of": token.profile_id, "expires": token.expires}


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, content_type="application/json")
