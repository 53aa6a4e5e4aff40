"""What a human sets of what an incident left open: inside its limits, and what that posts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, cast

from shangfa.db.facts import Given
from shangfa.domain.account import ACCOUNTS, MONEY_UNIT
from shangfa.domain.cases.faults import NOT_ONE_OF, UNKNOWN_CHOICE
from shangfa.domain.faults import INVALID, OUT_OF_RANGE, Fault, RefusedError, refused
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.money import fen
from shangfa.domain.policies.facts import to_decimal
from shangfa.domain.text import Note
from shangfa.services.ledger.decision import ChoiceView

_TWICE: Final = Note("同一酌情项只能写一次", "each choice has one value")
_CHOICE_KEYS: Final = ("subject", "account", "unit", "quantity")
_A_CHOICE = Note(
    "每项须有文字的 subject、account、unit，以及 quantity；可带 clause",
    "each has the texts subject, account and unit, and quantity; clause may come along",
)


@dataclass(frozen=True, slots=True)
class Value:
    """The value somebody gives to one choice, unsigned and not yet read.

    Attributes:
        clause: that of the choice, when it came along.
    """

    subject: str
    account: str
    unit: str
    quantity: Any
    clause: Any = None


Choice = tuple[ChoiceView, Decimal]
"""An open choice with its unsigned value."""


def known(choices: Sequence[dict[str, Any]]) -> list[ChoiceView]:
    """Return choices as they were stored."""
    return [cast("ChoiceView", choice) for choice in choices]


def fits(choices: Sequence[ChoiceView], posted: Iterable[Given]) -> bool:
    """Tell whether what was chosen once may be chosen now; `posted`: what it posted itself."""
    values = [Value(item[0], item[1], item[2], abs(item[3])) for item in posted if item[3]]
    try:
        found = chosen(choices, values)
    except RefusedError:
        return False
    signed = {_key(choice): posting_of(choice, value, date.min)[3:5] for choice, value in found}
    return all(signed[item[:3]] == (item[3], item[4]) for item in posted if item[3])


def chosen(choices: Sequence[ChoiceView], given: Sequence[Value]) -> list[Choice]:
    """Return every open choice with its value.

    Raises:
        RefusedError: every value that does not fit its choice.
    """
    values = {_name(item): (index, item.quantity) for index, item in enumerate(given)}
    faults = list(_unfit(choices, given))
    found: list[Choice] = []
    for choice in choices:
        index, value = values.get(_key(choice), (len(given), 0))
        try:
            found.append((choice, _inside(choice, value)))
        except ValueError:
            allowed = f"{choice['min']}..{choice['max'] or ''}"
            at = {"value": str(value), "allowed": f"{'/'.join(_key(choice))} {allowed}"}
            faults.append(Fault(OUT_OF_RANGE, f"/choices/{index}/quantity", at))
    faults += _exclusive(found) if not faults else []
    if faults:
        raise RefusedError(*faults)
    return found


def _unfit(choices: Sequence[ChoiceView], given: Sequence[Value]) -> Iterator[Fault]:
    """Yield what is wrong with the names of values, before their amounts are looked at."""
    clauses: dict[tuple[str, str, str], set[Any]] = {}
    for choice in choices:
        clauses.setdefault(_key(choice), {None}).add(choice["clause"])
    before: set[tuple[str, str, str]] = set()
    for index, item in enumerate(given):
        key, at = _name(item), f"/choices/{index}"
        if item.clause not in tuple(clauses.get(key, ())):
            shown = [*key, item.clause] if isinstance(item.clause, str) else key
            yield Fault(UNKNOWN_CHOICE, at, {"value": "/".join(shown)})
        elif key in before:
            yield Fault(INVALID, at, {"value": "/".join(key), "why": _TWICE})
        before.add(key)


def _name(item: Value) -> tuple[str, str, str]:
    return item.subject, item.account, item.unit


def _key(choice: ChoiceView) -> tuple[str, str, str]:
    return choice["subject"], choice["account"], choice["unit"]


def _inside(choice: ChoiceView, value: Any) -> Decimal:
    number = to_decimal(value)
    if number < to_decimal(choice["min"]):
        raise ValueError("under")
    if choice["max"] is not None and number > to_decimal(choice["max"]):
        raise ValueError("over")
    if choice["unit"] == MONEY_UNIT and number != fen(number):
        raise ValueError("less than a fen")
    return number


def _exclusive(found: Iterable[Choice]) -> list[Fault]:
    groups: dict[tuple[str, str], int] = {}
    for choice, value in found:
        if choice.get("one_of"):
            key = (choice["subject"], choice["one_of"])
            groups[key] = groups.get(key, 0) + bool(value)
    return [
        Fault(NOT_ONE_OF, "/choices", {"value": subject, "count": count})
        for (subject, _), count in groups.items()
        if count != 1
    ]


def posting_of(choice: ChoiceView, value: Decimal, day: date) -> Posting:
    """Return what a choice posts; `value` unsigned."""
    account = choice["account"]
    signed = value * (ACCOUNTS[account].sign or (-1 if choice.get("deducts") else 1))
    return Posting(
        choice["subject"],
        account,
        choice["unit"],
        signed,
        choice["clause"],
        "clause",
        day,
    )


def values_of(given: Sequence[Any]) -> list[Value]:
    """Return the values of choices as they were handed in.

    Raises:
        RefusedError: `invalid`, one that is no choice.
    """
    found = []
    for index, item in enumerate(given):
        said = dict(item) if isinstance(item, Mapping) else {}
        clause = said.pop("clause", None)  # as it stands in the choice; it may come along
        texts = [said.get(key) for key in _CHOICE_KEYS[:-1]]
        if set(said) != set(_CHOICE_KEYS) or not all(isinstance(text, str) for text in texts):
            raise refused(INVALID, f"/choices/{index}", value="…", why=_A_CHOICE)
        subject, account, unit, quantity = (said[key] for key in _CHOICE_KEYS)
        found.append(Value(subject, account, unit, quantity, clause))
    return found
