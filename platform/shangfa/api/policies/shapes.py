"""What a policy, a version and a comparison look like in JSON."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate

from shangfa.api.fields import Day, short
from shangfa.api.shapes import AdjustmentsSchema, EffectSchema, TraceSchema, adjustments
from shangfa.db.policies import PolicyRecord, VersionRecord
from shangfa.documents.policy.catalogue import COLUMNS
from shangfa.domain.account import ACCOUNT_NAMES
from shangfa.domain.policies.version import REPLAY_STATES, VERSION_STATES
from shangfa.sdk.guards import CERTAINTIES, SEVERITIES
from shangfa.services.policies.comparison import ClauseChange, Comparison
from shangfa.services.policies.findings import told
from shangfa.services.policies.versions import (
    CatalogueRow,
    PolicyVersions,
    PublishedVersion,
    UploadedDraft,
    Valid,
    WholeVersion,
)

BODY: Final = {
    "requestBody": {
        "required": True,
        "description": "A policy document (policy.schema.json), as YAML or JSON.",
        "content": {
            "application/yaml": {"schema": {"type": "string", "format": "binary"}},
            "application/json": {"schema": {"type": "object", "additionalProperties": {}}},
        },
    }
}
"""A policy document is read as a text, so that its faults name their lines."""

CatalogueSchema: Final = Schema.from_dict(
    {name: fields.String(required=True) for name in COLUMNS}, name="CatalogueSchema"
)
"""A row of the catalogue: what a clause, or a band of one, may give."""


class PolicySchema(Schema):
    """A policy."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)
    created_at = fields.DateTime(required=True)


class VersionSchema(Schema):
    """A version of a policy."""

    policy_id = fields.UUID(required=True)
    policy = fields.String(required=True)
    title = fields.String(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(VERSION_STATES))
    effective_from = fields.Date(required=True)
    plugins = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "the plugins it uses with the versions pinned"},
    )
    created_at = fields.DateTime(required=True)
    published_at = fields.DateTime(required=True, allow_none=True)


class FindingSchema(Schema):
    """What a guard found; `certainty` says whether the text of the law was read."""

    code = fields.String(required=True)
    severity = fields.String(required=True, validate=validate.OneOf(SEVERITIES))
    clause = fields.String(required=True, metadata={"description": "empty for the whole"})
    law_ref = fields.String(required=True)
    text_zh = fields.String(required=True)
    text_en = fields.String(required=True)
    suggestion_zh = fields.String(required=True)
    suggestion_en = fields.String(required=True)
    certainty = fields.String(required=True, validate=validate.OneOf(CERTAINTIES))
    rule = fields.String(required=True, metadata={"description": "what `compliance` may name"})


class DraftSchema(VersionSchema):
    """A draft, and what the guards find in it."""

    findings = fields.List(fields.Nested(FindingSchema), required=True)


class PublishedSchema(VersionSchema):
    """A version that was published; one that waits for a job has no adjustments yet."""

    adjustments = fields.Nested(AdjustmentsSchema)


class WholeVersionSchema(VersionSchema):
    """A version with its document, its text and its catalogue."""

    document = fields.Dict(required=True, metadata={"description": "policy.schema.json"})
    source = fields.String(required=True)
    catalogue = fields.List(fields.Nested(CatalogueSchema), required=True)


class ReceiptGivingSchema(Schema):
    """Who has read it, and when; HR says so for others, from what they signed."""

    subject = short(metadata={"description": "yourself when it is left out"})
    read_on = Day(metadata={"description": "today when it is left out"})


class ReceiptSchema(Schema):
    """That somebody has read a version of a policy."""

    policy = fields.String(required=True)
    version = fields.Integer(required=True)
    subject = fields.String(required=True)
    read_on = fields.Date(required=True)
    at = fields.DateTime(required=True)


class PolicyVersionsSchema(PolicySchema):
    """A policy with its versions, newest first."""

    versions = fields.List(fields.Nested(VersionSchema), required=True)


class PolicyPageSchema(Schema):
    """A page of policies."""

    items = fields.List(fields.Nested(PolicySchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class ValidSchema(Schema):
    """A document that could be published."""

    policy = fields.String(required=True)
    catalogue = fields.List(fields.Nested(CatalogueSchema), required=True)
    findings = fields.List(fields.Nested(FindingSchema), required=True)


class DaysSchema(Schema):
    """Between which local days, both included."""

    first = Day(data_key="from", required=True)
    last = Day(data_key="to", required=True)


class TriedSumSchema(Schema):
    """A sum as it is, and as it would be."""

    account = fields.String(required=True, validate=validate.OneOf(ACCOUNT_NAMES))
    unit = fields.String(required=True)
    before = fields.String(required=True, metadata={"example": "-20.00"})
    after = fields.String(required=True, metadata={"example": "-50.00"})


class TriedSubjectSchema(TriedSumSchema):
    """A subject's sum that would be another."""

    subject = fields.String(required=True)


class TriedDecisionSchema(Schema):
    """What follows from an incident, with its explanation."""

    effects = fields.List(fields.Nested(EffectSchema), required=True)
    trace = fields.List(fields.Nested(TraceSchema), required=True)


class ExampleSchema(Schema):
    """An incident that would be decided differently."""

    incident = fields.UUID(required=True)
    subjects = fields.List(fields.String(), required=True)
    clause = fields.String(required=True)
    occurred_on = fields.Date(required=True)
    before = fields.Nested(TriedDecisionSchema, required=True)
    after = fields.Nested(TriedDecisionSchema, required=True)


class WhySchema(Schema):
    """Why something failed."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class ReplaySchema(Schema):
    """A what-if: how far it is, and what it found; `refused`: what the version does not take."""

    state = fields.String(required=True, validate=validate.OneOf(REPLAY_STATES))
    from_ = fields.Date(data_key="from", required=True)
    to = fields.Date(required=True)
    incidents = fields.Integer(required=True)
    done = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    totals = fields.List(fields.Nested(TriedSumSchema), required=True)
    subjects = fields.List(fields.Nested(TriedSubjectSchema), required=True)
    examples = fields.List(fields.Nested(ExampleSchema), required=True)
    why = fields.List(fields.Nested(WhySchema))


class DiffQuerySchema(Schema):
    """Against which version."""

    to = fields.Integer(required=True)


class ClauseChangeSchema(Schema):
    """A clause that both versions have, as each says it."""

    code = fields.String(required=True)
    from_ = fields.Dict(
        data_key="from", required=True, metadata={"description": "a clause of policy.schema.json"}
    )
    to = fields.Dict(required=True, metadata={"description": "a clause of policy.schema.json"})


class DiffSchema(Schema):
    """What changed between two versions, by clause."""

    from_ = fields.Integer(data_key="from", required=True)
    to = fields.Integer(required=True)
    added = fields.List(fields.String(), required=True)
    removed = fields.List(fields.String(), required=True)
    changed = fields.List(fields.Nested(ClauseChangeSchema), required=True)
    other = fields.List(fields.String(), required=True)


def policy(record: PolicyRecord) -> dict[str, Any]:
    """Return a policy."""
    return record._asdict()


def version(record: VersionRecord) -> dict[str, Any]:
    """Return a version."""
    return {
        "policy_id": record.policy_id,
        "policy": record.policy,
        "title": record.title,
        "version": record.number,
        "state": record.state,
        "effective_from": record.effective_from,
        "plugins": record.plugins,
        "created_at": record.created_at,
        "published_at": record.published_at,
    }


def draft(found: UploadedDraft) -> dict[str, Any]:
    """Return a draft with what was found in it."""
    return {**version(found.version), "findings": list(map(told, found.findings))}


def published(done: PublishedVersion) -> dict[str, Any]:
    """Return a version with what it changes of the past."""
    shown = version(done.version)
    if done.adjustments is not None:
        shown["adjustments"] = adjustments(done.adjustments)
    return shown


def whole_version(found: WholeVersion) -> dict[str, Any]:
    """Return a version with all it says."""
    return {
        **version(found.version),
        "document": found.document,
        "source": found.source,
        "catalogue": _catalogue(found.catalogue),
    }


def policy_versions(found: PolicyVersions) -> dict[str, Any]:
    """Return a policy with its versions."""
    return {**policy(found.policy), "versions": [version(item) for item in found.versions]}


def valid(found: Valid) -> dict[str, Any]:
    """Return what a document would be."""
    findings = list(map(told, found.findings))
    catalogue = _catalogue(found.catalogue)
    return {"policy": found.policy, "catalogue": catalogue, "findings": findings}


def _catalogue(rows: list[CatalogueRow]) -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def comparison(found: Comparison) -> dict[str, Any]:
    """Return what changed between two versions."""
    return {
        "from": found.old,
        "to": found.new,
        "added": found.added,
        "removed": found.removed,
        "changed": [_change(item) for item in found.changed],
        "other": found.other,
    }


def _change(item: ClauseChange) -> dict[str, Any]:
    return {"code": item.code, "from": item.old, "to": item.new}
