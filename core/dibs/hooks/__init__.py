"""Calling the hooks of the plugins that a workspace has."""

from dibs.hooks.workspace import HookCall, WorkspaceHooks, answer_of, broken_answer, hook_error

__all__ = ["HookCall", "WorkspaceHooks", "answer_of", "broken_answer", "hook_error"]
