"""Products, their batches, and customers: what a workspace sells, what there is of it, and to whom."""

from dibs.catalogue.batches import Batches
from dibs.catalogue.customers import Customers
from dibs.catalogue.products import Products

__all__ = ["Batches", "Customers", "Products"]
