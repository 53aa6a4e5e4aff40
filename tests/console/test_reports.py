"""Questions that are asked again and again, as tables and files."""

from __future__ import annotations

import pytest
from tests.making.browser import Tab, signed_in
from tests.making.story import Story

from shangfa.domain.reports.catalogue import REPORTS


@pytest.fixture(scope="module")
def hr(story: Story) -> Tab:
    """A browser of HR, after a fine was served."""
    story.effective("f", "E", at="2026-08-31")
    return signed_in(story.hr.key)


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_a_page_and_a_file(hr: Tab, name: str) -> None:
    if "hr" not in REPORTS[name].roles:
        hr.get(f"/console/reports/{name}", 403)
        return
    assert f"/console/reports/{name}" in hr.get("/console/reports").links
    assert REPORTS[name].zh in hr.get(f"/console/reports/{name}").heading
    form = hr.read.forms
    assert {field for one in form for field in one.names} >= set(REPORTS[name].asks)
    hr.get(f"/console/reports/{name}", Accept_Language="en")
    file = hr.client.get(f"/console/reports/{name}.csv", buffered=True)
    assert file.status_code == 200
    assert file.mimetype == "text/csv"


@pytest.mark.parametrize("said", ["month=2026-13", "year=0", "days=many", "year=99999999999"])
def test_a_question_that_means_nothing_is_told_beside_its_field(hr: Tab, said: str) -> None:
    name = next(
        item.name for item in REPORTS.values() if said.split("=", maxsplit=1)[0] in item.asks
    )
    hr.get(f"/console/reports/{name}?{said}", 422)
    assert "invalid" in hr.page.text
    assert said.split("=")[1] in hr.page.text


def test_finance_reads_its_own_reports_and_an_employee_none(story: Story) -> None:
    finance = signed_in(story.finance.key)
    offered = [link for link in finance.get("/console/reports").links if "/reports/" in link]
    assert {link.rpartition("/")[2] for link in offered} == {
        item.name for item in REPORTS.values() if "finance" in item.roles
    }
    signed_in(story.employee.key).get("/console/reports", 403)
