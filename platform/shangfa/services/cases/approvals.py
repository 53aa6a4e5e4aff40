"""Who approves what in a company, and who stands in for whom: set by HR, kept in versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from shangfa.db import people
from shangfa.db.settings.versioned import APPROVALS, SettingLine
from shangfa.db.tx.transaction import Tx
from shangfa.documents.policy.catalogue import catalogue
from shangfa.domain.cases.approvals import COUNTS, GRADE, Delegate, Matrix, Rule
from shangfa.domain.faults import INVALID, Fault, RefusedError, refused
from shangfa.domain.near import nearest
from shangfa.domain.people.faults import UNKNOWN_ATTRIBUTE, UNKNOWN_SUBJECT
from shangfa.domain.policies.facts import to_decimal
from shangfa.domain.policies.policy import Policies
from shangfa.domain.text import WORDS, Note
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.etags import check_match
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading, transact

_EITHER = Note("role 与 person 必须且只能写一个", "exactly one of role and person is expected")
_LEVEL = Note("没有哪个制度给出它；相近的有：{0}", "no policy gives it; the nearest are: {0}")
_WORD: Final = re.compile(r"\w+")
_BACKWARDS = Note("须不早于 since", "it must not be before `since`")


@dataclass(frozen=True, slots=True)
class Approvals:
    """The approvals in force; revision 0 when none were ever set."""

    revision: int
    matrix: Matrix
    at: datetime | None


def read(ctx: Context) -> Approvals:
    """Return the approvals in force."""
    ctx.need("approvals:read")

    def work(tx: Tx) -> Approvals:
        current(tx)
        return _shown(APPROVALS.newest(tx))

    return reading(ctx, work)


def put(ctx: Context, matrix: Matrix, if_match: str | None) -> Approvals:
    """Put approvals in force.

    Raises:
        RefusedError: `precondition_required`, `stale_version`, `unknown_subject`, `invalid`,
            `unknown_attribute`.
    """
    ctx.need("approvals:write")

    def work(tx: Tx) -> Approvals:
        _check_grades(current(tx), matrix)
        known = APPROVALS.newest(tx)
        revision = known.revision if known else 0
        check_match(if_match, revision)
        _check(tx, current(tx).policies, matrix)
        line = SettingLine(new_id(), revision + 1, _document(matrix), ctx.actor_id, now())
        APPROVALS.put(tx, line)
        return _shown(APPROVALS.newest(tx))

    return transact(ctx, work)


def _check_grades(tenant: ReadyTenant, matrix: Matrix) -> None:
    """Let rules by grade pass where people may have one: else none would ever apply.

    Raises:
        RefusedError: `unknown_attribute`.
    """
    for index, rule in enumerate(matrix.rules):
        if rule.grade is not None and tenant.attributes and GRADE not in tenant.attributes:
            near = "、".join(nearest(GRADE, tenant.attributes))
            raise refused(UNKNOWN_ATTRIBUTE, f"/rules/{index}/grade", value=GRADE, near=near)


def _check(tx: Tx, policies: Policies, matrix: Matrix) -> None:
    people_named = {rule.person for rule in matrix.rules if rule.person is not None}
    people_named |= {code for item in matrix.delegates for code in (item.person, item.stands_in)}
    known = people.subject_ids(tx, sorted(people_named))
    faults = [
        Fault(INVALID, f"/rules/{index}", {"value": "role/person", "why": _EITHER})
        for index, rule in enumerate(matrix.rules)
        if (rule.role is None) == (rule.person is None)
    ]
    faults += [
        Fault(INVALID, f"/delegates/{index}/until", {"value": item.until, "why": _BACKWARDS})
        for index, item in enumerate(matrix.delegates)
        if item.until < item.since
    ]
    faults += [
        Fault(UNKNOWN_SUBJECT, "", {"value": code}) for code in sorted(people_named - known.keys())
    ]
    faults += _no_levels(policies, matrix.rules)
    if faults:
        raise RefusedError(*faults)


def _no_levels(policies: Policies, rules: Iterable[Rule]) -> Iterator[Fault]:
    """Yield the levels that no policy gives: a rule with one would never apply.

    Before anything is published, and of a policy that is stopped, nobody knows them.
    """
    levels = {rule.level: index for index, rule in enumerate(rules) if rule.level is not None}
    if not levels or not policies or policies.stopped:
        return
    known = set(WORDS)
    for policy in policies.values():
        for version in policy.versions:
            rows = catalogue(policy.name, version)
            known |= {*version.ladder.rungs, *_WORD.findall("\n".join(map(" ".join, rows)))}
    for level, index in levels.items():
        if level not in known:
            why = _LEVEL.of("、".join(nearest(level, sorted(known))))
            yield Fault(INVALID, f"/rules/{index}/level", {"value": level, "why": why})


def matrix_in_force(tx: Tx) -> Matrix:
    """Return the approvals in force in an open transaction."""
    return _shown(APPROVALS.newest(tx)).matrix


def _document(matrix: Matrix) -> dict[str, Any]:
    return {
        "rules": [
            {
                "level": rule.level,
                "amount": rule.amount,
                "department": rule.department,
                "role": rule.role,
                "person": rule.person,
                "grade": rule.grade,
            }
            for rule in matrix.rules
        ],
        "delegates": [
            {
                "person": item.person,
                "stands_in": item.stands_in,
                "since": item.since,
                "until": item.until,
            }
            for item in matrix.delegates
        ],
        "under_appeal": matrix.under_appeal,
    }


def _shown(line: SettingLine | None) -> Approvals:
    if line is None:
        return Approvals(0, Matrix(), None)
    rules = tuple(
        Rule(
            item["level"],
            None if item["amount"] is None else to_decimal(item["amount"]),
            item["department"],
            item["role"],
            item["person"],
            item.get("grade"),
        )
        for item in line.document["rules"]
    )
    delegates = tuple(
        Delegate(
            item["person"],
            item["stands_in"],
            date.fromisoformat(item["since"]),
            date.fromisoformat(item["until"]),
        )
        for item in line.document["delegates"]
    )
    under_appeal = line.document.get("under_appeal", COUNTS)
    return Approvals(line.revision, Matrix(rules, delegates, under_appeal), line.at)
