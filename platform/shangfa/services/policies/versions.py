"""Policies and their versions: upload, validate, publish, read, compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shangfa.db import policies as sql
from shangfa.db.policies import PolicyRecord, VersionLine, VersionRecord
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.documents.policy.catalogue import catalogue
from shangfa.documents.policy.compile import read_document
from shangfa.documents.policy.shape import PolicyDoc
from shangfa.documents.policy.words import document_schema
from shangfa.documents.procedure.named import check_procedures
from shangfa.documents.source import Source, read_yaml
from shangfa.domain.cases.states import IMMEDIATE
from shangfa.domain.faults import DUPLICATE, INVALID, NOT_FOUND, STALE_VERSION, refused
from shangfa.domain.policies.version import Version
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.ledger.anew.late import Adjustments
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.policies.comparison import Comparison, compare
from shangfa.services.policies.drafts import (
    CatalogueRow,
    Draft,
    UploadedDraft,
    Valid,
    checked,
    findings_of,
    remembered,
)
from shangfa.services.policies.publishing import (
    AT_ONCE,
    leave,
    prepare,
    put_in_force,
    stand_by,
)
from shangfa.services.tenancy.ready import ReadyTenant, current, ready
from shangfa.services.transaction import attempt, reading, transact

__all__ = [
    "CatalogueRow",
    "PolicyVersions",
    "PublishedVersion",
    "UploadedDraft",
    "Valid",
    "WholeVersion",
    "add_policy",
    "add_version",
    "diff",
    "document_schema",
    "page",
    "publish",
    "put_in_force",
    "read",
    "read_source",
    "read_version",
    "upload",
    "validate",
]


@dataclass(frozen=True, slots=True)
class PolicyVersions:
    """A policy with its versions, newest first."""

    policy: PolicyRecord
    versions: list[VersionRecord]


@dataclass(frozen=True, slots=True)
class WholeVersion:
    """A version with its document, its text and its catalogue."""

    version: VersionRecord
    document: dict[str, Any]
    source: str
    catalogue: list[CatalogueRow]


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A version that was published, and what it changes of the past.

    Attributes:
        adjustments: None while it waits for a job, still a draft.
    """

    version: VersionRecord
    adjustments: Adjustments | None


def read_source(text: str) -> Source:
    """Return the document in a request's text, YAML or JSON (which is YAML).

    Raises:
        RefusedError: `not_a_document`.
    """
    return read_yaml(text, "policy")


def validate(ctx: Context, text: str) -> Valid:
    """Say whether a document could be published, and what its catalogue would be.

    Raises:
        RefusedError: every fault, each with its line.
    """
    ctx.need("policies:write")
    tenant = reading(ctx, current)
    return remembered(tenant, ("valid", text), lambda: _valid(tenant, text))


def _valid(tenant: ReadyTenant, text: str) -> Valid:
    source = read_source(text)
    version = checked(source, tenant.words)
    check_procedures(source, (IMMEDIATE, *tenant.procedures))
    name = read_document(source).policy
    return Valid(name, catalogue(name, version), findings_of(version, tenant))


def upload(
    ctx: Context, text: str, policy_id: UUID | None = None, after: int | None = None
) -> UploadedDraft:
    """Keep a document as a draft: of a new policy, or as the next version of one.

    It is judged before anything is locked, and again only if the plugins changed meanwhile.
    `after`: the newest version that whoever sends it has seen.

    Raises:
        RefusedError: every fault of the document; `duplicate` for a new policy whose name
            is taken; `not_found`, `invalid` when the document belongs to another policy;
            `stale_version` when there is a newer version than `after`.
    """
    ctx.need("policies:write")
    draft = Draft(read_source(text), text)
    tenant = ready(ctx.tenant)
    if isinstance(draft.judge(tenant.words), Version):
        draft.review(tenant)
    return transact(ctx, lambda tx: _upload(tx, draft, policy_id, after))


def _upload(tx: Tx, draft: Draft, policy_id: UUID | None, after: int | None) -> UploadedDraft:
    tenant = current(tx)
    findings = draft.review(tenant)
    check_procedures(draft.source, (IMMEDIATE, *tenant.procedures))
    doc = read_document(draft.source)
    known = _policy_for(tx, doc, policy_id)
    if after is not None and sql.next_number(tx, known) != after + 1:
        raise refused(STALE_VERSION, "")
    record = _version(tx, known, add_version(tx, known, doc, draft.text))
    return UploadedDraft(record, findings)


def _policy_for(tx: Tx, doc: PolicyDoc, policy_id: UUID | None) -> UUID:
    if policy_id is not None:
        known = _policy(tx, policy_id)
        if known.name != doc.policy:
            raise refused(INVALID, "/policy", value=doc.policy, why=f"= {known.name}")
        return policy_id
    if sql.find_policy(tx, doc.policy) is not None:
        raise refused(DUPLICATE, "/policy", value=doc.policy)
    return add_policy(tx, doc)


def add_policy(tx: Tx, doc: PolicyDoc) -> UUID:
    """Add a policy without versions in an open transaction of its tenant."""
    policy = PolicyRecord(new_id(), doc.policy, doc.title, now())
    sql.add_policy(tx, policy)
    return policy.id


def add_version(tx: Tx, policy_id: UUID, doc: PolicyDoc, text: str) -> int:
    """Add a draft in an open transaction and return its number, one after the last."""
    number = sql.next_number(tx, policy_id)
    document = doc.model_dump(mode="json")
    sql.add_version(
        tx, VersionLine(new_id(), policy_id, number, doc.effective_from, document, text, now())
    )
    return number


def publish(
    ctx: Context, policy_id: UUID, number: int, *, dry_run: bool = False
) -> PublishedVersion:
    """Bring a draft into force from its first day; it can never change again.

    Incidents that lie after that day are adjusted, by a job when they are many.

    Raises:
        RefusedError: `not_found`, `already_published`, `duplicate` when another version
            starts that day, `too_many_incidents`, `against_the_law` where the company
            publishes nothing that a guard blocks, and every fault of the document.
    """
    ctx.need("policies:write")

    def work(tx: Tx) -> PublishedVersion:
        tenant = current(tx)
        coming = prepare(tx, tenant, policy_id, number)
        stand_by(tx, tenant)
        if coming.touches(tx) > AT_ONCE and not dry_run:
            leave(tx, ctx, coming.record)
            return PublishedVersion(_version(tx, policy_id, number), None)
        done = coming.put(tx, ctx, AT_ONCE)
        return PublishedVersion(_version(tx, policy_id, number), done)

    return attempt(ctx, work, Kind.LARGE, dry_run=dry_run)


def page(ctx: Context, asked: Page) -> Listed[PolicyRecord]:
    """Return policies by name."""
    ctx.need("policies:read")

    def work(tx: Tx) -> list[PolicyRecord]:
        current(tx)
        return sql.policies_after(tx, asked.cursor or "", asked.limit + 1)

    return listed(asked, reading(ctx, work), lambda policy: policy.name)


def read(ctx: Context, policy_id: UUID) -> PolicyVersions:
    """Return a policy with its versions, newest first.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("policies:read")

    def work(tx: Tx) -> PolicyVersions:
        current(tx)
        return PolicyVersions(_policy(tx, policy_id), sql.versions_of(tx, policy_id))

    return reading(ctx, work)


def read_version(ctx: Context, policy_id: UUID, number: int) -> WholeVersion:
    """Return a version with its document, its text and its catalogue.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("policies:read")

    def work(tx: Tx) -> WholeVersion:
        tenant = current(tx)
        version = _version(tx, policy_id, number)
        said = sql.version_text(tx, version.id)
        rows = remembered(
            tenant,
            ("catalogue", version.id),
            lambda: catalogue(version.policy, tenant.words.build(said.document, number)),
        )
        return WholeVersion(version, said.document, said.source, rows)

    return reading(ctx, work)


def diff(ctx: Context, policy_id: UUID, number: int, other: int) -> Comparison:
    """Return what changed from version `other` to version `number`, by clause.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("policies:read")

    def work(tx: Tx) -> Comparison:
        current(tx)
        new, old = _version(tx, policy_id, number), _version(tx, policy_id, other)
        documents = [sql.version_text(tx, version.id).document for version in (old, new)]
        return compare((other, documents[0]), (number, documents[1]))

    return reading(ctx, work)


def _policy(tx: Tx, policy_id: UUID) -> PolicyRecord:
    found = sql.policy_record(tx, policy_id)
    if found is None:
        raise refused(NOT_FOUND, "")
    return found


def _version(tx: Tx, policy_id: UUID, number: int) -> VersionRecord:
    found = sql.find_version(tx, policy_id, number)
    if found is None:
        raise refused(NOT_FOUND, "")
    return found
