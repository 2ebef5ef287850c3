"""The name of a file, from the name of a show."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from urllib.parse import quote

from dibs.exports import Reader, ShowReader

_LONGEST = 80
# What Windows, macOS or Linux refuse in a name, and what would end or split a header.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*%;\'`$&]+')
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.I)


def file_name(reader: Reader, kind: str, ending: str) -> str:
    """Such as `Friday live 2026-11-20 claims.csv`: the show, its day in the workspace's zone, and the kind.

    Of a whole workspace the kind and today: `orders 2026-11-20.csv`.
    """
    if not isinstance(reader, ShowReader):
        return f"{kind} {_day(reader.as_of.astimezone(reader.time_zone))}.{ending}"
    show = reader.show
    day = (show.activated_at or show.created_at).astimezone(reader.time_zone)
    return f"{_plain(show.title)} {_day(day)} {kind}.{ending}"


def content_disposition(name: str) -> str:
    """The header in both forms of RFC 6266: for old clients in ASCII, for all others in full."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = " ".join(re.sub(r"[^A-Za-z0-9 ._()-]", " ", folded).split()).strip(". ")
    return f"attachment; filename=\"{plain or 'export'}\"; filename*=UTF-8''{quote(name, safe='')}"


def _plain(title: str) -> str:
    visible = "".join(char for char in title if unicodedata.category(char) not in _INVISIBLE)
    words = " ".join(_UNSAFE.sub(" ", visible).split()).strip(". -_")[:_LONGEST].strip()
    return f"show {words}" if _RESERVED.fullmatch(words) else words or "show"


def _day(day: datetime) -> str:
    return day.strftime("%Y-%m-%d")
