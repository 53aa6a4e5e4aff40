from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from shangfa.domain.faults import RefusedError
from shangfa.domain.policies.conditions import ConditionError, compile_condition
from shangfa.domain.policies.facts import Fact
from shangfa.testing import make_incident, make_subject

FACTS = {
    fact.name: fact
    for fact in (
        Fact("serious", "bool"),
        Fact("loss", "money"),
        Fact("previous", "money", required=False),
        Fact("mode", "choice", values=("phone", "letter")),
        Fact("due", "date", required=False),
        Fact("left", "time", required=False),
        Fact("subject.regular", "bool"),
        Fact("subject.grade", "number"),
    )
}
USUAL: dict[str, Any] = {
    "serious": False,
    "loss": Decimal(100),
    "previous": None,
    "mode": "phone",
    "due": None,
    "left": None,
}


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A time of the tenant, which has no zone."""
    return datetime(year, month, day, hour, minute)  # noqa: DTZ001 - local


def holds(spec: dict[str, Any], **more: Any) -> bool:
    quantity, at = more.pop("quantity", 1), more.pop("at", date(2026, 3, 2))
    subject = more.pop("subject", "E")
    facts = USUAL | more
    incident = make_incident(quantity, at=at, subject=subject, **facts)
    return compile_condition(spec, FACTS)(incident)


@pytest.mark.parametrize(
    ("spec", "facts"),
    [
        pytest.param({}, {}, id="nothing is asked"),
        pytest.param({"serious": True}, {"serious": True}, id="a literal"),
        pytest.param({"mode": ["letter", "phone"]}, {}, id="one of a list"),
        pytest.param({"previous": None}, {}, id="null meets a fact not given"),
        pytest.param({"loss": {"from": 100}}, {}, id="from includes its number"),
        pytest.param({"loss": {"to": 100}}, {}, id="to includes its number"),
        pytest.param({"loss": {"over": "99.99"}}, {}, id="over"),
        pytest.param({"loss": {"under": "100.01"}}, {}, id="under"),
        pytest.param({"loss": {"over": 50, "to": 100}}, {}, id="both limits"),
        pytest.param({"quantity": {"from": 3}}, {"quantity": 3}, id="the quantity"),
        pytest.param({"serious": False, "mode": "phone"}, {}, id="all entries"),
        pytest.param({"any": [{"serious": True}, {"mode": "phone"}]}, {}, id="any, the second"),
        pytest.param({"all": [{"serious": False}, {"mode": "phone"}]}, {}, id="all"),
        pytest.param({"not": {"serious": True}}, {}, id="not"),
        pytest.param({"not": {"not": {"serious": False}}}, {}, id="not not"),
        pytest.param(
            {"time": {"from": "16:00"}}, {"at": local(2026, 3, 2, 16)}, id="the time itself"
        ),
        pytest.param({"date": "2026-03-02"}, {}, id="the day"),
        pytest.param({"date": {"over": "2026-03-01"}}, {}, id="after a day"),
        pytest.param({"left": {"to": "15:59"}}, {"left": time(15, 59)}, id="a time"),
        pytest.param(
            {"loss": {"over": {"fact": "previous"}}}, {"previous": Decimal(99)}, id="another fact"
        ),
        pytest.param(
            {"due": {"to": {"fact": "date", "months": 1}}},
            {"due": date(2026, 2, 28), "at": date(2026, 1, 31)},
            id="a month from a day the next month does not have",
        ),
        pytest.param(
            {"due": {"from": {"fact": "date", "days": 3}}},
            {"due": date(2026, 3, 5)},
            id="days later, that day included",
        ),
        pytest.param(
            {"due": {"to": {"fact": "date", "days": 3}}},
            {"due": date(9999, 12, 31), "at": date(9999, 12, 30)},
            id="the calendar's end",
        ),
        pytest.param(
            {"subject.regular": True}, {"subject": make_subject(regular=True)}, id="an attribute"
        ),
        pytest.param({"subject.regular": None}, {}, id="an attribute nobody gave"),
        pytest.param({"subject.kind": ["employee", "team"]}, {}, id="the kind"),
        pytest.param(
            {"subject.department": "客服部", "subject.position": None},
            {"subject": make_subject(department="客服部")},
            id="the department, and no position",
        ),
        pytest.param(
            {"subject.grade": {"from": 3}},
            {"subject": make_subject(grade="3")},
            id="a number as people.csv writes it",
        ),
        pytest.param(
            {"subject.grade": {"from": 3}},
            {"subject": make_subject(grade=Decimal(3))},
            id="an attribute's limit",
        ),
    ],
)
def test_a_condition_that_holds(spec: dict[str, Any], facts: dict[str, Any]) -> None:
    assert holds(spec, **facts)


@pytest.mark.parametrize(
    ("spec", "facts"),
    [
        pytest.param({"serious": True}, {}, id="another literal"),
        pytest.param({"mode": ["letter"]}, {}, id="not in the list"),
        pytest.param({"loss": {"over": 100}}, {}, id="over leaves its number out"),
        pytest.param({"loss": {"under": 100}}, {}, id="under leaves its number out"),
        pytest.param({"loss": {"over": 50, "to": 99}}, {}, id="one limit of two"),
        pytest.param({"previous": {"to": 5}}, {}, id="a fact not given is in no limits"),
        pytest.param({"loss": {"over": {"fact": "previous"}}}, {}, id="a limit not given"),
        pytest.param(
            {"due": {"to": {"fact": "due", "days": 1}}}, {}, id="a day not given is not moved"
        ),
        pytest.param({"serious": False, "mode": "letter"}, {}, id="one entry of two"),
        pytest.param({"any": [{"serious": True}, {"mode": "letter"}]}, {}, id="none of any"),
        pytest.param({"any": []}, {}, id="any of nothing"),
        pytest.param({"all": [{"serious": False}, {"mode": "letter"}]}, {}, id="one of all"),
        pytest.param({"not": {"serious": False}}, {}, id="not"),
        pytest.param(
            {"time": {"from": "16:00"}}, {"at": local(2026, 3, 2, 15, 59)}, id="a minute before"
        ),
    ],
)
def test_a_condition_that_does_not_hold(spec: dict[str, Any], facts: dict[str, Any]) -> None:
    assert not holds(spec, **facts)


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        pytest.param({"sirious": True}, "sirious", id="misspelt fact"),
        pytest.param({"loss": {"above": 5}}, "loss", id="unknown limit"),
        pytest.param({"loss": "much"}, "loss", id="literal of another type"),
        pytest.param({"loss": {"over": "much"}}, "loss", id="limit of another type"),
        pytest.param({"loss": {"over": None}}, "loss", id="a limit that is nothing"),
        pytest.param({"serious": {"over": True}}, "serious", id="a limit of yes and no"),
        pytest.param({"mode": ["letter", "fax"]}, "mode", id="not an option"),
        pytest.param({"any": {"serious": True}}, "any", id="any without a list"),
        pytest.param({"any": [{"serious": True}, "x"]}, "any/1", id="a word in a list"),
        pytest.param({"all": [{"sirious": True}]}, "all/0/sirious", id="deep inside"),
        pytest.param({"not": True}, "not", id="not of a literal"),
        pytest.param({"time": {"from": 960}}, "time", id="what YAML makes of 16:00"),
        pytest.param({"loss": {"over": {"fact": "mode"}}}, "loss", id="money against an option"),
        pytest.param({"loss": {"over": {"fct": "previous"}}}, "loss", id="misspelt reference"),
        pytest.param(
            {"loss": {"over": {"fact": "previous", "days": 1}}}, "loss", id="money moved by days"
        ),
        pytest.param({"due": {"over": {"fact": "date", "days": "1"}}}, "due", id="days as a text"),
        pytest.param({True: 1}, "True", id="a key that YAML read as a boolean"),
        pytest.param({"subject.gradde": 3}, "subject.gradde", id="misspelt attribute"),
        pytest.param({"subject.grade": "high"}, "subject.grade", id="literal of an attribute"),
        pytest.param({"subject.kind": "boss"}, "subject.kind", id="no kind of subject"),
        pytest.param({"subject": "E1"}, "subject", id="the subject itself"),
    ],
)
def test_a_condition_that_cannot_be_read(spec: Any, path: str) -> None:
    with pytest.raises(ConditionError) as caught:
        compile_condition(spec, FACTS)
    assert "/".join(caught.value.path) == path


def test_a_day_alone_has_no_time() -> None:
    with pytest.raises(RefusedError) as caught:
        holds({"time": {"from": "00:00"}})
    fault = caught.value.faults[0]
    assert (fault.code, fault.pointer) == ("invalid_fact", "/at")


def test_an_attribute_of_another_type_is_refused_and_not_guessed() -> None:
    with pytest.raises(RefusedError) as caught:
        holds({"subject.grade": {"from": 3}}, subject=make_subject(grade="high"))
    (fault,) = caught.value.faults
    assert (fault.code, fault.pointer) == ("invalid_fact", "/subject")
    assert "须为数字" in fault.zh


def test_a_day_is_neither_over_nor_under_a_moment() -> None:
    fact = {"since": Fact("since", "moment")}
    test = compile_condition({"since": {"over": "2026-03-02T10:00"}}, fact)
    with pytest.raises(RefusedError, match="invalid_fact"):
        test(make_incident(since=date(2026, 3, 2)))


def test_the_nearest_names_are_told() -> None:
    with pytest.raises(ConditionError) as caught:
        compile_condition({"subject.gradde": 3}, FACTS)
    assert "可用：grade" in caught.value.why.text("zh")
    with pytest.raises(ConditionError) as caught:
        compile_condition({"sirious": True}, FACTS)
    assert "可用：serious" in caught.value.why.text("zh")


@pytest.mark.parametrize(
    ("spec", "since", "met"),
    [
        pytest.param({"subject.since": {"from": "2026-01-01"}}, "2026-01-01", True, id="a day"),
        pytest.param({"subject.since": {"from": "2026-01-01"}}, "2025-12-31", False, id="before"),
        pytest.param({"subject.months_of_service": {"to": 3}}, "2025-12-02", True, id="months"),
        pytest.param({"subject.months_of_service": {"to": 2}}, "2025-12-02", False, id="longer"),
        pytest.param({"subject.since": None}, None, True, id="who has no first day"),
        pytest.param({"subject.months_of_service": None}, None, True, id="nor any months"),
    ],
)
def test_how_long_somebody_has_been_there(
    spec: dict[str, Any], since: str | None, *, met: bool
) -> None:
    first = date.fromisoformat(since) if since else None
    subject = replace(make_subject("E"), since=first)
    assert holds(spec, subject=subject) == met
