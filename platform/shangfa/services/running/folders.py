"""Load tenants' folders into the database, and make keys for their demo staff."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shangfa.db.models import AssignmentRow, PolicyRow, PolicyVersionRow, SubjectRow, TenantRow
from shangfa.db.session import enter, operator_session
from shangfa.documents.policy.compile import compile_version, read_document
from shangfa.documents.source import Source
from shangfa.documents.tenant.folder import Person, TenantFolder, read_tenant
from shangfa.domain.faults import refused
from shangfa.domain.policies.faults import ALREADY_PUBLISHED
from shangfa.domain.tenancy.faults import UNKNOWN_TENANT
from shangfa.plugins.installed import installed
from shangfa.services.context import TENANT_ROLES
from shangfa.services.people import subjects
from shangfa.services.policies import versions as policies
from shangfa.services.tenancy import tenants
from shangfa.services.tenancy.ready import load


def load_folder(path: Path) -> str:
    """Load one folder in one transaction and return the tenant's slug.

    What is there already stays: a second run changes nothing.

    Raises:
        RefusedError: faults of the folder; `already_published` when a published version's
            text changed under the same first day.
    """
    folder = read_tenant(path)
    folder.versions(installed().kinds(folder.doc.plugins))
    with operator_session() as session:
        row = _tenant(session, folder)
        enter(session, row.id)
        _people(session, row, folder)
        _policies(session, row, folder)
    return folder.slug


def _tenant(session: Session, folder: TenantFolder) -> TenantRow:
    row = session.scalar(select(TenantRow).where(TenantRow.slug == folder.slug).with_for_update())
    doc = folder.doc.model_dump(mode="json")
    if row is None:
        return tenants.add(session, doc | {"slug": folder.slug})
    tenants.enable(session, row, sorted({*folder.doc.plugins, *_enabled(session, row)}))
    return row


def _enabled(session: Session, row: TenantRow) -> list[str]:
    enter(session, row.id)
    return list(load(session, row.id).kinds.enabled)


def _people(session: Session, row: TenantRow, folder: TenantFolder) -> None:
    known = set(session.scalars(select(SubjectRow.code)))
    fresh = [person for person in folder.people if person.code not in known]
    for person in fresh:
        subjects.add(session, row.id, _without_line(person))
    for person in fresh:
        if person.department or person.position or person.supervisor:
            line = {
                "department": person.department,
                "position": person.position,
                "supervisor": person.supervisor,
            }
            subjects.assign(session, subjects.find(session, person.code), person.since, line)


def _without_line(person: Person) -> dict[str, Any]:
    return {
        "code": person.code,
        "name": person.name,
        "kind": person.kind,
        "attributes": person.attributes,
        "since": person.since,
        "day_wage": person.day_wage,
    }


def _policies(session: Session, row: TenantRow, folder: TenantFolder) -> None:
    changed = False
    for source in folder.sources:
        changed = _policy(session, row, source, folder) or changed
    if changed:
        tenants.bump(session, row.id)


def _policy(session: Session, row: TenantRow, source: Source, folder: TenantFolder) -> bool:
    """Publish a document that is not there yet; tell whether anything changed."""
    compile_version(source, installed().kinds(folder.doc.plugins))
    doc = read_document(source)
    text = Path(source.file).read_text(encoding="utf-8")
    policy = session.scalar(select(PolicyRow).where(PolicyRow.name == doc.policy))
    if policy is None:
        policy = policies.add_policy(session, row.id, doc)
    present = session.scalar(
        select(PolicyVersionRow).where(
            PolicyVersionRow.policy_id == policy.id,
            PolicyVersionRow.effective_from == doc.effective_from,
            PolicyVersionRow.state == "published",
        )
    )
    if present is not None:
        if present.document != doc.model_dump(mode="json"):
            raise refused(ALREADY_PUBLISHED, source.file, value=present.number)
        return False
    version = policies.add_version(session, policy, doc, text)
    policies.put_in_force(session, load(session, row.id), version)
    return True


def demo_keys(slug: str, roles: Iterable[str] = TENANT_ROLES) -> dict[str, str]:
    """Make one key for each of these roles, the personal ones for the tenant's demo staff."""
    with operator_session() as session:
        row = session.scalar(select(TenantRow).where(TenantRow.slug == slug))
        if row is None:
            raise refused(UNKNOWN_TENANT, "", value=slug)
        enter(session, row.id)
        people = _demo_people(session)
        keys = {}
        for role in roles:
            subject = people.get(role)
            if subject is not None or role not in {"supervisor", "employee"}:
                keys[role] = tenants.add_key(session, row, role, subject, "demo")[1]
        return keys


def _demo_people(session: Session) -> dict[str, str]:
    """Return the first supervisor and the first of the reports."""
    boss = SubjectRow.__table__.alias("boss")
    line = session.execute(
        select(boss.c.code, SubjectRow.code)
        .select_from(AssignmentRow)
        .join(SubjectRow, SubjectRow.id == AssignmentRow.subject_id)
        .join(boss, boss.c.id == AssignmentRow.supervisor_id)
        .order_by(SubjectRow.code)
        .limit(1)
    ).one_or_none()
    if line is not None:
        return {"supervisor": line[0], "employee": line[1]}
    first = session.scalar(
        select(SubjectRow.code).where(SubjectRow.kind == "employee").order_by(SubjectRow.code)
    )
    return {"supervisor": first, "employee": first} if first else {}
