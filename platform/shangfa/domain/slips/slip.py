"""A slip (奖罚单): the document of a decision for one subject, frozen when it is made.

Everything that is printed is a value here, as it was on the day: nothing is looked up when the
slip is printed again, so it is printed alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, get_args

from shangfa.domain.slips.capitals import MOST

SlipKind = Literal["reward", "discipline"]
SLIP_KINDS: Final[tuple[SlipKind, ...]] = get_args(SlipKind)
Verdict = Literal["approved", "rejected", "returned"]
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
NUMBER: Final = re.compile(r"\d{4}-\d{6}", re.ASCII)
WITNESSES: Final = 2
"""How many see that somebody refuses to sign."""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody as of the incident's day; "" for what is not recorded."""

    code: str
    name: str
    department: str = ""
    position: str = ""


@dataclass(frozen=True, slots=True)
class ClauseCited:
    """A clause as it stood in the version that was in force."""

    policy: str
    version: int
    code: str
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Consequence:
    """One effect, in words.

    Attributes:
        what: account and unit, as 罚款（元）.
        quantity: signed, as the API shows it.
        arithmetic: the sentence that gives it.
    """

    what: str
    quantity: str
    clause: str = ""
    arithmetic: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceMade:
    """What the policy left open and somebody decided; `allowed` as 50–200."""

    what: str
    allowed: str
    taken: str
    reason: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Somebody's name under something, with what he said."""

    name: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Whether the subject took the slip, and whether the subject accepts the facts.

    The two are ticked apart. None is not answered yet; silence accepts nothing.

    Raises:
        ValueError: signed and refused at once, or refused before fewer than two witnesses.
    """

    received: bool | None = None
    accepts: bool | None = None
    signature: Signature | None = None
    witnesses: tuple[Signature, ...] = ()

    def __post_init__(self) -> None:
        names = {witness.name for witness in self.witnesses}
        if self.witnesses and (self.signature or len(names) < WITNESSES):
            raise ValueError("a refusal has two witnesses and no signature")


@dataclass(frozen=True, slots=True)
class Approval:
    """A line of the approval; `delegate_of` names for whom somebody decided."""

    role: str
    verdict: Verdict
    signature: Signature
    delegate_of: str = ""


@dataclass(frozen=True, slots=True)
class Appeal:
    """How one appeals, and the last day."""

    way: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip.

    Attributes:
        number: year and six digits, gap-free within the tenant and year.
        company: the tenant's name.
        occurred: when it happened, as it was reported: a day, or a local time.
        fen: the money, unsigned; None when no money is on it.
        defence: what the subject said to it; "" when nothing was said.
        linked: numbers of the slips of others for the same incident.
        repeat_of: numbers of the subject's earlier slips of the same clause.
        union: what the trade union was told and said of a dismissal; "" for none.
        correction: what is to be put right, until `correct_by`; "" for nothing.
        findings: hints of the law that were shown when it was decided.

    Raises:
        ValueError: the number or the amount is none.
    """

    number: str
    kind: SlipKind
    issued_on: date
    company: str
    subject: Party
    proposer: Party
    occurred: str
    clause: ClauseCited
    facts: str
    consequences: tuple[Consequence, ...]
    supervisor: str = ""
    known_on: date | None = None
    source: str = ""
    place: str = ""
    fen: int | None = None
    choices: tuple[ChoiceMade, ...] = ()
    evidence: tuple[str, ...] = ()
    defence: str = ""
    receipt: Receipt = Receipt()
    approvals: tuple[Approval, ...] = ()
    appeal: Appeal | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    payroll_month: str = ""
    linked: tuple[str, ...] = ()
    repeat_of: tuple[str, ...] = ()
    union: str = ""
    correction: str = ""
    correct_by: date | None = None
    findings: tuple[str, ...] = ()
    remark: str = ""

    def __post_init__(self) -> None:
        if not NUMBER.fullmatch(self.number):
            raise ValueError(f"{self.number!r} is no slip number; it is as 2026-000123")
        if self.fen is not None and not 0 <= self.fen <= MOST:
            raise ValueError(f"{self.fen} fen cannot be written")


def slip_number(year: int, sequence: int) -> str:
    """Return the number of the n-th slip of a year, counted from 1.

    Raises:
        ValueError: there is no such slip.
    """
    if not (1 <= sequence <= 999_999 and 1000 <= year <= 9999):  # noqa: PLR2004 - the form of a number
        raise ValueError(f"there is no slip {sequence} of {year}")
    return f"{year}-{sequence:06}"
