"""From committed events to the plugins that follow them."""

from dibs.relay.relay import Relay

__all__ = ["Relay"]
