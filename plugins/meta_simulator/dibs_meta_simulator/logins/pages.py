"""The consent pages, to be clicked by a person or a test."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, Response, redirect, render_template, request

from dibs_meta_simulator.hosts import FACEBOOK, INSTAGRAM
from dibs_meta_simulator.logins.dialog import Asked, DialogError, accepted, check_request, refused
from dibs_meta_simulator.model.apps import App
from dibs_meta_simulator.model.people import Account, Page, User
from dibs_meta_simulator.model.tokens import Grant
from dibs_meta_simulator.tokens import FACEBOOK_SCOPES, INSTAGRAM_SCOPES
from dibs_meta_simulator.world import World

_MORE_SCOPES = ("public_profile", "email", "ads_read", "ads_management", "publish_video")


def make_blueprint(world: World) -> Blueprint:
    """Both dialogs."""
    pages = Blueprint("logins", __name__)

    @pages.errorhandler(DialogError)
    async def broken(error: DialogError) -> tuple[str, int]:
        return await render_template("broken.html", title=error.title, words=error.words), 400

    @pages.get(f"/{FACEBOOK}/dialog/oauth")
    @pages.get(f"/{FACEBOOK}/<version>/dialog/oauth")
    async def facebook(version: str = "") -> str:
        asked, user = _facebook_asked(world), _user(world)
        grant = _grant(world, asked, user.id)
        return await render_template("facebook.html", **_facebook_words(world, asked, user, grant))

    @pages.post(f"/{FACEBOOK}/dialog/oauth")
    @pages.post(f"/{FACEBOOK}/<version>/dialog/oauth")
    async def facebook_decided(version: str = "") -> Response:
        asked, form = _facebook_asked(world), await request.form
        if form.get("decision") != "continue":
            return _go(refused(asked, "Permissions error"))
        user: User = world.get(User, form["user"])
        grant = _allow(world, asked, user.id, form.getlist("scope"))
        grant.pages = set(form.getlist("page"))
        return _go(accepted(world, asked, grant, "AQFAKE", "#_=_"))

    @pages.get(f"/{INSTAGRAM}/oauth/authorize")
    async def instagram() -> str:
        asked = _instagram_asked(world)
        accounts = world.of_type(Account)
        return await render_template("instagram.html", asked=asked, accounts=accounts, chosen=accounts[0].id)

    @pages.post(f"/{INSTAGRAM}/oauth/authorize")
    async def instagram_decided() -> Response:
        asked, form = _instagram_asked(world), await request.form
        if form.get("decision") != "continue":
            return _go(refused(asked, "The user denied your request"))
        account: Account = world.get(Account, form["account"])
        grant = _allow(world, asked, account.id, form.getlist("scope"))
        return _go(accepted(world, asked, grant, "AQFAKE", "#_"))

    return pages


def _facebook_asked(world: World) -> Asked:
    found = world.nodes.get(request.args.get("client_id", ""))
    app = found if isinstance(found, App) and found.id == request.args["client_id"] else None
    if app is not None and "config_id" in request.args:
        scopes: Any = app.configurations.get(request.args["config_id"], ())
    else:
        scopes = request.args.get("scope", "public_profile").replace(" ", ",").split(",")
    return check_request(app, request.args, scopes, FACEBOOK_SCOPES + _MORE_SCOPES)


def _instagram_asked(world: World) -> Asked:
    found = world.nodes.get(request.args.get("client_id", ""))
    app = found if isinstance(found, App) and found.instagram_id == request.args["client_id"] else None
    scopes = request.args.get("scope", "").replace(" ", ",").split(",")
    return check_request(app, request.args, scopes, INSTAGRAM_SCOPES)


def _user(world: World) -> User:
    wanted = request.args.get("simulated_user")
    return world.get(User, wanted) if wanted else world.of_type(User)[0]  # type: ignore[no-any-return]


def _grant(world: World, asked: Asked, who: str) -> Grant:
    return world.tokens.grants.get((asked.app.id, who)) or Grant(asked.app.id, who)


def _facebook_words(world: World, asked: Asked, user: User, grant: Grant) -> dict[str, Any]:
    again = request.args.get("auth_type") == "rerequest"
    shown = [scope for scope in asked.scopes if again or scope not in grant.declined]
    pages = [page for page in world.of_type(Page) if user.id in page.roles]
    return {
        "asked": asked,
        "user": user,
        "users": world.of_type(User),
        "address": request.url,
        "pages": pages,
        "scopes": shown,
        "chosen": grant.pages or {page.id for page in pages},
    }


def _allow(world: World, asked: Asked, who: str, scopes: list[str]) -> Grant:
    """What was ticked is granted, what was asked for and not ticked is declined."""
    granted = {scope for scope in asked.scopes if scope in scopes}
    grant = world.tokens.grant(asked.app.id, who, granted, declined=set(asked.scopes) - granted)
    grant.granted -= set(asked.scopes) - granted
    grant.declined = (grant.declined | (set(asked.scopes) - granted)) - granted
    return grant


def _go(address: str) -> Response:
    return redirect(address, 302)  # type: ignore[return-value]
