"""A procedure: the states of a case, what may be done in each and by whom, and until when.

Whoever may act is a party: a role, or somebody the case makes one (its subject, his leader,
the proposer, the approver). The clock is a party too: what it does is what silence means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from shangfa.domain.access.roles import EMPLOYEE, FINANCE, HR, SUPERVISOR
from shangfa.domain.dates.deadlines import TimeLimit
from shangfa.domain.frozen import NOTHING

Party = Literal[
    "hr",
    "supervisor",
    "employee",
    "finance",
    "subject",
    "leader",
    "proposer",
    "approver",
    "clock",
]
PARTIES: Final[tuple[str, ...]] = get_args(Party)
ROLE_PARTIES: Final = (HR, SUPERVISOR, EMPLOYEE, FINANCE)
"""Parties that are roles."""
Apart = Literal["proposer", "subject", "everybody"]
"""Whom a step is kept from: who proposed, whom it concerns, whoever had any part before."""
Silence = Literal["nothing", "recorded", "admission", "acceptance", "escalation", "closing"]
"""What it means that nobody acted in time."""
Counts = Literal["no", "yes", "undone"]
"""Whether what was decided stands in a state: not yet, now, or no more."""
Does = Literal["move", "decide", "appeal", "uphold", "vary", "reverse"]
"""What a step does besides moving: set what is left open, open an appeal, answer one."""
InputType = Literal[
    "text", "texts", "bool", "int", "date", "choice", "service", "facts", "choices", "object"
]
DRAFT: Final = "draft"
"""The state in which a case is nobody's business but its author's."""
CLOCK: Final = "clock"


@dataclass(frozen=True, slots=True)
class Input:
    """Something that is handed in with a step.

    Attributes:
        values: the options of a choice.
        least, most: how many of a list.
        needed_of: parties that must give it, when others need not; empty means all.
        fact: the fact it becomes; a list becomes whether there is anything in it.
    """

    name: str
    type: InputType = "text"
    required: bool = True
    values: tuple[str, ...] = ()
    least: int = 0
    most: int = 50
    needed_of: tuple[str, ...] = ()
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What may be done in a state.

    Attributes:
        start, to: the states before and after.
        otherwise: the state after a reversal while the decision stands for somebody else.
        by: who may.
        waits_for: whose task it is; empty when it is a mere possibility.
        apart_from: whom it is kept from though he may otherwise.
        internal: the note is not for whom the case concerns.
    """

    name: str
    start: str
    to: str
    by: tuple[str, ...]
    waits_for: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    apart_from: tuple[str, ...] = ()
    does: Does = "move"
    otherwise: str = ""
    internal: bool = False

    @property
    def needs(self) -> list[str]:
        """The names of what must be handed in, by whomever."""
        return [item.name for item in self.inputs if item.required]

    @property
    def of_people(self) -> bool:
        """Whether anybody but the clock may do it."""
        return self.by != (CLOCK,)


@dataclass(frozen=True, slots=True)
class Clock:
    """Until when a step is due in a state.

    Attributes:
        step: what is due.
        takes: the step that silence takes, None when it changes nothing.
        after: counted from the last time this step was taken; from entering the state without.
        facts: what silence makes a fact.
    """

    step: str
    limit: TimeLimit
    silence: Silence = "nothing"
    takes: str | None = None
    after: str | None = None
    facts: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class State:
    """Where a case can be."""

    name: str
    counts: Counts = "no"
    clock: Clock | None = None


@dataclass(frozen=True, slots=True)
class Procedure:
    """How a case moves.

    Attributes:
        start: the state it begins in.
        opens: the step that is taken at once unless a draft is wanted, None when there is none.
    """

    name: str
    title: str
    start: str
    opens: str | None
    states: Mapping[str, State]
    steps: tuple[Step, ...]

    def steps_from(self, state: str) -> list[Step]:
        """Return what may be done in a state, the clock's steps too."""
        return [step for step in self.steps if step.start == state]

    def step(self, state: str, name: str) -> Step | None:
        """Return a step by its name, None when it may not be taken in that state."""
        return next((step for step in self.steps_from(state) if step.name == name), None)

    def ahead(self, state: str) -> tuple[str, ...]:
        """Return the states that follow when everybody does what waits for him."""
        road = [state]
        while (step := self._usual(road[-1])) is not None and step.to not in road:
            road.append(step.to)
        return tuple(road[1:])

    def _usual(self, state: str) -> Step | None:
        """Return the step by which a case goes on: somebody's task, else what the clock takes."""
        steps = self.steps_from(state)
        waited = [step for step in steps if step.waits_for]
        return next(iter(waited or [step for step in steps if step.by == (CLOCK,)]), None)

    def is_over(self, state: str) -> bool:
        """Tell whether nothing more happens in a state."""
        return self.states[state].clock is None and not self.steps_from(state)

    @property
    def gathers(self) -> bool:
        """Whether steps bring facts, so that some may be missing until then."""
        inputs = (item for step in self.steps for item in step.inputs)
        clocks = (state.clock for state in self.states.values() if state.clock)
        return any(item.fact or item.type == "facts" for item in inputs) or any(
            clock.facts for clock in clocks
        )
