"""Counts of the service for Prometheus: requests, their time, cache, limits, queries under way, version, processes.

https://prometheus.io/docs/practices/naming/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from migragraph.web.process_metrics import ProcessTree

if TYPE_CHECKING:
    from collections.abc import Callable

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_KINDS: Final = frozenset(
    {
        "sparql", "update", "graph-store", "id", "concept", "claim", "source", "page", "data", "ontology", "shapes",
        "networks", "dumps", "static", "health", "ready", "metrics", "errors", "openapi.json",
        "dataset", ".well-known", "robots.txt", "sitemap.xml", "query", "graph", "agent", "developers",
    }
)  # fmt: skip


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "migragraph_requests", "Requests answered", ["kind", "method", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "migragraph_request_seconds", "Time to the end of an answer", ["kind"], registry=self.registry,
            buckets=_SECONDS,
        )  # fmt: skip
        self.cache = Counter("migragraph_cache", "Looks into the cache", ["result"], registry=self.registry)
        self.limits = Counter(
            "migragraph_limit_hits", "Requests ended or refused by a limit", ["limit"], registry=self.registry
        )
        self._places = Gauge(
            "migragraph_queries", "Queries under way, and waiting for a place", ["state"], registry=self.registry
        )
        self._version = Gauge(
            "migragraph_version_info", "The version that is served", ["version"], registry=self.registry
        )

        self.registry.register(ProcessTree())

    def watch(self, state: str, count: Callable[[], float]) -> None:
        """Report the queries of a state (``running``, ``waiting``) by counting them when asked."""
        self._places.labels(state).set_function(count)

    def write(self, version: str) -> bytes:
        """Return all counts as text."""
        self._version.clear()
        self._version.labels(version).set(1)
        return generate_latest(self.registry)


def kind_of_path(path: str) -> str:
    """Return the first part of a path where the service knows it, ``home`` for the start page, else ``other``.

    A client must not be able to make up new series.

    >>> kind_of_path("/page/city/malmo"), kind_of_path("/"), kind_of_path("/wp-login.php")
    ('page', 'home', 'other')
    """
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    if not first:
        return "home"
    return first if first in _KINDS else "other"
