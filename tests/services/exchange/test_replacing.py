"""A corrected table of attendance: only what differs is taken back and recorded anew."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from functools import partial

from tests.making.house import Company, code_of
from tests.services.exchange.test_attendance import mapped
from tests.services.exchange.test_imports import faults
from tests.services.months.closing import lock

from shangfa.db.exchange.imports import (
    ChangeLine,
    FaultLine,
    RunRecord,
    changes_of,
    faults_of,
    set_changes,
    set_faults,
)
from shangfa.db.tx.transaction import begin
from shangfa.domain.exchange.attendance import AttendanceRule
from shangfa.services.clock import new_id
from shangfa.services.exchange import imports
from shangfa.services.exchange.imports import MOST_FAULTS, Sent

RULES = (AttendanceRule("late", "w"), AttendanceRule("late_minutes", "p", take="quantity"))
FIRST = """工号,日期,迟到,迟到时长
001,2026-03-02,2,30
001,2026-03-03,1,
002,2026-03-02,1,20
"""
SECOND = """工号,日期,迟到,迟到时长
001,2026-03-02,1,45
002,2026-03-02,1,20
002,2026-03-04,1,
"""


def sent(
    company: Company,
    body: str,
    *,
    replaces: bool = True,
    dry_run: bool = False,
    month: str | None = None,
    kind: str = "attendance",
) -> RunRecord:
    file = Sent(kind, "text/csv", body.encode(), {}, dry_run, month, replaces)
    return imports.read(company.ctx(), imports.send(company.ctx(), file).file_id)


def changed(company: Company, run: RunRecord) -> list[list[str]]:
    with imports.changes(company.ctx(), run.file_id) as file:
        rows = list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"), newline="")))
    assert rows[0] == ["change", "number", "subject", "day", "clause", "quantity", "incident_id"]
    return [row[:6] for row in rows[1:]]


CHANGES = [
    ["removed", "2", "001", "2026-03-02", "w", "1"],
    ["removed", "2", "001", "2026-03-02", "p", "30"],
    ["added", "2", "001", "2026-03-02", "p", "45"],
    ["added", "4", "002", "2026-03-04", "w", "1"],
]


def test_what_differs_is_replaced_and_a_rehearsal_says_what() -> None:
    company, straight = mapped(*RULES), mapped(*RULES)
    assert sent(company, FIRST, replaces=False).state == "done"
    before = company.balances("001")
    rehearsed = sent(company, SECOND, dry_run=True)
    assert (rehearsed.state, rehearsed.bad) == ("checked", 0)
    assert sorted(changed(company, rehearsed)) == sorted(CHANGES)
    assert company.balances("001") == before
    imports.commit(company.ctx(), rehearsed.file_id)
    assert sorted(changed(company, rehearsed)) == sorted(CHANGES)
    for body in (SECOND, "工号,日期,迟到\n001,2026-03-03,1\n"):
        assert sent(straight, body, replaces=False).state == "done"
    for code in ("001", "002", "M"):
        assert company.balances(code) == straight.balances(code)
    assert company.differences() == []
    again = partial(sent, company, SECOND)
    assert code_of(again) == "already_imported"
    assert changed(company, sent(company, SECOND + "\n")) == []


def test_what_was_replaced_comes_back_and_what_somebody_took_back_does_not() -> None:
    company = mapped(*RULES)
    assert sent(company, FIRST, replaces=False).state == "done"
    for body in ("001,2026-03-02,0,\n", "001,2026-03-02,2,30\n", "001,2026-03-02,,\n"):
        assert sent(company, f"工号,日期,迟到,迟到时长\n{body}").state == "done"
    assert company.balances("001") == {"warning": 1}
    assert sent(company, "工号,日期,迟到,迟到时长\n001,2026-03-02,2,30\n\n").state == "done"
    assert company.balances("001")["warning"] == 3
    late = next(
        item["incident"]
        for item in company.standing("001")["history"]
        if item["occurred_on"] == "2026-03-03" and item["incident"]
    )
    company.reverse(late)
    run = sent(company, "工号,日期,迟到\n001,2026-03-03,1\n")
    assert (run.state, changed(company, run)) == ("done", [])
    assert company.balances("001")["warning"] == 2
    assert company.differences() == []


def test_a_whole_month_is_replaced_where_the_month_is_said() -> None:
    company = mapped(AttendanceRule("missed_in", "f", every=3))
    days = "".join(f"001,2026-03-{day:02},1\n" for day in range(2, 8))
    head = "工号,日期,上班缺卡次数\n"
    assert sent(company, head + days, replaces=False).state == "done"
    assert company.balances("001") == {"CNY": -40}
    assert faults(company, sent(company, f"{head}001,2026-03-02,0\n")) == [("2", "day", "invalid")]
    fewer = "".join(f"001,2026-03-{day:02},1\n" for day in range(2, 7))
    run = sent(company, head + fewer, month="2026-03")
    assert [row[0] for row in changed(company, run)] == ["removed"]
    assert company.balances("001") == {"CNY": -20}


def test_a_locked_month_and_other_kinds_are_not_replaced() -> None:
    company = mapped(*RULES)
    assert sent(company, FIRST, replaces=False).state == "done"
    assert code_of(partial(sent, company, "code,name\nX,X\n", kind="subjects")) == "invalid"
    lock(company, "2026-03")
    run = sent(company, SECOND)
    assert {code for _, _, code in faults(company, run)} == {"month_locked"}
    assert changed(company, run) == []


def test_a_large_correction_is_kept_whole() -> None:
    """More changes and faults than one statement has room for."""
    company = mapped(*RULES)
    run = sent(company, SECOND, dry_run=True)
    about = ("001", date(2026, 3, 2), "w", Decimal(1), None)
    with begin(company.id) as tx:
        made = [ChangeLine(new_id(), "added", number, *about) for number in range(8_000)]
        set_changes(tx, run.file_id, made)
        set_faults(
            tx,
            run.file_id,
            [FaultLine(new_id(), one.number, "day", "invalid", "无", "none") for one in made],
        )
    with begin(company.id) as tx:
        assert len(changes_of(tx, run.file_id)) == len(faults_of(tx, run.file_id)) == len(made)


def test_what_is_found_at_the_end_of_a_file_is_told_up_to_a_limit() -> None:
    company = mapped(*RULES)
    rows = "".join(f"N{number},N,Z{number}\n" for number in range(MOST_FAULTS + 50))
    run = sent(company, f"code,name,supervisor\n{rows}", kind="subjects", replaces=False)
    assert (run.state, run.bad) == ("refused", MOST_FAULTS)
