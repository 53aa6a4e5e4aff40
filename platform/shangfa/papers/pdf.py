"""Slips as PDF/A-2b: the font inside, the dates of the slips, the same bytes every time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shangfa.domain.slips.slip import Slip
from shangfa.papers.press import set_apart, set_paper
from shangfa.papers.sheet import sheet

MOST: Final = 500
"""Slips of one paper."""


def slip_pdf(slip: Slip) -> bytes:
    """Return a slip as PDF/A-2b."""
    return set_paper([sheet(slip)], f"奖罚单 {slip.number}", slip.company, slip.issued_on)


def slips_pdf(slips: Sequence[Slip], title: str) -> bytes:
    """Return some slips, as those of a month, as one PDF/A-2b; each begins on a page of its own.

    Raises:
        ValueError: there is none, or more than `MOST`.
    """
    if not 0 < len(slips) <= MOST:
        raise ValueError(f"{len(slips)} slips cannot be printed at once, but 1 to {MOST} can")
    newest = max(slip.issued_on for slip in slips)
    return set_apart([sheet(slip) for slip in slips], title, slips[0].company, newest)
