"""What is remembered of one report never shows in the answer to another."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shangfa.domain.effect import Effect
from shangfa.domain.faults import RefusedError
from shangfa.domain.incident import Report, Subject
from shangfa.domain.incidents import remembered
from shangfa.domain.incidents.remembered import SHORT, key_of
from shangfa.domain.policies.conditions import is_impartial
from shangfa.domain.policies.facts import Fact
from shangfa.domain.text import Note
from shangfa.sdk import ClauseKind, Params
from shangfa.testing import DAY, MemoryTenant, make_clause, make_policy, make_subject

SAID = Note("{0}：{1}", "{0}: {1}")


class Nothing(Params):
    """No params."""


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    remembered._shelf.clear()
    yield
    remembered._shelf.clear()


class Asked:
    """A tenant whose one clause says what it was given, and how often its kind was asked."""

    def __init__(self, *, impartial: bool) -> None:
        self.times = 0
        facts = (Fact("size", "number", required=False), Fact("word", "text", required=False))
        kind = ClauseKind(
            "x.kind", Nothing, self._assess, lambda _: (), facts, impartial=lambda _: impartial
        )
        self.tenant = MemoryTenant(make_policy([make_clause(kind, Nothing())]))

    def _assess(self, _: Any, incident: Any) -> list[Effect]:
        self.times += 1
        note = SAID.of(incident.quantity, incident.facts["size"])
        return [Effect("points", "A", incident.quantity, note)]

    def said(self, quantity: Any = 1, *, subject: str = "E", **facts: Any) -> str:
        report = Report("1", (make_subject(subject),), DAY, None, quantity, facts)
        return self.tenant.take(report).trace[-1].note.text("zh")


def test_an_impartial_kind_is_asked_once_for_all_subjects() -> None:
    asked = Asked(impartial=True)
    assert {asked.said(2, size="1.50", subject=who) for who in ("E", "F", "G")} == {"2：1.50"}
    assert asked.times == 1


def test_any_other_kind_is_asked_each_time() -> None:
    asked = Asked(impartial=False)
    assert [asked.said(subject=who) for who in ("E", "F")] == ["1：None"] * 2
    assert asked.times == 2


@pytest.mark.parametrize(
    "values", [(1, "1.0", Decimal("1.00"), "1"), (2, Decimal("2.0"), "2", Decimal(2))]
)
def test_equal_values_that_are_written_otherwise_are_told_as_they_are(values: Any) -> None:
    asked = Asked(impartial=True)
    assert [asked.said(size=value) for value in values] == [f"1：{value}" for value in values]
    assert [asked.said(value) for value in values] == [f"{value}：None" for value in values]


def test_what_is_refused_stays_refused_after_its_like_was_taken() -> None:
    asked = Asked(impartial=True)
    asked.said(1, size=1)
    for quantity, size in ((True, 1), (1, True), (1, "one"), (0, 1)):
        with pytest.raises(RefusedError):
            asked.said(quantity, size=size)


def test_who_does_not_work_there_bears_nothing_whatever_is_remembered() -> None:
    asked = Asked(impartial=True)
    asked.said()
    gone = Subject("G", employed=False)
    found = asked.tenant.take(Report("1", (gone,), DAY))
    assert found.postings == []
    assert [line.note.text("en") for line in found.trace[1:]] == [
        "Not employed that day: nothing follows."
    ]


@pytest.mark.parametrize(
    "report",
    [
        Report("1", (make_subject("E"), make_subject("F")), DAY),
        Report("1", (make_subject("E"),), DAY, shares=(Decimal(100),)),
        Report("1", (make_subject("E"),), DAY, facts={"at": date(2026, 1, 1)}),
        Report("1", (make_subject("E"),), DAY, facts={"rows": [1]}),
        Report("1", (make_subject("E"),), DAY, quantity=1.5),
    ],
)
def test_what_cannot_be_told_apart_is_not_kept(report: Report) -> None:
    assert key_of(1, report) is None
    assert key_of(None, Report("1", (make_subject("E"),), DAY)) is None


def test_the_shelf_has_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 10)
    asked = Asked(impartial=True)
    for number in range(1, 100):
        assert asked.said(size=number) == f"1：{number}"
        assert len(remembered._shelf) <= 10


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, True),
        ({"loss": {"over": 3}, "quantity": [1, 2]}, True),
        ({"any": [{"loss": 1}, {"not": {"word": "a"}}]}, True),
        ({"date": {"from": "2026-01-01"}}, False),
        ({"loss": 1, "time": {"over": "09:00"}}, False),
        ({"any": [{"loss": 1}, {"not": {"subject.kind": "team"}}]}, False),
        ({"due": {"under": {"fact": "date", "days": 3}}}, False),
        ({"due": {"under": {"fact": "subject.since"}}}, False),
        ({"due": {"under": {"fact": "begun"}}}, True),
    ],
)
def test_a_condition_is_impartial_when_it_asks_for_facts_alone(spec: Any, expected: Any) -> None:
    assert is_impartial(spec) is expected


@pytest.mark.parametrize(
    ("letters", "kept"),
    [pytest.param(SHORT, True, id="short"), pytest.param(SHORT + 1, False, id="a letter more")],
)
def test_what_is_long_is_not_kept(letters: int, *, kept: bool) -> None:
    report = Report("1", (make_subject("E"),), DAY, None, 1, {"word": "长" * letters})
    assert (key_of(1, report) is not None) == kept
