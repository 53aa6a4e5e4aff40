"""Incidents recorded together are answered as if each had been sent by itself, in their order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.making.house import Company, make_company, wait_for_waiting
from tests.making.office import HOUSE, PLUGINS

from shangfa.db.tx.transaction import Kind, begin
from shangfa.domain.faults import RefusedError
from shangfa.services.incidents import together as taken_together
from shangfa.services.incidents.record import record, record_in
from shangfa.services.incidents.reported import IncidentReport, read_report
from shangfa.services.incidents.together import Outcome, Recorder
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import transact

WINDOWS = """
policy: windows
title: 窗口办法
ladder: [warning, minor_demerit, major_demerit]
clauses:
  - {code: c, title: 投诉, kind: ladder.mark, params: {mark: warning}}
  - {code: k, title: 大投诉, kind: ladder.mark, params: {mark: minor_demerit},
     procedure: default}
  - code: again
    title: 屡犯
    facts: {late: {type: bool, zh: 是否迟到}}
    when: {late: true}
    kind: fines.fixed
    params: {amount: 5}
reactions:
  - {code: roll, title: 三十日内三次, kind: ladder.roll_up,
     params: {of: warning, every: 3, within: 30 days, gives: minor_demerit}}
  - {code: year, title: 年内两小过, kind: ladder.roll_up,
     params: {of: minor_demerit, every: 2, within: year, gives: major_demerit}}
  - {code: boss, title: 连带, kind: ladder.supervisor}
"""
STORES = """
policy: stores
title: 仓库办法
scope: {departments: [仓库]}
clauses:
  - {code: s, title: 罚款, kind: fines.fixed, params: {amount: 20}}
  - {code: r, title: 酌情, kind: fines.range, params: {min: 10, max: 50}}
"""
MANY = 2000
STAFF = [f"E{number:02}" for number in range(12)]


def staffed() -> Company:
    company = make_company(HOUSE, WINDOWS, STORES, plugins=PLUGINS, staff=["B1", "B2"])
    for place, code in enumerate(STAFF):
        boss = STAFF[place - 1] if place % 4 == 3 else f"B{1 + place % 2}"
        company.hire(code, supervisor=boss, department="仓库" if place % 3 else "门店")
    for code in STAFF[:4]:
        company.move(code, "B2", "2026-03-16")
    return company


CLAUSES: tuple[tuple[str, dict[str, Any]], ...] = (
    *([("w", {}), ("c", {}), ("f", {})] * 3),
    ("p", {"quantity": 12}),
    ("m", {}),
    ("b", {}),
    ("l", {"facts": {"late": True}}),
    ("a", {}),
    ("s", {}),
    ("r", {}),
    ("again", {"facts": {"late": False}}),
    ("k", {}),
    ("t", {}),
    ("zz", {}),
    ("p", {"quantity": -1}),
    ("l", {}),
)


LOOKS_BACK = frozenset({"c"})
"""What reads all that came before, which takes long where that is much."""


def reports(number: int, *, ordered: bool) -> list[IncidentReport]:
    """Return reports of some weeks, some of them faulty, by day or nearly."""
    choose = random.Random(number)
    found = []
    mix = [item for item in CLAUSES if number < MANY or item[0] not in LOOKS_BACK]
    for place in range(number):
        clause, more = choose.choice(mix)
        day = place * 58 // number - (0 if ordered or place % 25 else choose.randrange(20))
        at = f"2026-{3 + max(day, 0) // 31:02}-{1 + max(day, 0) % 31 % 28:02}"
        at += choose.choice(["", "", "T09:05", "T17:40"])
        code = choose.choice([*STAFF, "B1", "X" if place % 40 == 7 else "E00"])
        name = choose.choice([None, f"x-{place}", f"x-{max(place - 3, 0)}"])
        found.append(IncidentReport((code,), clause, at, external_id=name, **more))
    return found


def together(company: Company, said: Sequence[IncidentReport]) -> list[str]:
    ctx, zone = company.ctx(), ZoneInfo("Asia/Shanghai")
    read = [read_report(item, zone) for item in said]

    def work(tx: Any) -> list[str]:
        current(tx)
        return [code_of(item) for item in Recorder().record(tx, ctx, read)]

    return transact(ctx, work, Kind.LARGE)


def code_of(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, RefusedError) else ""


def apart(company: Company, said: Sequence[IncidentReport]) -> list[str]:
    return [code_of(alone(company, item)) for item in said]


def alone(company: Company, item: IncidentReport) -> Outcome:
    try:
        return record(company.ctx(), item)
    except RefusedError as error:
        return error


STORED = (
    "SELECT d.body::text, d.kind, s.code FROM decision d JOIN subject s ON s.id = d.subject_id"
    " WHERE d.tenant_id = %s ORDER BY d.id",
    "SELECT i.clause, i.occurred_at, i.quantity, i.external_id, i.facts::text, c.state, c.procedure"
    ' FROM incident i JOIN "case" c ON c.incident_id = i.id WHERE i.tenant_id = %s ORDER BY i.id',
    "SELECT s.code, t.account, t.unit, t.span, t.total, t.own, t.last_day, t.gap FROM tally t"
    " JOIN subject s ON s.id = t.subject_id WHERE t.tenant_id = %s ORDER BY 1, 2, 3, 4, 5",
    "SELECT s.code, e.account, e.unit, e.quantity, e.clause, e.cause, e.day, e.booked_in, e.joint"
    " FROM ledger_entry e JOIN subject s ON s.id = e.subject_id WHERE e.tenant_id = %s"
    " ORDER BY e.id",
    "SELECT s.code, d.step, d.due_at FROM deadline d JOIN subject s ON s.id = d.subject_id"
    " WHERE d.tenant_id = %s ORDER BY 1, 2, 3, d.id",
    "SELECT e.type, e.subject FROM event e WHERE e.tenant_id = %s ORDER BY e.id",
)


def stored(company: Company) -> list[list[Any]]:
    with begin(company.id) as tx:
        return [tx.raw.execute(query, (company.id,)).fetchall() for query in STORED]


@pytest.mark.parametrize(
    ("number", "ordered"),
    [
        pytest.param(300, True, id="by day"),
        pytest.param(300, False, id="some before what counts already"),
        pytest.param(MANY, True, id="many", marks=pytest.mark.slow),
    ],
)
def test_they_are_answered_as_if_sent_one_by_one(number: int, ordered: bool) -> None:  # noqa: FBT001
    one, other = staffed(), staffed()
    said = reports(number, ordered=ordered)
    faults = together(one, said)
    assert faults == apart(other, said)
    assert {"", "unknown_clause", "unknown_subject", "duplicate", "missing_fact"} <= {*faults}
    assert {"out_of_scope", "invalid_quantity", "not_recordable"} <= {*faults}
    for ours, theirs in zip(stored(one), stored(other), strict=True):
        assert ours == theirs
    assert one.differences() == []


@pytest.mark.parametrize(
    ("clause", "newest_first"),
    [
        pytest.param("w", True, id="before what counts already"),
        pytest.param("c", False, id="by a rule that looks back"),
    ],
)
def test_who_is_recorded_by_himself_is_hardly_read_in_vain(
    clause: str,
    newest_first: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each row stands before the one that was recorded last, or reads what came before."""
    company = staffed()
    days = sorted((f"2026-03-{day:02}" for day in range(1, 29)), reverse=newest_first)
    said = [IncidentReport(("E00",), clause, day, quantity=1) for day in days]
    looked: list[int] = []
    real = taken_together._ground

    def counted(tx: Any, ctx: Any, reported: Sequence[Any]) -> Any:
        looked.append(len(reported))
        return real(tx, ctx, reported)

    monkeypatch.setattr(taken_together, "_ground", counted)
    assert together(company, said) == [""] * len(said)
    assert sum(looked) < 3 * len(said)
    assert company.differences() == []


def test_a_row_that_somebody_else_was_faster_with_is_found_by_its_key(owner_url: str) -> None:
    """An external id is taken between the look at those that are and the rows themselves."""
    company = staffed()
    said = [IncidentReport((code,), "f", "2026-03-02", external_id=code) for code in STAFF[1:]]
    with ThreadPoolExecutor(1) as threads:
        with begin(company.id, Kind.BUSY) as tx:
            taken = IncidentReport(("E00",), "f", "2026-03-02", external_id=STAFF[3])
            record_in(tx, company.ctx(), taken)
            tx.pipe.settle()
            later = threads.submit(together, company, said)
            wait_for_waiting(owner_url)
        assert later.result() == ["" if code != STAFF[3] else "duplicate" for code in STAFF[1:]]
    assert company.balances("E00") == company.balances("E01") == {"CNY": -20}
    assert company.balances("E03") == {}
    assert company.differences() == []


def test_a_number_is_free_again_after_a_reversal() -> None:
    company = staffed()
    said = [IncidentReport((code,), "f", "2026-03-02", external_id=code) for code in STAFF]
    assert together(company, said) == [""] * len(STAFF)
    assert together(company, said) == ["duplicate"] * len(STAFF)
    first = record(company.ctx(), IncidentReport(("E00",), "f", "2026-03-02", external_id="x"))
    company.reverse(str(first.id))
    again = IncidentReport(("E01",), "f", "2026-03-02", external_id="x")
    assert together(company, [again]) == [""]
