"""Read a tenant's folder: who it is, its policies and its demo staff.

`tenants/<slug>/` holds `tenant.yaml`, `policy*.yaml`, `procedures/*.yaml`, `people.csv` and
`cases/*.yaml`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from shangfa.documents.faults import doc_faults
from shangfa.documents.policy.compile import compile_version, read_document
from shangfa.documents.policy.dead import dead_words
from shangfa.documents.procedure.named import unknown_procedures
from shangfa.documents.procedure.read import names, read_procedure
from shangfa.documents.source import Source, read_file, read_text, read_yaml
from shangfa.documents.tenant.calendars import CalendarDoc, calendar
from shangfa.documents.tenant.people import Person, read_people
from shangfa.domain.cases.procedure import Procedure
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.faults import DUPLICATE, Fault, RefusedError
from shangfa.domain.frozen import NOTHING
from shangfa.domain.payroll.setting import LAST_CUT_OFF, Column, PayrollSetting, Template, resolved
from shangfa.domain.policies.kinds import Kinds, ParamsError
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Version
from shangfa.domain.tenancy.attributes import Attribute, AttributeType
from shangfa.domain.tenancy.compliance import Compliance, ComplianceMode
from shangfa.domain.tenancy.zones import zones
from shangfa.domain.text import Note
from shangfa.sdk.guards import Mode

__all__ = ["Person", "TenantDoc", "TenantFolder", "read_tenant"]


_NO_ZONE = Note(
    "没有时区 {0}；例如 Asia/Shanghai", "there is no time zone {0}; for example Asia/Shanghai"
)


def _known_zone(value: str) -> str:
    if value not in zones():
        raise ParamsError(((), _NO_ZONE.of(value)))
    return value


class ComplianceDoc(BaseModel):
    """How the company is held to what the guards find; the short form is just the mode."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: ComplianceMode = "warn"
    rules: dict[str, Mode] = Field(default={}, description="rule code -> a mode of its own")

    def value(self) -> Compliance:
        """Return it as the setting of a tenant."""
        return Compliance(self.mode, self.rules)


def _short_mode(value: Any) -> Any:
    # YAML reads a bare off as false.
    return {"mode": "off" if value is False else value} if isinstance(value, str | bool) else value


class ColumnDoc(BaseModel):
    """A column of a template: one of ours, and what it is called there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: Annotated[str, Field(min_length=1, max_length=80)]
    header: Annotated[str, Field(max_length=80)] = ""


class TemplateDoc(BaseModel):
    """What a payroll system reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    summary: tuple[ColumnDoc, ...] = ()
    detail: tuple[ColumnDoc, ...] = ()


Rewards = Literal["same_month", "next_month"]


class PayrollDoc(BaseModel):
    """How a month is handed to payroll."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rewards: Rewards = "same_month"
    policies: dict[str, Rewards] = {}
    cut_off_day: Annotated[int, Field(ge=1, le=LAST_CUT_OFF)] | None = None
    templates: dict[str, TemplateDoc] = {}

    def value(self) -> PayrollSetting:
        """Return it as the setting of a tenant.

        Raises:
            RefusedError: `unknown_column`, `same_header`.
        """
        return resolved(
            PayrollSetting(
                self.rewards,
                {
                    name: Template(_columns(said.summary), _columns(said.detail))
                    for name, said in self.templates.items()
                },
                self.policies,
                self.cut_off_day,
            )
        )


def _columns(said: tuple[ColumnDoc, ...]) -> tuple[Column, ...]:
    return tuple(Column(item.column, item.header) for item in said)


class DeclaredDoc(BaseModel):
    """An attribute that subjects may have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: AttributeType
    label: Annotated[str, Field(min_length=1, max_length=80)]


class TenantDoc(BaseModel):
    """`tenant.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Shanghai"
    locale: str = "zh-CN"
    calendar: str = "CN"
    calendars: dict[str, CalendarDoc] = {}
    regions: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    compliance: Annotated[ComplianceDoc, BeforeValidator(_short_mode)] = ComplianceDoc()
    attributes: dict[str, DeclaredDoc] = {}
    payroll: PayrollDoc | None = None

    @property
    def declared(self) -> dict[str, Attribute]:
        """The attributes that subjects may have, by name."""
        return {
            name: Attribute(name, item.type, item.label) for name, item in self.attributes.items()
        }


@dataclass(frozen=True, slots=True)
class TenantFolder:
    """What a folder says, its policies still as documents.

    Attributes:
        source: `tenant.yaml` with its lines.
    """

    slug: str
    doc: TenantDoc
    sources: tuple[Source, ...]
    people: tuple[Person, ...]
    cases: tuple[Path, ...]
    source: Source = field(default_factory=Source)
    procedures: tuple[tuple[Procedure, Source], ...] = ()

    def versions(
        self, kinds: Kinds, parameters: Mapping[str, Any] | None = None
    ) -> list[tuple[str, Version, Source]]:
        """Return (policy name, version, source) for every document.

        Raises:
            RefusedError: every fault of every document.
        """
        found: list[tuple[str, Version, Source]] = []
        faults: list[Fault] = []
        procedures = names(procedure.name for procedure, _ in self.procedures)
        for source in self.sources:
            faults += unknown_procedures(source, procedures)
            name = source.data.get("policy", "") if isinstance(source.data, dict) else ""
            try:
                known = _declared(source, parameters or {})
                version = compile_version(source, self._kinds(kinds), 1, known, self.doc.declared)
                if parameters is None:
                    faults += dead_words(source, read_document(source), self._kinds(kinds))
                found.append((name, version, source))
            except RefusedError as error:
                faults += error.faults
        if faults:
            raise RefusedError(*faults)
        return found

    def _kinds(self, kinds: Kinds) -> Kinds:
        """Return the plugins' kinds with the terms of the tenant's calendar."""
        return replace(kinds, terms=self.calendar().terms)

    def policies(
        self, kinds: Kinds, parameters: Mapping[str, Any] | None = None
    ) -> dict[str, Policy]:
        """Return the policies by name, their versions in date order.

        Raises:
            RefusedError: as `versions` does, and `duplicate` when two versions of a
                policy start on one day.
        """
        versions: dict[str, list[Version]] = {}
        for name, version, source in self.versions(kinds, parameters):
            others = versions.setdefault(name, [])
            if any(version.effective_from == other.effective_from for other in others):
                start = f"{name} {version.effective_from}"
                raise RefusedError(source.fault(("effective_from",), DUPLICATE, value=start))
            others.append(version)
        return {name: _in_order(name, items) for name, items in versions.items()}

    def calendar(self, name: str | None = None) -> Calendar:
        """Return the tenant's calendar, or another one by name."""
        zone = ZoneInfo(self.doc.timezone)
        return calendar(name or self.doc.calendar, self.doc.calendars, zone)


def _in_order(name: str, versions: Iterable[Version]) -> Policy:
    """Return a policy of these versions, numbered from the first day on."""
    ordered = sorted(versions, key=lambda version: version.effective_from)
    for number, version in enumerate(ordered, 1):
        version.number = number
    return Policy(name, ordered)


def _declared(source: Source, parameters: Mapping[str, Any]) -> dict[str, Any]:
    known = source.data.get("parameters") if isinstance(source.data, dict) else None
    return {key: value for key, value in parameters.items() if key in (known or {})}


def _read_doc(source: Source) -> tuple[TenantDoc | None, list[Fault]]:
    """Return the typed `tenant.yaml`, None when it is misshapen, and its faults."""
    try:
        doc = TenantDoc.model_validate(source.data)
    except ValidationError as error:
        return None, doc_faults(source, error, TenantDoc)
    named = [
        (("calendar",), doc.calendar),
        *((("calendars", name), name) for name in doc.calendars),
    ]
    faults: list[Fault] = []
    for path, name in named:
        try:
            calendar(name, doc.calendars)
        except RefusedError as error:
            faults += [source.fault(path, fault.kind, **fault.values) for fault in error.faults]
    return doc, [*faults, *_payroll_faults(source, doc)]


def _payroll_faults(source: Source, doc: TenantDoc) -> list[Fault]:
    """Return what is wrong with the columns of the templates, each at its line."""
    try:
        if doc.payroll is not None:
            doc.payroll.value()
    except RefusedError as error:
        paths = [fault.pointer.strip("/").split("/") for fault in error.faults]
        steps = [[int(item) if item.isdecimal() else item for item in path] for path in paths]
        return [
            source.fault(("payroll", *path), fault.kind, **fault.values)
            for path, fault in zip(steps, error.faults, strict=True)
        ]
    return []


def read_tenant(folder: Path, known: Container[str] = frozenset()) -> TenantFolder:
    """Return what a tenant's folder holds.

    Args:
        folder: the folder; its name is the slug.
        known: texts of policies that need not be read again; they are left out.

    Raises:
        RefusedError: every fault of `tenant.yaml`, `people.csv` and of the YAML itself.
    """
    source = read_file(folder / "tenant.yaml")
    doc, faults = _read_doc(source)
    sources = []
    for path in sorted(folder.glob("policy*.yaml")):
        try:
            text = read_text(path)
            if text not in known:
                sources.append(read_yaml(text, str(path)))
        except RefusedError as error:
            faults += error.faults
    people, bad_people = read_people(folder / "people.csv", doc.declared if doc else NOTHING)
    procedures, bad_procedures = _procedures(folder, doc)
    faults += [*bad_people, *bad_procedures]
    if faults or doc is None:
        raise RefusedError(*faults)
    cases = tuple(sorted((folder / "cases").glob("*.yaml")))
    slug = folder.resolve().name
    parts = (tuple(sources), tuple(people), cases, source, tuple(procedures))
    return TenantFolder(slug, doc, *parts)


def _procedures(
    folder: Path, doc: TenantDoc | None
) -> tuple[list[tuple[Procedure, Source]], list[Fault]]:
    """Return the company's own procedures and every fault in them."""
    found: dict[str, tuple[Procedure, Source]] = {}
    faults: list[Fault] = []
    for path in sorted((folder / "procedures").glob("*.yaml")):
        try:
            source = read_file(path)
            procedure = read_procedure(source, _calendar_of(doc))
            if procedure.name in found:
                raise RefusedError(source.fault(("procedure",), DUPLICATE, value=procedure.name))
            found[procedure.name] = (procedure, source)
        except RefusedError as error:
            faults += error.faults
    return list(found.values()), faults


def _calendar_of(doc: TenantDoc | None) -> Calendar | None:
    """Return the tenant's calendar, None when its faults are told already."""
    try:
        return calendar(doc.calendar, doc.calendars) if doc is not None else None
    except RefusedError:
        return None
