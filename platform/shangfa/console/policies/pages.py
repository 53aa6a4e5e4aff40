"""Schemes: read as documents with what the guards find beside a clause; uploaded, published."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.forms import TRUE, field, once, plainly
from shangfa.console.pages import asked_page, show, show_again, status_of
from shangfa.console.session import asker
from shangfa.documents.policy.catalogue import COLUMNS
from shangfa.domain.access.permissions import may
from shangfa.domain.faults import MISSING, Fault, RefusedError, refused, told
from shangfa.services.context import Context
from shangfa.services.policies import receipts, versions
from shangfa.services.policies.findings import told as finding_told
from shangfa.services.policies.starters import starters, text_of
from shangfa.services.policies.versions import PublishedVersion, WholeVersion

blp = Blueprint("console-policies", __name__)
NEXT_TO = 1
"""Lines shown before and after the one that a fault is about."""


@blp.get("/policies")
def page() -> Response:
    """The company's schemes."""
    return show("policies.html", **_all(asker()), faults=[], typed={}, places=[])


def _all(ctx: Context) -> dict[str, Any]:
    """Return the schemes, and those one may begin with to who may upload."""
    begun = starters(ctx) if may(ctx.role, "policies:write") else []
    return {"found": versions.page(ctx, asked_page()), "starters": begun}


@blp.post("/policies")
def upload() -> AnyResponse:
    """Keep a new scheme as a draft."""
    return _upload(None)


@blp.get("/policies/<uuid:policy_id>")
def read(policy_id: UUID) -> Response:
    """One scheme with its versions."""
    found = versions.read(asker(), policy_id)
    return show("policy.html", found=found, faults=[], typed={}, places=[])


@blp.post("/policies/<uuid:policy_id>")
def upload_version(policy_id: UUID) -> AnyResponse:
    """Keep the next version of a scheme as a draft."""
    return _upload(policy_id)


def _upload(policy_id: UUID | None) -> AnyResponse:
    ctx = asker()
    text = _document(ctx)
    try:
        return once(
            lambda who: versions.upload(who, text, policy_id),
            lambda made: f"/console/policies/{made.version.policy_id}/{made.version.number}",
        )
    except RefusedError as error:
        places = [(fault, _lines(text, fault)) for fault in told(error.faults)]
        if policy_id is None:
            return show_again("policies.html", error, **_all(ctx), places=places)
        found = versions.read(ctx, policy_id)
        return show_again("policy.html", error, found=found, places=places)


def _document(ctx: Context) -> str:
    """Return the document of a form: a scheme to begin with, its file, or what was typed."""
    if field("step") == "start":
        return text_of(ctx, field("starter"))
    file = request.files.get("file")
    if file is not None and file.filename:
        return file.stream.read().decode("utf-8", "replace")
    return request.form.get("document", "").replace("\r\n", "\n")


def _lines(text: str, fault: Fault) -> list[tuple[int, str]]:
    """Return the lines of a document that a fault is about, with their numbers."""
    number = fault.place.rpartition(":")[2]
    if not number.isdigit():
        return []
    at, rows = int(number), text.splitlines()
    first, last = max(1, at - NEXT_TO), min(len(rows), at + NEXT_TO)
    return [(index, rows[index - 1]) for index in range(first, last + 1)]


@blp.get("/policies/<uuid:policy_id>/<int:number>")
def read_version(policy_id: UUID, number: int) -> Response:
    """A version as a document."""
    ctx = asker()
    found = versions.read_version(ctx, policy_id, number)
    return show("version.html", **_version(ctx, found), faults=[], tried=None)


def _version(ctx: Context, found: WholeVersion) -> dict[str, Any]:
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in found.catalogue]
    return {
        "found": found,
        "clauses": _clauses(rows),
        "findings": _findings(ctx, found),
        "read_on": _read_on(ctx, found),
    }


def _read_on(ctx: Context, found: WholeVersion) -> date | None:
    """Return when the asker has read a version."""
    if not may(ctx.role, "policies:acknowledge"):
        return None
    return receipts.own(ctx).get((found.version.policy, found.version.number))


def _clauses(rows: Sequence[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Return the rows of the catalogue by the code they stand under, in their order."""
    grouped: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        grouped.setdefault(row["code"], []).append(row)
    return grouped


def _findings(ctx: Context, found: WholeVersion) -> dict[str, list[dict[str, Any]]]:
    """Return what the guards find, by clause, to who may mend it."""
    said: dict[str, list[dict[str, Any]]] = {}
    if not may(ctx.role, "policies:write"):
        return said
    with suppress(RefusedError):  # what no longer compiles is told when it is published
        for item in versions.validate(ctx, found.source).findings:
            said.setdefault(item.clause, []).append(finding_told(item))
    return said


@blp.post("/policies/<uuid:policy_id>/<int:number>")
def act(policy_id: UUID, number: int) -> AnyResponse:
    """Say that one has read a version; bring a draft into force, or see what that would change."""
    ctx = asker()
    here = f"/console/policies/{policy_id}/{number}"
    try:
        if field("step") == "read":
            whole = (policy_id, number, None, None)
            return once(lambda who: receipts.give(who, *whole), lambda _: here)
        if field("step") == "publish":
            if field("confirmed") != TRUE:
                raise refused(MISSING, "/confirmed", value="confirmed")
            return once(lambda who: versions.publish(who, policy_id, number), lambda _: here)
        tried = versions.publish(plainly(ctx), policy_id, number, dry_run=True)
        return _again(ctx, tried, policy_id, number)
    except RefusedError as error:
        found = versions.read_version(ctx, policy_id, number)
        return show(
            "version.html",
            status_of(error),
            **_version(ctx, found),
            faults=told(error.faults),
            tried=None,
        )


def _again(ctx: Context, tried: PublishedVersion, policy_id: UUID, number: int) -> Response:
    found = versions.read_version(ctx, policy_id, number)
    return show("version.html", **_version(ctx, found), faults=[], tried=tried.adjustments)
