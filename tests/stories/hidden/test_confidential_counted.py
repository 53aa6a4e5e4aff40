"""What reports, files and sums tell of cases that only named people see."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from tests.making.hidden import MONTH, Hidden
from tests.making.story import RULES, open_story

from shangfa.domain.reports.catalogue import REPORTS
from shangfa.services.policies import versions
from shangfa.services.policies.trying import replays
from shangfa.services.policies.trying.replays import Days

REPORTS_OF_CASES = (
    *("waiting", "due", "overdue", "usual", "recorders", "reversals"),
    *("appeals", "ranking", "unsigned", "admissions", "loss-cases"),
    *("complaints", "lapsing", "deserving"),
)
CALLED_LATE = RULES.replace(
    "clauses:",
    "clauses:\n  - {code: late, title: 迟到, kind: ladder.count, procedure: default}",
).replace(
    "reactions:",
    "reactions:\n  - {code: lates, title: 三次迟到, kind: ladder.roll_up,"
    " params: {of: late, every: 3, within: year, gives: warning, counts: true}}",
)


def test_no_report_tells_of_it_while_it_waits_or_later() -> None:
    found = Hidden()

    def asked(name: str) -> str:
        return "?days=60" if "days" in REPORTS[name].asks else ""

    def told() -> dict[str, Any]:
        readers = (found.story.hr, found.story.auditor, found.handler)
        return {
            f"{name} {number}": by.get(f"/v1/reports/{name}{asked(name)}")["items"]
            for name in REPORTS_OF_CASES
            for number, by in enumerate(readers)
        }

    assert {name: rows for name, rows in told().items() if rows} == {}
    found.end()
    assert {name: rows for name, rows in told().items() if rows} == {}
    changed = found.story.finance.get("/v1/reports/changed")["items"]
    assert {row["account"] for row in changed} == {"fine"}


def test_a_mark_that_lapses_is_told_of_who_is_known_to_have_it() -> None:
    rules = RULES.replace("clauses:", "lapses: {warning: {days: 60}}\nclauses:")
    story = open_story(rules)
    for code in ("W", "X"):
        story.company.hire(code)
    handler = story.add("handler", "hr", "X")
    shown = story.hr.record("w", "G", at="2026-08-31", procedure="immediate")
    assert shown["case"]["state"] == "effective"
    said = story.hr.record("w", "E", at="2026-08-31", handlers=["W", "X"])
    handler.take(said["case"]["id"], "defend", evidence=["面谈记录"])
    handler.take(said["case"]["id"], "approve", note="属实")
    handler.take(said["case"]["id"], "serve", method="direct")
    for by in (story.hr, handler, story.auditor):
        items = by.get("/v1/reports/lapsing?days=90")["items"]
        assert {row["subject"] for row in items} == {"G"}
        assert [row["until"] for row in items] == ["2026-10-30"]


def test_a_partners_statement_has_the_amount_alone() -> None:
    story = open_story()
    story.company.hire("P", kind="partner")
    story.company.hire("X")
    handler = story.add("handler", "hr", "X")
    said = story.hr.record("f", "P", at="2026-08-31", handlers=["X"])
    handler.take(said["case"]["id"], "defend", evidence=["函"])
    handler.take(said["case"]["id"], "approve")
    handler.take(said["case"]["id"], "serve", method="direct")
    (line,) = story.finance.get("/v1/periods/2026-08/statements/P")["lines"]
    assert (line["amount"], line["clause"], line["slip"]) == ("-20.00", "—", None)
    assert (line["title"], line["formula"]) == ("", [])


def test_a_counter_named_like_its_clause_has_no_name() -> None:
    story = open_story(CALLED_LATE)
    story.company.hire("X")
    handler = story.add("handler", "hr", "X")
    said = story.hr.record("late", "E", at="2026-08-31", handlers=["X"])
    handler.take(said["case"]["id"], "defend", evidence=["面谈"])
    handler.take(said["case"]["id"], "approve")
    handler.take(said["case"]["id"], "serve", method="direct")
    for by, named in ((story.hr, "—"), (story.leader, "—"), (handler, "late")):
        tallies = by.get("/v1/subjects/E/record")["tallies"]
        assert {item["unit"] for item in tallies if item["account"] == "count"} == {named}


def test_a_what_if_does_not_single_it_out() -> None:
    found = Hidden()
    found.end()
    policy = found.story.hr.get("/v1/policies")["items"][0]["id"]
    dearer = RULES.replace("params: {amount: 20}", "params: {amount: 50}")
    ctx = found.story.company.ctx()
    where = UUID(policy), versions.upload(ctx, dearer, UUID(policy)).version.number
    asked = replays.start(ctx, *where, Days(date(2026, 8, 1), date(2026, 8, 31)))
    assert replays.run(found.story.company.id, asked.id) == "done"
    told = replays.progress(replays.read(ctx, *where))
    assert (told["changed"], told["subjects"], told["examples"]) == (0, [], [])


def test_files_of_a_locked_month_stay_as_they_were_when_a_case_becomes_confidential() -> None:
    story = open_story()
    story.company.hire("X")
    story.company.hire("P", kind="partner")
    case = story.effective("f", "E", at="2026-08-31")
    billed = str(story.hr2.record("f", "P", at="2026-08-31")["case"]["id"])
    story.hr.take(billed, "defend", evidence=["面谈记录"])
    story.hr.take(billed, "approve")
    story.hr.take(billed, "serve", method="direct")
    incident = story.hr.get(f"/v1/cases/{case}")["incident"]
    where = f"/v1/periods/{MONTH}"
    names = ("payroll.csv", "detail.csv", "payroll.xlsx", "statements/P")

    def files() -> list[bytes]:
        return [story.finance("GET", f"{where}/{name}").data for name in names]

    for step, who in (("cut-off", story.hr), ("reconcile", story.finance)):
        assert who("POST", f"{where}/{step}").status_code == 200
    early = str(story.leader.record("f", "G", at="2026-08-30")["case"]["id"])
    for who in (story.hr, story.finance):
        assert who("POST", f"{where}/lock").status_code == 200
    before = files()
    assert incident.encode() in before[1]
    assert story.hr.get(f"/v1/cases/{billed}")["incident"].encode() in before[3]
    story.until("2026-09-20T09:00:00+08:00")
    for one in (case, early, billed):
        put = story.hr("PUT", f"/v1/cases/{one}/handlers", {"handlers": ["X"]}, If_Match="*")
        assert put.status_code in {200, 404}, put.text
    assert files() == before
    assert story.finance("GET", f"/v1/incidents/{incident}").status_code == 404


def test_files_of_a_month_that_is_not_locked_hide_what_became_confidential() -> None:
    story = open_story()
    story.company.hire("X")
    case = story.effective("f", "E", at="2026-08-31")
    incident = story.hr.get(f"/v1/cases/{case}")["incident"]
    for step, who in (("cut-off", story.hr), ("reconcile", story.finance)):
        assert who("POST", f"/v1/periods/{MONTH}/{step}").status_code == 200
    shown = story.finance("GET", f"/v1/periods/{MONTH}/detail.csv").text
    assert incident in shown
    put = story.hr("PUT", f"/v1/cases/{case}/handlers", {"handlers": ["X"]}, If_Match="*")
    assert put.status_code in {200, 404}, put.text
    assert incident not in story.finance("GET", f"/v1/periods/{MONTH}/detail.csv").text
