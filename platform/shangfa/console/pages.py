"""How a page is made: its template, its words, its faults."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import partial
from typing import Any, Final

from flask import Response, request
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context as PageContext

from shangfa.console import words
from shangfa.console.forms import new_key, typed
from shangfa.console.session import visit
from shangfa.console.words.tones import tone
from shangfa.domain.access.permissions import Permission, may
from shangfa.domain.cases import gate
from shangfa.domain.cases.acts.service import WAYS
from shangfa.domain.faults import Fault, Refusal, RefusedError, told
from shangfa.domain.money import amount_text
from shangfa.domain.policies.facts import written
from shangfa.domain.text import in_words
from shangfa.services.clock import now
from shangfa.services.context import Context
from shangfa.services.pages import Page, read_page
from shangfa.services.tenancy.ready import ready

STATUSES: Final = {
    Refusal.MALFORMED: 400,
    Refusal.UNAUTHENTICATED: 401,
    Refusal.FORBIDDEN: 403,
    Refusal.HIDDEN: 404,
    Refusal.CONFLICT: 409,
    Refusal.STALE: 412,
    Refusal.TOO_LARGE: 413,
    Refusal.TOO_MANY: 429,
    Refusal.BROKEN: 500,
    Refusal.BUSY: 503,
}
"""Refusal -> status of the page that tells it; 422 for all others."""
SHOWN: Final = 50
"""Lines of a page's list."""


def show(name: str, status: int = 200, **values: Any) -> Response:
    """Return a page from its template."""
    page = _TEMPLATES.get_template(name).render(**_always(), **values)
    return Response(page, status, content_type="text/html; charset=utf-8")


def show_again(name: str, error: RefusedError, **values: Any) -> Response:
    """Return a form's page with what was refused beside the fields, and all that was typed."""
    return show(name, status_of(error), faults=told(error.faults), typed=typed(), **values)


def status_of(error: RefusedError) -> int:
    """Return the status of a page that tells a refusal."""
    return STATUSES.get(error.kind.refusal, 422)


def asked_page(key: Callable[[str], object] = str) -> Page:
    """Return the part of a list that the address asks for."""
    return read_page(SHOWN, request.args.get("cursor"), key)


def wanted_word(name: str, known: Collection[str]) -> str | None:
    """Return which of some words the address asks for, None for none of them."""
    said = request.args.get(name, "")
    return said if said in known else None


def zone_of(ctx: Context | None) -> tzinfo:
    """Return the zone in which somebody reads times."""
    return ready(ctx.tenant).zone if ctx is not None and ctx.tenant_id is not None else UTC


def today_of(ctx: Context) -> date:
    """Return the local day of whoever asks."""
    return now().astimezone(zone_of(ctx)).date()


def _always() -> dict[str, Any]:
    """Return what every page may use."""
    found = visit()
    ctx, language = found.ctx, found.language
    return {
        "ctx": ctx,
        "language": language,
        "t": partial(words.text, language),
        "word": partial(words.word, language),
        "said": partial(_said, language),
        "shown": partial(_shown, language),
        "may": partial(_may, ctx),
        "at": partial(_at, ctx),
        "amount": _amount,
        "form_token": found.form_token,
        "new_key": new_key,
        "comma": "、" if language == "zh" else ", ",
        "here": request.path,
        "company": ready(ctx.tenant).name if ctx is not None and ctx.tenant_id is not None else "",
        "clause_title": partial(_clause_title, ctx),
        "policy_title": partial(_policy_title, ctx),
    }


def _clause_title(ctx: Context | None, code: str, policy: str | None = None) -> str:
    """Return what a clause is called in the newest version that has it, "" when none has."""
    if ctx is None or not ctx.may("policies:read"):
        return ""
    for item in ready(ctx.tenant).policies.values():
        for version in reversed(item.versions if policy in {None, item.name} else ()):
            if code in version.clauses:
                return version.clauses[code].title
    return ""


def _policy_title(ctx: Context | None, name: str) -> str:
    """Return what a policy is called in its newest version, its name when it has none."""
    found = ready(ctx.tenant).policies.get(name) if ctx is not None else None
    return found.versions[-1].title if found is not None and found.versions else name


def _said(language: str, item: Any, name: str = "text") -> str:
    """Return a fault, or one of two texts of a mapping, in the page's language."""
    if isinstance(item, Fault):
        return item.zh if language == "zh" else item.en
    return str(item[f"{name}_{language}"])


CODED: Final = frozenset(
    {"method", "attempts", "response", "account", "unit", "ground", "outcome", "allowed"}
)
"""Under these names stand words of the API, not what somebody wrote."""


def _shown(language: str, value: object, name: str = "") -> str:
    """Return what was handed in under a name, in the page's language."""
    return in_words(_called(language, value, name), language, partial(words.word, language))


def _called(language: str, value: Any, name: str) -> Any:
    """Return a value in which the words of the API have their names."""
    if isinstance(value, Mapping):
        return {key: _called(language, item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_called(language, item, name) for item in value]
    return words.word(language, value) if name in CODED and isinstance(value, str) else value


def _may(ctx: Context | None, permission: Permission) -> bool:
    return ctx is not None and may(ctx.role, permission)


def _at(ctx: Context | None, moment: datetime | str | None) -> str:
    """Return a moment as the company's clocks show it."""
    if moment is None:
        return "—"
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return found.astimezone(zone_of(ctx)).strftime("%Y-%m-%d %H:%M")


def _late(moment: datetime | str) -> bool:
    """Tell whether a moment is over."""
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return found < now()


def _amount(unit: str, quantity: Decimal) -> str:
    return amount_text(unit, quantity)


def beside(faults: Iterable[Fault], name: str) -> list[Fault]:
    """Return the faults of one field of a form."""
    pointer = "/" + name.replace(".", "/")
    return [item for item in faults if pointer in {item.pointer, item.pointer.split("/0")[0]}]


@pass_context
def _written(context: PageContext, value: Any) -> Any:
    """Return what a page may print: whatever is neither text nor number is put in words."""
    if value is None or isinstance(value, bool | Decimal | Mapping | list | tuple | set):
        return in_words(value, context["language"])
    return value


def _make() -> Environment:
    made = Environment(
        loader=PackageLoader("shangfa.console"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_written,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"beside": beside, "tone": tone, "late": _late}
    made.globals |= {"written": written, "ways": WAYS}
    made.tests["moment"] = lambda value: isinstance(value, datetime)
    made.globals |= {"grounds": gate.GROUNDS, "statuses": gate.STATUSES}
    return made


_TEMPLATES: Final = _make()
