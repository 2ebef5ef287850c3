"""Items from a spreadsheet: a CSV or Excel file, or cells that were pasted, looked at before anything is added."""

from dibs.item_import.files import text_of_file
from dibs.item_import.limits import MAX_FILE_BYTES, MAX_ITEMS
from dibs.item_import.read import Record, read_items_text, read_records, read_rows
from dibs.item_import.table import ItemTable, Row, RowFault
from dibs.item_import.xlsx import read_xlsx

__all__ = [
    "MAX_FILE_BYTES",
    "MAX_ITEMS",
    "ItemTable",
    "Record",
    "Row",
    "RowFault",
    "read_items_text",
    "read_records",
    "read_rows",
    "read_xlsx",
    "text_of_file",
]
