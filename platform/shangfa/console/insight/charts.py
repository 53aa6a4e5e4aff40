"""Where the lines and bars of a picture lie; templates draw them, style sheets colour them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 34
"""Room around the picture for what is written at its sides."""
STEPS: Final = 4
"""Lines across the picture above its floor."""
BAR: Final = 30
"""Height of a bar with its gap."""
LABEL: Final = 150
"""Room for what stands before a bar."""
NICE: Final = tuple(Decimal(text) for text in ("1", "2", "4", "5", "8", "10"))
TENTH, HALF = Decimal("0.1"), Decimal("0.5")
Number = int | Decimal


class Dot(NamedTuple):
    """A value of a line."""

    x: Decimal
    y: Decimal
    value: Number


class Line(NamedTuple):
    """A line of a picture."""

    label: str
    dots: list[Dot]

    @property
    def points(self) -> str:
        """Where it runs."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


class Lines(NamedTuple):
    """A picture of lines over months."""

    lines: list[Line]
    floors: list[tuple[Decimal, Decimal]]
    marks: list[tuple[Decimal, str]]


class Bar(NamedTuple):
    """A bar with what it is about."""

    label: str
    y: int
    width: Decimal
    value: Number


def _placed(value: Decimal) -> Decimal:
    """Return a place to a tenth of a pixel."""
    return value.quantize(TENTH)


def ceiling(most: Number) -> Decimal:
    """Return a round number that is at least `most`, and above zero."""
    wanted = Decimal(max(most, 1))
    power = Decimal(1).scaleb(wanted.adjusted())
    return next(power * step for step in NICE if power * step >= wanted)


def lines(names: Sequence[str], series: Mapping[str, Sequence[Number]]) -> Lines:
    """Return the lines of some series; `names` are those of the months below."""
    top = ceiling(max((value for values in series.values() for value in values), default=1))
    room = HEIGHT - TOP - BOTTOM
    xs = _places(len(names))

    def height(value: Number) -> Decimal:
        return _placed(TOP + room * (1 - value / top))

    return Lines(
        [
            Line(label, [Dot(x, height(value), value) for x, value in zip(xs, values, strict=True)])
            for label, values in series.items()
        ],
        [(height(top * step / STEPS), top * step / STEPS) for step in range(STEPS + 1)],
        list(zip(xs, (name[2:] for name in names), strict=True)),
    )


def _places(count: int) -> list[Decimal]:
    room = WIDTH - LEFT - RIGHT
    return [_placed(LEFT + room * (index + HALF) / count) for index in range(count)]


def bars(values: Sequence[tuple[str, Number]]) -> list[Bar]:
    """Return a bar for each value."""
    top = ceiling(max((value for _, value in values), default=1))
    room = WIDTH - LABEL - 60
    return [
        Bar(label, index * BAR, _placed(value / top * room), value)
        for index, (label, value) in enumerate(values)
    ]
