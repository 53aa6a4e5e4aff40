"""Cases with all that is known of them: what they are shown from, and what a step begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from typing import cast as taken_as
from uuid import UUID

from shangfa.db.cases.acts.dismissals import dismissals_of
from shangfa.db.cases.deadlines import RunningClock, running_clocks
from shangfa.db.cases.decided import DecisionRecord, decisions_of
from shangfa.db.cases.found import StepRecord, steps_of
from shangfa.db.cases.held import StoredCase
from shangfa.db.cases.slips import SlipRecord, slips_of
from shangfa.db.tx.transaction import Tx
from shangfa.domain.account import MONEY_UNIT
from shangfa.domain.cases.approvals import Matrix, stakes_of
from shangfa.domain.cases.gate import DISMISSED, GATE, dismissed_of, is_dismissal, looked_into
from shangfa.domain.cases.inputs import ANOTHER_ACT, CHOICES, CORRECT_BY, CORRECTION, SUBJECT
from shangfa.domain.cases.parties import ANSWERS, Parties, Taken
from shangfa.domain.cases.procedure import Input, Procedure, Step
from shangfa.domain.cases.states import IMMEDIATE
from shangfa.domain.dates.moments import localised
from shangfa.domain.incident import Report, Subject
from shangfa.domain.policies.facts import to_decimal
from shangfa.domain.policies.version import Version
from shangfa.outside.sealing import unseal_fields
from shangfa.services.cases.approvals import matrix_in_force
from shangfa.services.clock import today
from shangfa.services.ledger.anew.cast import Cast, those_named
from shangfa.services.ledger.decision import (
    ChoiceView,
    DecisionView,
    EffectView,
    known_now,
    sum_effects,
)
from shangfa.services.ledger.decision import together as joined
from shangfa.services.tenancy.ready import ReadyTenant


@dataclass(frozen=True)
class Handled:
    """A case with its procedure, its history and what was decided in it.

    Attributes:
        procedure: None for one that was immediate.
        steps: what was done, oldest first.
        matrix: who approves what.
        day: the tenant's today.
        cast: everybody it concerns.
        dismissals: subject -> what became of a dismissal that no procedure looked into.
    """

    tenant: ReadyTenant
    case: StoredCase
    procedure: Procedure | None
    steps: Sequence[StepRecord]
    decisions: Sequence[DecisionRecord]
    clocks: Sequence[RunningClock]
    slips: Sequence[SlipRecord]
    matrix: Matrix
    day: date
    cast: Cast
    dismissals: Mapping[str, str]

    @cached_property
    def parties(self) -> Parties:
        """Everybody who has to do with it."""
        assert self.procedure is not None  # noqa: S101 - asked of procedures only
        stakes = stakes_of(
            self.decision["effects"], self._ladder(), self._subjects(), self._open_money()
        )
        return Parties(
            self.procedure,
            self.case.subjects,
            frozenset(code for code in self.case.leaders if code is not None),
            self.matrix.approvers(stakes, self.day),
            self.taken,
        )

    @cached_property
    def taken(self) -> list[Taken]:
        """What was done, each with the state it was done in."""
        starts = ["", *(item.state for item in self.steps)]
        return [
            Taken(item.step, start, item.state, item.role, item.actor_id, item.person, item.data)
            for start, item in zip(starts, self.steps, strict=False)
        ]

    @cached_property
    def bodies(self) -> Mapping[str, DecisionView]:
        """What was last proposed or decided for each subject, by code."""
        found = last_bodies(self.decisions)
        return {code: found[code] for code in self.case.subjects if code in found}

    @cached_property
    def decision(self) -> DecisionView:
        """What is proposed or decided for all of them, with what was chosen."""
        view = joined(list(self.bodies.values()))
        chosen = self.chosen_effects()
        if not chosen:
            return view
        effects = sum_effects([*view["effects"], *chosen])
        return {**view, "effects": effects, "choices": []}

    def chosen_effects(self) -> list[EffectView]:
        """Return what was chosen: as it is proposed, or posted and not taken back."""
        last: dict[str, list[EffectView]] = {}
        for item in self.decisions:
            if item.kind == "proposal":
                last[item.subject] = item.body.get("chosen", [])
            elif item.kind == "sanction":
                last.pop(item.subject, None)
            elif item.kind == "choice":
                last[item.subject] = item.body["effects"]
            elif item.kind == "reversal" and self._stands(item.subject):
                last.pop(item.subject, None)
        return [effect for effects in last.values() for effect in effects]

    def is_suspended(self, code: str) -> bool:
        """Tell whether somebody's part does not count because his appeal runs."""
        case = self.case
        return code in case.subjects and case.suspended[case.subjects.index(code)]

    def _stands(self, code: str) -> bool:
        return self.case.stands[self.case.subjects.index(code)]

    def choices(self) -> list[ChoiceView]:
        """Return what is left open by what was last proposed."""
        return [item for body in self.bodies.values() for item in body["choices"]]

    def more_inputs(self, step: Step) -> list[Input]:
        """Return what a step takes besides what its procedure says.

        What is proposed says what of it must be there: choices that are open, a dismissal.
        """
        if step.does == "appeal" or step.does in ANSWERS:
            return [SUBJECT]
        asked = {*dismissed_of(self.decision["effects"])} - self.gated
        gate = replace(GATE, required=bool(asked))
        if step.does == "decide":
            choices = replace(CHOICES, required=bool(self.choices()))
            return [choices, gate, ANOTHER_ACT, CORRECTION, CORRECT_BY]
        return [gate] if self.becomes_effective(step) else []

    def becomes_effective(self, step: Step) -> bool:
        """Tell whether the decision begins to count by a step."""
        states = self.procedure.states if self.procedure else {}
        return states[step.start].counts == "no" and states[step.to].counts == "yes"

    @property
    def gated(self) -> frozenset[str]:
        """Those whose dismissal somebody looked into in an earlier step."""
        said = (step.data.get(GATE.name) for step in self.taken)
        return frozenset[str]().union(*(looked_into(one, self.dismissible) for one in said if one))

    @property
    def dismissible(self) -> list[str]:
        """Those whom the case concerns, and whoever else it would dismiss."""
        return [*self.case.subjects, *dismissed_of(self.decision["effects"])]

    @cached_property
    def asked_of(self) -> frozenset[str]:
        """Those who are named to answer a dismissal that is only proposed."""
        places = {code: place for place, code in enumerate(self.case.subjects)}
        named: set[str] = set()
        for code, state in self.dismissals.items():
            if state == "proposed" and code in places:
                whom = [self.cast.subject(code, self.case.on)]
                stakes = stakes_of([DISMISSED], self._ladder(), whom)
                named |= self.matrix.approvers(stakes, self.day).people
        return frozenset(named)

    def _subjects(self) -> list[Subject]:
        """Return whom it concerns, as they were on the incident's day."""
        return [self.cast.subject(code, self.case.on) for code in self.case.subjects]

    def _open_money(self) -> Decimal:
        """Return how much open choices may cost; one without end counts as its least."""
        if self.chosen_effects():
            return Decimal(0)
        return sum(
            (
                to_decimal(item["max"] or item["min"])
                for item in self.choices()
                if item["unit"] == MONEY_UNIT
            ),
            Decimal(0),
        )

    def version(self) -> Version | None:
        """Return the policy's version in force on the incident's day."""
        return self.tenant.policies[self.case.policy].at(self.case.on)

    def _ladder(self) -> Sequence[str]:
        version = self.version()
        return version.ladder.rungs if version is not None else ()

    def report(
        self, gathered: Mapping[str, Any], varied: Mapping[str, Any] | None = None
    ) -> Report:
        """Return the incident as it is assessed.

        `gathered`: the facts that steps brought; `varied`: what an appeal puts in its place.
        """
        case, zone = self.case, self.tenant.zone
        said = varied or {"facts": {**case.facts["given"], **gathered}}
        at = case.at.astimezone(zone).replace(tzinfo=None)
        return Report(
            said.get("clause", case.clause),
            tuple(self.cast.subject(code, case.on) for code in case.subjects),
            case.on,
            at if case.facts["timed"] else None,
            said.get("quantity", case.quantity),
            {name: localised(value, zone) for name, value in said["facts"].items()},
            tuple(share for share in case.shares if share is not None),
            case.policy,
            id=str(case.incident_id),
        )


def plain(body: Mapping[str, Any]) -> DecisionView:
    """Return a decision as it is shown, without what else is kept of it."""
    return taken_as("DecisionView", {key: body[key] for key in body if key != "chosen"})


def last_bodies(decisions: Iterable[DecisionRecord]) -> dict[str, DecisionView]:
    """Return what was last proposed or decided for each subject, as it is known now."""
    found: dict[str, DecisionView] = {}
    for item in decisions:
        if item.kind in {"proposal", "sanction"}:
            found[item.subject] = plain(item.body)
        elif item.kind == "adjustment" and item.subject in found:
            found[item.subject] = known_now(found[item.subject], item.body)
    return found


def load(tx: Tx, tenant: ReadyTenant, cases: Sequence[StoredCase]) -> list[Handled]:
    """Return cases with all that is known of them, in their order."""
    ids = [case.id for case in cases]
    steps = _by_case([_unsealed(tx, step) for step in steps_of(tx, ids)])
    decisions = _by_case(decisions_of(tx, ids))
    clocks, slips = _by_case(running_clocks(tx, ids)), _by_case(_slips(tx, ids))
    matrix, day = matrix_in_force(tx), today(tenant.zone)
    codes = sorted({code for case in cases for code in case.subjects})
    cast = those_named(tx, codes, tenant.renames)
    dismissals = _dismissals(tx, cases, decisions)
    return [
        Handled(
            tenant,
            case,
            _procedure(tenant, case),
            steps.get(case.id, []),
            decisions.get(case.id, []),
            clocks.get(case.id, []),
            slips.get(case.id, []),
            matrix,
            day,
            cast,
            dismissals.get(case.id, {}),
        )
        for case in cases
    ]


def _unsealed(tx: Tx, step: StepRecord) -> StepRecord:
    return step._replace(data=unseal_fields(tx.tenant, step.data))


def _slips(tx: Tx, ids: Sequence[UUID]) -> list[SlipRecord]:
    """Return the slips of cases, with what is sealed of their steps as it was."""
    found = slips_of(tx, ids)
    return [
        slip._replace(
            body=slip.body
            | {"steps": [unseal_fields(tx.tenant, step) for step in slip.body.get("steps", ())]}
        )
        for slip in found
    ]


def _dismissals(
    tx: Tx, cases: Sequence[StoredCase], decisions: Mapping[UUID, Sequence[DecisionRecord]]
) -> dict[UUID, dict[str, str]]:
    """Return what became of the dismissals that no procedure looked into, by case."""
    asked = [
        case.id
        for case in cases
        if any(is_dismissal(item.body["effects"]) for item in decisions.get(case.id, ()))
    ]
    found: dict[UUID, dict[str, str]] = {}
    for item in dismissals_of(tx, asked) if asked else ():
        if item.case_id is not None:
            found.setdefault(item.case_id, {})[item.subject] = item.state
    return found


def _by_case(lines: Sequence[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for line in lines:
        found.setdefault(line.case_id, []).append(line)
    return found


def _procedure(tenant: ReadyTenant, case: StoredCase) -> Procedure | None:
    if case.procedure == IMMEDIATE:
        return None
    return tenant.procedure(case.procedure, case.procedure_id)
