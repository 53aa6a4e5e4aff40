"""Every step from every state by every role; and what no procedure may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from shangfa.documents.procedure.read import builtin, names, read_procedure
from shangfa.documents.source import read_yaml
from shangfa.documents.tenant.calendars import calendar
from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.domain.cases.approvals import Approvers
from shangfa.domain.cases.parties import RECORD, Asker, Parties, Taken
from shangfa.domain.cases.procedure import CLOCK, Procedure
from shangfa.domain.cases.soundness import unsound
from shangfa.domain.faults import RefusedError

PROPOSER, FORMER = UUID(int=1), UUID(int=2)
ASKERS = {
    "proposer": Asker("supervisor", PROPOSER, "M"),
    "subject": Asker("employee", UUID(int=3), "E"),
    "colleague": Asker("employee", UUID(int=4), "G"),
    "leader": Asker("supervisor", UUID(int=5), "L"),
    "former": Asker("hr", FORMER),
    **{role: Asker(role, UUID(int=10 + i)) for i, role in enumerate(TENANT_ROLES)},
}
"""Everybody who could ask: with a part in the case, and each role without any."""


def parties(procedure: Procedure) -> Parties:
    """A case of E, proposed by M and moved on by `former`."""
    taken = [
        Taken(RECORD, "", procedure.start, "supervisor", PROPOSER, "M", {}),
        Taken("x", "somewhere", "x", "hr", FORMER, None, {}),
    ]
    return Parties(procedure, ["E"], frozenset({"L"}), Approvers(), taken)


def expected(procedure: Procedure, state: str, name: str, who: str) -> str:
    """Return what becomes of a step, said by its declaration in plain words."""
    step = procedure.step(state, name)
    if step is None or step.by == (CLOCK,):
        return "illegal_step"
    asker = ASKERS[who]
    if ("subject" in step.apart_from and who == "subject") or (
        "proposer" in step.apart_from and who == "proposer"
    ):
        return "same_person"
    if "everybody" in step.apart_from and who in {"proposer", "former"}:
        return "same_person"
    fits = {
        "subject": who == "subject",
        "leader": who == "leader",
        "proposer": who == "proposer",
        "approver": asker.role in {"hr", "supervisor"},
    }
    may = any(fits.get(party, asker.role == party) for party in step.by if party != CLOCK)
    return "" if may else "forbidden"


def outcome(procedure: Procedure, state: str, name: str, asker: Asker) -> str:
    step = procedure.step(state, name)
    if step is None or not step.of_people:
        return "illegal_step"
    try:
        parties(procedure).check(asker, step)
    except RefusedError as error:
        return error.code
    return ""


def table() -> Iterator[Any]:
    for procedure in builtin().values():
        every = sorted({step.name for step in procedure.steps})
        for state in procedure.states:
            for name in every:
                yield pytest.param(procedure, state, name, id=f"{procedure.name}:{state}-{name}")


@pytest.mark.parametrize(("procedure", "state", "name"), list(table()))
def test_every_step_from_every_state_by_everybody(
    procedure: Procedure, state: str, name: str
) -> None:
    for who, asker in ASKERS.items():
        assert outcome(procedure, state, name, asker) == expected(procedure, state, name, who), who


def test_an_auditor_and_a_stranger_may_do_nothing_anywhere() -> None:
    for procedure in builtin().values():
        for step in procedure.steps:
            for who in ("auditor", "colleague"):
                assert not parties(procedure).may(ASKERS[who], step)


def test_the_built_in_procedures_are_the_four_that_are_promised() -> None:
    assert names() == ("immediate", "default", "slip", "sp_investigation", "complaint_desk")


def test_the_built_in_procedures_are_sound() -> None:
    assert [list(unsound(item, calendar("CN"))) for item in builtin().values()] == [[]] * 4


OWN = """
procedure: own
start: draft
opens: submit
states:
  draft:
  check: {clock: {step: agree, limit: {working_days: 2}, silence: escalation, takes: pass_on}}
  chief:
  effective: {counts: 'yes'}
steps:
  - {step: submit, from: draft, to: check, by: [hr]}
  - {step: agree, from: [check, chief], to: effective, by: [hr], apart_from: [proposer]}
  - {step: pass_on, from: check, to: chief, by: [clock]}
"""


def faults(text: str, days: str = "CN") -> list[str]:
    """Return `line: sentence` of every fault."""
    with pytest.raises(RefusedError) as caught:
        read_procedure(read_yaml(text, "own.yaml"), calendar(days))
    found = caught.value.faults
    assert all(fault.zh != fault.en for fault in found)
    return [f"{Path(fault.place).name}: {fault.en}" for fault in found]


def test_a_company_may_write_its_own() -> None:
    own = read_procedure(read_yaml(OWN, "own.yaml"), calendar("CN"))
    assert list(own.states) == ["draft", "check", "chief", "effective"]
    assert [step.start for step in own.steps if step.name == "agree"] == ["check", "chief"]


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        pytest.param("  chief:", "  chief:\n  attic:", 9, "leads to the state", id="unreachable"),
        pytest.param("by: [hr], apart", "by: [], apart", 12, "nobody may", id="nobody"),
        pytest.param("to: chief", "to: cellar", 13, "no state", id="no such state"),
        pytest.param("takes: pass_on", "takes: jump", 7, "no step 'jump'", id="no such step"),
        pytest.param("to: chief", "to: check", 7, "without end", id="silence that loops"),
        pytest.param("to: chief", "to: effective", 7, "into force", id="silence that decides"),
        pytest.param("opens: submit", "opens: agree", 4, "no step", id="opens with nothing"),
        pytest.param("counts: 'yes'", "counts: 'no'", 5, "in no state", id="nothing ever counts"),
        pytest.param("procedure: own", "procedure: slip", 2, "taken", id="a name that is taken"),
        pytest.param("start: draft", "start: begin", 3, "no state", id="no such beginning"),
        pytest.param("step: pass_on, from", "step: agree, from", 13, "stands twice", id="twice"),
        pytest.param("step: agree, from", "step: slips, from", 12, "makes a slip", id="an address"),
        pytest.param("to: check, by: [hr]", "to: check, by: [finance]", 4, "opening", id="opener"),
        pytest.param(
            "silence: esc", "after: x, silence: esc", 7, "no step 'x'", id="no such start"
        ),
        pytest.param("by: [clock]", "by: [chef]", 13, "one of", id="no such party"),
        pytest.param("working_days: 2", "weeks: 2", 7, "no field", id="no such limit"),
    ],
)
def test_a_fault_is_told_with_its_line(before: str, after: str, line: int, said: str) -> None:
    found = faults(OWN.replace(before, after))
    assert any(f"own.yaml:{line}: " in item and said in item for item in found), found


CLOCKED = "{clock: {step: agree, limit: {days: 1}, takes: %s}}"


def test_silence_that_ends_in_a_circle_is_found_from_inside_it_only() -> None:
    text = OWN.replace("  chief:", f"  chief: {CLOCKED % 'back'}\n  attic: {CLOCKED % 'back'}")
    text += "  - {step: back, from: chief, to: attic, by: [clock]}\n"
    text += "  - {step: back, from: attic, to: chief, by: [clock]}\n"
    found = faults(text.replace("from: [check, chief]", "from: [check, chief, attic]"))
    assert [item for item in found if "without end: chief → attic → chief" in item]


def test_a_state_is_over_when_nothing_happens_in_it_any_more() -> None:
    own = read_procedure(read_yaml(OWN, "own.yaml"))
    assert [name for name in own.states if own.is_over(name)] == ["effective"]
    assert {name for name, item in builtin().items() if item.gathers} == {"sp_investigation"}


def test_a_task_is_whose_turn_it_is_and_nobody_elses() -> None:
    procedure = builtin()["default"]
    case = parties(procedure)
    turns = {
        ("defence", "defend"): {"subject"},
        ("approval", "approve"): {"leader", "former", "hr", "supervisor"},
        ("approval", "reject"): set(),
        ("draft", "submit"): {"proposer"},
    }
    for (state, name), who in turns.items():
        step = procedure.step(state, name)
        assert step is not None
        assert {key for key, asker in ASKERS.items() if case.waits_for(asker, step)} == who


def test_a_clock_of_working_days_needs_a_calendar() -> None:
    (found,) = faults(OWN, "none")
    assert found.startswith("own.yaml:7: ")
    assert "knows no year" in found


def test_all_faults_are_told_at_once() -> None:
    broken = OWN.replace("  chief:", "  chief:\n  attic:").replace("takes: pass_on", "takes: jump")
    assert len(faults(broken)) >= 2


def test_a_stand_in_and_a_named_person_approve() -> None:
    procedure = builtin()["default"]
    step = procedure.step("approval", "approve")
    assert step is not None
    named = replace(parties(procedure), approvers=Approvers((), frozenset({"L"})))
    assert named.may(ASKERS["leader"], step)
    assert not named.may(ASKERS["hr"], step)
