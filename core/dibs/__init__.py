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
from dibs.models.events import CommittedEvent, EventContext, WorkspaceData
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
    "CreditExceededError",
    "CreditRequest",
    "CreditStanding",
    "CreditState",
    "DibsError",
    "DuplicateError",
    "EventContext",
    "Exposure",
    "FieldFault",
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
    "NotFoundError",
    "Order",
    "OrderLine",
    "OrderOrigin",
    "OrderStatus",
    "OutOfStockError",
    "ParseContext",
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
    "RateLimitedError",
    "Reading",
    "Services",
    "SessionClosedError",
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
