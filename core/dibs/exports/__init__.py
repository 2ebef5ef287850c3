"""What a plugin needs to export something of a show: kinds, columns, and a way to read that costs little memory.

Public like `dibs` itself. The routes that hand an export out also need `dibs.routes`.
"""

from dibs.exports.model import ExportColumn, ExportKind, Row, ShowFacts
from dibs.exports.reader import ShowReader
from dibs.exports.table import ExportTable
from dibs.models.cells import guard, unguard

__all__ = ["ExportColumn", "ExportKind", "ExportTable", "Row", "ShowFacts", "ShowReader", "guard", "unguard"]
