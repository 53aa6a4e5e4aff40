"""Questions about cases under way, asked as reports."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from tests.making.files import PDF
from tests.making.story import open_story, open_tenant
from tests.stories.cases.test_default import GATE
from tests.stories.cases.test_investigation import notified
from tests.stories.told.test_slip import opened

from shangfa.domain.reports.catalogue import REPORTS


def rows(who: Any, name: str) -> list[dict[str, Any]]:
    year = "?year=2026" if "year" in REPORTS[name].asks else ""
    return list(who.get(f"/v1/reports/{name}{year}")["items"])


def test_who_has_not_signed() -> None:
    story = open_tenant("plaza", leader="Z001", employee="Z003", other="Z005")
    case = opened(story, "signature")
    (row,) = rows(story.hr, "unsigned")
    assert (row["case"], row["subject"], row["clause"]) == (case, "Z003", "四-罚-1")
    story.employee.take(case, "sign", accepts=False)
    assert rows(story.hr, "unsigned") == []


def test_when_the_union_was_told_and_what_is_appealed() -> None:
    story = open_story()
    case = story.effective("d", "E", dismissal=GATE)
    (row,) = rows(story.hr, "union")
    assert (row["case"], row["subject"], row["told"]) == (case, "E", "2026-08-30")
    assert story.auditor("GET", "/v1/reports/union").status_code == 403
    assert rows(story.hr, "appeals") == []
    fined = story.effective("f", "G")
    story.hr.take(fined, "appeal", grounds="没有迟到", evidence=["打卡记录"])
    (row,) = rows(story.auditor, "appeals")
    assert (row["clause"], row["decided"], row["appealed"], row["reversed"]) == ("f", 1, 1, 0)


def test_which_partner_admitted_by_silence() -> None:
    story = open_tenant("hunan-mobile", partner="SP01")
    story.until("2026-09-30T10:00:00+08:00")
    case = notified(story)
    assert rows(story.hr, "admissions") == []
    story.until("2026-10-11T00:00:00+08:00")
    (row,) = rows(story.hr, "admissions")
    assert (row["case"], row["subject"], row["state"]) == (case, "SP01", "verification")
    assert row["exposure"] is None
    story.hr.take(case, "verify", facts={"base_points": 2})
    assert [row["exposure"] for row in rows(story.hr, "admissions")] == ["3.00"]


def test_everything_of_a_case_for_the_arbitrator() -> None:
    story = open_story()
    story.company.hire("W")
    file = story.hr.hand_in(PDF, "笔录.pdf")
    case = story.effective("f", "E", note="属实", evidence=[file])
    found = story.auditor.get(f"/v1/reports/case?case={case}")["items"]
    assert [row["item"] for row in found if row["what"] == "step"] == [
        *("record", "submit", "defend", "approve", "serve")
    ]
    (effect,) = (row for row in found if row["what"] == "effect")
    assert (effect["subject"], effect["text"]) == ("E", "fine -20.00 CNY")
    kept = [(row["item"], row["sha256"]) for row in found if row["what"] == "evidence"]
    assert kept == [("笔录.pdf", sha256(PDF).hexdigest())]
    assert [row["item"] for row in found if row["what"] == "slip"] == ["2026-000001"]
    hidden = story.hr.record("f", "E", at="2026-08-31", handlers=["W"])
    assert story.hr.get(f"/v1/reports/case?case={hidden['case']['id']}")["items"] == []
