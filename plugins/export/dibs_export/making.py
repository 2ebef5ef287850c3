"""Making a file without being in anybody's way: small pieces, in a thread, with as much rest as work."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from time import thread_time
from typing import IO, Protocol

from dibs.exports import ExportTable, Reader, Row
from dibs_export.csv_file import CsvFile
from dibs_export.xlsx_file import XlsxFile

# The thread and the live console share one interpreter: a piece takes a few milliseconds, and the pause after it
# leaves at least half of the time to those who are live.
PIECE = 50
_LONGEST_PAUSE = 0.05


class FileWriter(Protocol):
    """Writes rows in one format."""

    media: str
    ending: str

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows."""

    def close(self) -> None:
        """Finish the file."""


def writer_for(form: str, file: IO[bytes], table: ExportTable, reader: Reader, *, bom: bool) -> FileWriter:
    """The writer of a format."""
    if form == "xlsx":
        return XlsxFile(file, table, reader.time_zone)
    return CsvFile(file, table, reader.time_zone, bom=bom)


async def make_file(
    reader: Reader, table: ExportTable, form: str, *, bom: bool = False
) -> tuple[IO[bytes], FileWriter, int]:
    """The finished file, to be closed by the caller, its writer, and how many rows it has.

    It is whole before the first byte is sent: a client never gets half a list that looks like all of it.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it outlives this function
    try:
        writer = writer_for(form, file, table, reader, bom=bom)
        count = await _fill(writer, table.kind.rows(reader))
        await asyncio.to_thread(writer.close)
    except BaseException:
        file.close()
        raise
    return file, writer, count


async def _fill(writer: FileWriter, rows: object) -> int:
    count, piece = 0, []
    async for row in rows:  # type: ignore[attr-defined]
        piece.append(row)
        if len(piece) == PIECE:
            await _hand_over(writer, piece)
            count, piece = count + PIECE, []
    await _hand_over(writer, piece)
    return count + len(piece)


async def _hand_over(writer: FileWriter, piece: Sequence[Row]) -> None:
    await asyncio.sleep(min(await asyncio.to_thread(_work, writer, piece), _LONGEST_PAUSE))


def _work(writer: FileWriter, piece: Sequence[Row]) -> float:
    """The seconds of the processor that a piece took: on a busy machine waiting for it is no reason for a rest."""
    began = thread_time()
    writer.write(piece)
    return thread_time() - began
