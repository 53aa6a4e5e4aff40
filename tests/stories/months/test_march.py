"""March 2026 of four companies, closed over HTTP; every fen is traced to its slip and clause."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from python_calamine import CalamineWorkbook
from tests.making.house import ROOT
from tests.making.story import Person, Story, open_tenant

MONTH = "2026-03"
NUMBER = re.compile(r"-?[0-9]+\.[0-9]+|[0-9]{1,4}|-[0-9]+")
GUANGZHOU, SHENZHEN, NANJING, CHANGSHA = "440100", "440300", "320100", "430100"


class Fact(NamedTuple):
    """What happened on a day of March, as HR records it."""

    clause: str
    who: str
    day: int
    more: dict[str, Any] = {}


@dataclass(frozen=True)
class March:
    """A company's March: wages, what happened, what a programme is handed."""

    tenant: str
    facts: Sequence[Fact]
    wages: dict[str, dict[str, Any]] = field(default_factory=dict)
    programme: tuple[str, dict[str, Any]] | None = None


LOSS: dict[str, Any] = {"facts": {"loss": "2000", "malicious_review": False}}
MARCHES = (
    March(
        "fujie",
        [
            Fact("一-2", "F002", 3),
            Fact("一-5", "F005", 5),
            Fact("二-7", "F006", 9, {"quantity": 2}),
        ],
        {"F006": {"month_wage": "5000", "work_region": NANJING}},
    ),
    March(
        "wangwang-shop",
        [
            Fact("罚-3", "W003", 4, LOSS),
            Fact("罚-3", "W004", 4, LOSS),
            Fact("罚-3", "W005", 4, LOSS),
            Fact("奖-1", "W006", 10, {"quantity": 7}),
        ],
        {
            "W003": {"month_wage": "6000", "work_region": GUANGZHOU},
            "W004": {"month_wage": "6000", "work_region": SHENZHEN},
            "W005": {"month_wage": "6000", "work_region": NANJING},
        },
    ),
    March(
        "manufacturer",
        [
            Fact("二-2", "Z004", 2, {"facts": {"loss": "3000"}}),
            Fact("二-2", "Z005", 2, {"facts": {"loss": "3000"}}),
            Fact("五-3", "Z003", 20),
        ],
        {
            "Z004": {"month_wage": "6000", "work_region": CHANGSHA, "loss_contract_basis": True},
            "Z005": {"month_wage": "6000", "work_region": CHANGSHA},
        },
    ),
    March(
        "hunan-mobile",
        [Fact("20", "SP01", 12, {"quantity": 2, "facts": {"channel": "miit", "sp_liable": True}})],
        programme=(
            "service_cost",
            {
                "lines": {
                    "SP01": [{"category": "content_missing", "complaints": 14, "upgraded": 2}]
                },
                "dial_score": {"SP01": 6.5},
                "information_fee": {"SP01": 200000},
                "hotline": {"SP01": True},
                "refund_costs": {"SP01": 860.40},
            },
        ),
    ),
)


TAKEN = (
    *("reward_taxable", "performance_amount", "attendance_unworked", "loss_allowed"),
    *("economic_sanction", "reversal"),
)
"""Columns of the summary that together are what the month takes and gives."""


def lived(march: March) -> Story:
    """Return a company after its March."""
    story = open_tenant(march.tenant)
    for code, wage in march.wages.items():
        done = story.finance("PUT", f"/v1/subjects/{code}/wages/2026-01-01", wage)
        assert done.status_code == 200, done.text
    for fact in march.facts:
        story.hr.record(fact.clause, fact.who, at=f"{MONTH}-{fact.day:02}", **fact.more)
    if march.programme:
        name, inputs = march.programme
        body = {"period": MONTH, "inputs": inputs}
        done = story.hr("POST", f"/v1/programmes/{name}/evaluate", body)
        assert done.status_code == 200, done.text
    return story


def close(story: Story) -> None:
    """Close March as hr and finance do."""
    steps: list[tuple[Person, str]] = [(story.hr, "cut-off"), (story.finance, "reconcile")]
    for who, step in [*steps, (story.hr, "lock"), (story.finance, "lock")]:
        done = who("POST", f"/v1/periods/{MONTH}/{step}")
        assert done.status_code == 200, done.text


def file(story: Story, name: str) -> bytes:
    """Fetch a file of March, the same byte for byte when it is asked for again."""
    path = f"/v1/periods/{MONTH}/{name}"
    first, second = story.finance("GET", path), story.finance("GET", path)
    assert first.status_code == 200, first.text
    assert first.data == second.data
    return first.data


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("march", MARCHES, ids=lambda march: march.tenant)
def test_every_line_of_the_workbook_is_ticked_back_to_its_slip_and_clause(march: March) -> None:
    story = lived(march)
    close(story)
    lines = story.finance.get(f"/v1/periods/{MONTH}/lines?limit=200")["items"]
    detail, summary = table(file(story, "detail.csv")), table(file(story, "payroll.csv"))
    for row in detail:
        tick(story, row)
    for line in lines:
        own = [row for row in detail if whose(row) == (line["subject"], line["money"])]
        for name in ("allowed", "carried", "refused"):
            assert total(own, name) == Decimal(line[name])
        assert total(own, "requested") == Decimal(line["requested"]) + Decimal(line["carried_in"])
        assert {row["reason_code"] for row in own} == {line["reason"]}
        assert {row["clause"] for row in own} == set(line["clauses"])
    assert {whose(row) for row in detail} == {(line["subject"], line["money"]) for line in lines}
    assert total(summary, *TAKEN) == total(detail, "allowed")
    assert "-0.00" not in {cell for row in (*summary, *detail) for cell in row.values()}
    for sheet, rows in (("汇总", summary), ("明细", detail)):
        assert book(file(story, "payroll.xlsx"), sheet) == [
            [*map(plain, row.values())] for row in rows
        ]
    shown = [said(march.tenant, line) for line in lines]
    assert shown == told(march.tenant), "\n".join(shown)


def tick(story: Story, row: dict[str, str]) -> None:
    """Find the slip of a row, and in it the very fen and the clause; then the clause's text."""
    who, slip = row["employee_no"], row["slip_no"]
    record = story.hr.get(f"/v1/subjects/{who}/record?limit=200")
    (item,) = [item for item in record["history"] if slip in (item["incident"], item["evaluation"])]
    assert item["occurred_on"] in (row["incident_date"], None)
    found = [
        effect
        for effect in item["effects"]
        if effect["account"] == row["money_kind"] and effect["clause"] == row["clause"]
    ]
    assert sum(Decimal(effect["quantity"]) for effect in found) == Decimal(row["quantity"])
    assert f"'code': '{row['clause']}'" in policies(story)


def policies(story: Story) -> str:
    """Return what the policies of a company say."""
    known = story.hr.get("/v1/policies?limit=200")["items"]
    return str([story.hr.get(f"/v1/policies/{item['id']}/versions/1") for item in known])


def whose(row: dict[str, str]) -> tuple[str, str]:
    return row["employee_no"], row["money_kind"]


def total(rows: Sequence[dict[str, str]], *names: str) -> Decimal:
    return sum((Decimal(row[name]) for row in rows for name in names), Decimal(0))


def book(content: bytes, sheet: str) -> list[list[str]]:
    """Return a sheet as its twin writes it, without its headers."""
    read = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet)
    return [[plain(str(cell)) for cell in row] for row in read.to_python()[1:]]


def plain(cell: str) -> str:
    """Return a number without the zeros behind it."""
    return f"{Decimal(cell).normalize():f}" if NUMBER.fullmatch(cell) else cell


def said(tenant: str, line: dict[str, Any]) -> str:
    """Return a line as the page shows it."""
    amounts = [line[name] for name in ("requested", "allowed", "carried", "refused")]
    cells = [tenant, line["subject"], "、".join(line["clauses"]), *amounts, line["reason"]]
    return " | ".join([*cells, line["law"] or "–"])


def told(tenant: str) -> list[str]:
    """Return the lines of the page about a company, the same in both languages."""
    pages = [ROOT / f"docs/howto/month-end{suffix}" for suffix in (".md", ".zh.md")]
    english, chinese = ([*_rows(page, tenant)] for page in pages)
    assert english == chinese
    return english


def _rows(page: Path, tenant: str) -> Iterator[str]:
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"| {tenant} |"):
            yield line.strip("| ")


def test_a_partner_is_billed_line_by_line_with_article_formula_and_inputs() -> None:
    story = lived(MARCHES[-1])
    story.hr("POST", "/v1/subjects", {"code": "SP09", "name": "别家", "kind": "partner"})
    close(story)
    found = story.finance.get(f"/v1/periods/{MONTH}/statements/SP01")
    assert (found["no"], found["state"], found["total"]) == (
        f"{MONTH}/SP01/1",
        "locked",
        "-20860.40",
    )
    assert [(item["clause"], item["amount"], item["source"]) for item in found["lines"]] == [
        ("30-1a", "-6000.00", "L87 第三十条1"),
        ("30-1b", "-10000.00", "L87 第三十条1"),
        ("30-2", "-3000.00", "L88 第三十条2"),
        ("30-3", "-1000.00", "L89 第三十条3"),
        ("30-4", "-860.40", "L90 第三十条4"),
    ]
    assert found["lines"][2]["formula"][0]["text_zh"] == (
        "信息费 200000 元 ×（8 − 拨测得分 6.5）% = 3000.00 元"
    )
    assert found["inputs"]["service_cost"]["dial_score"] == "6.5"
    other = story.finance.get(f"/v1/periods/{MONTH}/statements/SP09")
    assert (other["lines"], other["inputs"], other["total"]) == ([], {}, "0.00")
    refused = story.finance("GET", f"/v1/periods/{MONTH}/statements/HN01")
    assert refused.status_code == 404
    assert story.hr("GET", f"/v1/periods/{MONTH}/statements/SP01").status_code == 200


def test_what_a_programme_billed_is_reduced_and_stays_so_when_it_is_evaluated_again() -> None:
    story = lived(MARCHES[-1])
    close(story)
    where = f"/v1/periods/{MONTH}/statements/SP01"
    assert story.finance("POST", f"{where}/publish", {}).status_code == 200
    objected = story.hr("POST", f"{where}/objections", {"clause": "30-4", "grounds": "多计"})
    number = objected.get_json()["acts"][-1]["number"]
    body = {"objection": number, "outcome": "reduced", "amount": "0.41", "reason": "复核"}
    assert story.hr("POST", f"{where}/decisions", body).status_code == 200
    assert story.finance.get(where)["total"] == "-20860.40"
    again = story.hr("POST", "/v1/programmes/service_cost/evaluate", {"period": MONTH})
    assert (again.status_code, again.get_json()["posted"]) == (200, [])
    following = story.finance.get("/v1/periods/2026-04/statements/SP01")["lines"]
    found = [(line["clause"], line["amount"], line["reduces"]) for line in following]
    assert found == [("30-4", "0.41", MONTH)]
    assert story.company.differences() == []
