"""What `/metrics` tells about webhooks."""

from __future__ import annotations

import attrs
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_LAG = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 600, 3600)


@attrs.define(eq=False)
class WebhookCounters:
    """The collectors of one process, by platform."""

    registry: CollectorRegistry
    received: Counter = attrs.field(init=False)
    refused: Counter = attrs.field(init=False)
    ignored: Counter = attrs.field(init=False)
    failed: Counter = attrs.field(init=False)
    set_aside: Counter = attrs.field(init=False)
    lag: Histogram = attrs.field(init=False)
    open: Gauge = attrs.field(init=False)
    oldest: Gauge = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.received = self._counter("received", "Deliveries that were stored.")
        self.refused = self._counter("refused", "Deliveries with a bad or missing signature.")
        self.ignored = self._counter("ignored", "Parts of deliveries that concern nobody here.", "reason")
        self.failed = self._counter("failed", "Attempts to use a delivery that failed.")
        self.set_aside = self._counter("set_aside", "Deliveries that were given up.")
        self.lag = Histogram(
            "dibs_webhook_lag_seconds",
            "From arrival until all of a delivery is worked off.",
            ("platform",),
            buckets=_LAG,
            registry=self.registry,
        )
        self.open = Gauge("dibs_webhooks_open", "Stored deliveries that wait.", registry=self.registry)
        self.oldest = Gauge("dibs_webhooks_oldest_seconds", "How long the oldest waits.", registry=self.registry)

    def _counter(self, name: str, words: str, *more: str) -> Counter:
        return Counter(f"dibs_webhooks_{name}", words, ("platform", *more), registry=self.registry)
