"""Accounts at platforms that workspaces act for: connecting them, keeping them alive, their health."""

from dibs.connections.model import Connection, Health, Status
from dibs.connections.service import Connections

__all__ = ["Connection", "Connections", "Health", "Status"]
