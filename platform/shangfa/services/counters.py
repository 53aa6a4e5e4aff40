"""What is counted, added up over all processes that count together."""

from __future__ import annotations

import os

from prometheus_client import REGISTRY, CollectorRegistry, Counter
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The folder where processes count together, when they do; fixed before the first count."""


def registry() -> CollectorRegistry:
    """Return the sums over all processes; only this one's where nobody counts together."""
    if FOLDER not in os.environ:
        return REGISTRY
    found = CollectorRegistry()
    MultiProcessCollector(found)  # type: ignore[no-untyped-call]
    return found


def totals(counter: Counter, label: str) -> dict[str, int]:
    """Return what a counter with one label has counted in all processes, by its label."""
    name = next(iter(counter.describe())).name
    families = [family for family in registry().collect() if family.name == name]
    samples = [sample for family in families for sample in family.samples]
    return {
        sample.labels[label]: int(sample.value)
        for sample in samples
        if sample.name == f"{name}_total"
    }
