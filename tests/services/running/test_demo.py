"""A made-up company: the same each time, filled through the services, and once."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner
from tests.making.house import find_company

from shangfa.cli.tenancy import demo
from shangfa.db.cases.found import CaseFilters
from shangfa.services.access.authentication import authenticate
from shangfa.services.cases import pages
from shangfa.services.ledger.anew.verify import verify
from shangfa.services.months import periods
from shangfa.services.pages import Page
from shangfa.services.reports import insight
from shangfa.services.running.demo.fill import Filled, fill

UNTIL = date(2026, 8, 31)


@pytest.fixture(scope="module")
def filled(_database: None) -> Filled:
    """The company, filled once."""
    return fill("demo", UNTIL)


def test_every_page_has_something_to_show(filled: Filled) -> None:
    hr = authenticate(filled.keys["hr"])
    found = insight.read(hr, "2026-08")
    assert filled.incidents > 150
    assert len({row[1] for row in found.tables["trends"].rows}) == 3
    assert all(table.rows for table in found.tables.values())
    assert {case.state for case in pages.page(hr, Page(200), CaseFilters()).items} >= {
        *("defence", "approval", "service", "effective", "reversed"),
    }
    assert pages.tasks(hr, 50, None).items
    states = [periods.read(hr, f"2026-{month:02}").state for month in (1, 6, 8)]
    assert states == ["locked", "locked", "open"]


def test_what_was_filled_is_what_a_replay_gives(filled: Filled) -> None:
    assert filled.months >= 10
    assert verify("demo") == []


def test_the_same_again_records_nothing(filled: Filled) -> None:
    again = fill("demo", UNTIL)
    assert (again.incidents, again.months) == (0, 0)
    assert authenticate(filled.keys["hr"]).tenant_id == find_company("demo").id


def test_the_command_says_what_it_may_be_told() -> None:
    told = CliRunner().invoke(demo, ["fill", "--help"])
    assert told.exit_code == 0
    assert "--until" in told.output
