"""Dibs: an open-source live-selling framework.

This module is the public interface for plugins; what is not here may change without notice.
"""

from dibs.codec import structure
from dibs.errors import (
    ConflictError,
    CreditExceededError,
    DibsError,
    DuplicateError,
    FieldFault,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    OutOfStockError,
    PluginError,
    PriceMissingError,
    PriceRefusedError,
    RateLimitedError,
    RunStoppedError,
    SessionClosedError,
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
from dibs.models.credit import CreditRequest, CreditStanding, CreditState, Exposure
from dibs.models.erasing import PersonTraces
from dibs.models.events import CommittedEvent, EventContext, WorkspaceData
from dibs.models.files import Cell, FileKind, FileRow, FileTable, UploadedFile
from dibs.models.jobs import Job, JobContext, JobQueue, Services
from dibs.models.navigation import Attention, NavigationEntry
from dibs.models.orders import NewOrder, NewOrderLine, Order, OrderLine, OrderOrigin, OrderStatus
from dibs.models.plugin import PluginInfo, setting_words
from dibs.models.pricing import (
    PluginContext,
    PricedLine,
    PriceProblem,
    PriceQuote,
    PriceRequest,
    PriceSource,
)
from dibs.models.purchase_orders import PurchaseOrder, PurchaseOrderLine, Remark
from dibs.models.rules import ShowRules
from dibs.models.runs import NewRun, RunProblem, RunState, RunView

__version__ = "0.1.0"

__all__ = [
    "Allocation",
    "Attention",
    "Author",
    "BuyerStanding",
    "Catalogue",
    "CatalogueItem",
    "Cell",
    "ClaimRequest",
    "CommittedEvent",
    "ConflictError",
    "CreditExceededError",
    "CreditRequest",
    "CreditStanding",
    "CreditState",
    "DibsError",
    "DuplicateError",
    "EventContext",
    "Exposure",
    "FieldFault",
    "FileKind",
    "FileRow",
    "FileTable",
    "ForbiddenError",
    "IncomingComment",
    "Intent",
    "InvalidInputError",
    "ItemStock",
    "Job",
    "JobContext",
    "JobQueue",
    "NavigationEntry",
    "NewOrder",
    "NewOrderLine",
    "NewRun",
    "NotFoundError",
    "Order",
    "OrderLine",
    "OrderOrigin",
    "OrderStatus",
    "OutOfStockError",
    "ParseContext",
    "PersonTraces",
    "PluginContext",
    "PluginError",
    "PluginInfo",
    "PriceMissingError",
    "PriceProblem",
    "PriceQuote",
    "PriceRefusedError",
    "PriceRequest",
    "PriceSource",
    "PricedLine",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "RateLimitedError",
    "Reading",
    "Remark",
    "RunProblem",
    "RunState",
    "RunStoppedError",
    "RunView",
    "Services",
    "SessionClosedError",
    "ShowRules",
    "UnavailableError",
    "UndecidedComment",
    "UploadedFile",
    "WorkspaceData",
    "__version__",
    "fold_code",
    "fold_text",
    "hookimpl",
    "setting_words",
    "structure",
]
