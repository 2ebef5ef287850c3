"""What a sign-in opens: Pages, and the Instagram accounts behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dibs.meta import FacebookLogin, FoundPage, SignIn
from dibs.platforms import Account, Token

NEEDED = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_messaging",
)
NEEDED_FOR_INSTAGRAM = (
    "instagram_basic",
    "instagram_manage_comments",
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_metadata",
)


def scopes_to_ask(more: Sequence[str], *, with_instagram: bool) -> tuple[str, ...]:
    """The permissions that the dialog asks for, each once."""
    return tuple(dict.fromkeys((*NEEDED, *(NEEDED_FOR_INSTAGRAM if with_instagram else ()), *more)))


async def sign_in(login: FacebookLogin, code: str, redirect_uri: str, *, with_instagram: bool) -> Sequence[Account]:
    """The accounts that a code opens, each with the token of its Page."""
    found = await login.sign_in(code, redirect_uri)
    pairs = [(page, with_instagram and bool(page.instagram_id)) for page in found.pages]
    count = len(pairs) + sum(linked for _, linked in pairs)
    return [account for page, linked in pairs for account in _accounts(found, page, linked, alone=count == 1)]


def _accounts(found: SignIn, page: FoundPage, linked: bool, *, alone: bool) -> Iterator[Account]:
    # The token of a Page has no end if it comes from a long user token, but what it may read has one.
    token = Token(page.token, None, found.token.data_access_until)
    details = {"login": "facebook", "page_id": page.page_id, "alone": "yes" if alone else "no"}
    yield Account(
        platform="facebook",
        account_id=page.page_id,
        name=page.name or page.page_id,
        token=token,
        user_id=found.user_id,
        scopes=found.granted,
        missing=_missing(found, NEEDED, (page.page_id,)),
        details={**details, "tasks": ",".join(page.tasks)},
    )
    if linked:
        yield Account(
            platform="instagram",
            account_id=page.instagram_id,
            name=page.instagram_name or page.instagram_id,
            token=token,
            user_id=found.user_id,
            scopes=found.granted,
            missing=_missing(found, NEEDED_FOR_INSTAGRAM, (page.instagram_id, page.page_id)),
            details={**details, "username": page.instagram_name},
        )


def _missing(found: SignIn, needed: Sequence[str], objects: Sequence[str]) -> tuple[str, ...]:
    """What was not granted, or not for this Page."""
    limited = set(found.facts.missing(needed, objects)) if found.facts.scopes else set()
    return tuple(scope for scope in needed if scope not in found.granted or scope in limited)
