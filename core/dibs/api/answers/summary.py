"""The answer of the summary."""

from dibs.summary.model import ShowSummary

__all__ = ["ShowSummary"]
