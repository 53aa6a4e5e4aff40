"""What a plugin returns is not trusted: every field is checked before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from shangfa.domain.account import ACCOUNTS, MONEY_UNIT, Account
from shangfa.domain.effect import Choice, Deadline, Effect, Finding
from shangfa.domain.faults import PluginFailedError, RefusedError
from shangfa.domain.money import fen
from shangfa.domain.text import Note

T = TypeVar("T")


def called(kind: str, function: Callable[..., Iterable[T]], *arguments: Any) -> list[T]:
    """Return everything a plugin's function returns or yields.

    Raises:
        RefusedError: the plugin refused the facts.
        PluginFailedError: it raised anything else, an exit included, or returned no list.
    """
    try:
        return list(function(*arguments))
    except RefusedError:
        raise
    except (Exception, SystemExit) as error:
        raise PluginFailedError(kind, f"{type(error).__name__}: {error}") from error


def check_finding(finding: Any, kind: str, rungs: Sequence[str]) -> Finding:
    """Return what a clause kind found once its fields hold.

    Raises:
        PluginFailedError: naming the kind and the field.
    """
    if type(finding) is Effect:
        return check_effect(finding, kind, rungs)
    if type(finding) is Choice:
        return _check_choice(finding, kind, rungs)
    if type(finding) is Deadline and _is_local(finding.due) and _is_said(finding):
        return finding
    raise PluginFailedError(kind, f"returned {finding!r}, which is no finding")


def _is_local(due: Any) -> bool:
    return isinstance(due, date) and not (isinstance(due, datetime) and due.tzinfo)


def _is_said(deadline: Deadline) -> bool:
    return isinstance(deadline.step, str) and type(deadline.note) is Note


def _account(found: Effect | Choice, kind: str, rungs: Sequence[str]) -> Account:
    """Return the account of an effect or a choice once its name, unit and note hold."""
    name, unit = found.account, found.unit
    account = ACCOUNTS.get(name) if isinstance(name, str) else None
    if account is None or not isinstance(unit, str) or not unit:
        raise PluginFailedError(kind, f"unknown account or unit: {name!r}/{unit!r}")
    if account.units and unit not in account.units:
        raise PluginFailedError(kind, f"unknown account or unit: {name}/{unit}")
    if name == "marks" and unit not in rungs:
        raise PluginFailedError(kind, f"not on the ladder: {unit}")
    if type(found.note) is not Note:
        raise PluginFailedError(kind, f"its note is no Note: {found.note!r}")
    return account


def _check_choice(choice: Choice, kind: str, rungs: Sequence[str]) -> Choice:
    least, most = choice.minimum, choice.maximum
    _account(choice, kind, rungs)
    for limit in (least, *(() if most is None else (most,))):
        if type(limit) is not Decimal or not limit.is_finite() or limit < 0:
            raise PluginFailedError(kind, f"a limit is no finite Decimal of 0 or more: {limit!r}")
    if most is not None and most < least:
        raise PluginFailedError(kind, f"choice from {least} to {most}")
    return choice


def check_effect(effect: Any, kind: str, rungs: Sequence[str]) -> Effect:
    """Return a plugin's effect once its fields hold, money rounded to the fen.

    Raises:
        PluginFailedError: account, unit, quantity, sign or code is not allowed.
    """
    if type(effect) is not Effect:
        raise PluginFailedError(kind, f"returned {effect!r}, which is no effect")
    account = _account(effect, kind, rungs)
    quantity = effect.quantity
    if type(quantity) is not Decimal or not quantity.is_finite():
        raise PluginFailedError(kind, f"quantity is not a finite Decimal: {quantity!r}")
    if quantity * account.sign < 0:
        raise PluginFailedError(kind, f"wrong sign on {effect.account}: {quantity}")
    if not isinstance(effect.clause, str):
        raise PluginFailedError(kind, f"cites no code: {effect.clause!r}")
    return effect._replace(quantity=fen(quantity)) if effect.unit == MONEY_UNIT else effect
