"""Fill a made-up company for a year, through the services as its people would do it.

What happens is decided by the company's slug and the last day alone: the same again records
nothing that is there already.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from shangfa.domain.access.roles import FINANCE, HR
from shangfa.domain.faults import DUPLICATE, RefusedError
from shangfa.domain.months.faults import ILLEGAL_PERIOD_STEP, PERIOD_MOVED
from shangfa.domain.months.period import month_of
from shangfa.services.access.authentication import authenticate
from shangfa.services.cases import reversals
from shangfa.services.cases.moves import steps
from shangfa.services.cases.moves.steps import Asked
from shangfa.services.command import command_in
from shangfa.services.context import Context
from shangfa.services.incidents.record import record
from shangfa.services.incidents.reported import IncidentReport
from shangfa.services.incidents.shown import IncidentView
from shangfa.services.months import periods
from shangfa.services.pages import MOST, Page
from shangfa.services.people import changes, subjects
from shangfa.services.people.lines import Wage
from shangfa.services.running.folders import demo_keys, load_folder

COMPANY: Final = Path(__file__).parent / "company"
SPAN: Final = timedelta(days=364)
RECENT: Final = timedelta(days=12)
"""How long before the last day cases still wait for somebody."""
CLAUSES: Final = {
    "客服部": ("服务-1", "服务-2", "考勤-1", "考勤-2", "奖-1", "奖-1"),
    "仓储部": ("安全-1", "仓储-1", "考勤-1", "考勤-2", "奖-3"),
    "销售部": ("服务-2", "考勤-1", "考勤-2", "奖-1", "奖-2"),
    "行政部": ("考勤-1", "考勤-2", "奖-2"),
}
NOTES: Final = ("现场检查发现", "主管登记", "系统记录", "同事反映，已核实")
REVERSED_EVERY: Final = 25
WAGE: Final = Decimal(5600)
REGION: Final = "310115"
ROAD: Final = (
    ("defend", {"note": "当时正在处理另一位客户", "evidence": ["面谈记录"]}),
    ("approve", {"note": "情况属实"}),
    ("serve", {"method": "direct"}),
)
"""What recent cases go through, each only so far."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What is there now: keys by role, and how much was recorded and locked this time."""

    keys: dict[str, str]
    incidents: int
    months: int


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that is to be recorded."""

    number: int
    day: date
    code: str
    clause: str
    note: str


def fill(slug: str, until: date) -> Filled:
    """Make the company of this slug if it is not there, and fill it up to a day.

    Raises:
        RefusedError: `already_published` when the slug is another company's.
    """
    with TemporaryDirectory(prefix="shangfa-") as folder:
        load_folder(Path(shutil.copytree(COMPANY, Path(folder) / slug)))
    keys = demo_keys(slug)
    hr, finance = authenticate(keys[HR]), authenticate(keys[FINANCE])
    people = _people(hr)
    _pay(hr, people, until - SPAN)
    chance = Random(f"{slug} {until}")  # noqa: S311 - it makes up a story, no secret
    recorded = _live(hr, _year(chance, people, until), until)
    return Filled(keys, recorded, _close(hr, finance, until))


def _live(hr: Context, year: Iterable[Happening], until: date) -> int:
    """Let a year happen, and return how much of it was not there yet."""
    recorded, known = 0, False
    for item in year:
        # An incident that was reversed leaves its number free; it is there when those before are.
        if not (known and item.number % REVERSED_EVERY == 0):
            known = _happen(hr, item, until) is None
            recorded += not known
    return recorded


def _people(hr: Context) -> dict[str, str]:
    """Return code -> department."""
    codes = [item.code for item in subjects.page(hr, Page(MOST)).items]
    found = {code: subjects.read(hr, code) for code in codes}
    return {code: view.assignments[-1].department or "" for code, view in found.items()}


def _pay(hr: Context, people: dict[str, str], since: date) -> None:
    for code in people:
        if all(wage.month_wage is None for wage in subjects.wages(hr, code).items):
            changes.pay(hr, code, Wage(since, None, WAGE, work_region=REGION))


def _year(chance: Random, people: dict[str, str], until: date) -> Iterator[Happening]:
    """Yield what happens day by day; some people are often among it."""
    codes = [code for code in people if people[code] in CLAUSES]
    often = chance.sample(codes, 6)
    number = 0
    for offset in range(SPAN.days + 1):
        day = until - SPAN + timedelta(days=offset)
        busy = 2 if day > until - RECENT else chance.choice((0, 0, 1, 1, 2))
        for _ in range(busy if day.isoweekday() < 6 else 0):  # noqa: PLR2004
            number += 1
            code = chance.choice(often if chance.random() < 0.3 else codes)  # noqa: PLR2004
            clause, note = chance.choice(CLAUSES[people[code]]), chance.choice(NOTES)
            yield Happening(number, day, code, clause, note)


def _happen(hr: Context, item: Happening, until: date) -> IncidentView | None:
    """Record something, and bring it as far as it comes; None when it is there already."""
    recent = item.day > until - RECENT
    report = IncidentReport(
        (item.code,),
        item.clause,
        item.day.isoformat(),
        note=item.note,
        external_id=f"demo-{until}-{item.number}",
        procedure="default" if recent else None,
    )
    try:
        view = record(command_in(hr.tenant), report)
    except RefusedError as error:
        if error.kind is DUPLICATE:
            return None
        raise
    if recent:
        _go_on(hr, view, item.number % (len(ROAD) + 1))
    elif item.number % REVERSED_EVERY == 0:
        reversals.reverse(hr, view.id, "经复核，登记有误")
    return view


def _go_on(hr: Context, view: IncidentView, far: int) -> None:
    """Take so many steps of the road."""
    for step, given in ROAD[:far]:
        steps.take(hr, Asked(view.case.id, step, given, "*"))


def _close(hr: Context, finance: Context, until: date) -> int:
    """Lock all months before the last two, and return how many were locked now."""
    day, locked = until - SPAN, 0
    while month_of(day) < month_of(until - timedelta(days=31)):
        locked += _lock(hr, finance, month_of(day))
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return locked


def _lock(hr: Context, finance: Context, month: str) -> bool:
    for who, step in ((hr, "cut-off"), (hr, "reconcile"), (hr, "lock"), (finance, "lock")):
        try:
            periods.take_step(who, month, step)
        except RefusedError as error:
            if error.kind in {ILLEGAL_PERIOD_STEP, PERIOD_MOVED}:
                return False
            raise
    return True
