"""What a case brings into the ledger: when it becomes effective, is varied, or is reversed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shangfa.db import cases as sql
from shangfa.db import ledger
from shangfa.db.cases.found import StepRecord
from shangfa.db.cases.held import mark_effective, mark_reversed, mark_suspended, mark_varied
from shangfa.db.cases.written import DeadlineLine, DecisionLine
from shangfa.db.people import Lock
from shangfa.db.tx.transaction import Tx
from shangfa.domain.cases.faults import HARSHER
from shangfa.domain.cases.gate import is_dismissal
from shangfa.domain.cases.harshness import harsher
from shangfa.domain.exchange.events import Event, decision_effective, decision_reversed
from shangfa.domain.faults import RefusedError, refused
from shangfa.domain.incident import Report
from shangfa.domain.incidents.engine import Assessment, SubjectDecision
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import NOWHERE, Line, Place, Posting, place_of
from shangfa.domain.ledger.reactions import react_in_turn
from shangfa.domain.notices.notice import NoticeKind
from shangfa.domain.policies.facts import to_decimal
from shangfa.domain.policies.faults import MISSING_FACT
from shangfa.domain.policies.policy import Policy
from shangfa.services.cases.acts.follow_ups import ask_after_dismissal
from shangfa.services.cases.handled import Handled
from shangfa.services.cases.moves.moving import Doer, Move, due_of, served_at
from shangfa.services.cases.moves.past import Past, past_of
from shangfa.services.cases.moves.standing import check_looked_into
from shangfa.services.cases.paper.published import Decided, told_of
from shangfa.services.cases.slips import Made, make_slips
from shangfa.services.clock import new_id
from shangfa.services.events import tell
from shangfa.services.ledger.anew.chronicles import explain
from shangfa.services.ledger.choosing import Value, chosen, posting_of
from shangfa.services.ledger.decision import (
    ChoiceView,
    DecisionView,
    EffectView,
    due_at,
    effects_view,
    subject_view,
    sum_effects,
    trace_line,
)
from shangfa.services.ledger.posting import Batch, post, taken_back
from shangfa.services.ledger.posting import move as move_totals
from shangfa.services.ledger.scene import Scene, full_book, look
from shangfa.services.notices.corrections import Correction, correct_notices


def proposals(
    tx: Tx, item: Handled, gathered: Mapping[str, Any], *, whole: bool
) -> dict[str, DecisionView]:
    """Return what would follow for each subject by what is known now.

    `whole`: whether every fact must be there.

    Raises:
        RefusedError: as recording would refuse it; facts may be missing unless `whole`.
    """
    case, tenant = item.case, item.tenant
    scene = look(tx, tenant, case.subjects, case.on, Lock.NOTHING)
    policy = tenant.policies[case.policy]
    book = full_book(tx, scene, policy, case.subjects, case.on)
    try:
        result = past_of(tx, scene, policy).assess(item.report(gathered), book)
    except RefusedError as error:
        if whole or not only_missing(error):
            raise
        return dict(item.bodies)
    return {
        decision.subject: subject_view(result, decision, tenant.zone)
        for decision in result.decisions
    }


def only_missing(error: RefusedError) -> bool:
    """Tell whether nothing is wrong but that facts are still to come."""
    return all(fault.kind is MISSING_FACT for fault in error.faults)


@dataclass(slots=True)
class Effects:
    """What a step of a held case does to the ledger.

    Attributes:
        past: what conditions on own history are told, without what the case itself did.
        events: what is to be told of it.
        chosen: what choices brought, for each subject.
    """

    tx: Tx
    doer: Doer
    item: Handled
    done: Move
    scene: Scene
    policy: Policy
    book: Book
    past: Past
    events: list[Event] = field(default_factory=list)
    chosen: dict[str, list[EffectView]] = field(default_factory=dict)

    def become_effective(self, values: Sequence[Value], gate: Collection[str]) -> None:
        """Post all that follows from the case, with what was chosen.

        `gate`: those whose dismissal was looked into.

        Raises:
            RefusedError: as recording refuses; `missing` for a dismissal nobody looked into.
        """
        item = self.item
        report = item.report(self.done.gathered)
        result = self.past.assess(report, self.book)
        self.past.keep(report, result.decisions)
        explain(result, self.past.settle(self.tx, self.book, report))
        bodies = {
            decision.subject: subject_view(result, decision, item.tenant.zone)
            for decision in result.decisions
        }
        every = (effect for body in bodies.values() for effect in body["effects"])
        effects = [effect for effect in every if effect["cause"] != "adjustment"]
        check_looked_into(effects, gate)
        self._decide(
            "sanction", {d.subject: (d.postings, bodies[d.subject]) for d in result.decisions}
        )
        choices = [choice for body in bodies.values() for choice in body["choices"]]
        self._choose(choices, values)
        brought = [effect for effects in self.chosen.values() for effect in effects]
        check_looked_into(brought, gate)
        if is_dismissal([*effects, *brought]):
            on = self.done.at.astimezone(item.tenant.zone).date()
            by = self.doer.ctx.actor_id
            ask_after_dismissal(self.tx, item.case.id, by, self.done.at, on)
        mark_effective(self.tx, item.case, self.done.at)
        make_slips(self.tx, item, self._made(bodies, values))
        self._keep_deadlines(result)

    def _made(self, bodies: Mapping[str, DecisionView], values: Sequence[Value]) -> Made:
        """Return what the slips are of: what was decided, by which last step, until when."""
        item, doer, done = self.item, self.doer, self.done
        said = (done.step, done.state, done.note, doer.ctx.actor_id, done.at, dict(done.data))
        step = StepRecord(item.case.id, item.case.revision + 1, *said, doer.role, doer.ctx.subject)
        clock = item.procedure.states[done.state].clock if item.procedure else None
        until = None
        if clock is not None and clock.step == "appeal":
            until = due_of(clock, item.tenant, served_at(done.at, done.data))
        return Made(self._whole(bodies), values, step, until)

    def _whole(self, bodies: Mapping[str, DecisionView]) -> dict[str, DecisionView]:
        """Return what was decided for each subject, with what was chosen."""
        whole: dict[str, DecisionView] = {}
        for code, body in bodies.items():
            effects = sum_effects([*body["effects"], *self.chosen.get(code, ())])
            whole[code] = {**body, "effects": effects}
        return whole

    def _choose(self, choices: Sequence[ChoiceView], values: Sequence[Value]) -> None:
        """Post what was chosen, with all that follows from it."""
        if not choices:
            return
        direct: dict[str, list[Posting]] = {}
        for choice, value in chosen(choices, values):
            mine = direct.setdefault(choice["subject"], [])
            if value:
                mine.append(posting_of(choice, value, self.item.case.on))
        self._follow("choice", direct)

    def _follow(self, kind: str, direct: Mapping[str, list[Posting]]) -> None:
        """Decide postings of each subject and all that the reactions add."""
        place = self._place()
        direct = {
            code: [item._replace(place=place) for item in items] for code, items in direct.items()
        }
        traces: dict[str, list[Line]] = {code: [] for code in direct}
        batches = [(direct[code], traces[code]) for code in direct]
        more = react_in_turn(self.policy, self.scene, self.book, batches)
        if kind == "reversal":
            self.past.forget(str(self.item.case.incident_id), list(direct))
        decided: dict[str, tuple[list[Posting], Mapping[str, Any]]] = {}
        for code, following in zip(direct, more, strict=True):
            postings = [*direct[code], *following]
            self.past.add(postings)
            shown = [
                item._replace(cause="reversal") if kind == "reversal" else item for item in postings
            ]
            body: dict[str, Any] = {
                "effects": effects_view(shown),
                "trace": [trace_line(line) for line in traces[code]],
                "reason": self.done.note,
            }
            decided[code] = (postings, body)
            if kind == "choice":
                self.chosen[code] = body["effects"]
        self._decide(kind, decided)

    def _place(self) -> Place:
        """Return where in its day the incident stands, for the rules that look back."""
        report = self.item.report(self.done.gathered)
        return place_of(report.at, report.id) if self.policy.placed else NOWHERE

    def _decide(
        self, kind: str, decided: Mapping[str, tuple[list[Posting], Mapping[str, Any]]]
    ) -> None:
        """Write a decision for each subject, post it, and keep what is to be told."""
        case, done = self.item.case, self.done
        lines = {
            code: DecisionLine(
                new_id(),
                case.id,
                None,
                self.scene.people[code].id,
                kind,
                body,
                done.note,
                self.doer.ctx.actor_id,
                done.at,
            )
            for code, (_, body) in decided.items()
        }
        sql.add_decisions(self.tx, lines.values())
        cause = "reversal" if kind == "reversal" else None
        batches = [
            Batch(lines[code].id, case.policy_id, done.at, postings, cause)
            for code, (postings, _) in decided.items()
        ]
        post(self.tx, self.scene, batches)
        origin = {"incident": case.incident_id, "case": case.id}
        said = decision_reversed if kind == "reversal" else decision_effective
        self.events += [
            said(lines[code].id, code, origin, body["effects"])
            for code, (_, body) in decided.items()
        ]

    def _keep_deadlines(self, result: Assessment) -> None:
        zone = self.item.tenant.zone
        lines = [
            DeadlineLine(
                new_id(),
                self.item.case.id,
                self.scene.people[due.subject].id,
                due.clause,
                due.deadline.step,
                due.deadline.due.isoformat(),
                due_at(due.deadline.due, zone),
            )
            for due in result.deadlines
        ]
        sql.add_deadlines(self.tx, lines)

    def reverse(self, codes: Sequence[str]) -> None:
        """Take back all that was posted for some subjects, and let them stand no longer."""
        self._follow("reversal", self._undone(codes))
        ids = [self.scene.people[code].id for code in codes]
        mark_reversed(self.tx, self.item.case, ids, self.done.at)
        correct_notices(self.tx, self.doer.ctx, (self.item.case.id, ids), self._said("reversed"))

    def suspend(self, code: str) -> None:
        """Take back what was posted for somebody until his appeal is answered."""
        self._follow("reversal", self._undone([code]))
        case = self.item.case
        mark_suspended(self.tx, case, case.subject_ids[case.subjects.index(code)], self.done.at)

    def resume(self, code: str) -> None:
        """Post again what waited for an appeal, with what was chosen, as it is assessed now."""
        case, tenant = self.item.case, self.item.tenant
        place = case.subjects.index(code)
        report = self.item.report(self.done.gathered, case.varied[place])
        result = self.past.assess(report, Book())
        decision = result.decisions[place]
        body = subject_view(result, decision, tenant.zone)
        picked = chosen(body["choices"], self._chosen_before(code))
        mark_suspended(self.tx, case, case.subject_ids[place], None)
        self._sanction_anew(report, decision, body)
        fresh = [posting_of(one, value, case.on) for one, value in picked if value]
        if picked:
            self._follow("choice", {code: fresh})
        self.tx.flush()

    def _chosen_before(self, code: str) -> list[Value]:
        """Return what was chosen for somebody before his part was suspended."""
        return [
            Value(code, effect["account"], effect["unit"], abs(to_decimal(effect["quantity"])))
            for effect in self.item.chosen_effects()
            if effect["subject"] == code
        ]

    def _said(self, kind: NoticeKind) -> Correction:
        """Return what those are told who were told of the decision."""
        return Correction(kind, self.done.note, self.done.at, self.item.tenant.zone)

    def _undone(self, codes: Sequence[str]) -> dict[str, list[Posting]]:
        return taken_back(ledger.posted_by(self.tx, self.item.case.id), codes)

    def vary(self, code: str, instead: Mapping[str, Any], values: Sequence[Value]) -> None:
        """Put something milder in place of what was decided for one subject.

        `instead`: another clause with its facts and quantity, empty for other choices only.

        Raises:
            RefusedError: `harsher`, what the clause refuses, what the choices refuse.
        """
        case, tenant = self.item.case, self.item.tenant
        place = case.subjects.index(code)
        varied = instead or case.varied[place]
        undone = self._undone([code])
        report = self.item.report(self.done.gathered, varied)
        result = self.past.assess(report, Book())
        decision = result.decisions[place]
        direct = [posting for posting in decision.postings if posting.cause == "clause"]
        body = subject_view(result, decision, tenant.zone)
        picked = chosen(body["choices"], values)
        fresh = [posting_of(choice, value, case.on) for choice, value in picked if value]
        was = [item._replace(quantity=-item.quantity) for item in undone[code]]
        self._check_milder(was, [*direct, *fresh])
        self._follow("reversal", undone)
        self.tx.flush()
        self._sanction_anew(report, decision, body)
        if picked:
            self._follow("choice", {code: fresh})
        if instead:
            mark_varied(self.tx, case, case.subject_ids[place], instead)
        on = self.done.at.astimezone(tenant.zone).date()
        told = effects_view([*direct, *fresh])
        self._tell_anew(Decided(code, report.clause, on, told))

    def _check_milder(self, was: Sequence[Posting], instead: Sequence[Posting]) -> None:
        """Refuse what is harsher for anybody who bears it, each compared with himself alone."""
        for code in dict.fromkeys(item.subject for item in instead):
            before = [item for item in was if item.subject == code]
            after = [item for item in instead if item.subject == code]
            why = harsher(before, after, self.policy_ladder())
            if why is not None:
                raise refused(HARSHER, "", why=why)

    def _tell_anew(self, said: Decided) -> None:
        """Tell those who were told of the decision what has come in its place."""
        item = self.item
        about = (item.case.id, [item.case.subject_ids[item.case.subjects.index(said.subject)]])
        correct_notices(
            self.tx,
            self.doer.ctx,
            about,
            self._said("varied"),
            lambda told: told_of(self.tx, item, said, told.consent),
        )

    def _sanction_anew(self, report: Report, decision: SubjectDecision, body: DecisionView) -> None:
        """Decide what a part comes to now, though not what totals alone brought it to."""
        code, trace = decision.subject, list[Line]()
        direct = [posting for posting in decision.postings if posting.cause == "clause"]
        (more,) = react_in_turn(self.policy, self.scene, self.book, [(direct, trace)])
        postings = [*direct, *more]
        self.past.keep(report, [SubjectDecision(code, postings)])
        said: DecisionView = {
            **body,
            "effects": effects_view(postings),
            "trace": [*body["trace"], *(trace_line(line) for line in trace)],
        }
        self._decide("sanction", {code: (postings, said)})

    def policy_ladder(self) -> Sequence[str]:
        """Return the rungs of the policy on the incident's day, lowest first."""
        version = self.item.version()
        return version.ladder.rungs if version is not None else ()

    def finish(self) -> None:
        """Post what changed of later facts, note where totals stand, tell what was decided."""
        self.past.settle(self.tx, self.book, self.item.report(self.done.gathered))
        self.past.write(self.tx, self.doer.ctx, self.done.at)
        move_totals(self.tx, self.policy, self.item.case.policy_id, self.book, self.scene.people)
        tell(self.tx, self.doer.ctx, self.done.at, *self.events)


def open_effects(tx: Tx, doer: Doer, item: Handled, done: Move) -> Effects:
    """Lock everybody whom a case touches, and read what was ever posted to them.

    Raises:
        StartOverError: the tenant changed since it was made ready.
    """
    case, tenant = item.case, item.tenant
    scene = look(tx, tenant, case.subjects, case.on, Lock.EVER)
    policy = tenant.policies[case.policy]
    book = full_book(tx, scene, policy, case.subjects, case.on)
    return Effects(tx, doer, item, done, scene, policy, book, past_of(tx, scene, policy))
