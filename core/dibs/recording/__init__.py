"""Reading recorded live sales and item lists. Pure: files in, frozen values out, no database."""

from dibs.recording.items import ItemList, read_items
from dibs.recording.model import LineProblem, Recording, RecordingError
from dibs.recording.reader import read_recording

__all__ = ["ItemList", "LineProblem", "Recording", "RecordingError", "read_items", "read_recording"]
