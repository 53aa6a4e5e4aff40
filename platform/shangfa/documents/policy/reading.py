"""What every piece of a policy document needs: its values filled in, its kinds, its faults."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Literal, TypeVar, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from shangfa.documents.faults import doc_faults
from shangfa.documents.parameters import MissingError, Parameters, UndeclaredError
from shangfa.documents.plain import Path_
from shangfa.documents.policy.shape import FactDoc, PolicyDoc, RungDoc
from shangfa.documents.source import Source
from shangfa.domain.faults import (
    INVALID,
    MISSING,
    PLUGIN_FAILED,
    Fault,
    FaultKind,
    PluginFailedError,
    RefusedError,
)
from shangfa.domain.frozen import FrozenDict
from shangfa.domain.people.faults import UNKNOWN_ATTRIBUTE
from shangfa.domain.policies.conditions import (
    RESERVED,
    SUBJECT,
    Condition,
    ConditionError,
    compile_condition,
)
from shangfa.domain.policies.facts import NUMERIC, Fact
from shangfa.domain.policies.faults import (
    UNKNOWN_FACT,
    UNKNOWN_KIND,
    UNKNOWN_PARAMETER,
    UNKNOWN_RUNG,
)
from shangfa.domain.policies.kinds import Kinds, Ladder
from shangfa.domain.tenancy.attributes import Attributes
from shangfa.domain.tenancy.faults import PLUGIN_NOT_ENABLED
from shangfa.domain.text import WORDS, Note
from shangfa.sdk import Names, Params

T = TypeVar("T")

_NAME: Final = re.compile(r"[^\s$/~]{1,80}")
_NO_NAME = Note(
    "名称至多80个字，不含空白和 $ / ~", "a name has 80 letters at most, no blanks and no $ / ~"
)
_RESERVED = Note(
    "这个词在条件中另有含义，请换一个名称",
    "the word has a meaning of its own in conditions; take another",
)
_LIMITS = Note(
    "least 与 most 只用于数字，values 只用于 choice",
    "least and most belong to numbers, values to a choice",
)
_DEFAULT = Note("default 须为{0}", "the default is {0}")


def _titles(rung: RungDoc) -> tuple[str, str]:
    """Return what a rung is called: as the policy says, else as it mostly is."""
    zh, en = WORDS.get(rung.rung, (rung.rung, rung.rung))
    return rung.zh or zh, rung.en or en


@dataclass(slots=True)
class Reading:
    """A document being read.

    Attributes:
        given: parameter values in place of the document's.
        faults: found so far.
        missing: parameters without a value that the piece being read needs.
        attributes: those of subjects that conditions may ask for, as `subject.<name>`.
    """

    source: Source
    doc: PolicyDoc
    kinds: Kinds
    given: Mapping[str, Any] | None = None
    declared_by_tenant: Attributes = field(default_factory=FrozenDict)
    faults: list[Fault] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    parameters: Parameters = field(init=False)
    ladder: Ladder = field(init=False)
    attributes: dict[str, Fact] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.parameters = Parameters(self.doc.parameters, self.given)
        rungs = self.doc.ladder
        self.ladder = Ladder(
            tuple(rung.rung for rung in rungs),
            {rung.rung: _titles(rung) for rung in rungs},
        )
        for name, item in self.declared_by_tenant.items():
            self.attributes[SUBJECT + name] = item.fact(SUBJECT + name)
        for name, doc in self.doc.attributes.items():
            fact = self._fact(SUBJECT + name, doc.as_fact(), ("attributes", name))
            if fact is not None:
                self.attributes[fact.name] = fact
        for name in self.given or {}:
            if name not in self.doc.parameters:
                self.fault(("parameters",), UNKNOWN_PARAMETER, value=name, allowed=self.names())

    def fault(self, path: Path_, kind: FaultKind, **values: Any) -> None:
        """Keep a fault at `path`."""
        self.faults.append(self.source.fault(path, kind, **values))

    def names(self) -> str:
        """Return the declared parameters, for a message."""
        return "、".join(self.doc.parameters) or "—"

    def declared(self, docs: Mapping[str, FactDoc], path: Path_) -> dict[str, Fact]:
        """Return the facts that the clause or common part at `path` declares."""
        return {
            name: fact
            for name, doc in docs.items()
            if (fact := self._fact(name, doc, (*path, "facts", name))) is not None
        }

    def name_is_free(self, name: str, path: Path_) -> bool:
        """Tell whether a fact may be called so; a fault when it may not."""
        if name in RESERVED or (name.startswith(SUBJECT) and path[0] != "attributes"):
            self.fault(path, INVALID, value=name, why=_RESERVED)
            return False
        if not _NAME.fullmatch(name):
            self.fault(path, INVALID, value=name, why=_NO_NAME)
            return False
        return True

    def _fact(self, name: str, doc: FactDoc, path: Path_) -> Fact | None:
        if not self.name_is_free(name, path):
            return None
        numeric = doc.type in NUMERIC
        limited = doc.least is not None or doc.most is not None
        if (limited and not numeric) or (doc.values and doc.type != "choice"):
            self.fault(path, INVALID, value=doc.type, why=_LIMITS)
            return None
        if doc.type == "choice" and not doc.values:
            self.fault(path, MISSING, value="values")
            return None
        try:
            return _fact(name, doc)
        except RefusedError as error:
            allowed = error.faults[0].values["allowed"]
            self.fault((*path, "default"), INVALID, value=doc.default, why=_DEFAULT.of(allowed))
            return None

    def asked(
        self, kind: Any, path: Path_, function: Callable[..., T], *arguments: Any
    ) -> T | None:
        """Return what a plugin's function says of a rule; a fault and None when it fails."""
        try:
            return function(*arguments)
        except PluginFailedError as error:
            self.fault((*path, "kind"), PLUGIN_FAILED, **error.faults[0].values)
        except Exception as error:
            self._failed(kind, (*path, "kind"), error)
        return None

    def _failed(self, kind: Any, path: Path_, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"
        self.fault(path, PLUGIN_FAILED, plugin=kind.name, reason=reason)

    def kind(self, name: str, provided: Mapping[str, Any], path: Path_) -> Any:
        """Return a kind by its name; a fault and None when no enabled plugin provides it."""
        kind = provided.get(name)
        if kind is None:
            owner = self.kinds.owners.get(name)
            if owner is not None and owner not in self.kinds.enabled:
                allowed = "、".join(self.kinds.enabled) or "—"
                self.fault(path, PLUGIN_NOT_ENABLED, value=owner, allowed=allowed)
            else:
                allowed = "、".join(provided) or "—"
                self.fault(path, UNKNOWN_KIND, value=name, allowed=allowed)
        return kind

    def params(
        self,
        kind: Any,
        raw: Mapping[str, Any],
        path: Path_,
        facts: Mapping[str, Fact] | None = None,
    ) -> Any:
        """Return the typed params; None when they cannot be had yet or are at fault."""
        before = len(self.missing)
        filled = self.filled(dict(raw), path)
        if filled is None or len(self.missing) > before:
            return None
        try:
            params = _read(kind.params, filled)
        except ValidationError as error:
            self.faults += doc_faults(self.source, error, kind.params, path)
            return None
        except Exception as error:
            self._failed(kind, path, error)
            return None
        self._check_names(params, facts or {}, path)
        return params

    def spare_params(self, kind: Any, raw: Mapping[str, Any]) -> Any:
        """Return the params of a part that a reading leaves out, None when they do not hold."""
        try:
            return kind.params.model_validate(self.parameters.fill(dict(raw)))
        except Exception:
            return None

    def _check_names(self, params: Params, facts: Mapping[str, Fact], path: Path_) -> None:
        """Refuse a parameter that names a fact or a rung the policy does not declare."""
        own = tuple(name.removeprefix(SUBJECT) for name in self.attributes)
        known = {"fact": tuple(facts), "rung": self.ladder.rungs, "attribute": own}
        kinds = {"fact": UNKNOWN_FACT, "rung": UNKNOWN_RUNG, "attribute": UNKNOWN_ATTRIBUTE}
        for field_name, what, words in _naming(type(params)):
            value = getattr(params, field_name)
            for name in value if isinstance(value, tuple | list) else (value,):
                if name is not None and name not in known[what] and name not in words:
                    allowed = "、".join(known[what]) or "—"
                    values = {"value": name, "name": name, "allowed": allowed, "near": allowed}
                    self.fault((*path, field_name), kinds[what], **values)

    def filled(self, value: Any, path: Path_) -> Any:
        """Return `value` with its `$name`s filled in, None when one has no value."""
        return self._known(self.parameters.fill, value, path)

    def resolved(self, spec: Mapping[str, Any] | None, path: Path_) -> dict[str, Any] | None:
        """Return a condition without `$name`s, None when it can never hold."""
        return self._known(self.parameters.resolve, spec or {}, path)

    def _known(self, function: Callable[[Any], T], value: Any, path: Path_) -> T | None:
        try:
            return function(value)
        except UndeclaredError as error:
            self.fault(path, UNKNOWN_PARAMETER, value=error.args[0], allowed=self.names())
        except MissingError as error:
            self.missing.append(error.args[0])
        return None

    def condition(
        self, spec: Mapping[str, Any] | None, facts: Mapping[str, Fact], path: Path_
    ) -> Condition | None:
        """Return a condition as a function, None for one that always holds."""
        resolved = self.resolved(spec, path)
        if resolved is None:
            return never
        return self.compiled(resolved, facts, path)

    def compiled(
        self, spec: dict[str, Any], facts: Mapping[str, Fact], path: Path_
    ) -> Condition | None:
        """Return a resolved condition as a function."""
        if not spec:
            return None
        try:
            return compile_condition(spec, {**facts, **self.attributes})
        except ConditionError as error:
            self.fault((*path, *error.path), INVALID, value=error.path[-1], why=error.why)
            return None


SHARED: Final = 5_000
"""Params of so many wordings are shared by all policies of the process."""
_shared: Final[dict[tuple[type[Params], str], Params]] = {}


def _read(params: type[Params], filled: dict[str, Any]) -> Params:
    """Return the params that are written so; those written alike are one, for they never change.

    Raises:
        ValidationError: they do not hold.
    """
    if getattr(params.model_validate, "__func__", None) is not _PLAIN:
        return params.model_validate(filled)  # whose process may answer otherwise
    key = (params, repr(filled))
    known = _shared.get(key)
    if known is None:
        known = params.model_validate(filled)
        if len(_shared) >= SHARED:
            _shared.clear()
        _shared[key] = known
    return known


_PLAIN: Final = getattr(Params.model_validate, "__func__", None)


@lru_cache(maxsize=1_000)
def _naming(params: type[Params]) -> tuple[tuple[str, str, tuple[Any, ...]], ...]:
    """Return the params that name something: field, what it names, words it may say instead."""
    return tuple(
        (name, mark.what, tuple(_words(info)))
        for name, info in params.model_fields.items()
        for mark in _names(info)
    )


def _names(info: FieldInfo) -> Iterable[Names]:
    """Return the marks of a parameter, also of an optional one or a list."""
    marks = list(info.metadata)
    for option in get_args(info.annotation):
        marks += getattr(option, "__metadata__", ())
    return [mark for mark in marks if isinstance(mark, Names)]


def names_in(params: type[Params]) -> list[Any]:
    """Return what the params of a kind name when a policy does not say it."""
    return [info.default for info in params.model_fields.values() if any(_names(info))]


def _words(info: FieldInfo) -> Iterable[Any]:
    """Return the words a parameter may say instead of a name."""
    for option in get_args(info.annotation):
        if get_origin(option) is Literal:
            yield from get_args(option)


def never(_: Any) -> bool:
    """Hold for nothing: a condition whose parameter has no value."""
    return False


def _fact(name: str, doc: FactDoc) -> Fact:
    bare = Fact(name, doc.type, values=doc.values, least=doc.least, zh=doc.zh, most=doc.most)
    default = None if doc.default is None else bare.read(doc.default)
    least = Decimal(0) if doc.type == "money" and doc.least is None else doc.least
    required = doc.required and doc.default is None
    return Fact(name, doc.type, required, default, doc.values, least, doc.zh, doc.most)
