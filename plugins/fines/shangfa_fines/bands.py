"""The kind `fines.bands`: what follows depends on where a number lies.

Every band says whether its edges belong to it: `over` and `under` leave the number out,
`from` and `to` take it in. Bands that overlap and gaps between bands are refused when the
policy is read; below the first band and above the last nothing follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from shangfa.sdk import (
    ONE,
    TIMES,
    ZERO,
    Effect,
    Fact,
    FactName,
    Field,
    Incident,
    Measure,
    Note,
    Params,
    ParamsError,
    Part,
    Row,
    invalid_fact,
    missing_fact,
)
from shangfa_fines.money import Money, WageShare, direction, money

Place = tuple[tuple[str | int, ...], Note]
Side = Literal["lower", "upper"]

_LOWER = Note("over 与 from 只能取一", "over or from, not both")
_UPPER = Note("under 与 to 只能取一", "under or to, not both")
_EMPTY = Note("{0} 与 {1} 之间无值", "nothing lies between {0} and {1}")
_WITH_BY = Note("quantity 须与 by 同用", "quantity goes with by only")
_OVERLAP = Note("与上一档重叠", "it overlaps the band before it")
_GAP = Note("与上一档之间有空档 {0} … {1}", "a gap lies after the band before it: {0} … {1}")
_BOTH = Note("与上一档都含 {0}，重叠", "both bands hold {0}: an overlap")
_NEITHER = Note("与上一档都不含 {0}，空档", "neither band holds {0}: a gap")
_NO_EDGE = Note("{0} 不是两档共有的界", "{0} is no edge that two bands share")
_NUMBER = Note("数字", "a number")


class Edge(NamedTuple):
    """One end of a band: the number, and whether it belongs to the band."""

    number: Decimal
    inside: bool


class Band(Params):
    """One band: its edges and what follows inside it; nothing when nothing is said."""

    over: Decimal | None = Field(default=None, description="lower edge, left out")
    start: Decimal | None = Field(default=None, alias="from", description="lower edge, taken in")
    to: Decimal | None = Field(default=None, description="upper edge, taken in")
    under: Decimal | None = Field(default=None, description="upper edge, left out")
    amount: Decimal = Field(default=ZERO, ge=0, description="CNY; 0 for none")
    wage: WageShare | None = None
    code: str | None = Field(
        default=None, min_length=1, description="what the effect and the catalogue cite"
    )
    title: str = ""

    def model_post_init(self, context: Any, /) -> None:
        """Refuse two edges on one side, and edges the wrong way round.

        Raises:
            ParamsError: with the edge.
        """
        del context
        faults: list[Place] = []
        if self.over is not None and self.start is not None:
            faults.append((("over",), _LOWER))
        if self.under is not None and self.to is not None:
            faults.append((("under",), _UPPER))
        low, high = self.low(), self.high()
        if low and high and not _leaves_something(low, high):
            name = "under" if self.to is None else "to"
            faults.append(((name,), _EMPTY.of(low.number, high.number)))
        if faults:
            raise ParamsError(*faults)

    def low(self) -> Edge | None:
        """Return the lower edge as written, None when open."""
        return _edge(self.over, self.start)

    def high(self) -> Edge | None:
        """Return the upper edge as written, None when open."""
        return _edge(self.under, self.to)


def _edge(outside: Decimal | None, inside: Decimal | None) -> Edge | None:
    if outside is not None:
        return Edge(outside, inside=False)
    return None if inside is None else Edge(inside, inside=True)


def _leaves_something(low: Edge, high: Edge) -> bool:
    if low.number == high.number:
        return low.inside and high.inside
    return low.number < high.number


class Bands(Params):
    """Bands in ascending order, each beginning where the last one ends."""

    bands: tuple[Band, ...] = Field(min_length=1)
    by: FactName | None = Field(default=None, description="a numeric fact; the quantity if none")
    unit: str = Field(default="minutes", description="the unit of the quantity or of the fact")
    at: dict[Decimal, Side] = Field(
        default={},
        description="which band an edge shared by two belongs to, in place of what they say",
    )
    account: Money = "fine"
    per: Literal["incident", "quantity"] = Field(
        default="incident", description="quantity: for each unit of it; with `by` only"
    )

    def model_post_init(self, context: Any, /) -> None:
        """Refuse overlaps, gaps, and settings that go with nothing.

        Raises:
            ParamsError: every fault, with its band or setting.
        """
        del context
        faults = [*_seams(self.bands, self.at), *_strange_edges(self.bands, self.at)]
        if self.per == "quantity" and self.by is None:
            faults.append((("per",), _WITH_BY))
        if faults:
            raise ParamsError(*faults)


def _seams(bands: Sequence[Band], at: Mapping[Decimal, Side]) -> Iterator[Place]:
    """Yield what is wrong where two bands meet, at the upper of the two."""
    for index, (lower, upper) in enumerate(pairwise(bands), start=1):
        why = _seam(lower.high(), upper.low(), at)
        if why:
            yield ("bands", index), why


def _seam(end: Edge | None, begin: Edge | None, at: Mapping[Decimal, Side]) -> Note | None:
    if end is None or begin is None or begin.number < end.number:
        return _OVERLAP
    if begin.number > end.number:
        return _GAP.of(end.number, begin.number)
    if end.inside == begin.inside and end.number not in at:
        return (_BOTH if end.inside else _NEITHER).of(end.number)
    return None


def _strange_edges(bands: Sequence[Band], at: Mapping[Decimal, Side]) -> Iterator[Place]:
    shared = {high.number for band in bands[:-1] if (high := band.high())}
    for number in at:
        if number not in shared:
            yield ("at",), _NO_EDGE.of(number)


def _lower(band: Band, at: Mapping[Decimal, Side]) -> Edge | None:
    edge = band.low()
    side = at.get(edge.number) if edge else None
    return edge._replace(inside=side == "upper") if edge and side else edge


def _upper(band: Band, at: Mapping[Decimal, Side]) -> Edge | None:
    edge = band.high()
    side = at.get(edge.number) if edge else None
    return edge._replace(inside=side == "lower") if edge and side else edge


def _holds(band: Band, number: Decimal, at: Mapping[Decimal, Side]) -> bool:
    low, high = _lower(band, at), _upper(band, at)
    above = low is None or number > low.number or (low.inside and number == low.number)
    below = high is None or number < high.number or (high.inside and number == high.number)
    return above and below


def _words(band: Band, at: Mapping[Decimal, Side]) -> tuple[str, str]:
    """Say the limits of a band in Chinese and English."""
    zh, en = [], []
    if low := _lower(band, at):
        zh.append(f"{low.number}起" if low.inside else f"超过{low.number}")
        en.append(f"{'from' if low.inside else 'over'} {low.number}")
    if high := _upper(band, at):
        zh.append(f"至{high.number}" if high.inside else f"不到{high.number}")
        en.append(f"{'to' if high.inside else 'under'} {high.number}")
    return "、".join(zh) or "任何数", " ".join(en) or "any number"


def measure_bands(params: Bands) -> Measure:
    """Count in the unit, 0 and fractions allowed; times when a fact decides."""
    return Measure(params.unit, ZERO, whole=False) if params.by is None else TIMES


def assess_bands(part: Part[Bands], incident: Incident) -> Sequence[Effect]:
    """Give what the number's band says; nothing outside all bands."""
    params = part.params
    number = _number(params, incident)
    band = next((item for item in params.bands if _holds(item, number, params.at)), None)
    if band is None:
        return []
    times = incident.quantity if params.per == "quantity" else ONE
    return [_told(effect, band, number, params.at) for effect in _given(band, params, times)]


def _number(params: Bands, incident: Incident) -> Decimal:
    if params.by is None:
        return incident.quantity
    number = incident.facts[params.by]
    if number is None:
        raise missing_fact(Fact(params.by, "number"))
    if not isinstance(number, Decimal):
        raise invalid_fact(params.by, number, _NUMBER)
    return number


def _given(band: Band, params: Bands, times: Decimal) -> Iterator[Effect]:
    if band.amount and times:
        yield money(params.account, band.amount, times)
    if band.wage is not None and times:
        yield band.wage.taken(times)


def _told(effect: Effect, band: Band, number: Decimal, at: Mapping[Decimal, Side]) -> Effect:
    """Cite the band and say why it is this one."""
    zh, en = _words(band, at)
    said = effect.note
    values = (number, zh, en, said.text("zh"), said.text("en"))
    note = Note("{0} 属「{1}」档：{3}", "{0} lies in the band {2}: {4}", values)
    return effect._replace(note=note, clause=band.code or "")


def rows_bands(part: Part[Bands]) -> Iterable[Row]:
    """One row for each band with a code; the others together as a range."""
    params = part.params
    for band in params.bands:
        if band.code is not None:
            yield from _row(params, band)
    bare = [band for band in params.bands if band.code is None]
    amounts = [band.amount for band in bare if band.amount]
    if amounts:
        yield _money_row(params, min(amounts), max(amounts))._replace(note="by band")
    for unit in ("day", "hour"):
        sizes = [item.wage.size() for item in bare if item.wage and item.wage.paid_in() == unit]
        if sizes:
            yield Row("penalty", "wage", unit, min(sizes), max(sizes), note="by band")


def _row(params: Bands, band: Band) -> Iterator[Row]:
    note = f"{params.by or params.unit} {_words(band, params.at)[1]}"
    own: dict[str, Any] = {"note": note, "code": band.code, "title": band.title}
    if band.amount:
        yield _money_row(params, band.amount, band.amount)._replace(**own)
    if band.wage is not None:
        size = band.wage.size()
        yield Row("penalty", "wage", band.wage.paid_in(), size, size)._replace(**own)
    if not band.amount and band.wage is None:
        yield Row("none", "", "")._replace(**own)


def _money_row(params: Bands, least: Decimal, most: Decimal) -> Row:
    per = "times" if params.per == "quantity" else ""
    return Row(direction(params.account), params.account, "CNY", least, most, per)
