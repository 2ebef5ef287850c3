"""Implements a hook that does not exist."""

from dibs import ClaimRequest, PluginInfo, hookimpl

PLUGIN = PluginInfo("misspelt", "Misspelt", "Would never be asked.")


@hookimpl
def alocate_claim(request: ClaimRequest) -> None:
    """Never asked."""
