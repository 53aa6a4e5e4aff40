"""Policies and their versions: upload, validate, publish, read, compare."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shangfa.db.models import DecisionRow, IncidentRow, PolicyRow, PolicyVersionRow
from shangfa.db.session import tenant_session
from shangfa.documents.policy.catalogue import COLUMNS, catalogue
from shangfa.documents.policy.compile import compile_version, read_document
from shangfa.documents.policy.shape import PolicyDoc
from shangfa.documents.source import Source, read_yaml
from shangfa.domain.faults import DUPLICATE, INVALID, NOT_FOUND, refused
from shangfa.domain.incidents.faults import INCIDENTS_EXIST
from shangfa.domain.policies.faults import ALREADY_PUBLISHED
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Version
from shangfa.plugins.installed import installed
from shangfa.services.clock import new_id, now
from shangfa.services.context import HR, TENANT_ROLES, Context
from shangfa.services.ledger import rebuild as tallies
from shangfa.services.pages import Page, page_of
from shangfa.services.replies import Answer, answer, once
from shangfa.services.tenancy.ready import LoadedTenant, build, current
from shangfa.services.tenancy.tenants import bump, hold


def read_source(text: str) -> Source:
    """Return the document in a request's text, YAML or JSON (which is YAML).

    Raises:
        RefusedError: `not_a_document`.
    """
    return read_yaml(text, "policy")


def validate(ctx: Context, text: str) -> Answer:
    """Say whether a document could be published, and what its catalogue would be.

    Raises:
        RefusedError: every fault, each with its line.
    """
    ctx.need(HR)
    source = read_source(text)
    with tenant_session(ctx.tenant) as session:
        version = compile_version(source, current(session, ctx.tenant).kinds)
    doc = read_document(source)
    return answer(200, {"policy": doc.policy, "catalogue": _catalogue(doc.policy, version)})


def _catalogue(name: str, version: Version) -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in catalogue(name, version)]


def upload(ctx: Context, text: str, policy_id: UUID | None = None) -> Answer:
    """Keep a document as a draft: of a new policy, or as the next version of one.

    Raises:
        RefusedError: every fault of the document; `duplicate` for a new policy whose name
            is taken; `not_found`, `invalid` when the document belongs to another policy.
    """
    ctx.need(HR)
    source = read_source(text)

    def work(session: Session) -> Answer:
        tenant = current(session, ctx.tenant)
        compile_version(source, tenant.kinds)
        doc = read_document(source)
        policy = _policy_for(session, ctx, doc, policy_id)
        row = add_version(session, policy, doc, text)
        return answer(201, version_view(policy, row))

    return once(ctx, work)


def _policy_for(
    session: Session, ctx: Context, doc: PolicyDoc, policy_id: UUID | None
) -> PolicyRow:
    if policy_id is not None:
        policy = find(session, policy_id)
        if policy.name != doc.policy:
            raise refused(INVALID, "/policy", value=doc.policy, why=f"= {policy.name}")
        return policy
    if session.scalar(select(PolicyRow.id).where(PolicyRow.name == doc.policy)):
        raise refused(DUPLICATE, "/policy", value=doc.policy)
    return add_policy(session, ctx.tenant, doc)


def add_policy(session: Session, tenant_id: UUID, doc: PolicyDoc) -> PolicyRow:
    """Add a policy without versions in an open transaction."""
    policy = PolicyRow(
        tenant_id=tenant_id, id=new_id(), name=doc.policy, title=doc.title, created_at=now()
    )
    session.add(policy)
    session.flush()
    return policy


def find(session: Session, policy_id: UUID) -> PolicyRow:
    """Return a policy.

    Raises:
        RefusedError: `not_found`.
    """
    policy = session.scalar(select(PolicyRow).where(PolicyRow.id == policy_id))
    if policy is None:
        raise refused(NOT_FOUND, "")
    return policy


def add_version(session: Session, policy: PolicyRow, doc: PolicyDoc, text: str) -> PolicyVersionRow:
    """Add a draft in an open transaction, numbered one after the other."""
    session.execute(select(PolicyRow.id).where(PolicyRow.id == policy.id).with_for_update())
    last = session.scalar(
        select(func.max(PolicyVersionRow.number)).where(PolicyVersionRow.policy_id == policy.id)
    )
    row = PolicyVersionRow(
        tenant_id=policy.tenant_id,
        id=new_id(),
        policy_id=policy.id,
        number=(last or 0) + 1,
        effective_from=doc.effective_from,
        state="draft",
        document=doc.model_dump(mode="json"),
        source=text,
        plugins={},
        created_at=now(),
        published_at=None,
    )
    session.add(row)
    session.flush()
    return row


def publish(ctx: Context, policy_id: UUID, number: int) -> Answer:
    """Bring a draft into force from its first day; it can never change again.

    Raises:
        RefusedError: `not_found`, `already_published`, `duplicate` when another version
            starts that day, `incidents_exist` when incidents since that day were decided
            on the version before, and every fault of the document.
    """
    ctx.need(HR)

    def work(session: Session) -> Answer:
        hold(session, ctx.tenant)
        tenant = current(session, ctx.tenant)
        policy = find(session, policy_id)
        row = _version(session, policy_id, number, lock=True)
        put_in_force(session, tenant, row)
        return answer(200, version_view(policy, row))

    return once(ctx, work)


def put_in_force(session: Session, tenant: LoadedTenant, row: PolicyVersionRow) -> None:
    """Publish a draft in an open transaction."""
    if row.state == "published":
        raise refused(ALREADY_PUBLISHED, "", value=row.number)
    _check_day(session, row.policy_id, row.effective_from)
    version = build(row, tenant.kinds)
    row.state, row.published_at = "published", now()
    row.plugins = pinned(version, tenant)
    session.flush()
    policy = find(session, row.policy_id)
    before = tenant.policies.get(policy.name)
    versions = [*(before.versions if before else ()), version]
    after = Policy(policy.name, sorted(versions, key=lambda item: item.effective_from))
    tallies.build(session, policy, before, after)
    bump(session, row.tenant_id)


def _check_day(session: Session, policy_id: UUID, day: date) -> None:
    taken = session.scalar(
        select(PolicyVersionRow.number).where(
            PolicyVersionRow.policy_id == policy_id,
            PolicyVersionRow.state == "published",
            PolicyVersionRow.effective_from == day,
        )
    )
    if taken:
        raise refused(DUPLICATE, "/effective_from", value=str(day))
    reversal = select(DecisionRow.incident_id).where(
        DecisionRow.incident_id == IncidentRow.id, DecisionRow.kind == "reversal"
    )
    decided = session.scalar(
        select(IncidentRow.id)
        .where(
            IncidentRow.policy_id == policy_id,
            IncidentRow.occurred_on >= day,
            ~reversal.exists(),
        )
        .limit(1)
    )
    if decided:
        raise refused(INCIDENTS_EXIST, "/effective_from", day=day)


def pinned(version: Version, tenant: LoadedTenant) -> dict[str, str]:
    """Return the plugins a version uses with their versions."""
    names = {
        step.kind.name
        for clause in version.clauses.values()
        for step in (*clause.steps, *(step for step, _ in clause.extras))
    }
    names |= {reaction.kind.name for reaction in version.reactions}
    names |= {programme.kind.name for programme in version.programmes}
    owners = sorted({tenant.kinds.owners[name] for name in names})
    return {name: installed().plugin(name).version for name in owners}


def _version(
    session: Session, policy_id: UUID, number: int, *, lock: bool = False
) -> PolicyVersionRow:
    query = select(PolicyVersionRow).where(
        PolicyVersionRow.policy_id == policy_id, PolicyVersionRow.number == number
    )
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise refused(NOT_FOUND, "")
    return row


def version_view(
    policy: PolicyRow, row: PolicyVersionRow, *, whole: bool = False
) -> dict[str, Any]:
    """Return a version, with its document and text when `whole`."""
    view = {
        "policy_id": policy.id,
        "policy": policy.name,
        "title": policy.title,
        "version": row.number,
        "state": row.state,
        "effective_from": row.effective_from,
        "plugins": row.plugins,
        "created_at": row.created_at,
        "published_at": row.published_at,
    }
    return view | ({"document": row.document, "source": row.source} if whole else {})


def page(ctx: Context, asked: Page) -> Answer:
    """Return policies by name."""
    ctx.need(*TENANT_ROLES)
    with tenant_session(ctx.tenant) as session:
        query = select(PolicyRow).order_by(PolicyRow.name).limit(asked.limit + 1)
        if asked.cursor:
            query = query.where(PolicyRow.name > asked.cursor)
        rows = session.scalars(query).all()
        return answer(200, page_of(asked, rows, lambda row: row.name, _policy_view))


def _policy_view(row: PolicyRow) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "title": row.title, "created_at": row.created_at}


def read(ctx: Context, policy_id: UUID) -> Answer:
    """Return a policy with its versions, newest first."""
    ctx.need(*TENANT_ROLES)
    with tenant_session(ctx.tenant) as session:
        policy = find(session, policy_id)
        rows = session.scalars(
            select(PolicyVersionRow)
            .where(PolicyVersionRow.policy_id == policy_id)
            .order_by(PolicyVersionRow.number.desc())
        ).all()
        versions = [version_view(policy, row) for row in rows]
        return answer(200, _policy_view(policy) | {"versions": versions})


def read_version(ctx: Context, policy_id: UUID, number: int) -> Answer:
    """Return a version with its document, its text and its catalogue."""
    ctx.need(*TENANT_ROLES)
    with tenant_session(ctx.tenant) as session:
        tenant = current(session, ctx.tenant)
        policy = find(session, policy_id)
        row = _version(session, policy_id, number)
        view = version_view(policy, row, whole=True)
        view["catalogue"] = _catalogue(policy.name, build(row, tenant.kinds))
        return answer(200, view)


def diff(ctx: Context, policy_id: UUID, number: int, other: int) -> Answer:
    """Return what changed from version `other` to version `number`, by clause."""
    ctx.need(*TENANT_ROLES)
    with tenant_session(ctx.tenant) as session:
        find(session, policy_id)
        new = _version(session, policy_id, number).document
        old = _version(session, policy_id, other).document
    return answer(200, {"from": other, "to": number} | changes(old, new))


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return added, removed and changed clauses, and the other parts that differ."""
    before = {clause["code"]: clause for clause in old["clauses"]}
    after = {clause["code"]: clause for clause in new["clauses"]}
    return {
        "added": [code for code in after if code not in before],
        "removed": [code for code in before if code not in after],
        "changed": [
            {"code": code, "from": before[code], "to": after[code]}
            for code in after
            if code in before and before[code] != after[code]
        ],
        "other": [name for name in new if name != "clauses" and new.get(name) != old.get(name)],
    }


def document_schema() -> dict[str, Any]:
    """Return the JSON Schema of a policy document."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return head | PolicyDoc.model_json_schema()
