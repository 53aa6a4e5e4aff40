"""Load tenants' folders into the database, and make keys for their demo staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shangfa.db import people as people_sql
from shangfa.db import policies as policies_sql
from shangfa.db import tenancy as sql
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.documents.policy.compile import read_document
from shangfa.documents.source import Source, read_text
from shangfa.documents.tenant.folder import Person, TenantFolder, read_tenant
from shangfa.domain.access.roles import EMPLOYEE, PERSONAL, SUPERVISOR, TENANT_ROLES
from shangfa.domain.faults import refused
from shangfa.domain.payroll.setting import PayrollSetting
from shangfa.domain.policies.faults import ALREADY_PUBLISHED
from shangfa.domain.tenancy.compliance import Compliance
from shangfa.plugins.guards import check_modes
from shangfa.plugins.installed import installed
from shangfa.services.access import keys
from shangfa.services.access.keys import NewKey
from shangfa.services.cases.procedures import add_own, own_documents, plain_document
from shangfa.services.clock import new_id
from shangfa.services.command import COMMAND, command_in
from shangfa.services.context import Context
from shangfa.services.payroll.settings import set_in, setting_in_force
from shangfa.services.people.staff import add_staff
from shangfa.services.people.subjects import NewSubject
from shangfa.services.policies import versions
from shangfa.services.tenancy import tenants
from shangfa.services.tenancy.tenants import NewTenant
from shangfa.services.transaction import reading, transact


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What is there of a tenant.

    Attributes:
        plugins: those enabled, None when there is no such tenant.
        compliance: how it is held to the law.
        texts: of its published policies.
        codes: of its subjects.
        procedures: its own, by name, as documents.
        attributes: the names of those declared.
        payroll: how its months are handed on.
    """

    plugins: frozenset[str] | None = None
    texts: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    compliance: Compliance = field(default_factory=Compliance)
    procedures: Mapping[str, Any] = field(default_factory=dict)
    attributes: frozenset[str] = frozenset()
    payroll: PayrollSetting = field(default_factory=PayrollSetting)

    def has(self, folder: TenantFolder) -> bool:
        """Tell whether all of a folder's people, procedures and attributes are there."""
        own = {item.name: plain_document(source.data) for item, source in folder.procedures}
        people = {person.code for person in folder.people}
        declared = folder.doc.declared.keys() <= self.attributes
        return declared and people <= self.codes and own.items() <= self.procedures.items()


def load_folder(path: Path) -> str:
    """Load one folder in one transaction and return the tenant's slug.

    What is there already stays: a second run changes nothing, and reads no policy again.

    Raises:
        RefusedError: faults of the folder; `already_published` when a published version's
            text changed under the same first day.
    """
    there = reading(COMMAND, lambda tx: _loaded(tx, path.resolve().name))
    folder = read_tenant(path, there.texts)
    wanted = folder.doc.payroll
    same = folder.doc.compliance.value() == there.compliance
    same = same and (wanted is None or wanted.value() == there.payroll)
    if same and frozenset(folder.doc.plugins) == there.plugins:
        if not folder.sources and there.has(folder):
            return folder.slug
    elif there.texts:
        folder = read_tenant(path)  # what is there is checked against the new choice
    folder.versions(installed().kinds(folder.doc.plugins))
    transact(COMMAND, lambda tx: _load(tx, folder), Kind.LARGE)
    return folder.slug


def _loaded(tx: Tx, slug: str) -> _Loaded:
    tenant_id = sql.find_tenant(tx, slug)
    if tenant_id is None:
        return _Loaded()
    tx.enter(tenant_id)
    plugins = frozenset(sql.enabled_plugins(tx))
    codes = frozenset(people_sql.subject_ids(tx))
    loaded = (sql.published_texts(tx), codes, _compliance(tx), own_documents(tx))
    declared = frozenset(people_sql.declared_attributes(tx))
    return _Loaded(plugins, *loaded, declared, setting_in_force(tx))


def _load(tx: Tx, folder: TenantFolder) -> None:
    tenant_id = sql.find_tenant(tx, folder.slug)
    if tenant_id is None:
        tenants.add(tx, _new_tenant(folder))
    else:
        tx.enter(tenant_id)
        sql.hold_tenant(tx)
        _enable(tx, folder.doc.plugins)
        _hold(tx, folder.doc.compliance.value())
    _declare(tx, folder)
    ctx = command_in(tx.tenant)
    if folder.doc.payroll is not None:
        set_in(tx, ctx.actor_id, folder.doc.payroll.value())
    known = people_sql.subject_ids(tx)
    add_staff(tx, ctx, [_subject(item) for item in folder.people if item.code not in known])
    add_own(tx, folder.procedures)
    for source in folder.sources:
        _publish(tx, ctx, source)


def _new_tenant(folder: TenantFolder) -> NewTenant:
    doc = folder.doc
    calendars = {name: variant.model_dump(mode="json") for name, variant in doc.calendars.items()}
    place = (doc.timezone, doc.locale, doc.calendar, calendars, doc.regions)
    return NewTenant(folder.slug, doc.name, *place, doc.plugins, doc.compliance.value())


def _enable(tx: Tx, names: Iterable[str]) -> None:
    """Enable plugins besides those enabled already."""
    present = set(sql.enabled_plugins(tx))
    if not present.issuperset(names):
        tenants.enable(tx, present.union(names))
        sql.bump_revision(tx)


def _compliance(tx: Tx) -> Compliance:
    record = sql.tenant_record(tx)
    if record is None:
        raise LookupError("the tenant whose transaction this is has no row")
    return Compliance(record.compliance, record.compliance_rules)


def _hold(tx: Tx, compliance: Compliance) -> None:
    """Hold the tenant to what its folder says now."""
    if compliance != _compliance(tx):
        check_modes(compliance.rules, "/compliance/rules")
        sql.set_compliance(tx, compliance.mode, compliance.rules)


def _declare(tx: Tx, folder: TenantFolder) -> None:
    """Declare attributes besides those that are there already."""
    known = people_sql.declared_attributes(tx)
    fresh = [item for name, item in folder.doc.declared.items() if name not in known]
    if fresh:
        people_sql.declare_attributes(tx, [(new_id(), item) for item in fresh])
        tx.flush()
        sql.bump_revision(tx)


def _subject(person: Person) -> NewSubject:
    return NewSubject(
        person.code,
        person.name,
        person.kind,
        person.attributes,
        person.since,
        person.department,
        person.position,
        person.supervisor,
        person.day_wage,
        *(person.stint or ()),
    )


def _publish(tx: Tx, ctx: Context, source: Source) -> None:
    """Publish a document that is not there yet.

    Raises:
        RefusedError: `already_published`.
    """
    doc = read_document(source)
    found = policies_sql.find_policy(tx, doc.policy)
    policy_id = found[0] if found else versions.add_policy(tx, doc)
    present = policies_sql.published_on(tx, policy_id, doc.effective_from)
    if present is None:
        number = versions.add_version(tx, policy_id, doc, read_text(Path(source.file)))
        versions.put_in_force(tx, ctx, policy_id, number)
    elif present[1] != doc.model_dump(mode="json"):
        raise refused(ALREADY_PUBLISHED, source.file, value=present[0])


def demo_keys(slug: str, roles: Iterable[str] = TENANT_ROLES) -> dict[str, str]:
    """Make one key for each of these roles, the personal ones for the tenant's demo staff.

    Raises:
        RefusedError: `unknown_tenant`.
    """

    def work(tx: Tx) -> dict[str, str]:
        tenants.enter_tenant(tx, slug)
        people = _demo_people(tx)
        wanted = [role for role in roles if role in people or role not in PERSONAL]
        made = [keys.add(tx, NewKey(role, people.get(role), "demo")) for role in wanted]
        return {key.role: key.token for key in made}

    return transact(COMMAND, work)


def _demo_people(tx: Tx) -> Mapping[str, str]:
    """Return the first supervisor and the first of the reports."""
    team = people_sql.first_team(tx)
    if team is not None:
        return dict(zip((SUPERVISOR, EMPLOYEE), team, strict=True))
    first = people_sql.subjects_after(tx, "", 1, "employee")
    return {role: subject.code for subject in first for role in PERSONAL}
