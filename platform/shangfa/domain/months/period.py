"""Months, quarters and years: their names, first and last days, and where money is booked."""

from __future__ import annotations

from datetime import date


def month_of(day: date) -> str:
    """Return the month in which what counts on a day is booked, as `2026-03`."""
    return f"{day.year:04}-{day.month:02}"
