"""Turn a policy document into a version that can be assessed, or report every fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from shangfa.domain.condition import Condition, ConditionError, compile_condition
from shangfa.domain.effect import ROUNDINGS
from shangfa.domain.errors import Fault, RefusedError
from shangfa.domain.facts import Fact
from shangfa.domain.kinds import Kinds, Ladder, Measure, Part, Rule
from shangfa.domain.policy import Clause, Programme, Reaction, Scope, Step, Version, circles
from shangfa.policies.document import (
    ClauseDoc,
    CommonDoc,
    FactDoc,
    PartDoc,
    PolicyDoc,
    ProgrammeDoc,
    ReactionDoc,
)
from shangfa.policies.faults import doc_faults
from shangfa.policies.parameters import MissingError, Parameters, UndeclaredError
from shangfa.policies.source import Path_, Source
from shangfa.sdk import Names, Params

TEXT = "text"
"""The built-in kind of a clause that is not reported: a definition, or a reaction's words."""
NOTHING = "nothing"
"""The built-in kind of a clause that is reported and gives nothing."""


def read_document(source: Source) -> PolicyDoc:
    """Return the typed document.

    Raises:
        RefusedError: every fault of its shape.
    """
    try:
        return PolicyDoc.model_validate(source.data)
    except ValidationError as error:
        raise RefusedError(*doc_faults(source, error)) from None


def compile_version(
    source: Source,
    kinds: Kinds,
    number: int = 1,
    parameters: Mapping[str, Any] | None = None,
) -> Version:
    """Return the version a document describes.

    Args:
        source: the document with its lines.
        kinds: what the tenant's plugins provide.
        number: of the version within its policy.
        parameters: values in place of the document's.

    Raises:
        RefusedError: every fault found, each with file and line.
    """
    return _Compiler(source, read_document(source), kinds, parameters).version(number)


@dataclass(slots=True)
class _Compiler:
    source: Source
    doc: PolicyDoc
    kinds: Kinds
    given: Mapping[str, Any] | None = None
    faults: list[Fault] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    parameters: Parameters = field(init=False)
    ladder: Ladder = field(init=False)

    def __post_init__(self) -> None:
        self.parameters = Parameters(self.doc.parameters, self.given)
        rungs = self.doc.ladder
        self.ladder = Ladder(
            tuple(rung.rung for rung in rungs),
            {rung.rung: (rung.zh or rung.rung, rung.en or rung.rung) for rung in rungs},
        )
        for name in self.given or {}:
            if name not in self.doc.parameters:
                self.fault(("parameters",), "unknown_parameter", value=name, allowed=self._names())

    def version(self, number: int) -> Version:
        doc = self.doc
        self._check_parameters()
        clauses = self._clauses()
        rounding = self._filled(doc.rounding, ("rounding",))
        if rounding not in ROUNDINGS:
            self.fault(("rounding",), "invalid", value=rounding, why=" | ".join(ROUNDINGS))
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
            self.fault(("reactions",), "circular_reaction", value=" → ".join(loop))
        if self.faults:
            raise RefusedError(*self.faults)
        return version

    def fault(self, path: Path_, code: str, **values: Any) -> None:
        self.faults.append(self.source.fault(path, code, **values))

    def _names(self) -> str:
        return "、".join(self.doc.parameters) or "—"

    def _check_parameters(self) -> None:
        for name, item in self.doc.parameters.items():
            value = self.parameters.values[name]
            if item.allowed and value is not None and value not in item.allowed:
                allowed = "、".join(map(str, item.allowed))
                self.fault(
                    ("parameters", name, "value"), "out_of_range", value=value, allowed=allowed
                )

    def _scope(self) -> Scope:
        scope = self.doc.scope
        when = self._condition(scope.when, {}, ("scope", "when"))
        return Scope(scope.kinds, scope.departments, scope.positions, when)

    # clauses

    def _clauses(self) -> dict[str, Clause]:
        found: dict[str, Clause] = {}
        for index, doc in enumerate(self.doc.clauses):
            if doc.code in found:
                self.fault(("clauses", index, "code"), "duplicate", value=doc.code)
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
                self.fault((*path, "clauses", index), "unknown_clause", **values)

    def _clause(self, doc: ClauseDoc, path: Path_) -> Clause:
        self.missing = []
        parts = self._parts_of(doc, path)
        facts = self._facts_of(doc, parts)
        steps = tuple(self._steps(doc, parts, facts))
        extras = tuple(self._extras(doc, facts))
        when = self._condition(doc.when, facts, (*path, "when"))
        unrecordable = (doc.note or doc.title) if doc.kind == TEXT else ""
        return Clause(
            doc.code,
            doc.title,
            doc.source,
            _measure(doc, steps),
            facts,
            when,
            steps,
            doc.choose == "first",
            () if unrecordable else extras,
            unrecordable,
            tuple(dict.fromkeys(self.missing)),
        )

    def _parts_of(self, doc: ClauseDoc, path: Path_) -> list[tuple[PartDoc, Path_]]:
        if doc.parts:
            if doc.kind is not None:
                self.fault((*path, "kind"), "invalid", value=doc.kind, why="kind or parts")
            return [(part, (*path, "parts", i)) for i, part in enumerate(doc.parts)]
        if doc.kind is None:
            self.fault(path, "missing", value="kind")
            return []
        if doc.kind in {TEXT, NOTHING}:
            return []
        return [(PartDoc(kind=doc.kind, params=doc.params), path)]

    def _facts_of(self, doc: ClauseDoc, parts: list[tuple[PartDoc, Path_]]) -> dict[str, Fact]:
        facts: dict[str, Fact] = {}
        for part, _ in parts:
            kind = self.kinds.clause_kinds.get(part.kind)
            facts |= {fact.name: fact for fact in (kind.facts if kind else ())}
        facts |= {name: _fact(name, item) for name, item in doc.facts.items()}
        for common in self._commons(doc.code):
            facts |= {name: _fact(name, item) for name, item in common.facts.items()}
        return facts

    def _commons(self, code: str) -> list[CommonDoc]:
        return [
            common
            for common in self.doc.common
            if any(fnmatchcase(code, glob) for glob in common.clauses)
        ]

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
        kind = self._kind(part.kind, self.kinds.clause_kinds, (*path, "kind"))
        if kind is None:
            return None
        settled = self._settled(part.when, (*path, "when"))
        if settled is None:
            return None
        when = self._compiled(settled, facts, (*path, "when"))
        params = self._params(kind, part.params, (*path, "params"), facts)
        code, title = part.code or doc.code, part.title or doc.title
        return Step(Part(code, doc.code, title, params, self.ladder), kind, when)

    def _extras(self, doc: ClauseDoc, facts: Mapping[str, Fact]) -> Iterable[tuple[Step, bool]]:
        for index, common in enumerate(self.doc.common):
            if common not in self._commons(doc.code):
                continue
            replaces = bool(self._filled(common.replaces, ("common", index, "replaces")))
            for number, part in enumerate(common.parts):
                step = self._step(doc, part, facts, ("common", index, "parts", number))
                if step is not None:
                    yield step, replaces

    # reactions and programmes

    def _reactions(self) -> tuple[Reaction, ...]:
        found: list[Reaction] = []
        for index, doc in enumerate(self.doc.reactions):
            found += self._reaction(doc, ("reactions", index))
        return tuple(found)

    def _reaction(self, doc: ReactionDoc, path: Path_) -> list[Reaction]:
        kind = self._kind(doc.kind, self.kinds.reactions, (*path, "kind"))
        if kind is None:
            return []
        self.missing = []
        params = self._params(kind, doc.params, (*path, "params"))
        for name in self.missing:
            self.fault(path, "incomplete_clause", value=doc.code, missing=name)
        if params is None:
            return []
        rule = Rule(doc.code, doc.title, params, self.ladder)
        try:
            for account, unit in kind.gives(rule):
                if account == "marks" and unit not in self.ladder.rungs:
                    raise ValueError(unit)
            return [Reaction(rule, kind, watch) for watch in kind.watch(rule)]
        except ValueError as error:
            allowed = "、".join(self.ladder.rungs) or "—"
            self.fault((*path, "params"), "unknown_rung", value=str(error), allowed=allowed)
            return []

    def _programmes(self) -> tuple[Programme, ...]:
        found = []
        for index, doc in enumerate(self.doc.programmes):
            programme = self._programme(doc, ("programmes", index))
            if programme is not None:
                found.append(programme)
        return tuple(found)

    def _programme(self, doc: ProgrammeDoc, path: Path_) -> Programme | None:
        kind = self._kind(doc.kind, self.kinds.programmes, (*path, "kind"))
        if kind is None:
            return None
        self.missing = []
        params = self._params(kind, doc.params, (*path, "params"))
        rule = Rule(doc.code or doc.name, doc.title, params, self.ladder)
        return Programme(doc.name, rule, kind, tuple(self.missing))

    # small steps

    def _kind(self, name: str, provided: Mapping[str, Any], path: Path_) -> Any:
        kind = provided.get(name)
        if kind is None:
            owner = self.kinds.owners.get(name)
            if owner is not None and owner not in self.kinds.enabled:
                allowed = "、".join(self.kinds.enabled) or "—"
                self.fault(path, "plugin_not_enabled", value=owner, allowed=allowed)
            else:
                allowed = "、".join(provided) or "—"
                self.fault(path, "unknown_kind", value=name, allowed=allowed)
        return kind

    def _params(
        self,
        kind: Any,
        raw: Mapping[str, Any],
        path: Path_,
        facts: Mapping[str, Fact] | None = None,
    ) -> Any:
        before = len(self.missing)
        filled = self._filled(dict(raw), path)
        if filled is None or len(self.missing) > before:
            return None
        try:
            params = kind.params.model_validate(filled)
        except ValidationError as error:
            self.faults += doc_faults(self.source, error, path)
            return None
        self._check_names(params, facts or {}, path)
        return params

    def _check_names(self, params: Params, facts: Mapping[str, Fact], path: Path_) -> None:
        """Refuse a parameter that names a fact or a rung the policy does not declare."""
        known = {"fact": tuple(facts), "rung": self.ladder.rungs}
        codes = {"fact": "unknown_fact", "rung": "unknown_rung"}
        for field_name, info in type(params).model_fields.items():
            for mark in _names(info):
                value = getattr(params, field_name)
                if value not in (*known[mark.what], None):
                    allowed = "、".join(known[mark.what]) or "—"
                    values = {"value": value, "name": value, "allowed": allowed}
                    self.fault((*path, field_name), codes[mark.what], **values)

    def _filled(self, value: Any, path: Path_) -> Any:
        try:
            return self.parameters.fill(value)
        except UndeclaredError as error:
            self.fault(path, "unknown_parameter", value=error.args[0], allowed=self._names())
        except MissingError as error:
            self.missing.append(error.args[0])
        return None

    def _settled(self, spec: Mapping[str, Any] | None, path: Path_) -> dict[str, Any] | None:
        try:
            return self.parameters.settle(spec or {})
        except UndeclaredError as error:
            self.fault(path, "unknown_parameter", value=error.args[0], allowed=self._names())
        except MissingError as error:
            self.missing.append(error.args[0])
        return None

    def _condition(
        self, spec: Mapping[str, Any] | None, facts: Mapping[str, Fact], path: Path_
    ) -> Condition | None:
        settled = self._settled(spec, path)
        if settled is None:
            return _never
        return self._compiled(settled, facts, path)

    def _compiled(
        self, spec: dict[str, Any], facts: Mapping[str, Fact], path: Path_
    ) -> Condition | None:
        if not spec:
            return None
        try:
            return compile_condition(spec, facts)
        except ConditionError as error:
            self.fault((*path, *error.path), "invalid", value=error.path[-1], why=str(error))
            return None


def _names(info: FieldInfo) -> Iterable[Names]:
    """Return the marks of a parameter, also of an optional one."""
    marks = list(info.metadata)
    for option in get_args(info.annotation):
        marks += getattr(option, "__metadata__", ())
    return [mark for mark in marks if isinstance(mark, Names)]


def _measure(doc: ClauseDoc, steps: tuple[Step, ...]) -> Measure:
    if doc.quantity is not None:
        return Measure(doc.quantity.unit, doc.quantity.least, doc.quantity.whole)
    filled = [step for step in steps if step.part.params is not None]
    return filled[0].kind.measure(filled[0].part.params) if filled else Measure()


def _never(_: Any) -> bool:
    return False


def _fact(name: str, doc: FactDoc) -> Fact:
    bare = Fact(name, doc.type, values=doc.values, least=doc.least, zh=doc.zh)
    default = None if doc.default is None else bare.read(doc.default)
    least = Decimal(0) if doc.type == "money" and doc.least is None else doc.least
    required = doc.required and doc.default is None
    return Fact(name, doc.type, required, default, doc.values, least, doc.zh)
