"""What is on the air, and ids of it in what people paste."""

from __future__ import annotations

import re

from dibs.platforms import Account, Live, RefusedError
from dibs_instagram.api import AccountApi, Media

_ID = re.compile(r"[0-9]{5,30}", re.ASCII)
_ADDRESS = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)*instagram\.com/(\S*)", re.ASCII | re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(?<![A-Za-z0-9_-])[0-9]{10,30}(?![A-Za-z0-9_-])", re.ASCII)


async def lives(api: AccountApi) -> list[Live]:
    """The account's broadcasts that run now."""
    return [_live(api.account, media) for media in await api.on_air(with_comments=False)]


async def live(api: AccountApi, live_id: str) -> Live:
    """One of them. Where Instagram does not tell what is on the air, the id is believed.

    Raises:
        RefusedError: `gone`, it is not on the air.
    """
    try:
        found = await lives(api)
    except RefusedError as refused:
        if refused.reason != "unsupported":
            raise
        return _live(api.account, Media(live_id))
    for one in found:
        if one.live_id == live_id:
            return one
    raise RefusedError("This broadcast is not on the air. Instagram shows broadcasts only while they run.", "gone")


def live_id_in(text: str) -> str | None:
    """The media id in what was pasted: an id, or an address of Instagram that has one."""
    stripped = text.strip()
    if _ID.fullmatch(stripped):
        return stripped
    address = _ADDRESS.fullmatch(stripped)
    found = _IN_ADDRESS.search(address[1]) if address else None
    return found[0] if found else None


def _live(account: Account, media: Media) -> Live:
    name = media.username or account.details.get("username", "")
    return Live(
        live_id=media.media_id,
        title=f"@{name}" if name else account.name,
        started_at=media.started_at,
        url=f"https://www.instagram.com/{name}/live/" if name else "",
        seller_ids=(account.account_id,),
    )
