"""What plugins say of a part or a rule while a policy is read, checked."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from shangfa.documents.policy.shape import FEW
from shangfa.domain.account import ACCOUNTS
from shangfa.domain.dates.days import EACH
from shangfa.domain.dates.windows import Terms, window_of
from shangfa.domain.faults import PluginFailedError
from shangfa.domain.months.period import LENGTHS
from shangfa.domain.policies.checks import called, check_row, is_note
from shangfa.domain.policies.kinds import Part, Row, Rule, Watch
from shangfa.domain.policies.version import Reaction

PAIR: Final = 2


def reactions_of(rule: Rule[Any], kind: Any, terms: Terms) -> list[Reaction]:
    """Return a rule once for each counter it watches, what the plugin says of it checked."""
    found = [Reaction(rule, kind, _watched(watch), terms) for watch in kind.watch(rule)]
    for reaction in found:
        if not is_note(reaction.note):
            raise TypeError(f"note gave {reaction.note!r}, a Note is expected")
        for account, unit in reaction.gives:
            if account not in ACCOUNTS or not isinstance(unit, str):
                raise ValueError(f"gives {account}/{unit!r}")
    return found


def windows_of(rule: Rule[Any], kind: Any, terms: Terms) -> None:
    """Let a rule pass whose windows can be read; what else is wrong is told elsewhere.

    Raises:
        WindowError: the tenant lists no such terms.
    """
    try:
        watches = list(kind.watch(rule))
    except Exception:
        return
    for watch in watches:
        if type(watch) is Watch and isinstance(watch.window, str) and watch.window != EACH:
            window_of(watch.window, terms)


def _watched(watch: Any) -> Watch:
    if type(watch) is not Watch or not isinstance(watch.unit, str):
        raise TypeError(f"watches {watch!r}, a Watch of a unit is expected")
    if watch.account not in ACCOUNTS or not isinstance(watch.window, str):
        raise ValueError(f"watches {watch.account} within {watch.window}")
    return watch


def counters_of(kind: Any, part: Part[Any]) -> list[str]:
    """Return the counters a part may post to, checked."""
    names = list(islice(kind.counters(part), FEW))
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"counts {names!r:.100}")
    return names


def rows_of(kind: Any, stated: Part[Any] | Rule[Any]) -> list[Row]:
    """Return the catalogue rows of a part or a reaction, checked.

    Raises:
        PluginFailedError: what they are is no rows.
    """
    return [check_row(row, kind.name) for row in called(kind.name, kind.rows, stated)]


def coded_rows_of(kind: Any, rule: Rule[Any]) -> list[tuple[str, Row]]:
    """Return the catalogue rows of a programme, each with its code, checked.

    Raises:
        PluginFailedError: what they are is no pairs of a code and a row.
    """
    found = []
    for pair in called(kind.name, kind.rows, rule):
        if not isinstance(pair, tuple) or len(pair) != PAIR or not isinstance(pair[0], str):
            raise PluginFailedError(kind.name, f"rows gave {pair!r}, (code, Row) is expected")
        found.append((pair[0], check_row(pair[1], kind.name)))
    return found


def may_be(one: str, other: str) -> bool:
    """Tell whether two units, each of which may end in `*`, can be the same."""
    if not (one.endswith("*") or other.endswith("*")):
        return one == other
    begin, end = one.removesuffix("*"), other.removesuffix("*")
    if one.endswith("*") and other.endswith("*"):
        return begin.startswith(end) or end.startswith(begin)
    return begin.startswith(end) if other.endswith("*") else end.startswith(begin)


def period_of(rule: Rule[Any], kind: Any) -> str:
    """Return the period of a programme, checked."""
    period = kind.period(rule)
    if period not in LENGTHS:
        raise ValueError(f"closes every {period}")
    return str(period)
