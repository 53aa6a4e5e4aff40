"""A notice (公示): what of a decision is told to whom, until when.

Without the person's own consent nothing that names him is published (个人信息保护法 25): his
surname stands, no code, no department, no amount. What is told is what the clause itself
brought; what other decisions make of it may change with them and is not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal, get_args

from shangfa.domain.account import ACCOUNTS, MONEY_UNIT
from shangfa.domain.text import Note

NoticeKind = Literal["decision", "varied", "reversed", "withdrawn"]
NOTICE_KINDS: Final[tuple[str, ...]] = get_args(NoticeKind)
"""A decision told; then what became of it, told to the same people."""
TOLD: Final = frozenset({"marks", "action", "fine", "reward", "compensation", "donation", "points"})
"""Accounts that a notice speaks of; the others are bookkeeping."""
_PAIRS: Final = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶"
    "太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良"
    "漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生梁丘左丘东门西门第五"
)
COMPOUND: Final = frozenset(_PAIRS[at : at + 2] for at in range(0, len(_PAIRS), 2))
"""Surnames of two characters."""
PERSON: Final = "employee"


@dataclass(frozen=True, slots=True)
class Told:
    """What is published of a decision for one subject.

    Attributes:
        kind: employee, team or partner; only people's names are masked.
        named: with the person's consent: whole name, department and amounts.
        titles: unit -> its title, of the policy's ladder.
    """

    name: str
    kind: str
    department: str | None
    policy: str
    clause: str
    decided_on: date
    effects: Sequence[Mapping[str, Any]]
    titles: Mapping[str, Note]
    named: bool = False


def body_of(told: Told) -> dict[str, Any]:
    """Return what a notice says, ready for JSON."""
    masked = told.kind == PERSON and not told.named
    return {
        "person": mask(told.name) if masked else told.name,
        "department": told.department if told.named else None,
        "policy_title": told.policy,
        "clause_title": told.clause,
        "decided_on": told.decided_on.isoformat(),
        "effects": list(_effects(told, masked=masked)),
    }


def _effects(told: Told, *, masked: bool) -> Iterator[dict[str, Any]]:
    """Yield what the clause itself brought; amounts only where the name stands as well."""
    for effect in told.effects:
        if effect["account"] not in TOLD or effect["cause"] != "clause":
            continue
        unit = effect["unit"]
        title = told.titles.get(unit) or Note("{}", "{}", (unit,))
        account = ACCOUNTS[effect["account"]]
        word = account.zh if unit == MONEY_UNIT else title.text("zh")
        shown = {"account": effect["account"], "unit": unit, "title": word}
        yield shown if masked else {**shown, "quantity": effect["quantity"]}


def mask(name: str) -> str:
    """Return a name of which only the surname is left, or its first letter."""
    name = name.strip()
    surname = name[:2] if name[:2] in COMPOUND and len(name) > 2 else name[:1]  # noqa: PLR2004 of two letters
    return f"{surname}*"


def corrected_until(published: date, until: date, today: date) -> date:
    """Return until when a correction stands: as long from today as what it corrects did."""
    return max(until, today + (until - published))


LONGEST: Final = timedelta(days=366)
"""How long a notice may stand."""


def accounts_told(effects: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the accounts of which a notice would speak."""
    return [e["account"] for e in effects if e["account"] in TOLD and e["cause"] == "clause"]
