"""What a file is, from its content alone."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

from dibs.errors import FieldFault, InvalidInputError
from dibs.models.files import FileKind, UploadedFile

MAX_BYTES: Final = 20 * 1024 * 1024
_ZIP, _PDF = b"PK\x03\x04", b"%PDF-"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 65536
_NAME = 200
_DAMAGE = 4  # so many bytes that no text has are a damaged text, not another kind of file


def uploaded_file(name: str, content: bytes) -> UploadedFile:
    """A file that somebody sent, with what it is.

    Raises:
        InvalidInputError: it is empty, or larger than 20 MB.
    """
    if len(content) > MAX_BYTES:
        raise refused(f"The file is larger than {MAX_BYTES // 1024**2} MB.")
    if not content.strip():
        raise refused("The file is empty.")
    plain = "".join(char for char in PurePath(name.replace("\\", "/")).name if char.isprintable())
    return UploadedFile(plain[:_NAME] or "file", content, _kind(content))


def _kind(content: bytes) -> FileKind:
    head = content[:_LOOKED_AT]
    if _PDF in head[:1024]:
        return "pdf"
    if head.startswith(_ZIP):
        return "xlsx" if b"xl/" in content or b"[Content_Types].xml" in content else "other"
    if head.startswith(_UTF16):
        return "text"
    binary = sum(byte < 9 or 13 < byte < 32 for byte in head) > max(len(head) // 100, _DAMAGE)
    return "other" if binary else "text"


def refused(message: str) -> InvalidInputError:
    """The refusal of a file."""
    return InvalidInputError(message, [FieldFault("file", message.rstrip("."))])
