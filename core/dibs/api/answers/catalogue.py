"""Answers about products, batches, movements and customers."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import attrs

from dibs.catalogue.columns import Field
from dibs.catalogue.model import Batch, Customer, LedgerEntry, LinkedBuyer, Product


@attrs.frozen
class ProductsPage:
    """A page of products; `next` is the cursor of the page after it."""

    products: list[Product]
    next: UUID | None


@attrs.frozen
class BatchesPage:
    """A page of batches; `next` is the cursor of the page after it."""

    batches: list[Batch]
    next: UUID | None


@attrs.frozen
class MovementsPage:
    """A page of a batch's ledger; `next` is the cursor of the page after it."""

    movements: list[LedgerEntry]
    next: UUID | None


@attrs.frozen
class CustomersPage:
    """A page of customers; `next` is the cursor of the page after it."""

    customers: list[Customer]
    next: UUID | None


@attrs.frozen
class CustomerProfile:
    """A customer with the buyers who are linked, the first 200."""

    customer: Customer
    buyers: list[LinkedBuyer]


@attrs.frozen
class CatalogueColumn:
    """A column of the list: its header, and what it was taken for; null if it is left out."""

    header: str
    field: Field | None


@attrs.frozen
class CatalogueFault:
    """What is wrong with a cell."""

    field: Field
    problem: str


@attrs.frozen
class CatalogueChange:
    """A field that becomes another one, as texts; `before` is null for what is new or was empty."""

    field: str
    before: str | None
    after: str


@attrs.frozen
class CatalogueImportRow:
    """A row of the list.

    Attributes:
        line: where it stands in the list.
        status: `new` brings a product or a batch, `changed` changes one, `same` nothing, `faulty` can't be used.
        product, batch: as they stand in the list.
        product_id, batch_id: what is there already; null where it would be new.
        changes: what becomes another; empty for a faulty row.
    """

    line: int
    status: Literal["new", "changed", "same", "faulty"]
    product: str
    batch: str | None
    product_id: UUID | None
    batch_id: UUID | None
    changes: list[CatalogueChange]
    faults: list[CatalogueFault]


@attrs.frozen
class CatalogueTotals:
    """How many rows of each status."""

    new: int
    changed: int
    same: int
    faulty: int


@attrs.frozen
class CatalogueImport:
    """A catalogue list as it was read.

    Attributes:
        preview: nothing was changed.
        remarks: what is harmless and worth knowing, in words.
        can_import: no row is faulty and at least one changes something.
    """

    preview: bool
    columns: list[CatalogueColumn]
    remarks: list[str]
    rows: list[CatalogueImportRow]
    totals: CatalogueTotals
    can_import: bool
