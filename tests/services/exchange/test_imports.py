"""Files on a real database: all of a file or nothing, and the same as one by one."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.making.house import Company, at_once, code_of, contents, make_company
from tests.making.office import HOUSE, PLUGINS
from tests.services.months.closing import lock
from xlsxwriter import Workbook

from shangfa.db.exchange import imports as sql
from shangfa.db.exchange.imports import RunRecord
from shangfa.db.tx.transaction import begin
from shangfa.documents.sheets.reading import CSV, NDJSON, XLSX
from shangfa.domain.faults import RefusedError
from shangfa.domain.people.past import Stint
from shangfa.domain.tenancy.attributes import Attribute
from shangfa.jobs import running
from shangfa.services.exchange import imports
from shangfa.services.exchange.imports import Sent
from shangfa.services.people import names, subjects


def staffed() -> Company:
    company = make_company(HOUSE, plugins=PLUGINS, staff=["M"])
    company.hire("001", supervisor="M", day_wage=200)
    company.hire("002", supervisor="M")
    return company


def send(
    company: Company,
    kind: str,
    body: str | bytes,
    media: str = CSV,
    *,
    dry_run: bool = False,
    **columns: str,
) -> RunRecord:
    raw = body.encode() if isinstance(body, str) else body
    made = imports.send(company.ctx(), Sent(kind, media, raw, columns, dry_run))
    return imports.read(company.ctx(), made.file_id)


def faults(company: Company, run: RunRecord) -> list[tuple[str, str, str]]:
    """Return (row, column, code) of what is wrong."""
    with imports.errors(company.ctx(), run.file_id) as file:
        found = list(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"), newline="")))
    assert all(row["reason"] for row in found)
    return [(row["row"], row["column"], row["code"]) for row in found]


INCIDENTS = """工号,条款,日期,数量,备注,外部编号
001,w,2026/3/2,-,迟到,x-1
001,w,2026-03-03 9:05,,,x-2
002,p,2026年3月4日,1小时20分,"有,逗号",x-3
001,w,2026-03-05,1,,x-4
001,f,2026-03-01,,,x-5
"""


def test_incidents_are_answered_as_if_they_were_sent_one_by_one() -> None:
    together, apart = staffed(), staffed()
    run = send(together, "incidents", INCIDENTS)
    assert (run.state, run.total, run.good, run.bad, run.done) == ("done", 5, 5, 0, 5)
    for code, clause, at, more in (
        ("001", "w", "2026-03-02", {"note": "迟到"}),
        ("001", "w", "2026-03-03T09:05", {}),
        ("002", "p", "2026-03-04", {"quantity": 80, "note": "有,逗号"}),
        ("001", "w", "2026-03-05", {}),
        ("001", "f", "2026-03-01", {}),
    ):
        apart.record(clause, code, at=at, **more)
    assert decisions(together) == decisions(apart)
    for code in ("001", "002", "M"):
        assert together.balances(code) == apart.balances(code)
        assert together.standing(code)["tallies"] == apart.standing(code)["tallies"]
    assert together.balances("001") == {"warning": 3, "minor_demerit": 1, "CNY": -20}
    assert together.differences() == []


def decisions(company: Company) -> list[Any]:
    with begin(company.id) as tx:
        return tx.raw.execute(
            "SELECT d.body::text FROM decision d WHERE d.tenant_id = %s ORDER BY d.id",
            (company.id,),
        ).fetchall()


BAD = """subject,clause,occurred_at,quantity,external_id
001,w,2026-03-02,,a
009,w,2026-03-02,,b
001,zz,2026-03-02,,c
001,w,2026-03-02,"1,000",d
001,p,2026-03-02,-5,e
001,w,2199-03-02,,f
001,w,46082,,g
001,w,2026-03-02,,a
001,w,2026-03-03,,a
,w,2026-03-02,,h
001,w,2026-02-02,,i
"""


def test_one_bad_row_keeps_all_out_and_each_is_named(owner_url: str) -> None:
    company = staffed()
    lock(company, "2026-02")
    before = stored(owner_url)
    run = send(company, "incidents", BAD)
    assert (run.state, run.total, run.good, run.bad) == ("refused", 11, 1, 10)
    assert faults(company, run) == [
        ("3", "subject", "unknown_subject"),
        ("4", "clause", "unknown_clause"),
        ("5", "quantity", "invalid"),
        ("6", "quantity", "invalid_quantity"),
        ("7", "occurred_at", "future_incident"),
        ("8", "occurred_at", "invalid"),
        ("9", "", "duplicate"),
        ("10", "external_id", "duplicate"),
        ("11", "subject", "missing"),
        ("12", "occurred_at", "month_locked"),
    ]
    assert stored(owner_url) == before


def stored(owner_url: str) -> dict[str, str]:
    """Return what is stored but for the files themselves."""
    found = contents(owner_url)
    return {name: digest for name, digest in found.items() if not name.startswith("import_")}


def test_a_rehearsal_keeps_nothing_until_it_is_committed(owner_url: str) -> None:
    company = staffed()
    before = stored(owner_url)
    run = send(company, "incidents", INCIDENTS, dry_run=True)
    assert (run.state, run.good) == ("checked", 5)
    assert stored(owner_url) == before
    imports.commit(company.ctx(), run.file_id)
    assert imports.read(company.ctx(), run.file_id).state == "done"
    assert company.balances("001")["warning"] == 3
    again = partial(imports.commit, company.ctx(), run.file_id)
    assert code_of(again) == "import_state"


def test_the_same_bytes_come_in_once() -> None:
    company = staffed()
    first = send(company, "incidents", INCIDENTS)
    with pytest.raises(Exception, match=str(first.file_id)):
        send(company, "incidents", INCIDENTS)
    assert code_of(partial(send, company, "incidents", INCIDENTS)) == "already_imported"
    assert company.balances("001")["warning"] == 3


def test_lines_of_json_keep_their_facts() -> None:
    company = staffed()
    row = {"subject": "001", "clause": "l", "occurred_at": "2026-03-02", "facts": {"late": True}}
    run = send(company, "incidents", json.dumps(row) + "\n\n", NDJSON)
    assert run.state == "done"
    assert company.balances("001") == {"CNY": -5}


def test_a_workbook_is_read_as_it_looks() -> None:
    company = staffed()
    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    date = book.add_format({"num_format": 31})  # yyyy年m月d日, a format of East Asia
    sheet.write_row(0, 0, ["三月奖惩登记表"])
    sheet.write_row(2, 0, ["员工编号", "条款", "日期", "数量"])
    sheet.write_string(3, 0, "001")
    sheet.write_string(3, 1, "p")
    sheet.write_number(3, 2, 46082, date)
    sheet.write_number(3, 3, 26.5 / 24, book.add_format({"num_format": "[h]:mm"}))
    book.close()
    run = send(company, "incidents", file.getvalue(), XLSX, 员工编号="subject")
    assert run.state == "done", faults(company, run)
    found = company.standing("001")["history"][0]
    assert (found["occurred_on"], company.balances("001")) == ("2026-03-01", {"CNY": -3180})


def test_of_files_alike_that_come_at_once_one_is_taken() -> None:
    company = staffed()
    ctx, body = company.ctx(), b"subject,clause,occurred_at\n001,f,2026-03-01\n"

    def put_in(send_it: Callable[[], RunRecord]) -> str:
        try:
            return send_it().state
        except RefusedError as error:
            return error.code

    def sent(body: bytes, *, dry_run: bool = False) -> Callable[[], RunRecord]:
        return lambda: imports.send(ctx, Sent("incidents", CSV, body, {}, dry_run))

    four = at_once([partial(put_in, sent(body))] * 4)
    assert (four.count("already_imported"), company.balances("001")) == (3, {"CNY": -20})
    other = body + b"002,f,2026-03-01\n"
    checked = [sent(other, dry_run=True)().file_id for _ in range(3)]
    commits = [partial(put_in, partial(imports.commit, ctx, one)) for one in checked]
    five = at_once([*commits, *[partial(put_in, sent(other))] * 2])
    assert (five.count("already_imported"), company.balances("002")) == (4, {"CNY": -20})


SUBJECTS = """工号,姓名,部门,上级,生效日期,日薪,属性
007,王小五,客服部,008,2026-01-01,210.50,regular=true;cost_center=C1
008,李主管,客服部,M,2026-01-01,,
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_people_in_whatever_encoding(encoding: str) -> None:
    company = staffed()
    run = send(company, "subjects", SUBJECTS.encode(encoding))
    assert run.state == "done"
    company.record("w", "007", at="2026-03-02")
    assert company.standing("007")["subject"]["name"] == "王小五"


FOLDERS = Path(__file__).parents[3] / "tenants"


def test_the_people_of_every_folder_are_taken_as_they_stand() -> None:
    company, files = staffed(), sorted(FOLDERS.glob("*/people.csv"))
    assert len(files) > 25
    for file in files:
        run = send(company, "subjects", file.read_bytes(), dry_run=True)
        assert (run.state, faults(company, run)) == ("checked", []), file


def test_days_in_the_company_and_attributes_of_a_file_are_held_like_others() -> None:
    company = staffed()
    names.declare(company.ctx(), Attribute("grade", "number", "职级"))
    body = (
        "工号,姓名,类别,入职日期,离职日期,生效日期,属性\n"
        "A1,甲,员工,2020/1/6,2025-12-31,,grade=3\n"
        "A2,乙,员工,,2025-12-31,,\n"
        "A3,丙,员工,2026-01-01,2025-12-31,,\n"
        "A4,丁,员工,,,,grad=3\n"
        "A5,戊,员工,,2025-12-31,2019-03-01,grade=高\n"
    )
    run = send(company, "subjects", body)
    assert faults(company, run) == [
        ("3", "first_day", "missing"),
        ("4", "last_day", "last_before_first"),
        ("5", "attributes", "unknown_attribute"),
        ("6", "attributes", "invalid_attribute"),
    ]
    head, first, *_ = body.splitlines()
    assert send(company, "subjects", f"{head}\n{first}\n").state == "done"
    view = subjects.read(company.ctx(), "A1")
    assert view.employments == (Stint(date(2020, 1, 6), date(2025, 12, 31)),)


def test_people_who_do_not_fit() -> None:
    company = staffed()
    body = "code,name,supervisor,kind\n001,重复,,\nA,甲,B,\nB,乙,A,\nC,丙,X,\nD,丁,,robot\n"
    run = send(company, "subjects", body)
    assert faults(company, run) == [("2", "code", "duplicate"), ("6", "kind", "invalid")]
    body = "code,name,supervisor\nA,甲,B\nB,乙,A\nC,丙,X\n"
    run = send(company, "subjects", body)
    assert faults(company, run) == [
        ("2", "supervisor", "supervisor_loop"),
        ("3", "supervisor", "supervisor_loop"),
        ("4", "supervisor", "unknown_subject"),
    ]


def test_wages() -> None:
    company = staffed()
    run = send(company, "wages", "工号,生效日期,日薪\n001,2026-01-01,220.50\n")
    assert run.state == "done"
    body = (
        "subject,since,day_wage\n001,2026-02-01,-1\n002,2026-02-01,\n009,2026-02-01,1\n"
        '001,2026-02-02,"1,000"\n001,2026-02-03,-\n'
    )
    assert faults(company, send(company, "wages", body)) == [
        ("2", "day_wage", "invalid"),
        ("3", "month_wage", "missing"),
        ("4", "subject", "unknown_subject"),
        ("5", "day_wage", "invalid"),
        ("6", "month_wage", "missing"),
    ]


def test_a_large_file_waits_for_the_worker_and_can_be_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 10)
    company = staffed()
    run = send(company, "incidents", INCIDENTS)
    assert run.state == "reading"
    assert imports.cancel(company.ctx(), run.file_id).state == "refused"
    running.run_import(str(company.id), str(run.file_id), commit=True)
    assert company.balances("001") == {}
    run = send(company, "incidents", INCIDENTS)
    running.run_import(str(company.id), str(run.file_id), commit=True)
    assert imports.read(company.ctx(), run.file_id).state == "done"
    running.run_import(str(company.id), str(run.file_id), commit=True)
    assert company.balances("001")["warning"] == 3


def test_one_that_is_let_go_while_it_is_read_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(imports, "TOLD_EVERY", 2)
    company = staffed()
    note, told = sql.note_done, list[int]()

    def cancelled(tx: Any, file_id: UUID, done: int) -> None:
        note(tx, file_id, done)
        tx.raw.commit()
        if not told:
            imports.cancel(company.ctx(), file_id)
        told.append(done)

    monkeypatch.setattr(sql, "note_done", cancelled)
    run = send(company, "incidents", INCIDENTS)
    assert (run.state, run.done, told) == ("refused", 2, [2])
    assert company.balances("001") == {}
