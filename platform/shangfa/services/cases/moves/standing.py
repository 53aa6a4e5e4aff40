"""What else stands against those whom a case concerns: one act, one sanction; open appeals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from shangfa.db.cases.found import case_in, same_act
from shangfa.db.tx.transaction import Tx
from shangfa.domain.cases.acts.retirement import is_near_retirement
from shangfa.domain.cases.faults import DUPLICATE_SANCTION, OVER_AGE, RESTS_ON_APPEAL
from shangfa.domain.cases.gate import LABOUR_CONTRACT, OTHER_GROUNDS
from shangfa.domain.cases.inputs import ANOTHER_ACT
from shangfa.domain.cases.parties import ANSWERS
from shangfa.domain.faults import INVALID, Fault, refused
from shangfa.domain.text import Note
from shangfa.services.cases.handled import Handled
from shangfa.services.ledger.anew.cast import Cast
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
    ground = str(said.get("ground", ""))
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
    yield from _near_retirement(about, said.get("protected"))
    if about.day >= OVER_AGE_SINCE and ground.startswith(LABOUR_CONTRACT):
        for code in about.people:
            if about.cast.subject(code, about.day).attributes.get(WORKER_TYPE) == "over_age":
                allowed = "、".join(OTHER_GROUNDS)
                yield Fault(OVER_AGE, "/dismissal/ground", {"value": code, "allowed": allowed})


def _near_retirement(about: Dismissed, given: Any) -> Iterator[Fault]:
    """Yield who is said to be far from retirement though his dates on record say otherwise."""
    checked = given if isinstance(given, Mapping) else {}
    if checked.get(NEAR_RETIREMENT) is not False:
        return
    for code in about.people:
        if is_near_retirement(about.cast.subject(code, about.day), about.day):
            at = f"/dismissal/protected/{NEAR_RETIREMENT}"
            yield Fault(INVALID, at, {"value": "false", "why": _NEAR.of(code)})


def dismissed(item: Handled) -> Dismissed:
    """Return those whom a dismissal by a case is about."""
    case = item.case
    people = dict(zip(case.subjects, case.subject_ids, strict=True))
    return Dismissed(item.tenant, item.cast, people, case.id, case.policy_id, item.day)
