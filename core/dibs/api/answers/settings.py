"""Answers about workspaces and their settings, flags, plugins, the audit log, and the rule tester."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import attrs

from dibs.accounts.permissions import Role
from dibs.workspace_settings import WorkspaceSettings


@attrs.frozen
class WorkspaceAnswer:
    """A workspace with its settings; `version` goes with the next change."""

    id: UUID
    name: str
    role: Role
    created_at: datetime
    settings: WorkspaceSettings
    version: int
