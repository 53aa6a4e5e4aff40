"""Who approves what and who stands in for whom: the rules in force, and a form to set them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.fields import Fields
from shangfa.console.forms import field, once
from shangfa.console.pages import show, show_again
from shangfa.console.session import asker
from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.domain.cases.approvals import DEFAULT_ROLES, UNDER_APPEAL, Delegate, Matrix, Rule
from shangfa.domain.faults import STALE_VERSION, Refusal, RefusedError
from shangfa.services.cases import approvals
from shangfa.services.cases.approvals import Approvals
from shangfa.services.etags import etag_of

blp = Blueprint("console-approvals", __name__)
HERE: Final = "/console/approvals"
RULE: Final = ("level", "amount", "department", "role", "person", "grade")
DELEGATE: Final = ("person", "stands_in", "since", "until")
SPARE: Final = 2
"""Empty lines after those that are there."""
MOST: Final = 500
DEPARTMENT: Final = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the form: its number, and what stands in its fields, by the part's name."""

    number: int
    said: dict[str, str]


@blp.get("/approvals")
def page() -> Response:
    """Who approves what."""
    found = approvals.read(asker())
    return show("approvals.html", **_shown(found), faults=[])


def _shown(found: Approvals) -> dict[str, Any]:
    matrix = found.matrix
    rules = [{name: getattr(rule, name) for name in RULE} for rule in matrix.rules]
    delegates = [{name: getattr(one, name) for name in DELEGATE} for one in matrix.delegates]
    return {
        "found": found,
        "if_match": etag_of(found.revision),
        "rules": _lines([_texts(item) for item in rules]),
        "delegates": _lines([_texts(item) for item in delegates]),
        "typed": {"under_appeal": matrix.under_appeal},
        "roles": TENANT_ROLES,
        "usual": DEFAULT_ROLES,
        "under_appeal": UNDER_APPEAL,
    }


def _texts(item: dict[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in item.items()}


def _lines(said: Sequence[dict[str, str]]) -> list[Line]:
    """Return the lines of a form, some empty ones after them."""
    spare: list[dict[str, str]] = [{} for _ in range(SPARE)]
    return [Line(number, item) for number, item in enumerate([*said, *spare])]


@blp.post("/approvals")
def put() -> AnyResponse:
    """Put other rules in force, unless somebody has changed them since."""
    ctx = asker()
    ctx.need("approvals:write")
    rules, delegates = _typed("rules", RULE), _typed("delegates", DELEGATE)
    try:
        matrix = _matrix(len(rules), len(delegates))
        seen = field("if_match")
        return once(lambda who: approvals.put(who, matrix, seen), lambda _: HERE)
    except RefusedError as error:
        if error.kind.refusal in {Refusal.HIDDEN, Refusal.FORBIDDEN}:
            raise
        now = approvals.read(ctx)
        values = _shown(now) | {"rules": _lines(rules), "delegates": _lines(delegates)}
        values.pop("typed")
        meanwhile = now.matrix if error.kind is STALE_VERSION else None
        return show_again("approvals.html", error, **values, meanwhile=meanwhile)


def _typed(kind: str, names: Sequence[str]) -> list[dict[str, str]]:
    """Return the lines of a form in which something stands."""
    found = [dict(zip(names, said, strict=True)) for said in _rows(kind, names)]
    return [item for item in found if any(item.values())]


def _rows(kind: str, names: Sequence[str]) -> Iterator[list[str]]:
    for index in range(MOST):
        if f"{kind}.{index}.{names[0]}" not in request.form:
            return
        yield [field(f"{kind}.{index}.{name}") for name in names]


def _matrix(rules: int, delegates: int) -> Matrix:
    """Return what was typed; a line left empty is left out."""
    said = Fields()
    whole = Matrix(
        tuple(_rule(said, place) for place in _places("rules", RULE)),
        tuple(_delegate(said, place) for place in _places("delegates", DELEGATE)),
        said.one_of("under_appeal", UNDER_APPEAL),
    )
    said.done()
    return whole


def _places(kind: str, names: Sequence[str]) -> list[str]:
    rows = enumerate(_rows(kind, names))
    return [f"{kind}.{index}" for index, row in rows if any(row)]


def _rule(said: Fields, place: str) -> Rule:
    role = said.text(f"{place}.role")
    if role is not None:
        said.one_of(f"{place}.role", TENANT_ROLES)
    amount: Decimal | None = said.amount(f"{place}.amount")
    department = said.text(f"{place}.department", DEPARTMENT)
    level, person = said.text(f"{place}.level"), said.text(f"{place}.person")
    grade = said.text(f"{place}.grade", DEPARTMENT)
    return Rule(level, amount, department, role, person, grade)


def _delegate(said: Fields, place: str) -> Delegate:
    people = said.must(f"{place}.person"), said.must(f"{place}.stands_in")
    return Delegate(*people, said.since(f"{place}.since"), said.since(f"{place}.until"))
