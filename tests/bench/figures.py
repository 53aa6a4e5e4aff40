"""Figures: quantiles, ratios of paired rounds, and the lines they are printed on."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from statistics import median


def say(line: str = "") -> None:
    """Print a line at once, so that a long run can be followed."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of the values do not exceed; 0.0 of none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def ratio_line(label: str, pairs: Sequence[tuple[float, float]]) -> str:
    """Return the median ratio of paired rounds with every single one behind it."""
    ratios = [a / b for a, b in pairs if b]
    if not ratios:
        return f"  {label}: no rounds"
    each = " ".join(f"{ratio:.2f}" for ratio in ratios)
    return f"  {label}: {median(ratios):.2f}  (by round: {each})"
