"""What there is of each batch: one ledger for shows, carts and orders.

Everything that changes stock goes through here, in the caller's transaction: `record` for what stands in the ledger,
`hold` for carts. Batches are locked once, in the order of their ids; whoever holds the row of a show or a session takes
that first.
"""

from dibs.stock.holds import give_up, hold, release
from dibs.stock.ledger import record
from dibs.stock.locks import lock_batches
from dibs.stock.model import BatchStock, Kind, Movement, Reference, available

__all__ = [
    "BatchStock",
    "Kind",
    "Movement",
    "Reference",
    "available",
    "give_up",
    "hold",
    "lock_batches",
    "record",
    "release",
]
