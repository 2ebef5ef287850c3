"""Dibs: an open-source live-selling framework.

This module is the public interface for plugins; what is not here may change without notice.
"""

from dibs.codec import structure
from dibs.errors import (
    ConflictError,
    DibsError,
    DuplicateError,
    FieldFault,
    InvalidInputError,
    NotFoundError,
    PluginError,
    UnavailableError,
)
from dibs.hookspecs import hookimpl
from dibs.models.allocation import (
    Allocation,
    BuyerStanding,
    ClaimRequest,
    ItemStock,
    UndecidedComment,
)
from dibs.models.catalogue import Catalogue, CatalogueItem, ParseContext
from dibs.models.codes import fold_code, fold_text
from dibs.models.comments import Author, IncomingComment, Intent, Reading
from dibs.models.events import CommittedEvent, EventContext, WorkspaceData
from dibs.models.jobs import Job, JobContext, JobQueue, Services
from dibs.models.navigation import Attention, NavigationEntry
from dibs.models.plugin import PluginInfo, setting_words
from dibs.models.rules import ShowRules

__version__ = "0.1.0"

__all__ = [
    "Allocation",
    "Attention",
    "Author",
    "BuyerStanding",
    "Catalogue",
    "CatalogueItem",
    "ClaimRequest",
    "CommittedEvent",
    "ConflictError",
    "DibsError",
    "DuplicateError",
    "EventContext",
    "FieldFault",
    "IncomingComment",
    "Intent",
    "InvalidInputError",
    "ItemStock",
    "Job",
    "JobContext",
    "JobQueue",
    "NavigationEntry",
    "NotFoundError",
    "ParseContext",
    "PluginError",
    "PluginInfo",
    "Reading",
    "Services",
    "ShowRules",
    "UnavailableError",
    "UndecidedComment",
    "WorkspaceData",
    "__version__",
    "fold_code",
    "fold_text",
    "hookimpl",
    "setting_words",
    "structure",
]
