"""What a plugin returns is not trusted: every field is checked before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Final, TypeVar

from shangfa.domain.account import ACCOUNTS, MONEY_UNIT, Account
from shangfa.domain.effect import DIRECTIONS, Choice, Deadline, Effect, Finding
from shangfa.domain.faults import PluginFailedError, RefusedError
from shangfa.domain.money import ONE, fen
from shangfa.domain.policies.kinds import Row
from shangfa.domain.text import LONGEST as SENTENCE
from shangfa.domain.text import NOTHING_TO_SAY, Note

T = TypeVar("T")


FINDINGS: Final = 200
"""What one part of a clause, or one derived total, may give."""
AWARDS: Final = 200_000
"""What one programme may give."""
LONGEST: Final = 600
"""Letters of a unit, a step or a code."""
DIGITS: Final = 15
"""Before the point, of any unit: totals of it stay exact."""
_EXPECTED: Final = f"a direction of {', '.join(DIRECTIONS)} and an account are expected"
_SHOWN: Final = frozenset({"", *ACCOUNTS})
"""Accounts of a row of the catalogue."""
FINEST: Final = 36
"""Places after the point: what a number of a report times another may have."""


def called(
    kind: str, function: Callable[..., Iterable[T]], *arguments: Any, most: int = FINDINGS
) -> Sequence[T]:
    """Return everything a plugin's function returns or yields.

    Raises:
        RefusedError: the plugin refused the facts.
        PluginFailedError: it raised anything else, an exit included, returned no list, or
            more than `most`; what yields without end is not waited for.
    """
    try:
        given = function(*arguments)
        found = (
            given if type(given) is list or type(given) is tuple else list(islice(given, most + 1))
        )
    except RefusedError:
        raise
    except (Exception, SystemExit) as error:
        raise PluginFailedError(kind, f"{type(error).__name__}: {error}") from error
    if len(found) > most:
        raise PluginFailedError(kind, f"more than {most} findings")
    return found


def check_finding(finding: Any, kind: str, rungs: Sequence[str]) -> Finding:
    """Return what a clause kind found once its fields hold.

    Raises:
        PluginFailedError: naming the kind and the field.
    """
    if type(finding) is Effect:
        if finding.since is not None or finding.until is not None:
            _check_term(finding, kind)
        return check_effect(finding, kind, rungs)
    if type(finding) is Choice:
        return _check_choice(finding, kind, rungs)
    if type(finding) is Deadline and _is_local(finding.due) and _is_said(finding):
        return finding
    raise PluginFailedError(kind, f"returned {finding!r}, which is no finding")


def _is_local(due: Any) -> bool:
    return isinstance(due, date) and not (isinstance(due, datetime) and due.tzinfo)


def _is_said(deadline: Deadline) -> bool:
    step = deadline.step
    return isinstance(step, str) and len(step) <= LONGEST and is_note(deadline.note)


def is_note(note: Any) -> bool:
    """Tell whether it is a sentence that can be said."""
    if type(note) is not Note:
        return False
    zh, en, values = note
    said = type(zh) is str and type(en) is str and type(values) is tuple
    return said and len(zh) <= SENTENCE and len(en) <= SENTENCE


def _account(name: Any, unit: Any, note: Any, kind: str, rungs: Sequence[str]) -> Account:
    """Return the account of an effect or a choice once its name, unit and note hold."""
    account = ACCOUNTS.get(name) if type(name) is str else None
    if account is None or type(unit) is not str or not unit:
        raise PluginFailedError(kind, f"unknown account or unit: {name!r}/{unit!r}")
    if account.units and unit not in account.units:
        raise PluginFailedError(kind, f"unknown account or unit: {name}/{unit}")
    if name == "marks" and unit not in rungs:
        raise PluginFailedError(kind, f"not on the ladder: {unit}")
    if len(unit) > LONGEST:
        raise PluginFailedError(kind, f"a unit of {len(unit)} letters, {LONGEST} at most")
    if note is not NOTHING_TO_SAY and not is_note(note):
        raise PluginFailedError(kind, f"its note is no Note of {SENTENCE} letters at most")
    return account


def _check_choice(choice: Choice, kind: str, rungs: Sequence[str]) -> Choice:
    least, most = choice.minimum, choice.maximum
    _account(choice.account, choice.unit, choice.note, kind, rungs)
    for limit in (least, *(() if most is None else (most,))):
        if type(limit) is not Decimal or not limit.is_finite() or limit < 0:
            raise PluginFailedError(kind, f"a limit is no finite Decimal of 0 or more: {limit!r}")
        if limit.adjusted() >= DIGITS:
            raise _too_large(limit, kind)
    if most is not None and most < least:
        raise PluginFailedError(kind, f"choice from {least} to {most}")
    return choice


def check_effect(effect: Any, kind: str, rungs: Sequence[str]) -> Effect:
    """Return a plugin's effect once its fields hold, money rounded to the fen.

    Raises:
        PluginFailedError: account, unit, quantity, sign, note or code is not allowed.
    """
    if type(effect) is not Effect:
        raise PluginFailedError(kind, f"returned {effect!r}, which is no effect")
    name, unit, quantity, note, clause = effect[:5]
    sign = _account(name, unit, note, kind, rungs).sign
    if type(quantity) is not Decimal or not quantity.is_finite():
        raise PluginFailedError(kind, f"quantity is not a finite Decimal: {quantity!r}")
    if quantity.adjusted() >= DIGITS:
        raise _too_large(quantity, kind)
    if sign and quantity.is_signed() is (sign > 0) and quantity:
        raise PluginFailedError(kind, f"wrong sign on {name}: {quantity}")
    if type(clause) is not str or len(clause) > LONGEST:
        raise PluginFailedError(kind, f"cites no code: {clause!r}")
    if unit == MONEY_UNIT:
        return Effect(name, unit, fen(quantity), note, clause)
    if not quantity.same_quantum(ONE) and _places(quantity) > FINEST:
        raise PluginFailedError(kind, f"a quantity with more than {FINEST} places")
    return effect


def _check_term(effect: Effect, kind: str) -> None:
    """Refuse a term that is none: of an action alone, from a day until one not before it."""
    since, until = effect.since, effect.until
    if effect.account != "action":
        raise PluginFailedError(kind, f"a term on {effect.account}, an action alone has one")
    if type(since) is not date or not (until is None or type(until) is date):
        raise PluginFailedError(kind, f"lasts from {since!r} until {until!r}, days are expected")
    if until is not None and until < since:
        raise PluginFailedError(kind, f"lasts from {since} until {until}")


def check_row(row: Any, kind: str) -> Row:
    """Return what a kind tells the catalogue once its fields hold.

    Raises:
        PluginFailedError: naming the kind and what is expected.
    """
    if type(row) is not Row:
        raise PluginFailedError(kind, f"rows gave {row!r}, a Row is expected")
    if row.direction not in DIRECTIONS or row.account not in _SHOWN:
        raise PluginFailedError(kind, f"rows gave {row.direction!r}/{row.account!r}, {_EXPECTED}")
    limits = [limit for limit in (row.minimum, row.maximum) if limit is not None]
    if not all(type(limit) is Decimal and limit.is_finite() for limit in limits):
        raise PluginFailedError(kind, f"rows gave {limits!r}, finite Decimals are expected")
    words = (row.unit, row.per, row.note, row.code, row.title)
    if not all(isinstance(word, str) and len(word) <= SENTENCE for word in words):
        raise PluginFailedError(kind, f"rows gave {words!r}, texts are expected")
    return row


def _places(quantity: Decimal) -> int:
    exponent = quantity.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _too_large(quantity: Decimal, kind: str) -> PluginFailedError:
    return PluginFailedError(kind, f"a quantity of {quantity:.3e}, {DIGITS} digits at most")
