"""Draw a flowchart as SVG, so that a page shows it without any script."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import mean

Arrow = tuple[str, str]
HIGH, APART, BELOW, LETTER = 28, 18, 70, 8
"""Height of a box, room beside and below it, width of a letter; pixels."""


def picture(text: str) -> str:
    """Return the SVG of a mermaid flowchart of plain names and arrows."""
    found = re.findall(r"^ +(\w+)(?: --> (\w+))?$", text, re.MULTILINE)
    arrows = [(who, whom) for who, whom in found if whom]
    names = list(dict.fromkeys(name for pair in found for name in pair if name))
    rows = arranged(names, arrows)
    spots, wide = placed(rows)
    lines = [curve(spots[who], spots[whom]) for who, whom in arrows]
    boxes = [box(name, spots[name]) for name in names]
    high = len(rows) * BELOW
    head = (
        f'<svg class="drawing" viewBox="0 0 {wide:.0f} {high}" width="{wide:.0f}" role="img" '
        'xmlns="http://www.w3.org/2000/svg">'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>'
    )
    return f"<div>{head}{''.join([*lines, *boxes])}</svg></div>"


def arranged(names: list[str], arrows: list[Arrow]) -> list[list[str]]:
    """Return the names row by row, each below all that point at it where no circle forbids it."""
    level = dict.fromkeys(names, 0)
    for _ in names:
        for who, whom in arrows:
            if (whom, who) not in arrows and level[whom] <= level[who] < len(names):
                level[whom] = level[who] + 1
    depths = sorted(set(level.values()))
    rows = [[name for name in names if level[name] == depth] for depth in depths]
    for above, row in pairwise(rows):
        order = {name: place for place, name in enumerate(above)}
        row.sort(
            key=lambda name: mean([order[a] for a, b in arrows if b == name and a in order] or [0])
        )
    return rows


def placed(rows: list[list[str]]) -> tuple[dict[str, tuple[float, float, float]], float]:
    """Return name -> (middle, top, width) of its box, and the width of the whole."""
    widths = {name: LETTER * len(name) + APART for row in rows for name in row}
    lengths = [sum(widths[name] + APART for name in row) + APART for row in rows]
    spots = {}
    for depth, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        left = (max(lengths) - length) / 2 + APART
        for name in row:
            spots[name] = (left + widths[name] / 2, depth * BELOW + 10.0, float(widths[name]))
            left += widths[name] + APART
    return spots, max(lengths)


def curve(above: tuple[float, float, float], below: tuple[float, float, float]) -> str:
    """Return the line of an arrow."""
    start, end = above[1] + HIGH, below[1]
    if end < start:
        start, end = above[1], below[1] + HIGH
    half = (start + end) / 2
    way = f"M{above[0]:.0f} {start:.0f}C{above[0]:.0f} {half:.0f} {below[0]:.0f} {half:.0f}"
    return f'<path class="arrow" d="{way} {below[0]:.0f} {end:.0f}" marker-end="url(#tip)"/>'


def box(name: str, spot: tuple[float, float, float]) -> str:
    """Return the box of a name."""
    middle, top, wide = spot
    return (
        f'<rect x="{middle - wide / 2:.0f}" y="{top:.0f}" width="{wide:.0f}" '
        f'height="{HIGH}" rx="4"/>'
        f'<text x="{middle:.0f}" y="{top + 19:.0f}">{name}</text>'
    )
