"""What can be wrong with a procedure as a whole, though each of its pieces is well made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from shangfa.domain.cases.procedure import Procedure, State
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.text import Note

UNREACHABLE: Final = Note("没有任何步骤通向状态“{0}”", "no step leads to the state {0!r}")
NOBODY: Final = Note("步骤“{0}”没有人可以办理", "nobody may take the step {0!r}")
NO_STATE: Final = Note("没有状态“{0}”；各状态为 {1}", "there is no state {0!r}; there are {1}")
NO_STEP: Final = Note("在状态“{1}”没有步骤“{0}”", "no step {0!r} may be taken in the state {1!r}")
NO_CALENDAR: Final = Note(
    "按工作日计时，而公司日历“{0}”没有任何年份的数据",
    "it counts working days, and the tenant's calendar {0!r} knows no year",
)
CIRCLE: Final = Note("沉默会使案件无止境地循环：{0}", "silence goes round without end: {0}")
TWICE: Final = Note("步骤“{0}”在同一状态写了两次", "the step {0!r} stands twice in one state")
ADDRESS: Final = "slips"
"""What a case's address already means with POST."""
TAKEN: Final = Note(
    "步骤不能名为“{0}”：此地址已用于开奖罚单；请换一个名称",
    "no step can be called {0!r}: that address makes a slip; choose another name",
)
OPENS_NOT: Final = Note(
    "首个步骤“{0}”须能由 hr 或 supervisor 直接办理，不需要材料",
    "the opening step {0!r} must be one that hr or supervisor take and that needs nothing",
)
SILENT_EFFECT: Final = Note(
    "沉默不能使决定生效；生效须由人办理",
    "silence may not bring a decision into force; a human does",
)
NEVER_COUNTS: Final = Note(
    "没有任何状态使决定生效（counts: yes）", "in no state does the decision count (counts: yes)"
)
_RECORDERS: Final = frozenset({"hr", "supervisor", "proposer"})


class Unsound(NamedTuple):
    """A fault: where it stands in the document, and what it is."""

    path: tuple[str | int, ...]
    why: Note


def unsound(procedure: Procedure, calendar: Calendar | None) -> Iterator[Unsound]:
    """Yield everything wrong with a procedure. `calendar`: the tenant's, if it matters."""
    known = "、".join(procedure.states)
    if procedure.start not in procedure.states:
        yield Unsound(("start",), NO_STATE.of(procedure.start, known))
    yield from _steps(procedure, known)
    yield from _opening(procedure)
    for state in procedure.states.values():
        yield from _clock(procedure, state, calendar)
    yield from _unreached(procedure)
    circle = silent_circle(procedure)
    if circle:
        yield Unsound(("states", circle[0], "clock"), CIRCLE.of(" → ".join(circle)))
    if not any(state.counts == "yes" for state in procedure.states.values()):
        yield Unsound(("states",), NEVER_COUNTS)


def _steps(procedure: Procedure, known: str) -> Iterator[Unsound]:
    seen: set[tuple[str, str]] = set()
    for index, step in enumerate(procedure.steps):
        for name, state in (("from", step.start), ("to", step.to), ("otherwise", step.otherwise)):
            if state and state not in procedure.states:
                yield Unsound(("steps", index, name), NO_STATE.of(state, known))
        if not step.by:
            yield Unsound(("steps", index, "by"), NOBODY.of(step.name))
        if step.name == ADDRESS:
            yield Unsound(("steps", index, "step"), TAKEN.of(step.name))
        if (step.start, step.name) in seen:
            yield Unsound(("steps", index), TWICE.of(step.name))
        seen.add((step.start, step.name))


def _opening(procedure: Procedure) -> Iterator[Unsound]:
    if procedure.opens is None:
        return
    step = procedure.step(procedure.start, procedure.opens)
    if step is None:
        yield Unsound(("opens",), NO_STEP.of(procedure.opens, procedure.start))
    elif step.needs or not _RECORDERS & set(step.by) or step.apart_from:
        yield Unsound(("opens",), OPENS_NOT.of(procedure.opens))


def _clock(procedure: Procedure, state: State, calendar: Calendar | None) -> Iterator[Unsound]:
    clock, path = state.clock, ("states", state.name, "clock")
    if clock is None:
        return
    for key, name in (("step", clock.step), ("takes", clock.takes)):
        if name is not None and procedure.step(state.name, name) is None:
            yield Unsound((*path, key), NO_STEP.of(name, state.name))
    taken = procedure.step(state.name, clock.takes) if clock.takes else None
    if taken is not None and state.counts == "no" and _counts(procedure, taken.to):
        yield Unsound((*path, "takes"), SILENT_EFFECT)
    if clock.after is not None and all(step.name != clock.after for step in procedure.steps):
        yield Unsound((*path, "after"), NO_STEP.of(clock.after, state.name))
    if clock.limit.unit == "working_days" and calendar is not None and not calendar.years:
        yield Unsound((*path, "limit"), NO_CALENDAR.of(calendar.name))


def _counts(procedure: Procedure, name: str) -> bool:
    state = procedure.states.get(name)
    return state is not None and state.counts == "yes"


def _unreached(procedure: Procedure) -> Iterator[Unsound]:
    reached, waiting = {procedure.start}, [procedure.start]
    while waiting:
        state = waiting.pop()
        for step in procedure.steps_from(state):
            more = {step.to, step.otherwise} - reached - {""}
            reached |= more
            waiting += more
    for name in procedure.states:
        if name not in reached:
            yield Unsound(("states", name), UNREACHABLE.of(name))


def silent_circle(procedure: Procedure) -> list[str]:
    """Return the states through which silence alone comes back to the first, [] for none."""
    for first in procedure.states:
        path = [first]
        while (after := _after_silence(procedure, path[-1])) is not None:
            path.append(after)
            if after == first:
                return path
            if after in path[:-1]:
                break
    return []


def _after_silence(procedure: Procedure, state: str) -> str | None:
    known = procedure.states.get(state)
    if known is None or known.clock is None or known.clock.takes is None:
        return None
    step = procedure.step(state, known.clock.takes)
    return step.to if step else None
