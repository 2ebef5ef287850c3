"""Files of strangers: what they are by their content, and the tables in them, read by a process that may not grow.

Public like `dibs` itself. `read_table` blocks: call it in a thread, or in a `def` hook that is called in one.
"""

from dibs.files.kinds import MAX_BYTES, uploaded_file
from dibs.files.reading import MAX_ROWS, read_table
from dibs.models.files import Cell, FileKind, FileRow, FileTable, UploadedFile

__all__ = [
    "MAX_BYTES",
    "MAX_ROWS",
    "Cell",
    "FileKind",
    "FileRow",
    "FileTable",
    "UploadedFile",
    "read_table",
    "uploaded_file",
]
