"""Facts that are assessed again because of what became known late."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.domain.incidents.test_chronicle import HEAD, ROLL, clause
from tests.making.policies import policy_from

from shangfa.domain.incident import Report
from shangfa.domain.incidents.chronicle import Chronicle, first_key, recorded
from shangfa.domain.incidents.engine import Assessment, SubjectDecision, assess
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import Line, Posting
from shangfa.domain.text import NOTHING_TO_SAY
from shangfa.testing import WEEKDAYS, Lines, make_subject


def test_only_those_are_assessed_again_whose_part_is_known() -> None:
    policy = policy_from(HEAD + clause("n: {ask: nth, of: {clause: c}}", "n: 2") + ROLL)
    people, book = Lines(), Book()
    chronicle = Chronicle(policy)
    reports = [
        Report("x", (make_subject("E"), make_subject("F")), date(2026, 3, 3), None, 1, {}, id="2"),
        Report("c", (make_subject("E"), make_subject("F")), date(2026, 3, 1), None, 1, {}, id="1"),
    ]
    for report in reports:
        past = chronicle.past(report)
        found = assess(policy, report, people, Book(), WEEKDAYS, past=past)
        chronicle.add(recorded(report.id, report, found))
    del chronicle.facts[-1].direct["F"]
    settled = chronicle.settle(chronicle.facts[0].key, people, book, WEEKDAYS)
    assert [item.subject for item in settled] == ["E"]
    again = Assessment(
        "p",
        1,
        "x",
        Line(NOTHING_TO_SAY, "x", "E"),
        [SubjectDecision("E", adjusted=settled[0].direct)],
    )
    assert again.moved == settled[0].direct
    assert Assessment("p", 1, "x", Line(NOTHING_TO_SAY, "x", "E")).moved == []


@pytest.mark.parametrize(
    ("days", "first"),
    [
        pytest.param([], date.max, id="nothing is posted"),
        pytest.param(["2026-03-05", "2026-03-02"], date(2026, 3, 3), id="the day after the first"),
        pytest.param([str(date.max)], date.max, id="there is no day after the last"),
    ],
)
def test_what_is_posted_counts_from_the_next_day_on(days: list[str], first: date) -> None:
    posted = [
        Posting("E", "fine", "CNY", Decimal(-1), "1", "choice", date.fromisoformat(day))
        for day in days
    ]
    assert first_key(posted)[0] == first
