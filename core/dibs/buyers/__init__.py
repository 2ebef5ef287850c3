"""People who claim: finding them, what is known of them, blocking, and several identities of one person."""

from dibs.buyers.changes import Buyers
from dibs.buyers.model import BuyerFilter, BuyerPatch
from dibs.buyers.people import People

__all__ = ["BuyerFilter", "BuyerPatch", "Buyers", "People"]
