"""Prometheus metrics of one process. Each application has its own registry, so two in one process do not
mix."""

from __future__ import annotations

import attrs
from prometheus_client import CollectorRegistry, Counter, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


@attrs.define(eq=False)
class Metrics:
    """What `/metrics` shows. A part adds its own collectors with `registry=metrics.registry`."""

    registry: CollectorRegistry = attrs.field(factory=CollectorRegistry, init=False)
    requests: Counter = attrs.field(init=False)
    request_seconds: Histogram = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.requests = Counter(
            "dibs_http_requests", "Answered requests.", ("method", "route", "status"), registry=self.registry
        )
        self.request_seconds = Histogram(
            "dibs_http_request_seconds",
            "Time to answer a request.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
