"""Turn a policy document into a version that can be assessed, or report every fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

from shangfa.documents.mend import readable
from shangfa.documents.plain import Path_
from shangfa.documents.policy.answers import (
    coded_rows_of,
    counters_of,
    may_be,
    period_of,
    reactions_of,
    rows_of,
)
from shangfa.documents.policy.reading import Reading
from shangfa.documents.policy.shape import (
    ClauseDoc,
    CommonDoc,
    PartDoc,
    PolicyDoc,
    ProgrammeDoc,
    ReactionDoc,
)
from shangfa.documents.source import Source
from shangfa.domain.faults import DUPLICATE, INVALID, MISSING, OUT_OF_RANGE, Fault, RefusedError
from shangfa.domain.frozen import FrozenDict
from shangfa.domain.money import ROUNDINGS
from shangfa.domain.near import nearest
from shangfa.domain.policies.circles import circles
from shangfa.domain.policies.clause import Clause, Step
from shangfa.domain.policies.facts import Fact
from shangfa.domain.policies.faults import (
    CIRCULAR_REACTION,
    INCOMPLETE_CLAUSE,
    UNKNOWN_CLAUSE,
    UNKNOWN_COUNTER,
    UNKNOWN_RUNG,
)
from shangfa.domain.policies.kinds import Kinds, Measure, Part, Rule
from shangfa.domain.policies.version import Programme, Reaction, Scope, Version
from shangfa.domain.tenancy.attributes import Attributes
from shangfa.domain.text import Note

TEXT = "text"
"""The built-in kind of a clause that is not reported: a definition, or a reaction's words."""
PARTS: Final = 20_000
"""Of all clauses together, what they share counted for each."""
GLOBS: Final = 500
"""Patterns of codes of all common parts together."""
_ROUNDINGS = Note("须为 {0} 之一", "one of {0} is expected").of(" / ".join(ROUNDINGS))
_FLAG = Note("须为 true 或 false", "true or false is expected")
_EITHER = Note("kind 与 parts 取其一", "either kind or parts is expected")
COUNT: Final = "count"
NOTHING = "nothing"
"""The built-in kind of a clause that is reported and gives nothing."""


def read_document(source: Source) -> PolicyDoc:
    """Return the typed document.

    Raises:
        RefusedError: every fault of its shape.
    """
    left = readable(source)
    if left.faults:
        raise RefusedError(*left.faults)
    return left.doc


def compile_version(
    source: Source,
    kinds: Kinds,
    number: int = 1,
    parameters: Mapping[str, Any] | None = None,
    attributes: Attributes = FrozenDict(),  # noqa: B008 - it never changes
) -> Version:
    """Return the version a document describes.

    Args:
        source: the document with its lines.
        kinds: what the tenant's plugins provide.
        number: of the version within its policy.
        parameters: values in place of the document's.
        attributes: those the tenant declares; the document's own go before.

    Raises:
        RefusedError: every fault found, each with file and line.
    """
    left = readable(source)
    compiler = _Compiler(left.source, left.doc, kinds, parameters, attributes)
    version = compiler.version(number)
    found = [fault for fault in compiler.faults if fault.code not in left.echoes]
    faults = _once([*left.faults, *found])
    if faults:
        raise RefusedError(*faults)
    return version


def _once(faults: Iterable[Fault]) -> list[Fault]:
    """Return the faults without repetitions: a common part is read once for each clause."""
    return list({(fault.place, fault.pointer, str(fault)): fault for fault in faults}.values())


@dataclass(slots=True)
class _Compiler(Reading):
    """A document being made a version.

    Attributes:
        commons: clause code -> the common parts it shares, found once.
        counters: what may be counted, also by parts that a reading leaves out; `*` when
            that cannot be known.
    """

    commons: dict[str, list[tuple[CommonDoc, Path_]]] = field(default_factory=dict)
    counters: set[str] = field(default_factory=set)

    def version(self, number: int) -> Version:
        doc = self.doc
        self._check_size()
        self._check_parameters()
        self._check_unique("ladder", self.ladder.rungs)
        self._check_unique("programmes", [programme.name for programme in doc.programmes])
        clauses = self._clauses()
        rounding = self.filled(doc.rounding, ("rounding",))
        if rounding not in ROUNDINGS:
            self.fault(("rounding",), INVALID, value=rounding, why=_ROUNDINGS)
        version = Version(
            number,
            doc.title,
            doc.effective_from,
            doc.source,
            self._scope(),
            self.ladder,
            clauses,
            self._reactions(),
            self._programmes(),
            doc.procedure,
            rounding,
        )
        loop = circles(version.reactions)
        if loop:
            self.fault(("reactions",), CIRCULAR_REACTION, value=" → ".join(loop))
        return version

    def _check_size(self) -> None:
        """Refuse what common parts would multiply beyond all use, before it is made.

        Raises:
            RefusedError: `out_of_range`, with the parts and the patterns counted.
        """
        commons = self.doc.common
        globs = sum(len(common.clauses) for common in commons)
        if globs > GLOBS:
            self._refuse_size(globs, GLOBS)
        shared = (common for doc in self.doc.clauses for common, _ in self._commons(doc.code))
        own = sum(len(doc.parts) or 1 for doc in self.doc.clauses)
        parts = own + sum(len(common.parts) for common in shared)
        if parts > PARTS:
            self._refuse_size(parts, PARTS)

    def _refuse_size(self, number: int, most: int) -> None:
        self.fault(("common",), OUT_OF_RANGE, value=number, allowed=f" ≤ {most}")
        raise RefusedError(*self.faults)

    def _check_parameters(self) -> None:
        for name, item in self.doc.parameters.items():
            value = self.parameters.values[name]
            if item.allowed and value is not None and value not in item.allowed:
                allowed = "、".join(map(str, item.allowed))
                self.fault(
                    ("parameters", name, "value"), OUT_OF_RANGE, value=value, allowed=allowed
                )

    def _check_unique(self, where: str, names: Sequence[str]) -> None:
        seen: set[str] = set()
        for index, name in enumerate(names):
            if name in seen:
                self.fault((where, index), DUPLICATE, value=name)
            seen.add(name)

    def _scope(self) -> Scope:
        scope = self.doc.scope
        self.missing = []
        when = self.condition(scope.when, {}, ("scope", "when"))
        for name in self.missing:
            self.fault(("scope", "when"), INCOMPLETE_CLAUSE, value="scope", missing=name)
        return Scope(scope.kinds, scope.departments, scope.positions, when)

    # clauses

    def _clauses(self) -> dict[str, Clause]:
        found: dict[str, Clause] = {}
        for index, doc in enumerate(self.doc.clauses):
            if doc.code in found:
                self.fault(("clauses", index, "code"), DUPLICATE, value=doc.code)
            found[doc.code] = self._clause(doc, ("clauses", index))
        for index, common in enumerate(self.doc.common):
            self._check_globs(common, found, ("common", index))
        return found

    def _check_globs(self, common: CommonDoc, codes: Iterable[str], path: Path_) -> None:
        known = list(codes)
        for index, glob in enumerate(common.clauses):
            if not any(fnmatchcase(code, glob) for code in known):
                near = "、".join(known[:5])
                values = {"value": glob, "policy": self.doc.policy, "near": near}
                self.fault((*path, "clauses", index), UNKNOWN_CLAUSE, **values)

    def _clause(self, doc: ClauseDoc, path: Path_) -> Clause:
        self.missing = []
        parts = self._parts_of(doc, path)
        facts = self._facts_of(doc, parts, path)
        steps = tuple(self._steps(doc, parts, facts))
        extras = tuple(self._extras(doc, facts))
        when = self.condition(doc.when, facts, (*path, "when"))
        unrecordable = (doc.note or doc.title) if doc.kind == TEXT else ""
        return Clause(
            doc.code,
            doc.title,
            doc.source,
            self._measure(doc, steps, path),
            facts,
            when,
            steps,
            doc.choose == "first",
            () if unrecordable else extras,
            unrecordable,
            tuple(dict.fromkeys(self.missing)),
            doc.shared,
        )

    def _measure(self, doc: ClauseDoc, steps: tuple[Step, ...], path: Path_) -> Measure:
        if doc.quantity is not None:
            said = doc.quantity
            return Measure(said.unit, said.least, said.whole, said.most)
        filled = [step for step in steps if step.part.params is not None]
        if not filled:
            return Measure()
        kind, part = filled[0].kind, filled[0].part
        return self.asked(kind, path, kind.measure, part.params) or Measure()

    def _parts_of(self, doc: ClauseDoc, path: Path_) -> list[tuple[PartDoc, Path_]]:
        if doc.parts:
            if doc.kind is not None:
                self.fault((*path, "kind"), INVALID, value=doc.kind, why=_EITHER)
            return [(part, (*path, "parts", i)) for i, part in enumerate(doc.parts)]
        if doc.kind is None:
            self.fault(path, MISSING, value="kind")
            return []
        if doc.kind in {TEXT, NOTHING}:
            return []
        return [(PartDoc(kind=doc.kind, params=doc.params), path)]

    def _facts_of(
        self, doc: ClauseDoc, parts: list[tuple[PartDoc, Path_]], path: Path_
    ) -> dict[str, Fact]:
        facts: dict[str, Fact] = {}
        for part, _ in parts:
            kind = self.kinds.clause_kinds.get(part.kind)
            facts |= {fact.name: fact for fact in (kind.facts if kind else ())}
        facts |= self.declared(doc.facts, path)
        for common, where in self._commons(doc.code):
            facts |= self.declared(common.facts, where)
        return facts

    def _commons(self, code: str) -> list[tuple[CommonDoc, Path_]]:
        known = self.commons.get(code)
        if known is None:
            known = self.commons[code] = [
                (common, ("common", index))
                for index, common in enumerate(self.doc.common)
                if any(fnmatchcase(code, glob) for glob in common.clauses)
            ]
        return known

    def _steps(
        self,
        doc: ClauseDoc,
        parts: list[tuple[PartDoc, Path_]],
        facts: Mapping[str, Fact],
    ) -> Iterable[Step]:
        for part, where in parts:
            step = self._step(doc, part, facts, where)
            if step is not None:
                yield step

    def _step(
        self, doc: ClauseDoc, part: PartDoc, facts: Mapping[str, Fact], path: Path_
    ) -> Step | None:
        kind = self.kind(part.kind, self.kinds.clause_kinds, (*path, "kind"))
        if kind is None:
            self.counters.add("*")
            return None
        resolved = self.resolved(part.when, (*path, "when"))
        code, title = part.code or doc.code, part.title or doc.title
        if resolved is None:
            spare = self.spare_params(kind, part.params)
            self._count(kind, Part(code, doc.code, title, spare, self.ladder), path)
            return None
        when = self.compiled(resolved, facts, (*path, "when"))
        params = self.params(kind, part.params, (*path, "params"), facts)
        step = Step(Part(code, doc.code, title, params, self.ladder), kind, when)
        self._count(kind, step.part, path)
        return step

    def _count(self, kind: Any, part: Part[Any], path: Path_) -> None:
        """Keep the counters of a part; any may be meant while its params are not known."""
        known = ["*"] if part.params is None else self.asked(kind, path, counters_of, kind, part)
        self.counters.update(["*"] if known is None else known)
        if part.params is not None:
            self.asked(kind, path, rows_of, kind, part)

    def _extras(self, doc: ClauseDoc, facts: Mapping[str, Fact]) -> Iterable[tuple[Step, bool]]:
        for common, path in self._commons(doc.code):
            replaces = self.filled(common.replaces, (*path, "replaces"))
            if not isinstance(replaces, bool | None):
                self.fault((*path, "replaces"), INVALID, value=replaces, why=_FLAG)
            for number, part in enumerate(common.parts):
                step = self._step(doc, part, facts, (*path, "parts", number))
                if step is not None:
                    yield step, bool(replaces)

    # reactions and programmes

    def _reactions(self) -> tuple[Reaction, ...]:
        placed: list[tuple[Reaction, Path_]] = []
        for index, doc in enumerate(self.doc.reactions):
            path: Path_ = ("reactions", index)
            placed += [(reaction, path) for reaction in self._reaction(doc, path)]
        gives = [pair for reaction, _ in placed for pair in reaction.gives]
        self.counters.update(unit for account, unit in gives if account == COUNT)
        for reaction, where in placed:
            self._check_watched(reaction, where)
        return tuple(reaction for reaction, _ in placed)

    def _check_watched(self, reaction: Reaction, path: Path_) -> None:
        """Refuse a rung or a counter that nothing posts to: it would be misspelt."""
        unit, rungs = reaction.watch.unit, self.ladder.rungs
        known = self.counters
        if reaction.watch.account == "marks":
            known = set(rungs)
        elif reaction.watch.account != COUNT:
            return
        if not any(may_be(unit, name) for name in known):
            near = "、".join(nearest(unit, [*sorted(known), *rungs])) or "—"
            self.fault((*path, "params"), UNKNOWN_COUNTER, value=unit, allowed=near)

    def _reaction(self, doc: ReactionDoc, path: Path_) -> list[Reaction]:
        kind = self.kind(doc.kind, self.kinds.reactions, (*path, "kind"))
        if kind is None:
            return []
        self.missing = []
        before = len(self.faults)
        params = self.params(kind, doc.params, (*path, "params"))
        for name in self.missing:
            self.fault(path, INCOMPLETE_CLAUSE, value=doc.code, missing=name)
        if params is None or len(self.faults) > before:
            self.counters.add("*")
            return []
        rule = Rule(doc.code, doc.title, params, self.ladder)
        found = self.asked(kind, path, reactions_of, rule, kind) or []
        self.asked(kind, path, rows_of, kind, rule)
        for account, unit in sorted({pair for reaction in found for pair in reaction.gives}):
            if account == "marks" and unit not in self.ladder.rungs:
                allowed = "、".join(self.ladder.rungs) or "—"
                self.fault((*path, "params"), UNKNOWN_RUNG, value=unit, allowed=allowed)
        return found

    def _programmes(self) -> tuple[Programme, ...]:
        found = []
        for index, doc in enumerate(self.doc.programmes):
            programme = self._programme(doc, ("programmes", index))
            if programme is not None:
                found.append(programme)
        return tuple(found)

    def _programme(self, doc: ProgrammeDoc, path: Path_) -> Programme | None:
        kind = self.kind(doc.kind, self.kinds.programmes, (*path, "kind"))
        if kind is None:
            return None
        self.missing = []
        params = self.params(kind, doc.params, (*path, "params"))
        rule = Rule(doc.code or doc.name, doc.title, params, self.ladder)
        if params is not None:
            self.asked(kind, path, period_of, rule, kind)
            self.asked(kind, path, coded_rows_of, kind, rule)
        return Programme(doc.name, rule, kind, tuple(self.missing))
