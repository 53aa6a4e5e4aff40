"""A decision told to a company or one of its departments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from shangfa.db.cases.held import hold_by_id
from shangfa.db.cases.slips import names_of
from shangfa.db.notices.stored import NoticeLine, NoticeRecord, add_notices, standing_notices
from shangfa.db.people import names_used
from shangfa.db.tx.transaction import Tx
from shangfa.domain.exchange.events import notice_published
from shangfa.domain.faults import INVALID, MISSING, NOT_FOUND, OUT_OF_RANGE, refused
from shangfa.domain.near import nearest
from shangfa.domain.notices.faults import NOT_PUBLISHABLE
from shangfa.domain.notices.notice import LONGEST, Told, accounts_told, body_of
from shangfa.domain.people.faults import UNKNOWN_NAME
from shangfa.domain.people.renames import name_on
from shangfa.domain.text import Note
from shangfa.services.cases.acts.dismissals import check_answered
from shangfa.services.cases.handled import Handled, load
from shangfa.services.cases.shown import decided, may_see
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.notices import seen
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import transact

_NOT_EFFECTIVE = Note("尚未生效，或已撤销", "it is not effective, or was reversed")
_APPEALED = Note("正在申诉，须待答复", "it is under appeal; wait for the answer")
_CONFIDENTIAL = Note("属保密案件", "the case is confidential")
_OPEN = Note("尚有待定项", "something of it is still to be chosen")
_NOTHING = Note("没有可公示的内容", "there is nothing in it to tell")
_TOLD = Note("已向该范围公示", "the same people were told already")
_ONE_OF = Note("须为本案当事人之一：{0}", "one of those it concerns: {0}")


@dataclass(frozen=True, slots=True)
class Publication:
    """What is to be published.

    Attributes:
        subject: whose part; None when the case concerns one alone.
        department: the audience, None for the whole company.
        until: the last day.
        consent: where the person's own consent to be named is kept; None masks him.
    """

    case_id: UUID
    subject: str | None
    department: str | None
    until: date
    consent: str | None = None


def publish(ctx: Context, said: Publication) -> NoticeRecord:
    """Tell a company or a department what was decided.

    Raises:
        RefusedError: `not_found`, `not_publishable`, `dismissal_open`, `missing`, `invalid`,
            `unknown_name`, `out_of_range`.
    """
    ctx.need("notices:publish")

    def work(tx: Tx) -> NoticeRecord:
        tenant = current(tx)
        case = hold_by_id(tx, said.case_id)
        items = load(tx, tenant, [case]) if case is not None else []
        if not items or not may_see(ctx, items[0]):
            raise refused(NOT_FOUND, "")
        notice_id = _publish(tx, ctx, tenant, items[0], said)
        tx.flush()
        return seen.read_in(tx, ctx, notice_id)

    return transact(ctx, work)


def _publish(tx: Tx, ctx: Context, tenant: ReadyTenant, item: Handled, said: Publication) -> UUID:
    at = now()
    day = at.astimezone(tenant.zone).date()
    _check_until(said.until, day)
    code = _whose(item, said.subject)
    department = _department(tx, tenant, said.department, day)
    subject_id = item.case.subject_ids[item.case.subjects.index(code)]
    check_publishable(item, code)
    check_answered(item)
    if any(
        told.department == department for told in standing_notices(tx, item.case.id, [subject_id])
    ):
        raise refused(NOT_PUBLISHABLE, "/audience", why=_TOLD)
    body = told_of(tx, item, _decided(item, code), said.consent)
    line = NoticeLine(
        new_id(),
        item.case.id,
        subject_id,
        "decision",
        department,
        said.consent,
        body,
        said.until,
        None,
        "",
        ctx.actor_id,
        day,
        at,
    )
    add_notices(tx, [line])
    tell(tx, ctx, at, notice_published(line.id, item.case.id, code, department))
    return line.id


def _check_until(until: date, day: date) -> None:
    if not day <= until <= day + LONGEST:
        allowed = f"{day}..{day + LONGEST}"
        raise refused(OUT_OF_RANGE, "/until", value=until.isoformat(), allowed=allowed)


def _whose(item: Handled, given: str | None) -> str:
    codes = item.case.subjects
    if given is None and len(codes) > 1:
        raise refused(MISSING, "/subject", value="subject")
    if given is not None and given not in codes:
        raise refused(INVALID, "/subject", value=given, why=_ONE_OF.of("、".join(codes)))
    return given or codes[0]


def _department(tx: Tx, tenant: ReadyTenant, given: str | None, day: date) -> str | None:
    if given is None:
        return None
    known = {name_on(tenant.renames, "department", n, day) for n in names_used(tx, "department")}
    if given not in known:
        names = [name for name in known if name is not None]
        near = "、".join(nearest(given, names)) or "—"
        raise refused(UNKNOWN_NAME, "/audience/department", value=given, near=near)
    return given


def check_publishable(item: Handled, code: str) -> None:
    """Let a decision pass that may be told of a subject.

    Raises:
        RefusedError: `not_publishable`.
    """
    case = item.case
    why = None
    if case.handlers is not None:
        why = _CONFIDENTIAL
    elif case.state == "choice_open":
        why = _OPEN
    elif decided(item) != "effective" or not case.stands[case.subjects.index(code)]:
        why = _NOT_EFFECTIVE
    elif is_appealed(item):
        why = _APPEALED
    elif not accounts_told(_effects(item, code)):
        why = _NOTHING
    if why is not None:
        raise refused(NOT_PUBLISHABLE, "", why=why)


def is_appealed(item: Handled) -> bool:
    """Tell whether somebody's appeal against the case is not answered yet."""
    steps = item.procedure.steps_from(item.case.state) if item.procedure else ()
    return any(step.does in {"uphold", "vary", "reverse"} for step in steps)


def _effects(item: Handled, code: str) -> list[Mapping[str, Any]]:
    return [effect for effect in item.decision["effects"] if effect["subject"] == code]


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided for one subject: by which clause, on which local day."""

    subject: str
    clause: str
    on: date
    effects: Sequence[Mapping[str, Any]]


def _decided(item: Handled, code: str) -> Decided:
    varied = item.case.varied[item.case.subjects.index(code)] or {}
    at = max(one.decided_at for one in item.decisions if one.subject == code)
    clause = varied.get("clause", item.case.clause)
    return Decided(code, clause, at.astimezone(item.tenant.zone).date(), _effects(item, code))


def told_of(tx: Tx, item: Handled, said: Decided, consent: str | None) -> dict[str, Any]:
    """Return what a notice tells of what was decided for one subject of a case."""
    case, version = item.case, item.version()
    assert version is not None  # noqa: S101 - it was assessed by one
    place = case.subjects.index(said.subject)
    told = Told(
        names_of(tx, [said.subject])[said.subject],
        case.kinds[place],
        case.departments[place],
        version.title,
        version.clauses[said.clause].title,
        said.on,
        said.effects,
        {effect["unit"]: version.ladder.title(effect["unit"]) for effect in said.effects},
        consent is not None,
    )
    return body_of(told)
