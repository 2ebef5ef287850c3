"""Everything that can be done to the world, by name: over HTTP, on the page, or later by schedule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import attrs

from dibs_meta_simulator.audience import Audience, ScriptLine
from dibs_meta_simulator.model.apps import App
from dibs_meta_simulator.model.comments import Comment
from dibs_meta_simulator.model.people import Viewer
from dibs_meta_simulator.model.tokens import Death
from dibs_meta_simulator.seed import Seed
from dibs_meta_simulator.webhooks.callbacks import send_callback
from dibs_meta_simulator.webhooks.delivery import Deliveries
from dibs_meta_simulator.world import World


@attrs.define(eq=False)
class Stage:
    """The world and what surrounds it."""

    world: World
    seed: Seed
    deliveries: Deliveries
    audiences: list[Audience] = attrs.field(factory=list)


Action = Callable[..., Any]
ACTIONS: dict[str, Action] = {}


def action(act: Action) -> Action:
    """Register an action by its name; its first argument is the stage, the others come by name."""
    ACTIONS[act.__name__] = act
    return act


@action
def start_live(stage: Stage, page: str | None = None, account: str | None = None, title: str = "Bazar de sexta") -> Any:
    """A Page or an Instagram account goes live; without either, the first Page."""
    if account is not None:
        return {"id": stage.world.lives.start_instagram(account).id}
    live = stage.world.lives.start(page or stage.seed.page.id, title)
    return {"id": live.id, "video_id": live.video_id}


@action
def end_live(stage: Stage, live: str) -> Any:
    """A broadcast ends."""
    return {"id": stage.world.lives.end(live).id}


@action
def comment(stage: Stage, live: str, text: str, who: str = "Bia Souza", host: bool = False, **more: Any) -> Any:
    """Somebody, or the host, writes; `more`: `at`, `low_quality`, `attachment`, `parent_id`, `anonymous`."""
    return _said(_comment(stage, live, text, who, host, **more))


@action
def comments(stage: Stage, live: str, lines: Sequence[dict[str, Any]]) -> Any:
    """Several comments, each with what `comment` takes."""
    return [_said(_comment(stage, live, **line)) for line in lines]


@action
def edit_comment(stage: Stage, comment: str, text: str) -> Any:
    """A viewer changes a comment."""
    return _said(stage.world.lives.edit(comment, text))


@action
def delete_comment(stage: Stage, comment: str) -> Any:
    """A comment disappears."""
    return _said(stage.world.lives.delete(comment))


@action
def hide_comment(stage: Stage, comment: str, hidden: bool = True) -> Any:
    """A comment is hidden, or shown again."""
    return _said(stage.world.lives.hide(comment, hidden))


@action
def move_clock(stage: Stage, seconds: float) -> Any:
    """Let time pass at once."""
    stage.world.clock.move(seconds)
    return {"now": stage.world.clock.now()}


@action
def freeze_clock(stage: Stage, at: float | None = None) -> Any:
    """Let time stand still."""
    stage.world.clock.freeze(at)
    return {"now": stage.world.clock.now()}


@action
def run_clock(stage: Stage) -> Any:
    """Let time go on."""
    stage.world.clock.run()
    return {"now": stage.world.clock.now()}


@action
def kill_tokens(stage: Stage, who: str, death: str, page: str | None = None) -> Any:
    """Kill the tokens of a user or account, all or those of one Page; see `Death` for how."""
    return {"killed": stage.world.tokens.kill(who, Death(death), page)}


@action
async def remove_app(stage: Stage, who: str, instagram: bool = False) -> Any:
    """A user, or an account, removes the app: all tokens die, and the app is called if it has an address for that."""
    app, killed = stage.seed.app, stage.world.tokens.kill(who, Death.REMOVED)
    url = app.instagram_deauthorize_url if instagram else app.deauthorize_url
    said = await send_callback(stage.world, app, "deauthorize", who, instagram) if url else None
    return {"killed": killed, "status": said.status if said else None}


@action
def withdraw_permission(stage: Stage, who: str, permission: str) -> Any:
    """A user or account takes one permission back."""
    stage.world.tokens.withdraw(who, permission)
    return {}


@action
def set_fault(stage: Stage, name: str, **how: Any) -> Any:
    """Switch a fault on."""
    return shown_fault(stage.world.faults.set(name, **how))


@action
def clear_faults(stage: Stage, name: str | None = None) -> Any:
    """Switch a fault off, or all."""
    stage.world.faults.clear(name)
    return {}


@action
def set_budget(stage: Stage, kind: str, subject: str, limit: float, **more: float) -> Any:
    """Give a Page, account, user or app a budget of calls."""
    stage.world.budgets.set(kind, subject, limit, **more)
    return {}


@action
def configure_app(stage: Stage, app: str | None = None, **settings: Any) -> Any:
    """Change what the dashboard of an app holds."""
    found: App = stage.seed.app if app is None else stage.world.get(App, app)
    for name, value in settings.items():
        if name not in _SETTINGS:
            raise KeyError(f"an app has no setting {name}")
        setattr(found, name, value)
    return {"id": found.id}


@action
def configure_webhooks(stage: Stage, **settings: Any) -> Any:
    """How webhooks are delivered: `batch`, `hold`, `retries`."""
    for name, value in settings.items():
        if name not in ("batch", "hold", "retries"):
            raise KeyError(f"webhooks have no setting {name}")
        setattr(stage.deliveries, name, value)
    return {}


@action
async def send_callback_to(stage: Stage, kind: str, user: str, instagram: bool = False) -> Any:
    """Call the `deauthorize` or `deletion` address of the app."""
    said = await send_callback(stage.world, stage.seed.app, kind, user, instagram)
    return attrs.asdict(said)


@action
def start_audience(stage: Stage, lives: Sequence[str], **how: Any) -> Any:
    """Viewers begin to write; see `Audience`."""
    script = [ScriptLine(*line) for line in how.pop("script", ())]
    audience = Audience(stage.world, tuple(lives), script=script, **how)
    audience.start()
    stage.audiences.append(audience)
    return {"viewers": len(audience.cast)}


@action
def stop_audience(stage: Stage) -> Any:
    """All viewers fall silent."""
    said = sum(audience.stop() for audience in stage.audiences)
    stage.audiences.clear()
    return {"said": said}


@action
def schedule(stage: Stage, do: str, after: float | None = None, at: float | None = None, **how: Any) -> Any:
    """Do another action later: `after` seconds, or `at` a time of the simulator's clock."""
    act = partial(ACTIONS[do], stage, **how)
    when = at if at is not None else stage.world.clock.now() + (after or 0.0)
    stage.world.schedule.at(when, act)
    return {"at": when}


@action
def forget_calls(stage: Stage) -> Any:
    """Count calls from zero."""
    stage.world.calls.clear()
    return {}


_SETTINGS = {field.name for field in attrs.fields(App)} - {"id", "instagram_id", "subscriptions"}


def shown_fault(fault: Any) -> dict[str, Any]:
    """A fault as JSON."""
    shown = attrs.asdict(fault)
    return shown | {"with": shown.pop("with_")}


def _comment(stage: Stage, live: str, text: str, who: str = "Bia Souza", host: bool = False, **more: Any) -> Comment:
    author: Viewer = stage.world.lives.host(live) if host else stage.world.lives.viewer(live, who)
    if more.pop("anonymous", False):
        author = attrs.evolve(author, anonymous=True)
    return stage.world.lives.comment(live, author, text, **more)


def _said(comment: Comment) -> dict[str, Any]:
    return {"id": comment.id, "author_id": comment.author.id, "text": comment.text, "at": comment.created}
