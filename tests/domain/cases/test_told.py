"""Who is told that a step waits, and what a dismissal asks people to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from shangfa.documents.procedure.read import builtin
from shangfa.domain.access.roles import FINANCE, HR
from shangfa.domain.cases.acts.follow_up import after_dismissal
from shangfa.domain.cases.approvals import Approvers
from shangfa.domain.cases.parties import RECORD, Asker, Parties, Taken
from shangfa.domain.cases.procedure import Step
from shangfa.domain.faults import RefusedError
from shangfa.domain.notifications.notification import Recipient

DEFAULT = builtin()["default"]
BY_KEY = Taken(RECORD, "", DEFAULT.start, HR, UUID(int=1), None, {})
BY_M = BY_KEY._replace(role="supervisor", person="M")
STEP = Step("approve", "approval", "decided", ("approver",))


def case(*taken: Taken, approvers: Approvers | None = None) -> Parties:
    """A case of E and F, whose leaders are L and M."""
    people = approvers or Approvers((HR,), frozenset({"A", "E"}))
    return Parties(DEFAULT, ["E", "F"], frozenset({"M", "L"}), people, taken)


@pytest.mark.parametrize(
    ("party", "taken", "told"),
    [
        pytest.param("subject", BY_KEY, ["E", "F"], id="whom it concerns"),
        pytest.param("employee", BY_KEY, ["E", "F"], id="by his role"),
        pytest.param("leader", BY_KEY, ["L", "M"], id="who leads them"),
        pytest.param("supervisor", BY_KEY, ["L", "M"], id="by their role"),
        pytest.param("approver", BY_KEY, ["A", "E", HR], id="people first, then offices"),
        pytest.param("proposer", BY_M, ["M"], id="a person who proposed it"),
        pytest.param("proposer", BY_KEY, [HR], id="an office that proposed it"),
        pytest.param("finance", BY_KEY, [FINANCE], id="an office"),
    ],
)
def test_who_is_told(party: str, taken: Taken, told: list[str]) -> None:
    found = case(taken).recipients(replace(STEP, waits_for=(party,)))
    assert [one.code or one.role for one in found] == told
    assert all(one in {Recipient(role=one.role), Recipient(code=one.code)} for one in found)


@pytest.mark.parametrize(
    ("apart", "told"),
    [
        pytest.param(("subject",), ["A", "M", HR], id="whom it concerns"),
        pytest.param(("proposer",), ["A", "E", HR], id="who proposed it"),
        pytest.param(("everybody",), ["A", "E", HR], id="who had any part"),
        pytest.param(("subject", "proposer"), ["A", HR], id="two parts"),
    ],
)
def test_nobody_is_told_whom_his_own_part_keeps_away(
    apart: tuple[str, ...], told: list[str]
) -> None:
    people = Approvers((HR,), frozenset({"A", "E", "M"}))
    step = replace(STEP, waits_for=("approver",), apart_from=apart)
    found = case(BY_M, approvers=people).recipients(step)
    assert [one.code or one.role for one in found] == told


def test_an_office_does_nothing_in_a_case_of_its_own_holder() -> None:
    step = replace(STEP, by=(HR,))
    with pytest.raises(RefusedError) as refusal:
        case(BY_KEY).check(Asker(HR, UUID(int=9), "E"), step)
    assert refusal.value.code == "same_person"
    case(BY_KEY).check(Asker(HR, UUID(int=9), "G"), step)


def test_who_answered_an_appeal_had_a_part_only_while_the_same_person_appeals() -> None:
    """F's second appeal is answered by another; E's first may be answered by the same."""
    names = {step.does: step.name for step in DEFAULT.steps}

    def appeal(code: str) -> Taken:
        return Taken(names["appeal"], "served", "appealed", "employee", UUID(int=3), code, at(code))

    def at(code: str) -> dict[str, str]:
        return {"subject": code}

    answer = next(step.name for step in DEFAULT.steps if step.does in {"uphold", "reverse"})
    answered = Taken(answer, "appealed", "served", HR, UUID(int=7), "H", at("F"))
    answerer, step = Asker(HR, UUID(int=7), "H"), replace(STEP, by=(HR,), apart_from=("everybody",))
    once = case(BY_KEY, appeal("F"), answered)
    assert once.may(answerer, step)
    assert not case(*once.taken, appeal("F")).may(answerer, step)
    assert case(*once.taken, appeal("E")).may(answerer, step)


def test_what_the_law_wants_after_a_dismissal() -> None:
    asked = after_dismissal(date(2026, 2, 20))
    assert [(item.kind, item.due_on.isoformat(), item.role) for item in asked] == [
        ("certificate", "2026-02-20", HR),
        ("transfer", "2026-03-07", HR),
        ("final_pay", "2026-02-20", FINANCE),
    ]
