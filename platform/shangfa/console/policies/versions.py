"""Two versions side by side, and a what-if with its before and after."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.fields import Fields
from shangfa.console.forms import field, once
from shangfa.console.pages import show, show_again, today_of
from shangfa.console.session import asker
from shangfa.domain.faults import NOT_FOUND, RefusedError, refused
from shangfa.services.context import Context
from shangfa.services.people.search import names
from shangfa.services.policies import versions
from shangfa.services.policies.trying import replays
from shangfa.services.policies.trying.replays import Days

blp = Blueprint("console-versions", __name__)
LONGEST: Final = 9
"""Digits of a version's number."""


@blp.get("/policies/<uuid:policy_id>/<int:number>/diff")
def compare(policy_id: UUID, number: int) -> Response:
    """What changed from another version to this one."""
    ctx, said = asker(), request.args.get("other", "")
    known = said.isascii() and said.isdigit() and len(said) <= LONGEST
    other = int(said) if known else max(1, number - 1)
    found = versions.diff(ctx, policy_id, number, other)
    numbers = [item.number for item in versions.read(ctx, policy_id).versions]
    changed = [(item.code, _rows(item.old, item.new)) for item in found.changed]
    return show(
        "diff.html", found=found, changed=changed, numbers=numbers, place=_place(policy_id, number)
    )


def _rows(old: Any, new: Any) -> list[tuple[str, Any, Any]]:
    """Return the parts of a clause that differ: name, before, after."""
    keys = list(dict.fromkeys([*old, *new]))
    return [(key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)]


def _place(policy_id: UUID, number: int) -> str:
    return f"/console/policies/{policy_id}/{number}"


@blp.get("/policies/<uuid:policy_id>/<int:number>/replay")
def read(policy_id: UUID, number: int) -> Response:
    """The last what-if of a version, and a form for another."""
    ctx = asker()
    day = today_of(ctx)
    typed = {"from": day.replace(month=1, day=1).isoformat(), "to": day.isoformat()}
    return show("replay.html", **_replay(ctx, policy_id, number), typed=typed, faults=[])


def _replay(ctx: Context, policy_id: UUID, number: int) -> dict[str, Any]:
    ctx.need("policies:replay")
    version = versions.read_version(ctx, policy_id, number).version
    try:
        found = replays.progress(replays.read(ctx, policy_id, number))
    except RefusedError as error:
        if error.kind is not NOT_FOUND:
            raise
        found = None
    codes = {item["subject"] for item in found["subjects"]} if found else set()
    place = _place(policy_id, number)
    return {"version": version, "found": found, "names": names(ctx, codes), "place": place}


@blp.post("/policies/<uuid:policy_id>/<int:number>/replay")
def take(policy_id: UUID, number: int) -> AnyResponse:
    """Begin a what-if, or stop the one that runs."""
    ctx, step = asker(), field("step")
    here = f"{_place(policy_id, number)}/replay"
    if step == "cancel":
        return once(lambda who: replays.cancel(who, policy_id, number), lambda _: here)
    if step != "replay":
        raise refused(NOT_FOUND, "")
    try:
        said = Fields()
        first, last = said.since("from"), said.since("to")
        said.done()
        days = Days(first, last)
        return once(lambda who: replays.start(who, policy_id, number, days), lambda _: here)
    except RefusedError as error:
        if error.kind is NOT_FOUND:
            raise
        return show_again("replay.html", error, **_replay(ctx, policy_id, number))
