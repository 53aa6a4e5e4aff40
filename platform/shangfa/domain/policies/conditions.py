"""Conditions on facts, compiled once per policy version into plain functions.

A condition is a mapping, all of whose entries must hold. A key is a fact's name,
`quantity`, `date` (the local day), `date.month`, `date.day`, `date.weekday`,
`date.working_day` (by the tenant's calendar), `time`, `subject.kind`, `subject.department`,
`subject.position`, `subject.since` (first day in the company), `subject.months_of_service`
(complete months since then), `subject.<attribute>` for a declared attribute, or one of
`any`, `all` (each a list of conditions), `not`. A value is a literal, a list of literals
(one of them), or limits: `over`, `under` (exclusive), `from`, `to` (inclusive). A limit is
a literal or what another key says, `{fact: previous_rate}`, days and months later if need be:
`{fact: date, months: 1}`. A fact that is None meets only the literal `null`; a condition on
`time` refuses an incident of which only the day is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter, ge, gt, le, lt
from typing import Any, Final

from shangfa.domain.dates.days import WEEKDAYS, add_months
from shangfa.domain.faults import RefusedError, refused
from shangfa.domain.incident import SUBJECT_KINDS, Incident
from shangfa.domain.near import nearest
from shangfa.domain.people.past import months_between
from shangfa.domain.policies.facts import NUMERIC, Fact
from shangfa.domain.policies.faults import INVALID_FACT
from shangfa.domain.text import Note

Condition = Callable[[Incident], bool]

LIMITS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "over": gt,
    "under": lt,
    "from": ge,
    "to": le,
}


SUBJECT: Final = "subject."
SERVICE: Final = {"since": "date", "months_of_service": "number"}
PLACES: Final = ("kind", "department", "position", *SERVICE)
"""What `subject.` knows of everybody; the rest are attributes that are declared."""


def _number(name: str, most: int) -> Fact:
    return Fact(name, "int", least=Decimal(1), most=Decimal(most))


DATE: Final = "date."
DATES: Final[Mapping[str, tuple[Fact, Callable[[Incident], Any]]]] = {
    fact.name: (fact, read)
    for fact, read in (
        (_number("date.month", 12), lambda incident: incident.on.month),
        (_number("date.day", 31), lambda incident: incident.on.day),
        (
            Fact("date.weekday", "choice", values=WEEKDAYS),
            lambda incident: WEEKDAYS[incident.on.weekday()],
        ),
        (
            Fact("date.working_day", "bool"),
            lambda incident: incident.calendar.is_working_day(incident.on),
        ),
    )
}
"""What conditions may ask of the local day."""
RESERVED: Final = frozenset(
    {"all", "any", "at", "clause", "date", "not", "none", "null", "on", "or", "and", "quantity"}
    | {"subject", "subjects", "time", "unit", "true", "false"}
)
"""No fact may be called so: these words mean something by themselves, or may one day."""

_NO_CONDITION = Note("条件须为对象", "a condition is an object")
_A_LIST = Note("{0} 须为条件的列表", "{0} takes a list of conditions")
_UNKNOWN = Note("没有事实“{0}”；可用：{1}", "there is no fact {0!r}; known: {1}")
_NO_ATTRIBUTE = Note(
    "没有声明属性“{0}”；可用：{1}；其他属性请在 tenant.yaml 或制度的 attributes 下声明",
    "there is no attribute {0!r}; known: {1}; declare others under `attributes` of tenant.yaml or "
    "of the policy",
)
_NO_LIMIT = Note("没有界限“{0}”；可用：{1}", "there is no limit {0!r}; known: {1}")
_NOT_ORDERED = Note("{0} 只用于数字、日期或时刻", "{0} takes a number, a date or a time")
_REFERENCE = Note(
    "取自事实的界限写作 fact、months、days", "a limit taken from a fact is {{fact, months, days}}"
)
_AGAINST = Note("{0}（{1}）不能与 {2}（{3}）比较", "{0} ({1}) cannot be held against {2} ({3})")
_MOVED = Note("只有日期可按整月、整日推移", "only a date can be moved, by whole months and days")
_LITERAL = Note("须为{0}", "{0} is expected")
_TIMED = Note("本地日期和时间，如 2026-03-02T19:30", "a local date-time such as 2026-03-02T19:30")


class ConditionError(ValueError):
    """A condition that cannot be compiled; `path` leads to the place."""

    def __init__(self, path: tuple[str, ...], why: Note) -> None:
        super().__init__(why.text("en"))
        self.path = path
        self.why = why


def compile_condition(
    spec: Mapping[str, Any], facts: Mapping[str, Fact], path: tuple[str, ...] = ()
) -> Condition:
    """Return a function that tells whether an incident meets `spec`.

    `facts` are by name; an attribute the policy declares is a fact `subject.<attribute>`.

    Raises:
        ConditionError: an unknown fact or limit, or a literal of the wrong type.
    """
    if not isinstance(spec, Mapping):
        raise ConditionError(path, _NO_CONDITION)
    tests = tuple(_entry(str(key), value, facts, (*path, str(key))) for key, value in spec.items())
    if len(tests) == 1:
        return tests[0]
    return lambda incident: all(test(incident) for test in tests)


def is_impartial(spec: Any) -> bool:
    """Tell whether a condition asks for nothing but facts and the quantity."""
    if isinstance(spec, Mapping):
        names = [str(key) for key in spec] + [str(spec["fact"]) for _ in range("fact" in spec)]
        asked = any(name in {"date", "time"} or name.startswith((SUBJECT, DATE)) for name in names)
        return not asked and all(map(is_impartial, spec.values()))
    return all(map(is_impartial, spec)) if isinstance(spec, list) else True


def is_steady(spec: Any) -> bool:
    """Tell whether a condition asks for nothing but what a subject is, not for the day."""
    if isinstance(spec, Mapping):
        return all(
            is_steady(value)
            if key in {"any", "all", "not"}
            else str(key).startswith(SUBJECT) and key != "subject.months_of_service"
            for key, value in spec.items()
        )
    return all(map(is_steady, spec)) if isinstance(spec, list) else False


def _entry(key: str, value: Any, facts: Mapping[str, Fact], path: tuple[str, ...]) -> Condition:
    if key in {"any", "all"}:
        if not isinstance(value, list):
            raise ConditionError(path, _A_LIST.of(key))
        tests = [compile_condition(item, facts, (*path, str(i))) for i, item in enumerate(value)]
        join = any if key == "any" else all
        return lambda incident: join(test(incident) for test in tests)
    if key == "not":
        inner = compile_condition(value, facts, path)
        return lambda incident: not inner(incident)
    read, fact = _operand(key, facts, path)
    if isinstance(value, Mapping):
        return _within(read, [_limit(*item, fact, facts, path) for item in value.items()])
    test = _test(value, fact, path)
    return lambda incident: test(read(incident))


def _operand(
    key: str, facts: Mapping[str, Fact], path: tuple[str, ...]
) -> tuple[Callable[[Incident], Any], Fact]:
    if key.startswith(SUBJECT):
        return _attribute(key, facts, path)
    if key in facts:
        return (lambda incident: incident.facts[key]), facts[key]
    if key in DATES:
        fact, read = DATES[key]
        return read, fact
    if key == "quantity":
        return (lambda incident: incident.quantity), Fact(key, "number")
    if key == "date":
        return (lambda incident: incident.on), Fact(key, "date")
    if key == "time":
        return _local_time, Fact(key, "time")
    known = [name for name in facts if not name.startswith(SUBJECT)]
    near = nearest(key, [*known, "quantity", "date", "time", *DATES])
    raise ConditionError(path, _UNKNOWN.of(key, "、".join(near)))


def _attribute(
    key: str, facts: Mapping[str, Fact], path: tuple[str, ...]
) -> tuple[Callable[[Incident], Any], Fact]:
    """Return what reads something of the subject, and its type."""
    name = key.removeprefix(SUBJECT)
    if name in SERVICE:
        return (_since if name == "since" else _months_of_service), Fact(key, SERVICE[name])
    if name in PLACES:
        read = attrgetter(f"subject.{name}")
        return read, Fact(key, "choice", values=SUBJECT_KINDS if name == "kind" else ())
    if key not in facts:
        known = [item.removeprefix(SUBJECT) for item in facts if item.startswith(SUBJECT)]
        near = nearest(name, [*known, *PLACES])
        raise ConditionError(path, _NO_ATTRIBUTE.of(name, "、".join(near)))
    return _attribute_reader(name, facts[key]), facts[key]


def _attribute_reader(name: str, fact: Fact) -> Callable[[Incident], Any]:
    flag = fact.type == "bool"

    def read(incident: Incident) -> Any:
        value = incident.subject.attributes.get(name)
        if value is None or (flag and (value is True or value is False)):
            return value
        try:
            return fact.read(value)
        except RefusedError as error:
            values = error.faults[0].values
            raise refused(INVALID_FACT, "/subject", **values) from None

    return read


def _since(incident: Incident) -> Any:
    return incident.subject.since


def _months_of_service(incident: Incident) -> Any:
    since = incident.subject.since
    return None if since is None else months_between(since, incident.on)


def _local_time(incident: Incident) -> Any:
    if incident.at is None:
        raise refused(INVALID_FACT, "/at", name="at", label="at", value=incident.on, allowed=_TIMED)
    return incident.at.time()


def _test(value: Any, fact: Fact, path: tuple[str, ...]) -> Callable[[Any], bool]:
    if isinstance(value, list):
        options = [_literal(item, fact, path) for item in value]
        return lambda read: read in options
    literal = _literal(value, fact, path)
    return lambda read: bool(read == literal)


def _within(
    read: Callable[[Incident], Any], limits: list[Callable[[Any, Incident], bool]]
) -> Condition:
    def test(incident: Incident) -> bool:
        value = read(incident)
        return value is not None and all(limit(value, incident) for limit in limits)

    return test


def _limit(
    name: str, value: Any, fact: Fact, facts: Mapping[str, Fact], path: tuple[str, ...]
) -> Callable[[Any, Incident], bool]:
    if name not in LIMITS:
        raise ConditionError(path, _NO_LIMIT.of(name, "、".join(LIMITS)))
    compare = LIMITS[name]
    if isinstance(value, Mapping):
        other = _other(value, fact, facts, path)
        return lambda read, incident: (
            (limit := other(incident)) is not None and compare(read, limit)
        )
    literal = _literal(value, fact, path)
    if literal is None or isinstance(literal, bool | list):
        raise ConditionError(path, _NOT_ORDERED.of(name))

    def test(read: Any, _: Incident) -> bool:
        try:
            return compare(read, literal)
        except TypeError:
            raise _not_comparable(fact, read, f"{name} {literal}") from None

    return test


def _not_comparable(fact: Fact, value: Any, limit: str) -> RefusedError:
    """Return the refusal of a value that is neither over nor under: a text, say."""
    values = {"name": fact.name, "label": fact.zh or fact.name, "value": value}
    return refused(INVALID_FACT, f"/facts/{fact.name}", **values, allowed=limit)


def _other(
    value: Mapping[str, Any], fact: Fact, facts: Mapping[str, Fact], path: tuple[str, ...]
) -> Callable[[Incident], Any]:
    """Return what reads the limit that another fact or the day sets."""
    strange = value.keys() - {"fact", "months", "days"}
    if strange or "fact" not in value:
        raise ConditionError(path, _REFERENCE)
    read, other = _operand(str(value["fact"]), facts, path)
    if not _comparable(fact.type, other.type):
        raise ConditionError(path, _AGAINST.of(fact.name, fact.type, other.name, other.type))
    months, days = value.get("months", 0), value.get("days", 0)
    if not (months or days):
        return read
    if other.type != "date" or not isinstance(months, int) or not isinstance(days, int):
        raise ConditionError(path, _MOVED)
    return lambda incident: _later(read(incident), months, days)


def _comparable(one: str, other: str) -> bool:
    return {one, other} <= NUMERIC or one == other in {"date", "time", "month"}


def _later(day: date | None, months: int, days: int) -> date | None:
    """Move a day; it stops at the ends of the calendar."""
    if day is None:
        return None
    try:
        return add_months(day, months) + timedelta(days)
    except (OverflowError, ValueError):
        return date.max if months + days > 0 else date.min


def _literal(value: Any, fact: Fact, path: tuple[str, ...]) -> Any:
    if value is None:
        return value
    try:
        return fact.read(value)
    except RefusedError as error:
        raise ConditionError(path, _LITERAL.of(fact.allowed())) from error
