"""The settings of a workspace: reading them, changing them, and what a show makes of them."""

from dibs.workspace_settings.model import WorkspacePatch, WorkspaceSettings
from dibs.workspace_settings.reading import as_document, forget_settings, load_settings, settings_of

__all__ = ["WorkspacePatch", "WorkspaceSettings", "as_document", "forget_settings", "load_settings", "settings_of"]
