"""Policies and their versions: upload, validate, publish, read, compare."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shangfa.db import policies as sql
from shangfa.db.policies import PolicyRecord, VersionLine, VersionRecord
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.documents.policy.catalogue import catalogue
from shangfa.documents.policy.compile import compile_version, read_document
from shangfa.documents.policy.dead import dead_words
from shangfa.documents.policy.procedures import check_procedures
from shangfa.documents.policy.shape import PolicyDoc
from shangfa.documents.policy.words import document_schema
from shangfa.documents.source import Source, read_yaml
from shangfa.domain.cases.states import IMMEDIATE
from shangfa.domain.faults import DUPLICATE, INVALID, NOT_FOUND, RefusedError, refused
from shangfa.domain.policies.kinds import Kinds
from shangfa.domain.policies.version import Version
from shangfa.sdk.guards import Finding
from shangfa.services.clock import new_id, now, today
from shangfa.services.context import Context
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.policies.comparison import Comparison, compare
from shangfa.services.policies.findings import lint
from shangfa.services.policies.publishing import prepare, put_in_force, stand_by
from shangfa.services.tenancy.ready import ReadyTenant, build, current, ready
from shangfa.services.transaction import reading, transact

__all__ = [
    "PolicyVersions",
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

CatalogueRow = tuple[str, ...]
"""A row in the columns of `documents.policy.catalogue.COLUMNS`."""


@dataclass(frozen=True, slots=True)
class Valid:
    """A document that could be published, what its catalogue would be, and what guards find."""

    policy: str
    catalogue: list[CatalogueRow]
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class UploadedDraft:
    """A draft that was kept, and what the guards find in it."""

    version: VersionRecord
    findings: list[Finding]


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
class Draft:
    """A document on its way in.

    Attributes:
        verdicts: enabled plugins -> the version it is under them, or what is wrong with it.
        reviews: the tenant's revision -> what the guards find in it.
    """

    source: Source
    text: str
    verdicts: dict[tuple[str, ...], Version | RefusedError] = field(default_factory=dict)
    reviews: dict[int, list[Finding]] = field(default_factory=dict)

    def judge(self, kinds: Kinds) -> Version | RefusedError:
        """Return the version, or what is wrong, found out once for the same plugins."""
        if kinds.enabled not in self.verdicts:
            try:
                self.verdicts[kinds.enabled] = _checked(self.source, kinds)
            except RefusedError as error:
                self.verdicts[kinds.enabled] = error
        return self.verdicts[kinds.enabled]

    def review(self, tenant: ReadyTenant) -> list[Finding]:
        """Return what the guards find, found out once for the same tenant.

        Raises:
            RefusedError: every fault of the document.
        """
        version = self.judge(tenant.kinds)
        if isinstance(version, RefusedError):
            raise version
        if tenant.revision not in self.reviews:
            self.reviews[tenant.revision] = _findings(version, tenant)
        return self.reviews[tenant.revision]


def _checked(source: Source, kinds: Kinds) -> Version:
    """Return the version a document describes.

    Raises:
        RefusedError: every fault, words that decide nothing among them.
    """
    version = compile_version(source, kinds)
    faults = dead_words(source, read_document(source), kinds)
    if faults:
        raise RefusedError(*faults)
    return version


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
    source = read_source(text)
    tenant = reading(ctx, current)
    version = _checked(source, tenant.kinds)
    check_procedures(source, (IMMEDIATE, *tenant.procedures))
    name = read_document(source).policy
    return Valid(name, catalogue(name, version), _findings(version, tenant))


def _findings(version: Version, tenant: ReadyTenant) -> list[Finding]:
    return lint(version, tenant.compliance, tenant.regions, today(tenant.zone))


def upload(ctx: Context, text: str, policy_id: UUID | None = None) -> UploadedDraft:
    """Keep a document as a draft: of a new policy, or as the next version of one.

    It is judged before anything is locked, and again only if the plugins changed meanwhile.

    Raises:
        RefusedError: every fault of the document; `duplicate` for a new policy whose name
            is taken; `not_found`, `invalid` when the document belongs to another policy.
    """
    ctx.need("policies:write")
    draft = Draft(read_source(text), text)
    tenant = ready(ctx.tenant)
    if isinstance(draft.judge(tenant.kinds), Version):
        draft.review(tenant)
    return transact(ctx, lambda tx: _upload(tx, draft, policy_id))


def _upload(tx: Tx, draft: Draft, policy_id: UUID | None) -> UploadedDraft:
    tenant = current(tx)
    findings = draft.review(tenant)
    check_procedures(draft.source, (IMMEDIATE, *tenant.procedures))
    doc = read_document(draft.source)
    known = _policy_for(tx, doc, policy_id)
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


def publish(ctx: Context, policy_id: UUID, number: int) -> VersionRecord:
    """Bring a draft into force from its first day; it can never change again.

    Raises:
        RefusedError: `not_found`, `already_published`, `duplicate` when another version
            starts that day, `incidents_exist` when incidents since that day were decided
            on the version before, `against_the_law` where the company publishes nothing
            that a guard blocks, and every fault of the document.
    """
    ctx.need("policies:write")

    def work(tx: Tx) -> VersionRecord:
        tenant = current(tx)
        coming = prepare(tx, tenant, policy_id, number)
        stand_by(tx, tenant)
        coming.put(tx, ctx)
        return _version(tx, policy_id, number)

    return transact(ctx, work, Kind.LARGE)


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
        kinds = current(tx).kinds
        version = _version(tx, policy_id, number)
        said = sql.version_text(tx, version.id)
        rows = catalogue(version.policy, build(said.document, kinds, number))
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
