"""A document that is being edited by forms: looked at, changed piece by piece, nothing stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from shangfa.documents.editing.forms import FORMS, Form, form_of
from shangfa.documents.editing.splice import Section, put
from shangfa.documents.policy.compile import read_document
from shangfa.documents.procedure.named import check_procedures
from shangfa.documents.source import Source, read_yaml
from shangfa.domain.cases.states import IMMEDIATE
from shangfa.domain.faults import NOT_FOUND, Fault, RefusedError, refused
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Version
from shangfa.sdk.guards import Finding
from shangfa.services.context import Context
from shangfa.services.policies.drafts import checked, findings_of, remembered
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading

SECTIONS: tuple[Section, ...] = ("clauses", "reactions")


class Place(NamedTuple):
    """Where a piece stands in a document, or will stand: `at` None for a new one."""

    section: Section
    at: int | None


class Piece(NamedTuple):
    """A clause or a reaction of a document; `form` is None when no form shows all of it."""

    place: Place
    said: Mapping[str, Any]
    form: Form | None


@dataclass(frozen=True, slots=True)
class Looked:
    """What a document holds, and what is wrong with it.

    Attributes:
        version: None while something is wrong.
        forms: those of the plugins that the company has, by name.
        rungs: of the document's ladder.
    """

    pieces: list[Piece]
    version: Version | None
    faults: list[Fault]
    findings: list[Finding]
    forms: dict[str, Form]
    rungs: list[str] = field(default_factory=list)


def look(ctx: Context, text: str) -> Looked:
    """Return what a document holds.

    Raises:
        RefusedError: `not_a_document`.
    """
    ctx.need("policies:write")
    tenant = reading(ctx, current)
    source = remembered(tenant, ("source", text), lambda: read_yaml(text, "policy"))
    version, faults = _judged(source, tenant, text)
    known = tenant.kinds
    offered = {**known.clause_kinds, **known.reactions}
    forms = {name: form for name, form in FORMS.items() if form.kind in offered}
    found: list[Finding] = []
    if version is not None:
        made = version
        found = remembered(tenant, ("findings", text), lambda: findings_of(made, tenant))
    rungs = list(version.ladder.rungs) if version is not None else _rungs(source.data)
    return Looked(_pieces(source.data), version, faults, found, forms, rungs)


def _judged(source: Source, tenant: ReadyTenant, text: str) -> tuple[Version | None, list[Fault]]:
    try:
        version = remembered(tenant, ("version", text), lambda: checked(source, tenant.words))
        check_procedures(source, (IMMEDIATE, *tenant.procedures))
    except RefusedError as error:
        return None, list(error.faults)
    return version, []


def _pieces(data: Any) -> list[Piece]:
    return [
        Piece(Place(section, index), item, form_of(section, item))
        for section in SECTIONS
        for index, item in enumerate(_items(data, section))
    ]


def _items(data: Any, section: Section) -> list[Any]:
    listed = data.get(section) if isinstance(data, dict) else None
    items = listed if isinstance(listed, list) else []
    return [item if isinstance(item, dict) else {} for item in items]


def _rungs(data: Any) -> list[str]:
    listed = data.get("ladder") if isinstance(data, dict) else None
    items = listed if isinstance(listed, list) else []
    return [str(item.get("rung", "")) if isinstance(item, dict) else str(item) for item in items]


def change(ctx: Context, text: str, place: Place, form: Form, typed: Mapping[str, str]) -> str:
    """Return the document with one piece as it was typed into a form.

    Raises:
        RefusedError: `not_a_document`; `not_found` when nothing stands there that the form
            shows; `invalid` when the piece is written together with others.
    """
    ctx.need("policies:write")
    section, index = place
    items = _items(read_yaml(text, "policy").data, section)
    if index is not None and not 0 <= index < len(items):
        raise refused(NOT_FOUND, "")
    before = items[index] if index is not None else {}
    if form.section != section or (before and form_of(section, before) is None):
        raise refused(NOT_FOUND, "")
    return put(text, section, index, form.write(typed, before))


def in_place_of(tenant: ReadyTenant, text: str) -> Policy:
    """Return the policy that a document would be, as if it had been in force ever since.

    Raises:
        RefusedError: every fault of the document.
    """
    source = read_yaml(text, "policy")
    version = checked(source, tenant.words)
    version.effective_from = date.min
    return Policy(read_document(source).policy, [version])
