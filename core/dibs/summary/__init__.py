"""How a show goes, or went: sold, wanted, paid, by whom and when."""

from dibs.summary.reading import read_summary

__all__ = ["read_summary"]
