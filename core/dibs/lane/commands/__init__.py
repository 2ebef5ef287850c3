"""What an operator may do to a show, each a pure function on the board. They check first and change afterwards."""

from dibs.lane.commands.awards import GUEST, award, award_known
from dibs.lane.commands.claims import accept, decline, release
from dibs.lane.commands.comments import change_comments
from dibs.lane.commands.corrections import move, quantity
from dibs.lane.commands.items import add_items, edit_item, remove_item, reorder
from dibs.lane.commands.model import UNSET, Command, LoadingCommand, Unset, made_ready
from dibs.lane.commands.show import edit_show, pin, set_status
from dibs.lane.commands.undoing import undo

__all__ = [
    "GUEST",
    "UNSET",
    "Command",
    "LoadingCommand",
    "Unset",
    "accept",
    "add_items",
    "award",
    "award_known",
    "change_comments",
    "decline",
    "edit_item",
    "edit_show",
    "made_ready",
    "move",
    "pin",
    "quantity",
    "release",
    "remove_item",
    "reorder",
    "set_status",
    "undo",
]
