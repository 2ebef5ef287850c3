"""Telling what a file is from its name and its first bytes, and reading text files."""

from __future__ import annotations

import codecs
from pathlib import PurePath
from typing import Literal

from dibs.files.kinds import refused
from dibs.item_import.limits import MAX_FILE_BYTES

_TEXT_NAMES = frozenset({".csv", ".txt", ".tsv", ".tab", ""})
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def kind_of_file(name: str, content: bytes) -> Literal["text", "xlsx"]:
    """What a file is; name and content must say the same.

    Raises:
        InvalidInputError: it is neither CSV nor XLSX, is empty, or is too large.
    """
    ending = PurePath(name.replace("\\", "/")).suffix.lower()
    if len(content) > MAX_FILE_BYTES:
        raise refused(f"The file is larger than {MAX_FILE_BYTES // 1024**2} MB.")
    if not content.strip():
        raise refused("The file is empty.")
    if ending == ".xlsx" or (not ending and content.startswith(_ZIP)):
        if not content.startswith(_ZIP):
            raise refused("The file is called .xlsx and is no Excel workbook. Save it again as .xlsx or .csv.")
        return "xlsx"
    if ending not in _TEXT_NAMES:
        raise refused(f"A {ending[:10]} file can't be read. Save the list as .csv or .xlsx.")
    if content.startswith((_ZIP, _OLD_EXCEL, b"%PDF")):
        raise refused(f"The file is called {ending or 'a text'} and is none. Save the list as .csv or .xlsx.")
    return "text"


def text_of_file(content: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a file, and what is worth knowing about how it was read.

    Raises:
        InvalidInputError: it holds bytes that no text has.
    """
    if content.startswith(_UTF16):
        return content.decode("utf-16", "replace"), ()
    if b"\0" in content:
        raise refused("The file holds bytes that no text has. Save the list as .csv (UTF-8) or .xlsx.")
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        read = content.decode("cp1252", "replace")
        return read, ("The file is not UTF-8 and was read as Windows-1252: check the accents.",)
