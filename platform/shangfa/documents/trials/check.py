"""Check tenants' folders: read them, run their cases, say what passed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from shangfa.documents.faults import doc_faults
from shangfa.documents.plain import Path_
from shangfa.documents.source import Source
from shangfa.documents.tenant.dead import attributes_of, dead_in_folder, stray_attribute
from shangfa.documents.tenant.folder import TenantFolder
from shangfa.documents.trials.cast import words_of
from shangfa.documents.trials.items import read_items
from shangfa.documents.trials.run import Verdict, run_trial, trial_of
from shangfa.documents.trials.shape import WORDS, CaseDoc, renamed
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.faults import (
    INVALID,
    MISSING,
    NOT_A_DOCUMENT,
    UNKNOWN_FIELD,
    Fault,
    RefusedError,
)
from shangfa.domain.months.period import period_named
from shangfa.domain.policies.faults import UNKNOWN_PARAMETER
from shangfa.domain.policies.kinds import Kinds
from shangfa.domain.policies.policy import Policy
from shangfa.domain.text import Note

SLIP: Final = 0.75
"""How like a key of a case another one is, to be a slip of the pen."""
_A_LIST = Note("须为案例的列表", "a list of cases is expected")
_AN_OBJECT = Note("案例须为对象", "a case is an object")
_RAISED = Note("{0}", "{0}")


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a folder holds."""

    clauses: int
    reactions: int
    programmes: int
    people: int
    cases: int

    def __str__(self) -> str:
        """Say it; no cases is said plainly, since then nothing was tried."""
        cases = f"{self.cases} cases" if self.cases else "no cases: nothing was tried"
        return (
            f"read {self.clauses} clauses, {self.reactions} reactions, "
            f"{self.programmes} programmes, {self.people} people; {cases}"
        )


@dataclass(frozen=True, slots=True)
class Trials:
    """A tenant's folder whose policies could be read, with the files of its cases.

    Attributes:
        attributes: those of subjects that a policy declares.
    """

    tenant: TenantFolder
    kinds: Kinds
    policies: Mapping[str, Policy]
    files: tuple[Source | RefusedError, ...]
    attributes: frozenset[str] = frozenset()

    def extent(self) -> Extent:
        """Return how much there is."""
        versions = [version for policy in self.policies.values() for version in policy.versions]
        rules = {(id(v), item.rule.code) for v in versions for item in v.reactions}
        return Extent(
            sum(len(version.clauses) for version in versions),
            len(rules),
            sum(len(version.programmes) for version in versions),
            len(self.tenant.people),
            sum(len(_listed(file.data)) for file in self.files if isinstance(file, Source)),
        )

    def calendars(self) -> set[str]:
        """Return the calendars that cases name."""
        cases = [
            raw for file in self.files if isinstance(file, Source) for raw in _listed(file.data)
        ]
        named = [raw.get("calendar") for raw in cases if isinstance(raw, dict)]
        return {name for name in named if isinstance(name, str)}

    def verdicts(self) -> Iterator[Verdict]:
        """Yield the verdict of every case; one that cannot be run stops no other."""
        for file in self.files:
            if isinstance(file, RefusedError):
                yield Verdict("", passed=False, faults=file.faults)
            elif not isinstance(file.data, list):
                fault = file.fault((), NOT_A_DOCUMENT, why=_A_LIST)
                yield Verdict(file.file, passed=False, faults=(fault,))
            else:
                for index, raw in enumerate(file.data):
                    yield self._verdict(file, index, raw)

    def _verdict(self, source: Source, index: int, raw: Any) -> Verdict:
        name = str(renamed(raw).get("id", index + 1)) if isinstance(raw, dict) else str(index + 1)
        try:
            return self._tried(source, index, raw)
        except RefusedError as error:
            faults = tuple(_placed(source, (index,), fault) for fault in error.faults)
        except Exception as error:
            why = _RAISED.of(f"{type(error).__name__}: {error}")
            faults = (source.fault((index,), INVALID, value=name, why=why),)
        return Verdict(name, passed=False, faults=faults)

    def _tried(self, source: Source, index: int, raw: Any) -> Verdict:
        case = _case(source, index, raw)
        self._check_words(source, index, case)
        given = case.parameters
        chosen = self.tenant.policies(self.kinds, given) if given else self.policies
        _check_inputs(source, (index, "inputs"), case, chosen.values())
        calendar: Calendar = self.tenant.calendar(case.calendar)
        return run_trial(trial_of(case, chosen, calendar))

    def _check_words(self, source: Source, index: int, case: CaseDoc) -> None:
        """Refuse attributes no policy declares, and parameters that none has.

        Raises:
            RefusedError: `unknown_attribute`, `unknown_parameter`, one for each.
        """
        known, faults = self.attributes, []
        for code, person in case.people.items():
            path: Path_ = (index, "subjects", code, "attributes")
            strange = [name for name in words_of(person) if name not in known]
            faults += [
                stray_attribute(name, known, place=source.place((*path, name))) for name in strange
            ]
        faults += _unknown_parameters(source, (index, "parameters"), case, self.tenant)
        if faults:
            raise RefusedError(*faults)


def read_trials(tenant: TenantFolder, kinds: Kinds, files: Iterable[Path] = ()) -> Trials:
    """Return a tenant with the cases in `files`, or in its own `cases/`.

    Raises:
        RefusedError: a policy cannot be read, or a word of the folder decides nothing.
    """
    policies = tenant.policies(kinds)
    read = tuple(source for path in files or tenant.cases for source in read_items(path))
    attributes = frozenset(attributes_of(tenant))
    trials = Trials(tenant, kinds, policies, read, attributes)
    faults = dead_in_folder(tenant, trials.calendars())
    if faults:
        raise RefusedError(*faults)
    return trials


def run_cases(tenant: TenantFolder, kinds: Kinds, files: Iterable[Path] = ()) -> Iterator[Verdict]:
    """Yield the verdict of every case in `files`, or in the tenant's own `cases/`.

    A case may name a `calendar` and set `parameters` of the policies.

    Raises:
        RefusedError: a policy cannot be read.
    """
    return read_trials(tenant, kinds, files).verdicts()


def _listed(data: Any) -> list[Any]:
    return data if isinstance(data, list) else []


def _placed(source: Source, path: Path_, fault: Fault) -> Fault:
    """Return a fault with the case's line when it has none of its own."""
    if fault.place:
        return fault
    return Fault(fault.kind, fault.pointer, fault.values, source.place(path))


def _case(source: Source, index: int, raw: Any) -> CaseDoc:
    """Return the typed case.

    Raises:
        RefusedError: every fault of its shape.
    """
    if not isinstance(raw, dict):
        raise RefusedError(source.fault((index,), INVALID, value=str(raw), why=_AN_OBJECT))
    raw, faults = renamed(raw), _slips(source, index, raw)
    if raw.get("when") is None and raw.get("close") is None:
        faults.append(source.fault((index,), MISSING, value="when | close"))
    try:
        case = CaseDoc.model_validate(raw)
    except ValidationError as error:
        faults += doc_faults(source, error, CaseDoc, (index,))
    if faults:
        raise RefusedError(*faults)
    return case


def _slips(source: Source, index: int, raw: Mapping[str, Any]) -> list[Fault]:
    """Return the keys that are nearly one of a case: `gvien` would leave out what was given."""
    slips = ((key, _nearly(str(key))) for key in raw)
    return [
        source.fault((index, key), UNKNOWN_FIELD, value=key, allowed="、".join(near))
        for key, near in slips
        if near
    ]


@cache
def _nearly(key: str) -> tuple[str, ...]:
    """Return the keys of a case that one is nearly, none for one that is a key."""
    known = [*CaseDoc.model_fields, *WORDS]
    return () if key in known else tuple(get_close_matches(key, known, 3, SLIP))


def _unknown_parameters(
    source: Source, path: Path_, case: CaseDoc, tenant: TenantFolder
) -> list[Fault]:
    declared: dict[str, None] = {}
    for item in tenant.sources if case.parameters else ():
        declared |= dict.fromkeys(item.data.get("parameters") or ())
    allowed = "、".join(declared) or "—"
    return [
        source.fault((*path, name), UNKNOWN_PARAMETER, value=name, allowed=allowed)
        for name in case.parameters
        if name not in declared
    ]


def _check_inputs(source: Source, path: Path_, case: CaseDoc, policies: Iterable[Policy]) -> None:
    """Refuse inputs that no programme reads: a misspelt one would decide nothing.

    Raises:
        RefusedError: `unknown_field`, one for each.
    """
    if not case.inputs:
        return
    last = period_named(case.close or "").last
    versions = [version for policy in policies if (version := policy.at(last)) is not None]
    kinds = [programme.kind for version in versions for programme in version.programmes]
    known = {name: None for kind in kinds for name in kind.inputs}
    allowed = "、".join(known) or "—"
    faults = [
        source.fault((*path, name), UNKNOWN_FIELD, value=name, allowed=allowed)
        for name in case.inputs
        if name not in known
    ]
    if faults:
        raise RefusedError(*faults)
