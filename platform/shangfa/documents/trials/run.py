"""Run policy tests: given these incidents, when this one, then exactly these effects.

No database and no clock: the incidents of a case are recorded in memory, in date order.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shangfa.domain.calendar import Calendar
from shangfa.domain.effect import Choice
from shangfa.domain.faults import RefusedError, refused
from shangfa.domain.incident import Report, Subject
from shangfa.domain.incidents.engine import Assessment, assess
from shangfa.domain.incidents.shares import read_shares
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import Posting, visible
from shangfa.domain.money import amount_text
from shangfa.domain.months.programme import World, close_period
from shangfa.domain.people.faults import UNKNOWN_SUBJECT
from shangfa.domain.policies.facts import to_decimal
from shangfa.domain.policies.policy import Policy, choose


@dataclass(slots=True)
class Memory:
    """A tenant in memory: its policies, a case's people and what was recorded."""

    policies: Mapping[str, Policy]
    calendar: Calendar
    people: Mapping[str, Subject] = field(default_factory=dict)
    supervisors: Mapping[str, str] = field(default_factory=dict)
    books: dict[str, Book] = field(default_factory=dict)
    postings: dict[str, list[Posting]] = field(default_factory=dict)

    def supervisor(self, subject: str, day: date) -> str | None:
        """Return the supervisor; a case's people do not move."""
        del day
        return self.supervisors.get(subject)

    def record(self, item: Mapping[str, Any], default_policy: str | None = None) -> Assessment:
        """Record one incident of a case and return what follows.

        Raises:
            RefusedError: as the platform refuses it.
        """
        report = self._report(item, default_policy)
        policy = choose(self.policies, report)
        book = self.books.setdefault(policy.name, Book())
        result = assess(policy, report, self, book, self.calendar)
        self.postings.setdefault(policy.name, []).extend(result.postings)
        return result

    def _report(self, item: Mapping[str, Any], default_policy: str | None) -> Report:
        on, at = read_at(item["at"])
        codes, shares = read_shares(item.get("subjects") or item.get("subject", "E"))
        subjects = tuple(self._subject(code) for code in codes)
        return Report(
            item["clause"],
            subjects,
            on,
            at,
            item.get("quantity", 1),
            item.get("facts") or {},
            shares,
            item.get("policy") or default_policy,
        )

    def _subject(self, code: str) -> Subject:
        if code not in self.people:
            raise refused(UNKNOWN_SUBJECT, "/subject", value=code)
        return self.people[code]

    def close(self, period: str, inputs: Mapping[str, Any]) -> list[Posting]:
        """Return what every programme gives for a period."""
        subjects = tuple(self.people.values())
        found: list[Posting] = []
        for policy in self.policies.values():
            postings = self.postings.get(policy.name, [])
            found += close_period(policy, period, World(subjects, postings, self.calendar), inputs)
        return found


def read_at(value: Any) -> tuple[date, datetime | None]:
    """Return the local day and, when given, the local moment."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if isinstance(value, datetime):
        return value.date(), value.replace(tzinfo=None)
    return value, None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one case; `expected` and `got` are empty when it passed."""

    id: str
    passed: bool
    expected: Any = None
    got: Any = None


def memory_of(
    case: Mapping[str, Any], policies: Mapping[str, Policy], calendar: Calendar
) -> Memory:
    """Return a memory with the people of a case; `E` is an employee when not named."""
    people = {"E": Subject("E")} if "E" not in (case.get("subjects") or {}) else {}
    supervisors = {}
    for code, item in (case.get("subjects") or {}).items():
        people[code] = Subject(
            code,
            item.get("kind", "employee"),
            item.get("department"),
            item.get("position"),
            item.get("attributes") or {},
        )
        if item.get("supervisor"):
            supervisors[code] = item["supervisor"]
    if "close" in case and case.get("subjects"):
        people = {code: people[code] for code in case["subjects"]}
    return Memory(policies, calendar, people, supervisors)


def run_case(case: Mapping[str, Any], memory: Memory) -> Verdict:
    """Run one case."""
    expected = _expected(case.get("then") or {})
    try:
        got = _outcome(case, memory, expected)
    except RefusedError as error:
        got = {"refused": error.code}
    if got == expected:
        return Verdict(case["id"], passed=True)
    return Verdict(case["id"], passed=False, expected=_plain(expected), got=_plain(got))


def _outcome(
    case: Mapping[str, Any], memory: Memory, expected: Mapping[str, Any]
) -> dict[str, Any]:
    policy = case.get("policy")
    given = sorted(case.get("given") or (), key=lambda item: str(item["at"]))
    for item in given:
        try:
            memory.record(item, policy)
        except RefusedError as error:
            return {"given refused": f"{item['at']} {item['clause']}: {error.code}"}
    if "close" in case:
        postings = memory.close(str(case["close"]), case.get("inputs") or {})
        return {"effects": _effects(postings)}
    result = memory.record(case["when"], policy)
    got: dict[str, Any] = {
        "effects": _effects(result.postings),
        "choices": Tally(_choice_key(item.subject, item.choice) for item in result.choices),
        "deadlines": Tally(
            (item.deadline.step, _moment(item.deadline.due)) for item in result.deadlines
        ),
    }
    return {key: got[key] for key in expected if key in got} or got


def _effects(postings: Iterable[Posting]) -> Tally[tuple[str, str, str, str]]:
    return Tally(
        (item.subject, item.account, item.unit, amount_text(item.unit, item.quantity))
        for item in visible(postings)
    )


def _expected(then: Mapping[str, Any]) -> dict[str, Any]:
    if then.get("refused"):
        return {"refused": then["refused"]}
    found: dict[str, Any] = {"effects": Tally(map(_effect_key, then.get("effects") or ()))}
    if "choices" in then:
        found["choices"] = Tally(map(_expected_choice, then["choices"] or ()))
    if "deadlines" in then:
        found["deadlines"] = Tally(
            (item["step"], _moment(item["due"])) for item in then["deadlines"] or ()
        )
    return found


def _effect_key(item: Mapping[str, Any]) -> tuple[str, str, str, str]:
    unit = str(item["unit"])
    return item["subject"], item["account"], unit, amount_text(unit, to_decimal(item["quantity"]))


def _choice_key(subject: str, choice: Choice) -> tuple[str, ...]:
    return (subject, choice.account, choice.unit, *_span(choice.minimum, choice.maximum))


def _expected_choice(item: Mapping[str, Any]) -> tuple[str, ...]:
    most = item.get("max")
    limits = _span(to_decimal(item["min"]), None if most is None else to_decimal(most))
    return (item["subject"], item["account"], item["unit"], *limits)


def _span(least: Decimal, most: Decimal | None) -> tuple[str, str]:
    return amount_text("", least), "open" if most is None else amount_text("", most)


def _moment(value: Any) -> str:
    on, at = read_at(value)
    return at.isoformat(timespec="seconds") if at else on.isoformat()


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: sorted(" ".join(map(str, entry)) for entry in item.elements())
        if isinstance(item, Tally)
        else item
        for key, item in value.items()
    }
