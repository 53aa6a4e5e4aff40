"""What else stands against those whom a case concerns: one act, one sanction; open appeals."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from shangfa.db.cases.found import case_in, same_act
from shangfa.db.tx.transaction import Tx
from shangfa.domain.cases.acts.retirement import is_near_retirement
from shangfa.domain.cases.faults import DUPLICATE_SANCTION, OVER_AGE, RESTS_ON_APPEAL
from shangfa.domain.cases.gate import (
    LABOUR_CONTRACT,
    OF_EACH,
    OTHER_GROUNDS,
    dismissed_of,
    said_of,
)
from shangfa.domain.cases.inputs import ANOTHER_ACT
from shangfa.domain.cases.parties import ANSWERS
from shangfa.domain.faults import INVALID, MISSING, Fault, refused
from shangfa.domain.text import Note
from shangfa.services.cases.handled import Handled
from shangfa.services.ledger.anew.cast import Cast
from shangfa.services.ledger.decision import EffectView
from shangfa.services.tenancy.ready import ReadyTenant

OVER_AGE_SINCE: Final = date(2026, 7, 1)
"""超龄劳动者基本权益保障暂行规定, in force."""
WORKER_TYPE: Final = "worker_type"
NEAR_RETIREMENT: Final = "near_retirement"
_NEAR = Note(
    "“{0}”在本单位连续工作满15年且距法定退休年龄不足5年，须为 true",
    "{0!r} has 15 years of service and less than five to the retirement age: true is expected",
)
NO_CASE: Final = UUID(int=0)


def check_one_sanction(tx: Tx, item: Handled, said: Mapping[str, Any]) -> None:
    """Refuse to decide an act that was dealt with already: another of the same moment stands.

    What is known by its day alone may have happened twice.

    Raises:
        RefusedError: `duplicate_sanction`, unless it is said why it was another act.
    """
    case = item.case
    if said.get(ANOTHER_ACT.name) or not case.facts["timed"]:
        return
    found = same_act(tx, case.subject_ids, case.incident_id, case.at)
    if found is not None:
        code, incident = found
        raise refused(DUPLICATE_SANCTION, "", value=code, incident=str(incident))


@dataclass(frozen=True, slots=True)
class Dismissed:
    """Those whom a dismissal is about, and what it comes of.

    Attributes:
        people: code -> id.
        case_id: None for what a programme gave.
        day: the tenant's today.
    """

    tenant: ReadyTenant
    cast: Cast
    people: Mapping[str, UUID]
    case_id: UUID | None
    policy_id: UUID
    day: date


def dismissal_faults(tx: Tx, about: Dismissed, said: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what stands against a dismissal besides what the gate asks for."""
    tenant = about.tenant
    states = {
        f"{procedure.name}/{step.start}"
        for procedure in (*tenant.procedures.values(), *tenant.own_procedures.values())
        for step in procedure.steps
        if step.does in ANSWERS
    }
    other = (about.case_id or NO_CASE, about.policy_id)
    found = case_in(tx, list(about.people.values()), other, sorted(states))
    if found is not None:
        yield Fault(RESTS_ON_APPEAL, "", {"value": found[0], "case": str(found[1])})
    alone = len(about.people) == 1
    for code in about.people:
        at = "/dismissal/" if alone else f"/dismissal/{OF_EACH}/{code}/"
        yield from _faults_of(about, code, said_of(said, code, alone=alone), at)


def check_looked_into(effects: Sequence[EffectView], gate: Collection[str]) -> None:
    """Refuse effects that dismiss somebody whose dismissal nobody looked into.

    Raises:
        RefusedError: `missing`.
    """
    if set(dismissed_of(effects)) - set(gate):
        raise refused(MISSING, "/dismissal", value="dismissal")


def _faults_of(about: Dismissed, code: str, said: Mapping[str, Any], at: str) -> Iterator[Fault]:
    """Yield what is on record of one of them and stands against what is said."""
    subject = about.cast.subject(code, about.day)
    protected = said.get("protected")
    checked = protected if isinstance(protected, Mapping) else {}
    if checked.get(NEAR_RETIREMENT) is False and is_near_retirement(subject, about.day):
        values = {"value": "false", "why": _NEAR.of(code)}
        yield Fault(INVALID, f"{at}protected/{NEAR_RETIREMENT}", values)
    labour = str(said.get("ground", "")).startswith(LABOUR_CONTRACT)
    over_age = labour and subject.attributes.get(WORKER_TYPE) == "over_age"
    if over_age and about.day >= OVER_AGE_SINCE:
        allowed = "、".join(OTHER_GROUNDS)
        yield Fault(OVER_AGE, f"{at}ground", {"value": code, "allowed": allowed})


def dismissed(item: Handled, codes: Collection[str]) -> Dismissed:
    """Return those whom a case dismisses."""
    case = item.case
    pairs = zip(case.subjects, case.subject_ids, strict=True)
    people = {code: subject_id for code, subject_id in pairs if code in codes}
    return Dismissed(item.tenant, item.cast, people, case.id, case.policy_id, item.day)
