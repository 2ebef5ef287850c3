"""What a plugin needs to export something: kinds, columns, and a way to read that costs little memory.

Public like `dibs` itself. The routes that hand an export out also need `dibs.routes`.
"""

from dibs.exports.model import ExportColumn, ExportKind, Row, ShowFacts
from dibs.exports.reader import Reader, ShowReader, WorkspaceReader
from dibs.exports.table import ExportTable
from dibs.models.cells import guard, unguard

__all__ = [
    "ExportColumn",
    "ExportKind",
    "ExportTable",
    "Reader",
    "Row",
    "ShowFacts",
    "ShowReader",
    "WorkspaceReader",
    "guard",
    "unguard",
]
