"""What a dismissal takes: a ground of the law, protection looked into, the union, evidence, a name.

A dismissal is only ever proposed; whoever approves it hands these in (劳动合同法 36, 39-43;
工会法 19, 22). Whether it holds before a court is for a lawyer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal, get_args

from shangfa.domain.cases.faults import PROTECTED_PERSON
from shangfa.domain.cases.procedure import Input
from shangfa.domain.dates.days import read_day
from shangfa.domain.faults import INVALID, MISSING, UNKNOWN_FIELD, Fault
from shangfa.domain.text import Note

Outcome = Literal["approved", "declined"]
OUTCOMES: Final[tuple[str, ...]] = get_args(Outcome)
"""What may be answered to a dismissal that was posted without anybody having looked into it."""
OF_EACH: Final = "subjects"
"""Where what is said of each one stands, by his code, when a case dismisses several."""
DismissalState = Literal["proposed", "approved", "declined", "reversed"]
DISMISSAL_STATES: Final[tuple[str, ...]] = get_args(DismissalState)
GATE: Final = Input("dismissal", "object", required=False)
AGREED: Final = "36"
OVER_AGE_END: Final = "over-age"
"""An agreement with somebody past the retirement age ends as it says: its term, its task, its
conditions, or by consent (超龄劳动者基本权益保障暂行规定)."""
OTHER_GROUNDS: Final = (AGREED, OVER_AGE_END)
LABOUR_CONTRACT: Final = ("39-", "40-", "41")
"""Grounds of the employer alone, which do not reach who is past the retirement age."""
GROUNDS: Final = (
    *OTHER_GROUNDS,
    *(f"39-{n}" for n in range(1, 7)),
    *(f"40-{n}" for n in range(1, 4)),
    "41",
)
"""Articles of the Labour Contract Law, with their items."""
STATUSES: Final = (
    "occupational_disease",
    "work_injury",
    "medical_period",
    "maternity",
    "near_retirement",
    "union_officer",
)
"""What protects somebody; each is answered with true or false."""
MEMBERS: Final = ("ground", "protected", "union", "decided_by")
"""What is handed in of a dismissal."""
OWN: Final = MEMBERS[:-1]
"""What of it may be each one's own; who decides is said once."""
UNION: Final = ("notified_on", "opinion", "reason")
LONGEST: Final = 10_000
FORM: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {
        "ground": {"type": "string", "enum": list(GROUNDS)},
        "protected": {
            "type": "object",
            "properties": {name: {"type": "boolean"} for name in STATUSES},
            "required": list(STATUSES),
            "additionalProperties": False,
        },
        "union": {
            "type": "object",
            "properties": {
                "notified_on": {"type": "string", "format": "date"},
                "opinion": {"type": "string", "maxLength": LONGEST},
                "reason": {"type": "string", "maxLength": LONGEST},
            },
            "minProperties": 1,
            "additionalProperties": False,
        },
        "decided_by": {"type": "string", "maxLength": LONGEST},
    },
    "required": ["ground", "protected", "union"],
    "additionalProperties": False,
}
"""The JSON Schema of it; the key of an office needs `decided_by` too."""
BARRED: Final = ("40-", "41")
"""Grounds that do not reach a protected person (article 42)."""
_GROUND = Note("须为劳动合同法的依据之一：{0}", "a ground of the Labour Contract Law: {0}")
_STATUS = Note("须为 true 或 false", "true or false is expected")
_WORDS = Note(f"须为至多{LONGEST}字的文字", f"a text of at most {LONGEST} letters is expected")
_UNION = Note(
    "须写 notified_on（通知工会的日期，不得晚于今天）或 reason（无须或无法通知的理由）",
    "`notified_on` (the day, not after today, on which the union was told) or `reason` (why it "
    "was not) is expected",
)
_EACH = Note(
    "须为以被解除的人的工号为名的对象：{0}", "an object by the codes of those dismissed: {0}"
)
_DISMISSAL: Final = ("action", "dismissal")
DISMISSED: Final = {"account": "action", "unit": "dismissal", "quantity": "1"}
"""A dismissal as an effect is shown: what is at stake when one is answered."""


def is_dismissal(effects: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether effects as they are shown hold a dismissal."""
    return any((item["account"], item["unit"]) == _DISMISSAL for item in effects)


def dismissed_of(effects: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return whom effects as they are shown dismiss."""
    found = (item["subject"] for item in effects if is_dismissal([item]))
    return list(dict.fromkeys(found))


def looked_into(said: Mapping[str, Any], codes: Iterable[str]) -> frozenset[str]:
    """Return those of some people whom what was handed in with a dismissal is about."""
    own = said.get(OF_EACH)
    return frozenset(own if own else codes)


def said_of(said: Mapping[str, Any], code: str, *, alone: bool) -> dict[str, Any]:
    """Return what is said of one of them: what is said of all, and his own in its place.

    What protects somebody is never said of several at once.
    """
    shared = {name: said[name] for name in said if name != OF_EACH}
    own = said.get(OF_EACH)
    mine = own.get(code) if isinstance(own, Mapping) else None
    if not alone:
        shared.pop("protected", None)
    return {**shared, **(mine if isinstance(mine, Mapping) else {})}


def gate_faults(
    said: Mapping[str, Any],
    codes: Sequence[str],
    evidence: Iterable[str],
    person: str | None,
    today: date,
) -> Iterator[Fault]:
    """Yield what is missing of a dismissal or stands against it.

    `codes`: whom it dismisses; of several each has what is his own under `subjects`. `evidence`:
    what the case has; `person`: who approves, None for the key of an office.
    """
    yield from _unknown(said, "", (*MEMBERS, OF_EACH))
    own = said.get(OF_EACH, {})
    if not isinstance(own, Mapping) or not all(isinstance(one, Mapping) for one in own.values()):
        yield _invalid(OF_EACH, "subjects", _EACH.of("、".join(codes)))
        return
    for code in sorted(own):
        if code not in codes:
            yield _invalid(f"{OF_EACH}/{code}", code, _EACH.of("、".join(codes)))
        yield from _unknown(own[code], f"{OF_EACH}/{code}/", OWN)
    for code in codes:
        at = f"{OF_EACH}/{code}/" if len(codes) > 1 else ""
        yield from _faults_of(said_of(said, code, alone=len(codes) == 1), at, today)
    if not any(one.strip() for one in evidence):
        yield Fault(MISSING, "/evidence", {"value": "evidence"})
    by = said.get("decided_by")
    if person is None and not _text(by):
        yield _missing("decided_by")
    elif by is not None and not _fits(by):
        yield _invalid("decided_by", "[…]", _WORDS)


def _faults_of(said: Mapping[str, Any], at: str, today: date) -> Iterator[Fault]:
    """Yield what is missing of one person's dismissal; `at`: where what is his own is said."""
    ground = said.get("ground")
    if ground is None:
        yield _missing(f"{at}ground")
    elif ground not in GROUNDS:
        yield _invalid(f"{at}ground", ground, _GROUND.of("、".join(GROUNDS)))
    yield from _protection(said.get("protected"), str(ground or ""), at)
    yield from _union(said.get("union"), at, today)


def _protection(given: Any, ground: str, at: str) -> Iterator[Fault]:
    checked = given if isinstance(given, Mapping) else {}
    yield from _unknown(checked, f"{at}protected/", STATUSES)
    for status in STATUSES:
        if status not in checked:
            yield _missing(f"{at}protected/{status}")
        elif not isinstance(checked[status], bool):
            yield _invalid(f"{at}protected/{status}", checked[status], _STATUS)
    holding = [status for status in STATUSES if checked.get(status) is True]
    if holding and ground.startswith(BARRED):
        values = {"value": "、".join(holding), "ground": ground}
        yield Fault(PROTECTED_PERSON, f"/dismissal/{at}protected", values)


def _union(given: Any, at: str, today: date) -> Iterator[Fault]:
    if not given:
        yield _missing(f"{at}union")
        return
    said = given if isinstance(given, Mapping) else {}
    yield from _unknown(said, f"{at}union/", UNION)
    reason, told_on = said.get("reason"), said.get("notified_on")
    for name in ("opinion", "reason"):
        if said.get(name) is not None and not _fits(said[name]):
            yield _invalid(f"{at}union/{name}", "[…]", _WORDS)
    if _text(reason) and told_on is None:
        return
    try:
        told = read_day(str(told_on))
    except ValueError:
        told = date.max
    if told > today:
        yield _invalid(f"{at}union", str(told_on), _UNION)


def _unknown(said: Mapping[str, Any], where: str, known: Sequence[str]) -> Iterator[Fault]:
    """Yield what nobody asks for: it would be kept, and looked into by nobody."""
    for name in said:
        if name not in known:
            values = {"value": name, "allowed": "、".join(known)}
            yield Fault(UNKNOWN_FIELD, f"/dismissal/{where}{name}", values)


def _fits(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _missing(name: str) -> Fault:
    return Fault(MISSING, f"/dismissal/{name}", {"value": name})


def _invalid(name: str, value: Any, why: Note) -> Fault:
    return Fault(INVALID, f"/dismissal/{name}", {"value": value, "why": why})
