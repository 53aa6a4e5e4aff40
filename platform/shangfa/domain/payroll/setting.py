"""How a company hands a month to payroll: when rewards are paid, and a template per system."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Final, NamedTuple

from shangfa.domain.faults import Fault, RefusedError, refused
from shangfa.domain.frozen import NOTHING
from shangfa.domain.payroll.faults import SAME_HEADER, UNKNOWN_COLUMN, UNKNOWN_TEMPLATE
from shangfa.domain.payroll.handed import DETAIL, SUMMARY

NEXT_MONTH: Final = "next_month"
REWARDS: Final = ("same_month", NEXT_MONTH)
"""When a reward is paid: with the month that gives it, or with the one after."""
LAST_CUT_OFF: Final = 28
"""The latest day a month may be cut off at: each month has it."""
SHEETS: Final[Mapping[str, Mapping[str, str]]] = {"summary": SUMMARY, "detail": DETAIL}
"""Sheet -> column -> its own header."""
NEAREST: Final = 3


class Column(NamedTuple):
    """A column of a template: which of ours, and what it is called there; "" as with us."""

    column: str
    header: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """What a payroll system reads; a sheet without columns is handed out as it is."""

    summary: tuple[Column, ...] = ()
    detail: tuple[Column, ...] = ()

    def sheet(self, name: str) -> tuple[Column, ...]:
        """Return the columns of a sheet, all of ours where none was chosen."""
        own: tuple[Column, ...] = getattr(self, name)
        return own or tuple(Column(*item) for item in SHEETS[name].items())


@dataclass(frozen=True, slots=True)
class PayrollSetting:
    """How a company hands a month on.

    Attributes:
        templates: name, such as that of the payroll system -> its columns.
        policies: policy -> when its rewards are paid, where that differs from `rewards`.
        cut_off_day: the last day of a month that is paid with it; what happens later is paid
            with the next. None: a month is paid with its last day.
    """

    rewards: str = "same_month"
    templates: Mapping[str, Template] = field(default_factory=lambda: NOTHING)
    policies: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    cut_off_day: int | None = None

    def pays_later(self, policy: str) -> bool:
        """Tell whether a policy's rewards are paid with the next month."""
        return self.policies.get(policy, self.rewards) == NEXT_MONTH

    def template(self, name: str) -> Template:
        """Return a template by name.

        Raises:
            RefusedError: `unknown_template`.
        """
        if name not in self.templates:
            known = "、".join(sorted(self.templates)) or "—"
            raise refused(UNKNOWN_TEMPLATE, "/template", value=name, allowed=known)
        return self.templates[name]


def resolved(setting: PayrollSetting, pointer: str = "/templates") -> PayrollSetting:
    """Return a setting with every column under its own name; a Chinese header names one too.

    Raises:
        RefusedError: `unknown_column` with the nearest, `same_header`; all of them at once.
    """
    faults: list[Fault] = []
    templates = {
        name: Template(
            *(
                tuple(_columns(sheet, getattr(said, sheet), f"{pointer}/{name}/{sheet}", faults))
                for sheet in SHEETS
            )
        )
        for name, said in setting.templates.items()
    }
    if faults:
        raise RefusedError(*faults)
    return replace(setting, templates=templates)


def _columns(
    sheet: str, said: Sequence[Column], pointer: str, faults: list[Fault]
) -> Iterator[Column]:
    known = SHEETS[sheet]
    named = {**{header: key for key, header in known.items()}, **{key: key for key in known}}
    seen: set[str] = set()
    for place, (column, own) in enumerate(said):
        if column not in named:
            faults.append(_unknown(column, f"{pointer}/{place}/column", named, known))
            continue
        header = own or known[named[column]]
        if header in seen:
            faults.append(Fault(SAME_HEADER, f"{pointer}/{place}/header", {"value": header}))
        seen.add(header)
        yield Column(named[column], header)


def _unknown(
    column: str, pointer: str, named: Mapping[str, str], known: Mapping[str, str]
) -> Fault:
    close = get_close_matches(column, named, NEAREST, 0.4)
    near = "、".join(dict.fromkeys(named[item] for item in close)) or "—"
    allowed = "、".join(known)
    return Fault(UNKNOWN_COLUMN, pointer, {"value": column, "near": near, "allowed": allowed})
