"""What a plugin returns is not trusted: every field is checked before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

from shangfa.domain.effect import ACCOUNTS, Choice, Deadline, Effect, Finding, fen
from shangfa.domain.errors import PluginFailedError, RefusedError

MONEY_UNIT: Final = "CNY"
T = TypeVar("T")


def called(kind: str, function: Callable[..., T], *arguments: Any) -> T:
    """Return what a plugin's function returns.

    Raises:
        RefusedError: the plugin refused the facts.
        PluginFailedError: it raised anything else, an exit included.
    """
    try:
        return function(*arguments)
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
        return _check_choice(finding, kind)
    if type(finding) is Deadline and isinstance(finding.due, date):
        return finding
    raise PluginFailedError(kind, f"returned {finding!r}, which is no finding")


def _check_choice(choice: Choice, kind: str) -> Choice:
    least, most = choice.minimum, choice.maximum
    if choice.account not in ACCOUNTS:
        raise PluginFailedError(kind, f"unknown account: {choice.account}")
    for limit in (least, *(() if most is None else (most,))):
        if type(limit) is not Decimal or not limit.is_finite() or limit < 0:
            raise PluginFailedError(kind, f"a limit is no finite Decimal of 0 or more: {limit!r}")
    if most is not None and most < least:
        raise PluginFailedError(kind, f"choice from {least} to {most}")
    return choice


def check_effect(effect: Effect, kind: str, rungs: Sequence[str]) -> Effect:
    """Return a plugin's effect once its fields hold, money rounded to the fen.

    Raises:
        PluginFailedError: account, unit, quantity, sign or code is not allowed.
    """
    account = ACCOUNTS.get(effect.account)
    quantity = effect.quantity
    if account is None or (account.units and effect.unit not in account.units):
        raise PluginFailedError(kind, f"unknown account or unit: {effect.account}/{effect.unit}")
    if type(quantity) is not Decimal or not quantity.is_finite():
        raise PluginFailedError(kind, f"quantity is not a finite Decimal: {quantity!r}")
    if quantity * account.sign < 0:
        raise PluginFailedError(kind, f"wrong sign on {effect.account}: {quantity}")
    if not isinstance(effect.clause, str):
        raise PluginFailedError(kind, f"cites no code: {effect.clause!r}")
    if effect.account == "marks" and effect.unit not in rungs:
        raise PluginFailedError(kind, f"not on the ladder: {effect.unit}")
    return effect._replace(quantity=fen(quantity)) if effect.unit == MONEY_UNIT else effect
