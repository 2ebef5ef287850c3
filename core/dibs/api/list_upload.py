"""A list that somebody sends: a file in a form, or cells that were pasted."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from quart import request

from dibs.api.body import read_body
from dibs.errors import FieldFault, InvalidInputError
from dibs.item_import import Record, read_records, read_xlsx, text_of_file
from dibs.item_import.files import kind_of_file
from dibs.item_import.limits import MAX_TEXT_CHARS


@attrs.frozen
class PastedItems:
    """A list as text: CSV, or cells as they come from a spreadsheet."""

    text: str = attrs.field(validator=[attrs.validators.min_len(1), attrs.validators.max_len(MAX_TEXT_CHARS)])


async def uploaded_list() -> tuple[Sequence[Record], tuple[str, ...]]:
    """The rows of the list in this request, and what is worth knowing about how they were read.

    Raises:
        InvalidInputError: there is no list, or it can't be read.
    """
    if request.mimetype != "multipart/form-data":
        return read_records((await read_body(PastedItems)).text), ()
    file = (await request.files).get("file")
    if file is None or not file.filename:
        text = (await request.form).get("text", "")
        if not text.strip():
            raise InvalidInputError("There is no file and no text.", [FieldFault("file", "is required")])
        return read_records(text), ()
    content = file.read()
    if kind_of_file(file.filename, content) == "xlsx":
        return await read_xlsx(content)
    text, remarks = text_of_file(content)
    return read_records(text), remarks
