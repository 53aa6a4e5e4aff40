"""Clocks, breaches and options, through the engine's own types."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from shangfa.documents.tenant.calendars import calendar
from shangfa.domain.faults import RefusedError
from shangfa.domain.policies.facts import read_facts
from shangfa.sdk import Choice, ClauseKind, Deadline, Effect, Finding, Part
from shangfa.testing import found, make_incident, make_part
from shangfa_duties import register_clause_kinds

KINDS: dict[str, ClauseKind[Any]] = {kind.name: kind for kind in register_clause_kinds()}


def part(name: str, params: dict[str, Any]) -> Part[Any]:
    return make_part(KINDS[name].params.model_validate(params), code="11b")


def run(
    name: str,
    params: dict[str, Any],
    at: str,
    facts: dict[str, Any] | None = None,
    quantity: str = "1",
) -> list[Finding]:
    """Assess with the kind's own facts read as the platform reads them."""
    kind, given = KINDS[name], facts or {}
    declared = {fact.name: fact for fact in kind.facts}
    own = {key: value for key, value in given.items() if key in declared}
    read = {**given, **read_facts(declared, own)}
    when = datetime.fromisoformat(at) if "T" in at else date.fromisoformat(at)
    incident = make_incident(quantity, at=when, calendar=calendar("CN"), **read)
    return found(kind, part(name, params), incident)


def sums(findings: list[Finding]) -> list[tuple[str, Decimal]]:
    return [(item.account, item.quantity) for item in findings if isinstance(item, Effect)]


BREACH = [("breach", Decimal(1))]
HALF_HOUR = {"minutes": 30}
THREE_WORKING_DAYS = {"working_days": 3}


@pytest.mark.parametrize(
    ("params", "at", "facts", "expected"),
    [
        pytest.param(
            HALF_HOUR,
            "2026-03-02T09:30",
            {"since": "2026-03-02T09:00"},
            [],
            id="exactly at the minute",
        ),
        pytest.param(
            HALF_HOUR,
            "2026-03-02T09:30:01",
            {"since": "2026-03-02T09:00"},
            BREACH,
            id="one second after",
        ),
        pytest.param(
            THREE_WORKING_DAYS,
            "2026-03-05T23:59",
            {"since": "2026-03-02"},
            [],
            id="last minute of the due day",
        ),
        pytest.param(
            THREE_WORKING_DAYS,
            "2026-03-06",
            {"since": "2026-03-02T08:00"},
            BREACH,
            id="the day after",
        ),
        pytest.param(
            THREE_WORKING_DAYS,
            "2026-03-04",
            {"since": "2026-03-02", "done": False},
            [],
            id="silent, but not yet due",
        ),
        pytest.param(
            THREE_WORKING_DAYS,
            "2026-03-05",
            {"since": "2026-03-02", "done": False},
            BREACH,
            id="silent on the due day",
        ),
        pytest.param(
            HALF_HOUR,
            "2026-03-02T09:29",
            {"since": "2026-03-02T09:00", "done": False},
            [],
            id="silent before the moment",
        ),
        pytest.param(
            HALF_HOUR,
            "2026-03-02T09:30",
            {"since": "2026-03-02T09:00", "done": False},
            BREACH,
            id="silent at the moment",
        ),
        pytest.param(
            HALF_HOUR,
            "2026-03-02",
            {"since": "2026-03-02T09:00", "done": False},
            BREACH,
            id="silent all the due day",
        ),
        pytest.param(
            {"same_day": True},
            "2026-03-03",
            {"since": "2026-03-02"},
            BREACH,
            id="next day",
        ),
        pytest.param(
            {"minutes": 0, "base": "asked"},
            "2026-03-02T11:00",
            {
                "since": "2026-03-02T09:00",
                "asked": datetime.fromisoformat("2026-03-02T11:00"),
            },
            [],
            id="at the moment the customer asked for",
        ),
        pytest.param(
            {"minutes": 0, "base": "asked"},
            "2026-03-02T11:01",
            {
                "since": "2026-03-02T09:00",
                "asked": datetime.fromisoformat("2026-03-02T11:00"),
            },
            BREACH,
            id="a minute after it",
        ),
    ],
)
def test_answer(
    params: dict[str, Any],
    at: str,
    facts: dict[str, Any],
    expected: list[tuple[str, Decimal]],
) -> None:
    assert sums(run("duties.answer", params, at, facts)) == expected


@pytest.mark.parametrize(
    ("params", "facts", "expected"),
    [
        pytest.param(
            {"account": "fine", "amount": "50"},
            {},
            ("fine", "-100.00"),
            id="amount times 2",
        ),
        pytest.param(
            {"account": "compensation", "fact": "loss"},
            {"loss": Decimal("120.5")},
            ("compensation", "-120.50"),
            id="the loss once",
        ),
        pytest.param({}, {}, ("breach", "2"), id="breaches times 2"),
    ],
)
def test_cost_of_lateness(
    params: dict[str, Any], facts: dict[str, Any], expected: tuple[str, str]
) -> None:
    given = {"since": "2026-03-02", **facts}
    findings = run("duties.answer", {"days": 3, **params}, "2026-03-08", given, "2")
    account, quantity = expected
    assert sums(findings) == [(account, Decimal(quantity))]


def test_nothing_for_lateness_still_judges_the_dates() -> None:
    params = {"step": "solve", "same_day": True, "account": "nothing"}
    late = {"since": "2026-03-02"}
    assert run("duties.clock", params, "2026-03-08", late) == []
    assert len(run("duties.clock", params, "2026-03-02")) == 1
    with pytest.raises(RefusedError) as error:
        run("duties.clock", params, "2026-03-01", late)
    assert error.value.code == "invalid_fact"


@pytest.mark.parametrize(
    ("params", "at", "facts", "code"),
    [
        pytest.param({"days": 1}, "2026-03-02", {}, "missing_fact", id="no start"),
        pytest.param(
            {"days": 1},
            "2026-03-02",
            {"since": "2026-03-03"},
            "invalid_fact",
            id="answered the day before",
        ),
        pytest.param(
            {"minutes": 5},
            "2026-03-02T09:00",
            {"since": "2026-03-02T09:01"},
            "invalid_fact",
            id="answered the minute before",
        ),
        pytest.param(
            HALF_HOUR,
            "2026-03-02",
            {"since": "2026-03-02T09:00"},
            "invalid_fact",
            id="answered on a day, due at a moment",
        ),
        pytest.param(
            {"days": 1, "account": "compensation", "fact": "loss"},
            "2026-03-05",
            {"since": "2026-03-02", "loss": None},
            "missing_fact",
            id="late, but the loss is not given",
        ),
        pytest.param(
            {"days": 1, "base": "expiry"},
            "2026-03-05",
            {"since": "2026-03-02", "expiry": None},
            "missing_fact",
            id="base not given",
        ),
    ],
)
def test_answer_refused(params: dict[str, Any], at: str, facts: dict[str, Any], code: str) -> None:
    with pytest.raises(RefusedError) as error:
        run("duties.answer", params, at, facts)
    assert error.value.code == code


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"days": 1, "amount": 5}, id="breach with an amount"),
        pytest.param({"days": 1, "account": "fine"}, id="fine without an amount"),
        pytest.param({"days": 1, "account": "nothing", "amount": 5}, id="nothing with an amount"),
        pytest.param({"days": 1, "account": "fine", "amount": 5, "fact": "loss"}, id="two sums"),
        pytest.param({"account": "breach"}, id="no limit"),
    ],
)
def test_answer_params_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        part("duties.answer", params)


def test_clock_opens_without_since() -> None:
    findings = run("duties.clock", {"step": "reply", **THREE_WORKING_DAYS}, "2026-09-30")
    assert [item[:2] for item in findings] == [("reply", date(2026, 10, 10))]


def test_clock_ends_with_since() -> None:
    params = {"step": "forward", **HALF_HOUR}
    facts = {"since": "2026-03-02T09:00"}
    assert sums(run("duties.clock", params, "2026-03-02T09:31", facts)) == BREACH
    assert run("duties.clock", params, "2026-03-02T09:30", facts) == []


def test_clock_with_nothing_done_needs_a_start() -> None:
    with pytest.raises(RefusedError) as error:
        run("duties.clock", {"step": "reply", "days": 3}, "2026-03-02", {"done": False})
    assert error.value.code == "missing_fact"


def test_deadline_counted_back_from_a_fact() -> None:
    params = {"step": "notify", "months": -1, "base": "expiry"}
    findings = run("duties.deadline", params, "2026-02-01", {"expiry": date(2026, 3, 31)})
    assert isinstance(findings[0], Deadline)
    assert findings[0].due == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("params", "quantity", "expected"),
    [
        pytest.param({}, "3", [("breach", Decimal(3))], id="each"),
        pytest.param({"per": "incident"}, "3", BREACH, id="once"),
        pytest.param({}, "0", [], id="none"),
    ],
)
def test_breach(params: dict[str, Any], quantity: str, expected: list[tuple[str, Decimal]]) -> None:
    assert sums(run("duties.breach", params, "2026-03-02", {}, quantity)) == expected


@pytest.mark.parametrize(
    ("every", "at", "last", "expected"),
    [
        pytest.param("half_month", "2026-03-31", "2026-03-15", BREACH, id="15th, first half"),
        pytest.param("half_month", "2026-03-31", "2026-03-16", [], id="16th, second half"),
        pytest.param("half_month", "2026-03-15", "2026-02-28", BREACH, id="month before"),
        pytest.param("half_month", "2026-03-15", "2026-03-01", [], id="1st"),
        pytest.param("week", "2026-03-08", "2026-03-02", [], id="Monday of that week"),
        pytest.param("week", "2026-03-08", "2026-03-01", BREACH, id="Sunday before"),
        pytest.param("month", "2026-03-31", "2026-02-28", BREACH, id="last month"),
        pytest.param("month", "2026-03-31", None, BREACH, id="never"),
    ],
)
def test_regular(
    every: str, at: str, last: str | None, expected: list[tuple[str, Decimal]]
) -> None:
    facts = {"last": date.fromisoformat(last) if last else None}
    assert sums(run("duties.regular", {"last": "last", "every": every}, at, facts)) == expected


def test_regular_refuses_a_last_time_after_the_incident() -> None:
    params = {"last": "last", "every": "month"}
    with pytest.raises(RefusedError) as error:
        run(
            "duties.regular",
            params,
            "2026-03-02",
            {"last": datetime.fromisoformat("2026-03-03T08:00")},
        )
    assert error.value.code == "invalid_fact"


def test_one_of_binds_its_options() -> None:
    params = {"options": ["full_suspension", "termination"]}
    findings = run("duties.one_of", params, "2026-03-02")
    assert [item[:4] for item in findings if isinstance(item, Choice)] == [
        ("action", "full_suspension", Decimal(0), Decimal(1)),
        ("action", "termination", Decimal(0), Decimal(1)),
    ]
    assert {item.one_of for item in findings if isinstance(item, Choice)} == {"11b"}


@pytest.mark.parametrize(
    ("name", "params", "expected"),
    [
        pytest.param(
            "duties.deadline",
            {"step": "object", "days": 3},
            [("none", "", "object: days 3")],
            id="deadline",
        ),
        pytest.param(
            "duties.deadline",
            {"step": "meet", "last_weekday_before": {"weekday": "friday", "day": 25}},
            [("none", "", "meet: last friday before day 25 of the month")],
            id="weekday",
        ),
        pytest.param(
            "duties.clock",
            {"step": "reply", "same_day": True},
            [("penalty", "breach", "later than same_day")],
            id="clock",
        ),
        pytest.param(
            "duties.clock",
            {"step": "reply", "same_day": True, "account": "nothing"},
            [("none", "", "later than same_day")],
            id="clock without a cost",
        ),
        pytest.param(
            "duties.answer",
            {"days": 3, "account": "fine", "amount": 50},
            [("penalty", "fine", "later than days 3")],
            id="fine",
        ),
        pytest.param(
            "duties.answer",
            {"days": 3, "account": "compensation", "fact": "loss"},
            [("penalty", "compensation", "later than days 3")],
            id="open compensation",
        ),
        pytest.param(
            "duties.regular",
            {"last": "last", "every": "week"},
            [("penalty", "breach", "not once in a week")],
            id="regular",
        ),
        pytest.param("duties.breach", {}, [("penalty", "breach", "")], id="breach"),
        pytest.param(
            "duties.one_of",
            {"options": ["a", "b"], "account": "marks"},
            [("penalty", "marks", "one of"), ("penalty", "marks", "one of")],
            id="options",
        ),
    ],
)
def test_catalogue(name: str, params: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    rows = KINDS[name].rows(part(name, params))
    assert [(row.direction, row.account, row.note) for row in rows] == expected
