"""The supervisor's share: whoever heads the person in breach is in breach as well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from shangfa.sdk import ONE, AccountName, Effect, Field, Note, Params, Row, Rule, Watch
from shangfa_duties.breaches import breach

NOTE: Final = Note("直接主管一并负责。", "The direct supervisor answers for it too.")


class Supervisor(Params):
    """One breach of the direct supervisor of the day for each one counted."""

    of: str = Field(min_length=1, description="a counter, see `counter` of `duties.breach`")


def watch_supervisor(rule: Rule[Supervisor]) -> Sequence[Watch]:
    """Answer every count by itself."""
    return [Watch("count", rule.params.of, "each", of_supervisor=True)]


def derive_supervisor(rule: Rule[Supervisor], unit: str, total: Decimal) -> Sequence[Effect]:
    """Give as many breaches."""
    del rule, unit
    return [breach(total)] if total else []


def gives_supervisor(rule: Rule[Supervisor]) -> Sequence[tuple[AccountName, str]]:
    """Say that nothing but breaches follows."""
    del rule
    return [("breach", "clause")]


def rows_supervisor(rule: Rule[Supervisor]) -> Iterable[Row]:
    """One row: one breach."""
    del rule
    yield Row("penalty", "breach", "clause", ONE, ONE, "times", "the direct supervisor")
