"""Record an incident whose decision does not count yet: a case under a procedure begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shangfa.db import cases
from shangfa.db.cases.held import stored_cases
from shangfa.db.cases.written import (
    DecisionLine,
    ProposedLine,
    TakenLine,
    add_handlers,
    add_steps,
    open_proposed,
)
from shangfa.db.tx.transaction import Tx
from shangfa.domain.cases.faults import UNKNOWN_PROCEDURE
from shangfa.domain.cases.parties import RECORD
from shangfa.domain.cases.procedure import Procedure
from shangfa.domain.cases.states import IMMEDIATE
from shangfa.domain.exchange.events import case_moved, incident_recorded
from shangfa.domain.faults import INVALID, RefusedError, refused
from shangfa.domain.incident import Report
from shangfa.domain.incidents.engine import Assessment, SubjectDecision
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import Line
from shangfa.domain.policies.policy import Policy
from shangfa.domain.text import Note
from shangfa.services.cases.handled import load
from shangfa.services.cases.moves.effects import only_missing
from shangfa.services.cases.moves.handlers import handlers_of
from shangfa.services.cases.moves.moving import Doer, Move, doer_of, start_clock
from shangfa.services.cases.moves.telling import Moved, tell_of_move
from shangfa.services.cases.shown import CaseShown, show
from shangfa.services.clock import new_id
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.incidents.shown import IncidentView
from shangfa.services.ledger.anew.chronicles import judge
from shangfa.services.ledger.decision import subject_view
from shangfa.services.ledger.scene import Scene

NEEDS_PROCEDURE: Final = Note(
    "保密案件须依程序办理，请写 procedure",
    "a confidential case takes a procedure: say `procedure`",
)
_NO_DRAFT: Final = Note("程序“{0}”没有草稿", "the procedure {0!r} knows no draft")
_TO_COME: Final = Note("尚缺事实，待程序中补充：{0}", "facts are still to come: {0}")


def procedure_of(policy: Policy, report: Report, asked: str | None) -> str:
    """Return the name of the procedure an incident falls under.

    The one it asks for, if its policy allows it; else the clause's; else the policy's.

    Raises:
        RefusedError: `unknown_procedure`.
    """
    version = policy.at(report.on)
    if version is None:
        return IMMEDIATE
    clause = version.clauses.get(report.clause)
    own = (clause.procedure if clause is not None else None) or version.procedure
    if asked is None or asked == own:
        return own
    allowed = (version.procedure, *version.procedures)
    if asked not in allowed:
        names = "、".join(dict.fromkeys((own, *allowed)))
        raise refused(UNKNOWN_PROCEDURE, "/procedure", value=asked, allowed=names)
    return asked


def check_draft(procedure: Procedure | None, *, draft: bool) -> None:
    """Refuse a draft where there is none.

    Raises:
        RefusedError: `invalid`.
    """
    if draft and (procedure is None or procedure.opens is None):
        name = procedure.name if procedure else IMMEDIATE
        raise refused(INVALID, "/draft", value=True, why=_NO_DRAFT.of(name))


def assessed(
    tx: Tx, scene: Scene, asked: tuple[Policy, Report, Book], procedure: Procedure
) -> Assessment:
    """Return what would follow; nothing yet while facts are missing that its steps will bring.

    Raises:
        RefusedError: as recording refuses it.
    """
    policy, report, book = asked
    try:
        return judge(tx, scene, policy, report, book)[0]
    except RefusedError as error:
        if not procedure.gathers or not only_missing(error):
            raise
        missing = "、".join(str(fault.values["name"]) for fault in error.faults)
    version, clause = policy.clause(report.clause, report.on)
    decisions = [
        SubjectDecision(subject.code, trace=[Line(_TO_COME.of(missing), clause.code, subject.code)])
        for subject in report.subjects
    ]
    cited = Line(clause.cites, clause.code, "")
    return Assessment(policy.name, version.number, clause.code, cited, decisions)


@dataclass(frozen=True, slots=True)
class Opening:
    """A case about to begin under a procedure.

    Attributes:
        draft: it waits for its author.
        handlers: who alone sees it, when it is confidential.
    """

    procedure: Procedure
    draft: bool
    result: Assessment
    handlers: tuple[str, ...] = ()

    @property
    def moves(self) -> list[tuple[str, str]]:
        """(step, state after it) of what is done when it is recorded."""
        procedure = self.procedure
        first = (RECORD, procedure.start)
        if self.draft or procedure.opens is None:
            return [first]
        step = procedure.step(procedure.start, procedure.opens)
        return [first, (step.name, step.to)] if step is not None else [first]


def open_case(
    tx: Tx, ctx: Context, scene: Scene, view: IncidentView, opening: Opening
) -> CaseShown:
    """Begin a case in the transaction that records its incident, and return it.

    Raises:
        RefusedError: `calendar_missing` when its clock counts days of an unknown year.
    """
    doer, at = doer_of(ctx), view.recorded_at
    moves = opening.moves
    case_id, state = view.case.id, moves[-1][1]
    procedure, tenant = opening.procedure, scene.tenant
    line = ProposedLine(
        case_id,
        view.id,
        procedure.name,
        state,
        tenant.procedure_id(procedure.name),
        len(moves),
        not procedure.is_over(state),
        {},
        bool(opening.handlers),
    )
    open_proposed(tx, line)
    if opening.handlers:
        add_handlers(tx, case_id, handlers_of(tx, opening.handlers, view.subjects))
    add_steps(tx, _steps(doer, line, moves, at))
    cases.add_decisions(tx, _proposals(ctx, scene, view, opening.result))
    tell(
        tx,
        ctx,
        at,
        incident_recorded(view.id, case_id, view.clause, view.occurred_on, view.subjects),
        *(case_moved(case_id, view.id, step, to) for step, to in moves),
    )
    tx.flush()
    (item,) = load(tx, tenant, stored_cases(tx, [case_id]))
    due = start_clock(tx, item, Move(moves[-1][0], state, at))
    tell_of_move(tx, item, Moved(moves[-1][0], state, at, ctx.subject, due))
    tx.flush()
    (item,) = load(tx, tenant, stored_cases(tx, [case_id]))
    return show(ctx, item)


def _steps(
    doer: Doer, case: ProposedLine, moves: list[tuple[str, str]], at: datetime
) -> list[TakenLine]:
    empty: Mapping[str, Any] = {}
    return [
        TakenLine(
            new_id(),
            case.id,
            number,
            step,
            state,
            "",
            doer.ctx.actor_id,
            at,
            empty,
            doer.role,
            doer.person_id,
        )
        for number, (step, state) in enumerate(moves, 1)
    ]


def _proposals(
    ctx: Context, scene: Scene, view: IncidentView, result: Assessment
) -> list[DecisionLine]:
    return [
        DecisionLine(
            new_id(),
            view.case.id,
            None,
            scene.people[item.subject].id,
            "proposal",
            subject_view(result, item, scene.tenant.zone),
            "",
            ctx.actor_id,
            view.recorded_at,
        )
        for item in result.decisions
    ]
