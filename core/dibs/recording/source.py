"""One pass over a file: its bytes as UTF-8, hashed on the way, cut into lines of bounded length."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from dibs.recording.model import MAX_FILE_BYTES, MAX_LINE_BYTES

CHUNK = 1024 * 1024
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class Source:
    """A file that is read once, from a disk or a pipe."""

    def __init__(
        self,
        path: Path,
        refuse: Callable[[str], Exception],
        *,
        limit: int = MAX_FILE_BYTES,
        chunk: int = CHUNK,
    ) -> None:
        self._path, self._refuse, self._limit, self._chunk = path, refuse, limit, chunk
        self._hash = hashlib.sha256()

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes read so far."""
        return self._hash.hexdigest()

    def chunks(self) -> Iterator[bytes]:
        """The content as UTF-8 without byte order mark; damaged UTF-16 becomes invalid UTF-8 in its place."""
        raw = self._raw()
        first = next(raw, b"")
        if not first:
            raise self._refuse("is empty")
        for mark, encoding in _UTF16.items():
            if first.startswith(mark):
                yield from _transcode(first[len(mark) :], raw, encoding)
                return
        yield first.removeprefix(codecs.BOM_UTF8)
        yield from raw

    def _raw(self) -> Iterator[bytes]:
        size = 0
        try:
            with self._path.open("rb") as file:
                while piece := file.read(self._chunk):
                    size += len(piece)
                    if size > self._limit:
                        raise self._refuse(f"is larger than {self._limit // 1024**2} MB")
                    self._hash.update(piece)
                    yield piece
        except OSError as error:
            raise self._refuse(f"can't be opened ({(error.strerror or str(error)).lower()})") from error
        except ValueError as error:
            raise self._refuse(f"can't be opened ({error})") from error


def _transcode(first: bytes, rest: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    size = len(first)
    yield decoder.decode(first).encode("utf-8", "surrogatepass")
    for piece in rest:
        size += len(piece)
        yield decoder.decode(piece).encode("utf-8", "surrogatepass")
    if decoder.getstate()[0]:
        yield b"\xff"  # half a character at the end: invalid in UTF-8 too, so the last line is reported


def cut_lines(chunks: Iterable[bytes], longest: int = MAX_LINE_BYTES) -> Iterator[tuple[int, bytes | None]]:
    """Number and bytes of every line, counted from 1; None in place of a line longer than `longest`."""
    number, rest, overlong = 0, b"", False
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            number += 1
            yield number, None if overlong or len(line) > longest else line
            overlong = False
        if len(rest) > longest:
            rest, overlong = b"", True
    if rest or overlong:
        yield number + 1, None if overlong or len(rest) > longest else rest
