"""Forms about people: registered, moved, paid, described, gone and back; tried before it holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.fields import Fields
from shangfa.console.forms import field, lines, once, plainly, typed
from shangfa.console.pages import show, show_again, today_of
from shangfa.console.session import asker
from shangfa.domain.access.permissions import may
from shangfa.domain.faults import NOT_FOUND, Refusal, RefusedError, refused
from shangfa.domain.incident import SUBJECT_KINDS
from shangfa.domain.people.past import Stint
from shangfa.domain.text import Note
from shangfa.services.context import Context
from shangfa.services.etags import etag_of
from shangfa.services.people import changes, names, subjects
from shangfa.services.people.changes import SubjectChange
from shangfa.services.people.lines import Line, Wage
from shangfa.services.people.subjects import NewSubject, SubjectView

blp = Blueprint("console-changes", __name__)
TRY: Final = "try-"
"""Before the name of a step that is only tried."""
ONE_WAGE: Final = Note("月工资与日工资取其一", "either a month's wage or a day's is expected")
A_REGION: Final = Note(
    "须为六位行政区划代码，如 310115", "six digits of GB/T 2260 are expected, such as 310115"
)
NAME_IS: Final = Note("须为“名称=值”，每行一项", "a line `name=value` each is expected")
Do = Callable[[Context, bool], SubjectView]
"""A step on its way: who takes it, and whether it is only tried."""


@blp.get("/people/new")
def begin() -> Response:
    """An empty form for somebody new."""
    ctx = asker()
    ctx.need("subjects:write")
    begun = {"since": today_of(ctx).isoformat(), "kind": "employee"}
    return show("person_new.html", kinds=SUBJECT_KINDS, typed=begun, faults=[], **_known(ctx))


@blp.post("/people/new")
def register() -> AnyResponse:
    """Register somebody."""
    ctx = asker()
    ctx.need("subjects:write")
    try:
        said = _new(ctx)
        return once(lambda who: subjects.create(who, said), lambda view: _place(view.code))
    except RefusedError as error:
        return show_again("person_new.html", error, kinds=SUBJECT_KINDS, **_known(ctx))


def _new(ctx: Context) -> NewSubject:
    said = Fields()
    made = NewSubject(
        said.must("code"),
        said.must("name"),
        said.one_of("kind", SUBJECT_KINDS),
        {name: value for name, value in _values(ctx, said).items() if value is not None},
        said.day("since") or subjects.SINCE,
        said.text("department"),
        said.text("position"),
        said.text("supervisor"),
        said.amount("day_wage"),
        said.day("first_day"),
    )
    said.done()
    return made


def _known(ctx: Context) -> dict[str, Any]:
    return {"attributes": names.attributes(ctx).items}


def _values(ctx: Context, said: Fields) -> dict[str, Any]:
    """Return what was typed of the attributes: by field where they are declared, else by line."""
    declared = names.attributes(ctx).items
    if declared:
        return {item.name: said.value(f"attributes.{item.name}", item.type) for item in declared}
    found: dict[str, Any] = {}
    for line in lines("attributes"):
        name, sign, value = line.partition("=")
        if not sign or not name.strip():
            said.wrong("attributes", NAME_IS)
        found[name.strip()] = value.strip() or None
    return found


def _place(code: str) -> str:
    return f"/console/people/{code}/change"


@blp.get("/people/<string:code>/change")
def read(code: str) -> Response:
    """What may be changed of somebody."""
    found = _page(asker(), code)
    return show("person_change.html", **found, typed={}, faults=[], failed="", tried=None)


def _page(ctx: Context, code: str) -> dict[str, Any]:
    if not (may(ctx.role, "subjects:write") or may(ctx.role, "wages:write")):
        ctx.need("subjects:write")
    view = subjects.read(ctx, code)
    return {
        "view": view,
        "day": today_of(ctx).isoformat(),
        "if_match": etag_of(view.revision),
        **_known(ctx),
    }


@blp.post("/people/<string:code>/change")
def change(code: str) -> AnyResponse:
    """Change something dated of somebody, or see what that would do to the past."""
    ctx, pressed = asker(), field("step")
    step = pressed.removeprefix(TRY)
    try:
        do = _step(ctx, code, step)
        if step == pressed:
            return once(lambda who: do(who, False), lambda _: _place(code))  # noqa: FBT003
        tried = do(plainly(ctx), True)  # noqa: FBT003
    except RefusedError as error:
        if error.kind.refusal in {Refusal.HIDDEN, Refusal.FORBIDDEN}:
            raise
        return show_again("person_change.html", error, **_page(ctx, code), failed=step, tried=None)
    return _tried(ctx, code, step, tried)


def _tried(ctx: Context, code: str, step: str, tried: SubjectView) -> Response:
    from_form: dict[str, Any] = {"typed": typed(), "faults": [], "failed": step}
    return show("person_change.html", **_page(ctx, code), **from_form, tried=tried.adjustments)


def _step(ctx: Context, code: str, step: str) -> Do:
    """Return what a step does, its fields read.

    Raises:
        RefusedError: `not_found` step, and what is wrong with its fields.
    """
    read_it = _STEPS.get(step)
    if read_it is None:
        raise refused(NOT_FOUND, "")
    said = Fields()
    do = read_it(ctx, code, said)
    said.done()
    return do


def _rename(_: Context, code: str, said: Fields) -> Do:
    wanted, match = SubjectChange(said.must("name")), field("if_match")
    return lambda who, dry: changes.change(who, code, wanted, match, dry_run=dry)


def _assign(_: Context, code: str, said: Fields) -> Do:
    told = (said.text("department"), said.text("position"), said.text("supervisor"))
    line = Line(said.since(), *told)
    return lambda who, dry: changes.assign(who, code, line, dry_run=dry)


def _pay(_: Context, code: str, said: Fields) -> Do:
    month, day = said.amount("month_wage"), said.amount("day_wage")
    if (month is None) == (day is None):
        said.wrong("month_wage", ONE_WAGE)
    wage = Wage(
        said.since(),
        day,
        month,
        said.amount("base_unit"),
        said.truth("loss_contract_basis"),
        said.text("work_region"),
    )
    region = wage.work_region
    if region is not None and not (region.isascii() and region.isdigit() and len(region) == 6):  # noqa: PLR2004
        said.wrong("work_region", A_REGION)
    return lambda who, dry: changes.pay(who, code, wage, dry_run=dry)


def _describe(ctx: Context, code: str, said: Fields) -> Do:
    since, wanted = said.since(), _values(ctx, said)
    present = subjects.read(ctx, code).attributes
    wanted = dict.fromkeys(present) | wanted
    values = {key: value for key, value in wanted.items() if str(value) != str(present.get(key))}
    return lambda who, dry: changes.set_attributes(who, code, since, values, dry_run=dry)


def _leave(_: Context, code: str, said: Fields) -> Do:
    said.day("last_day", needed=True)
    wanted, match = SubjectChange(last_day=said.day("last_day")), field("if_match")
    return lambda who, dry: changes.change(who, code, wanted, match, dry_run=dry)


def _employ(_: Context, code: str, said: Fields) -> Do:
    stint = Stint(said.since("first_day"), said.day("last_day"))
    return lambda who, dry: changes.employ(who, code, stint, dry_run=dry)


_STEPS: Final[dict[str, Callable[[Context, str, Fields], Do]]] = {
    "rename": _rename,
    "assign": _assign,
    "pay": _pay,
    "attributes": _describe,
    "leave": _leave,
    "employ": _employ,
}
