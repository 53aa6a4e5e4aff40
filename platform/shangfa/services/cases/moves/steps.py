"""Take a step in a case: the right person, the right state, what it needs, and what it brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from shangfa.db.cases.held import hold_by_id, stored_cases
from shangfa.db.tx.transaction import Tx
from shangfa.domain.cases.acts.service import ANNOUNCEMENT, FAILED_BEFORE, OTHER, way_of
from shangfa.domain.cases.approvals import WAITS
from shangfa.domain.cases.faults import ILLEGAL_STEP
from shangfa.domain.cases.gate import GATE, dismissed_of, gate_faults, looked_into
from shangfa.domain.cases.inputs import (
    facts_of,
    given_facts,
    inputs_of,
    read_inputs,
)
from shangfa.domain.cases.procedure import Input, Step
from shangfa.domain.faults import INVALID, MISSING, NOT_FOUND, RefusedError, refused
from shangfa.domain.text import Note
from shangfa.services.cases.acts.correcting import ask_to_correct, check_correction
from shangfa.services.cases.acts.follow_ups import drop_after_dismissal
from shangfa.services.cases.acts.pausing import PAUSING, pause_or_resume
from shangfa.services.cases.handled import Handled, load
from shangfa.services.cases.moves.clocks import is_past, known_facts, late, run_case
from shangfa.services.cases.moves.effects import Effects, open_effects, proposals
from shangfa.services.cases.moves.moving import (
    Doer,
    Move,
    doer_of,
    due_of,
    move,
    propose,
    start_of,
)
from shangfa.services.cases.moves.standing import (
    check_one_sanction,
    dismissal_faults,
    dismissed,
)
from shangfa.services.cases.shown import CaseShown, may_see, show
from shangfa.services.clock import now
from shangfa.services.context import Context
from shangfa.services.etags import check_match
from shangfa.services.ledger.choosing import Value, chosen, posting_of, values_of
from shangfa.services.ledger.decision import DecisionView, EffectView, due_at, effect_view
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import StartOverError, transact

_ONE_OF = Note("须为本案当事人之一：{0}", "one of those it concerns: {0}")
_TRIED = Note(
    "公告前须先直接送达和邮寄送达均未成功，在 attempts 中写 direct 与 post",
    "an announcement takes a failed direct and a failed postal attempt: `attempts` of direct, post",
)
_OWN_WITNESS = Note("当事人不能为自己作证", "whom the case concerns is no witness")


@dataclass(slots=True)
class Asked:
    """A step that somebody asks for; `matched`: the state he saw was the present one."""

    case_id: UUID
    step: str
    given: Mapping[str, Any]
    if_match: str | None
    matched: bool = False


def take(ctx: Context, asked: Asked) -> CaseShown:
    """Take a step and return the case as it is then.

    Raises:
        RefusedError: `not_found`, `precondition_required`, `stale_version`, `illegal_step`,
            `same_person`, `forbidden`, `missing` and whatever else the step refuses.
    """
    ctx.need("cases:step")
    return transact(ctx, lambda tx: _take(tx, ctx, asked))


def _take(tx: Tx, ctx: Context, asked: Asked) -> CaseShown:
    tenant = current(tx)
    case = hold_by_id(tx, asked.case_id)
    if case is None:
        raise refused(NOT_FOUND, "")
    (item,) = load(tx, tenant, [case])
    if not may_see(ctx, item):
        raise refused(NOT_FOUND, "")
    if not asked.matched:
        check_match(asked.if_match, case.revision)
        asked.matched = True
    moment = now()
    if is_past(item, moment):
        raise StartOverError(lambda: run_case(tenant.id, case.id))
    if asked.step in PAUSING and not _has(item, asked.step):
        pause_or_resume(tx, doer_of(ctx), item, (asked.step, asked.given), moment)
    else:
        _Taking(tx, doer_of(ctx), item, _legal(item, asked.step), moment).run(asked.given)
    tx.flush()
    (after,) = load(tx, tenant, stored_cases(tx, [case.id]))
    return show(ctx, after)


def _has(item: Handled, name: str) -> bool:
    """Tell whether a procedure has a step of its own by this name."""
    return item.procedure is None or any(step.name == name for step in item.procedure.steps)


def _legal(item: Handled, name: str) -> Step:
    """Return a step that may be taken now.

    Raises:
        RefusedError: `illegal_step`, naming those that may.
    """
    steps = item.procedure.steps_from(item.case.state) if item.procedure else []
    named = [step for step in steps if step.of_people]
    step = next((step for step in named if step.name == name), None)
    if step is None:
        allowed = "、".join(dict.fromkeys(step.name for step in named)) or "—"
        raise refused(ILLEGAL_STEP, "", state=item.case.state, value=name, allowed=allowed)
    return step


@dataclass(slots=True)
class _Taking:
    """A step being taken."""

    tx: Tx
    doer: Doer
    item: Handled
    step: Step
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)

    def run(self, given: Mapping[str, Any]) -> None:
        """Check who and what, move the case, and let it have its effects."""
        self.item.parties.check(self.doer.asker, self.step)
        inputs = inputs_of(self.step, *self.item.more_inputs(self.step))
        self.data = read_inputs(inputs, self.doer.role, given)
        self._check_service()
        self._check_witnesses()
        gathered = self._gathered(inputs)
        note = self.data.pop("note", "")
        done = Move(self.step.name, self._after(), self.at, note, self.data, gathered)
        if self.step.does == "decide":
            self._decide(done)
        elif gathered != self.item.case.gathered:
            fresh = proposals(self.tx, self.item, gathered, whole=False)
            propose(self.tx, self.doer, self.item, fresh, done)
        self._bring(done)
        move(self.tx, self.doer, self.item, done)

    def _check_service(self) -> None:
        """Refuse another way without a word on it, and an announcement before others have failed.

        All are known by what people call them.
        """
        if "method" in self.data:
            self.data["method"] = way_of(self.data["method"])
        if self.data.get("method") == OTHER and not self.data.get("note"):
            raise refused(MISSING, "/note", value="note")
        if "attempts" in self.data:
            self.data["attempts"] = [way_of(one) for one in self.data["attempts"]]
        tried = set(self.data.get("attempts", ()))
        if self.data.get("method") == ANNOUNCEMENT and not tried.issuperset(FAILED_BEFORE):
            if not tried:
                raise refused(MISSING, "/attempts", value="attempts")
            raise refused(INVALID, "/attempts", value="/".join(sorted(tried)), why=_TRIED)

    def _check_witnesses(self) -> None:
        own = sorted(set(self.data.get("witnesses", ())) & set(self.item.case.subjects))
        if own:
            raise refused(INVALID, "/witnesses", value=own[0], why=_OWN_WITNESS)

    def _gathered(self, inputs: Mapping[str, Input]) -> dict[str, Any]:
        item, data = self.item, self.data
        fresh = {**known_facts(item, facts_of(inputs, data)), **given_facts(inputs, data)}
        return {**item.case.gathered, **fresh}

    # where it leads

    def _after(self) -> str:
        """Return the state after the step."""
        step, does = self.step, self.step.does
        if does == "appeal":
            self.data["subject"] = self._appellant()
        elif does in {"uphold", "vary", "reverse"}:
            code = self._answered()
            self.data["subject"] = code
            if open_appeals(self.item) - {code}:
                return step.start
            if does == "reverse" and set(self._standing()) - {code}:
                return step.otherwise or step.to
        return step.to

    def _appellant(self) -> str:
        """Return who appeals: the asker, or the one he appeals for.

        Raises:
            RefusedError: `invalid`, `illegal_step` for a second appeal, or without anything.
        """
        own = self.doer.ctx.subject
        mine = [own] if own is not None and own in self.item.case.subjects else []
        code = self._named(mine or self.item.case.subjects)
        self._check_window()
        appealed = {
            step.data.get("subject") for step in self.item.taken if step.step == self.step.name
        }
        if code in appealed or code not in self._standing():
            state = self.item.case.state
            raise refused(ILLEGAL_STEP, "", state=state, value=self.step.name, allowed="—")
        return code

    def _check_window(self) -> None:
        """Refuse an appeal after its time, also while another's keeps the case open.

        Raises:
            RefusedError: `illegal_step`.
        """
        item, name = self.item, self.step.name
        assert item.procedure is not None  # noqa: S101 - a step belongs to one
        clocks = [state.clock for state in item.procedure.states.values() if state.clock]
        clock = next((clock for clock in clocks if clock.step == name), None)
        if clock is None or item.procedure.states[item.case.state].clock is clock:
            return
        start = start_of(clock, item, Move(name, item.case.state, self.at))
        if due_at(due_of(clock, item.tenant, start), item.tenant.zone) < late(self.at):
            steps = item.procedure.steps_from(item.case.state)
            allowed = "、".join(step.name for step in steps if step.name != name) or "—"
            raise refused(ILLEGAL_STEP, "", state=item.case.state, value=name, allowed=allowed)

    def _answered(self) -> str:
        """Return whose appeal is answered."""
        return self._named(sorted(open_appeals(self.item)))

    def _named(self, possible: Sequence[str]) -> str:
        given = self.data.get("subject")
        if given is None and len(possible) == 1:
            return possible[0]
        if given is None:
            raise refused(MISSING, "/subject", value="subject")
        if given not in possible:
            raise refused(INVALID, "/subject", value=given, why=_ONE_OF.of("、".join(possible)))
        return str(given)

    def _standing(self) -> list[str]:
        case = self.item.case
        return [code for code, left in zip(case.subjects, case.left, strict=True) if left]

    # what it brings

    def _decide(self, done: Move) -> None:
        """Set what is left open, and look into a dismissal.

        Raises:
            RefusedError: `missing` and all that the choices, the facts or the gate refuse.
        """
        item = self.item
        check_one_sanction(self.tx, item, self.data)
        check_correction(self.data, item.day)
        bodies: Mapping[str, DecisionView] = item.bodies
        if item.procedure is not None and item.procedure.gathers:
            bodies = proposals(self.tx, item, done.gathered, whole=True)
        choices = [choice for body in bodies.values() for choice in body["choices"]]
        values = self._values()
        if choices and not values:
            raise refused(MISSING, "/choices", value="choices")
        fresh: dict[str, list[EffectView]] = {code: [] for code in bodies}
        for choice, value in chosen(choices, values) if choices or values else ():
            if value:
                fresh[choice["subject"]].append(
                    effect_view(posting_of(choice, value, item.case.on))
                )
        shown = {code: {**body, "chosen": fresh[code]} for code, body in bodies.items()}
        effects = [e for code, body in bodies.items() for e in (*body["effects"], *fresh[code])]
        self._check_gate(effects)
        propose(self.tx, self.doer, item, shown, done)

    def _check_gate(self, effects: Sequence[EffectView]) -> None:
        """Refuse a dismissal that was not looked into, of whomever it is.

        Raises:
            RefusedError: everything that is missing, or stands against it.
        """
        codes = [code for code in dismissed_of(effects) if code not in self.item.gated]
        if not codes:
            return
        said = self.data.get(GATE.name)
        if not said:
            raise refused(MISSING, "/dismissal", value="dismissal")
        evidence, by = self._evidence(), self.doer.ctx.subject
        faults = list(gate_faults(said, codes, evidence, by, self.item.day))
        faults += dismissal_faults(self.tx, dismissed(self.item, codes), said)
        if faults:
            raise RefusedError(*faults)

    def _evidence(self) -> list[str]:
        handed_in = [one for step in self.item.taken for one in step.data.get("evidence", ())]
        return [*self.item.case.evidence, *handed_in, *self.data.get("evidence", ())]

    def _values(self) -> list[Value]:
        return values_of(self.data.get("choices", ()))

    def _bring(self, done: Move) -> None:
        """Let the step have its effect on the ledger, if it has any."""
        if self.item.becomes_effective(self.step):
            effects = open_effects(self.tx, self.doer, self.item, done)
            self._make_effective(effects)
        elif self._suspends() or self._resumes():
            effects = open_effects(self.tx, self.doer, self.item, done)
            self._answer(effects)
        else:
            return
        effects.finish()
        if self.step.does in {"vary", "reverse"}:
            drop_after_dismissal(self.tx, self.item.case.id, self.doer.ctx.actor_id, self.at)

    def _suspends(self) -> bool:
        """Tell whether what is appealed against waits for the answer from now on."""
        return self.step.does == "appeal" and self.item.matrix.under_appeal == WAITS

    def _resumes(self) -> bool:
        """Tell whether the answer to an appeal moves the ledger."""
        waits = self.item.is_suspended(str(self.data.get("subject")))
        return self.step.does in {"vary", "reverse"} or (self.step.does == "uphold" and waits)

    def _answer(self, effects: Effects) -> None:
        code = self.data["subject"]
        if self.step.does == "appeal":
            effects.suspend(code)
            return
        if self.item.is_suspended(code) and self.step.does != "reverse":
            effects.resume(code)
        if self.step.does != "uphold":
            self._undo(effects)

    def _make_effective(self, effects: Effects) -> None:
        gate = self.item.gated
        if self.data.get(GATE.name):
            self._check_gate(self.item.decision["effects"])
            gate |= looked_into(self.data[GATE.name], self.item.dismissible)
        effects.become_effective(self._values() or decided_values(self.item), gate)
        said = [*(step.data for step in self.item.taken), self.data]
        ask_to_correct(self.tx, self.item.case, said, (self.doer.ctx.actor_id, self.at))

    def _undo(self, effects: Effects) -> None:
        code = self.data["subject"]
        if self.step.does == "reverse":
            effects.reverse([code])
            return
        instead: dict[str, Any] = {}
        if self.data.get("clause"):
            instead = {"clause": self.data["clause"], "facts": self.data.get("facts", {})}
            instead |= {key: self.data[key] for key in ("quantity",) if key in self.data}
        elif not self.data.get("choices"):
            raise refused(MISSING, "/choices", value="choices / clause")
        effects.vary(code, instead, self._values())


def open_appeals(item: Handled) -> set[str]:
    """Return those of a case who appealed and have no answer yet."""
    does = {step.name: step.does for step in item.procedure.steps} if item.procedure else {}
    waiting: set[str] = set()
    for taken in item.taken:
        code = taken.data.get("subject")
        if code is not None and does.get(taken.step) == "appeal":
            waiting.add(code)
        elif code is not None and does.get(taken.step) in {"uphold", "vary", "reverse"}:
            waiting.discard(code)
    return waiting


def decided_values(item: Handled) -> list[Value]:
    """Return what was chosen when the case was last decided."""
    steps = item.procedure.steps if item.procedure else ()
    deciding = {step.name for step in steps if step.does == "decide"}
    given = [taken.data.get("choices", ()) for taken in item.taken if taken.step in deciding]
    return values_of(given[-1]) if given else []
