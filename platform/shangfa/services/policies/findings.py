"""What the guards find in a version of a policy, before it is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from shangfa.documents.policy.answers import coded_rows_of, rows_of
from shangfa.domain.faults import Fault, RefusedError
from shangfa.domain.policies.clause import Clause, Step
from shangfa.domain.policies.faults import AGAINST_THE_LAW
from shangfa.domain.policies.kinds import Row, Rule
from shangfa.domain.policies.version import Version
from shangfa.domain.tenancy.compliance import Compliance
from shangfa.plugins import guards
from shangfa.sdk.guards import Draft, DraftClause, Finding, Origin


def lint(
    version: Version, compliance: Compliance, regions: Sequence[str], today: date
) -> list[Finding]:
    """Return what the guards find in a version, for a company that works in some regions.

    The law of the day it begins holds, or of today when it began before: what is
    published now is judged by what holds now.

    Raises:
        PluginFailedError: a guard failed.
    """
    on = max(today, version.effective_from)
    modes = compliance.modes(rule.code for rule in guards.rules())
    clauses = tuple(_clauses(version))
    kinds, ladder = version.scope.kinds, version.ladder.rungs
    return guards.review(Draft(on, tuple(regions), kinds, modes, clauses, ladder=ladder))


def told(finding: Finding) -> dict[str, Any]:
    """Return a finding in both languages, as the API and the command line tell it."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "clause": finding.clause,
        "law_ref": finding.law_ref,
        "text_zh": finding.text.text("zh"),
        "text_en": finding.text.text("en"),
        "suggestion_zh": finding.suggestion.text("zh"),
        "suggestion_en": finding.suggestion.text("en"),
        "certainty": finding.certainty,
        "rule": finding.rule,
    }


def check_law(findings: Iterable[Finding]) -> None:
    """Let a version pass in which nothing blocks.

    Raises:
        RefusedError: `against_the_law`, one fault for each such finding.
    """
    blocking = [item for item in findings if item.severity == "block"]
    if blocking:
        raise RefusedError(*map(_fault, blocking))


def _fault(finding: Finding) -> Fault:
    values = {"value": finding.clause, "why": finding.text, "law": finding.law_ref}
    return Fault(AGAINST_THE_LAW, "/clauses", values | {"allowed": finding.suggestion})


def _clauses(version: Version) -> Iterator[DraftClause]:
    """Yield every clause by the codes it is cited by, then reactions and programmes."""
    for clause in version.clauses.values():
        yield from _of_clause(clause)
    known: list[Rule[Any]] = []
    for reaction in version.reactions:
        if reaction.rule not in known:  # one that watches two counters is one rule
            known.append(reaction.rule)
            rule = reaction.rule
            rows = [(row.code, row) for row in rows_of(reaction.kind, rule)]
            yield from _of_rule("reaction", rule, reaction.kind.name, rows)
    for programme in version.programmes:
        rule, kind = programme.rule, programme.kind
        rows = [] if programme.missing else coded_rows_of(kind, rule)
        yield from _of_rule("programme", rule, kind.name, rows)


def _of_clause(clause: Clause) -> Iterator[DraftClause]:
    labels = tuple(fact.zh for fact in clause.facts.values() if fact.zh)
    if clause.unrecordable:
        yield DraftClause(clause.code, clause.title, note=clause.unrecordable, labels=labels)
        return
    cited: dict[str, list[tuple[Step, Row | None]]] = {}
    for step in (*clause.steps, *(step for step, _ in clause.extras)):
        for row in _rows(step):
            code = row.code if row is not None and row.code else step.part.code
            cited.setdefault(code, []).append((step, row))
    for code, given in cited.items():
        yield _cited(clause, code, given, labels)


def _rows(step: Step) -> Sequence[Row | None]:
    """Return what a part may give, None for nothing or while it waits for a parameter."""
    known = step.part.params is not None
    return (rows_of(step.kind, step.part) if known else ()) or (None,)


def _cited(
    clause: Clause, code: str, given: Sequence[tuple[Step, Row | None]], labels: tuple[str, ...]
) -> DraftClause:
    """Return what one code of a clause, its own or a band's, says and gives."""
    rows = tuple(row for _, row in given if row is not None)
    steps = list({id(step): step for step, _ in given}.values())
    band = next((row.title for row in rows if row.title), "") or steps[0].part.title
    title = clause.title if code == clause.code else band
    return DraftClause(
        code,
        title,
        kinds=tuple(step.kind.name for step in steps),
        rows=rows,
        labels=labels if title == clause.title else (*labels, clause.title),
        params=tuple(_plain(step.part.params) for step in steps),
    )


def _of_rule(
    origin: Origin, rule: Rule[Any], kind: str, coded: Sequence[tuple[str, Row]]
) -> Iterator[DraftClause]:
    cited: dict[str, list[Row]] = {} if coded else {rule.code: []}
    for code, row in coded:
        cited.setdefault(code or rule.code, []).append(row)
    for code, rows in cited.items():
        title = next((row.title for row in rows if row.title), rule.title)
        said = (_plain(rule.params),)
        yield DraftClause(code, title, origin, (kind,), tuple(rows), params=said)


def _plain(params: Any) -> dict[str, Any]:
    """Return what a policy wrote under `params`, with what it left out filled in."""
    return {} if params is None else dict(params.model_dump())
