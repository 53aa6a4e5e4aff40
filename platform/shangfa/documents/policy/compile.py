"""Turn a policy document into a version that can be assessed, or report every fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any, Final

from shangfa.documents.mend import readable
from shangfa.documents.plain import Path_
from shangfa.documents.policy.asking import Asking
from shangfa.documents.policy.reading import never
from shangfa.documents.policy.shape import (
    PERCENT,
    TEN_TIMES,
    ClauseDoc,
    CommonDoc,
    PartDoc,
    PolicyDoc,
)
from shangfa.documents.source import Source
from shangfa.domain.faults import DUPLICATE, INVALID, MISSING, OUT_OF_RANGE, Fault, RefusedError
from shangfa.domain.frozen import FrozenDict
from shangfa.domain.history import Ask
from shangfa.domain.money import ROUNDINGS
from shangfa.domain.policies.clause import Clause, Scale, Step
from shangfa.domain.policies.conditions import is_impartial, is_steady
from shangfa.domain.policies.facts import Fact
from shangfa.domain.policies.faults import (
    CIRCULAR_OFFSET,
    CIRCULAR_REACTION,
    INCOMPLETE_CLAUSE,
    UNKNOWN_CLAUSE,
)
from shangfa.domain.policies.kinds import Kinds, Measure, Part
from shangfa.domain.policies.version import Scope, Version, circles, offset_circle
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
class _Compiler(Asking):
    """A document being made a version.

    Attributes:
        commons: clause code -> the common parts it shares, found once.
    """

    commons: dict[str, list[tuple[CommonDoc, Path_]]] = field(default_factory=dict)

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
        # programmes first: a reaction may watch what they give
        programmes, reactions = self._programmes(), self._reactions()
        self.check_read()
        version = Version(
            number,
            doc.title,
            doc.effective_from,
            doc.source,
            self._scope(),
            self.ladder,
            clauses,
            reactions,
            programmes,
            doc.procedure,
            rounding,
            self._lapses(),
            doc.procedures,
        )
        self.check_asked(clauses, reactions, version.lapses)
        loop = circles(version.reactions)
        if loop:
            self.fault(("reactions",), CIRCULAR_REACTION, value=" → ".join(loop))
        circle = offset_circle(version.reactions)
        if circle:
            self.fault(("reactions",), CIRCULAR_OFFSET, value=" → ".join(circle))
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
        steady = is_steady(self.resolved(scope.when, ("scope", "when")))
        return Scope(scope.kinds, scope.departments, scope.positions, when, steady)

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
        asks = self._asks(doc, facts, path)
        self.look(doc, asks, parts)
        known = {**facts, **{name: ask.fact() for name, ask in asks.items()}}
        steps = tuple(self._steps(doc, parts, known))
        extras = tuple(self._extras(doc, known))
        said = self.resolved(doc.when, (*path, "when"))
        when = never if said is None else self.compiled(said, known, (*path, "when"))
        scales = tuple(self._scales(doc, known, path))
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
            doc.procedure,
            tuple(asks.values()),
            doc.wording,
            is_impartial(said) and all(alike for _, alike in scales),
            tuple(scale for scale, _ in scales),
        )

    def _scales(
        self, doc: ClauseDoc, facts: Mapping[str, Fact], path: Path_
    ) -> Iterable[tuple[Scale, bool]]:
        """Yield what scales a clause, its own first, and whether the condition is impartial."""
        stated = [(doc.scale, path), *((item.scale, at) for item, at in self._commons(doc.code))]
        for scales, at in stated:
            for number, scale in enumerate(scales):
                where = (*at, "scale", number)
                percent = self.filled(scale.percent, (*where, "percent"))
                said = self.resolved(scale.when, (*where, "when"))
                if said is None or percent is None:
                    continue
                if not isinstance(percent, int | Decimal) or not 0 < percent <= TEN_TIMES:
                    self.fault((*where, "percent"), INVALID, value=percent, why=PERCENT)
                    continue
                when = self.compiled(said, facts, (*where, "when"))
                yield Scale(when, Decimal(percent)), is_impartial(said)

    def _asks(self, doc: ClauseDoc, facts: Mapping[str, Fact], path: Path_) -> dict[str, Ask]:
        asks = self.asks_of(doc.history, facts, doc.code, path)
        for common, where in self._commons(doc.code):
            asks |= self.asks_of(common.history, facts, doc.code, where)
        return asks

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
            self.post_anything()
            return None
        resolved = self.resolved(part.when, (*path, "when"))
        code, title = part.code or doc.code, part.title or doc.title
        if resolved is None:
            spare = self.spare_params(kind, part.params)
            self.posts(kind, Part(code, doc.code, title, spare, self.ladder), path)
            return None
        when = self.compiled(resolved, facts, (*path, "when"))
        params = self.params(kind, part.params, (*path, "params"), facts)
        alike = params is not None and self.asked(kind, path, kind.impartial, params)
        impartial = alike is True and is_impartial(resolved)
        step = Step(Part(code, doc.code, title, params, self.ladder), kind, when, impartial)
        self.posts(kind, step.part, path)
        return step

    def _extras(self, doc: ClauseDoc, facts: Mapping[str, Fact]) -> Iterable[tuple[Step, bool]]:
        for common, path in self._commons(doc.code):
            replaces = self.filled(common.replaces, (*path, "replaces"))
            if not isinstance(replaces, bool | None):
                self.fault((*path, "replaces"), INVALID, value=replaces, why=_FLAG)
            for number, part in enumerate(common.parts):
                step = self._step(doc, part, facts, (*path, "parts", number))
                if step is not None:
                    yield step, bool(replaces)
