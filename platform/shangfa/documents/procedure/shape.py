"""The shape of a procedure document. Its JSON Schema is `api_specs/procedure.schema.json`."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shangfa.domain.cases.procedure import Apart, Counts, Does, InputType, Party, Silence
from shangfa.sdk.limits import Limit

STATES: Final = 60
STEPS: Final = 200
INPUTS: Final = 30
NAME: Final = r"^[a-z][a-z0-9_]{0,39}$"
Name = Annotated[str, Field(pattern=NAME)]


class _Doc(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _short_input(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else value


class InputDoc(_Doc):
    """Something that is handed in with a step; the short form is just its type."""

    type: InputType = "text"
    required: bool = True
    values: tuple[str, ...] = Field(default=(), max_length=100, description="options of a choice")
    least: int = Field(default=0, ge=0, le=50, description="how many of a list")
    most: int = Field(default=50, ge=1, le=50)
    needed_of: tuple[Party, ...] = Field(default=(), description="who must give it; all if empty")
    fact: str = Field(default="", description="the fact it becomes")


class ClockDoc(_Doc):
    """Until when a step is due, and what silence means."""

    step: Name
    limit: Limit
    silence: Silence = "nothing"
    takes: Name | None = Field(default=None, description="the step that silence takes")
    after: Name | None = Field(default=None, description="counted from this step")
    facts: dict[str, Any] = Field(default={}, description="what silence makes a fact")


class StateDoc(_Doc):
    """Where a case can be."""

    counts: Counts = "no"
    clock: ClockDoc | None = None


def _states(value: Any) -> Any:
    """Let a state be written without anything behind it."""
    if not isinstance(value, dict):
        return value
    return {name: {} if state is None else state for name, state in value.items()}


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class StepDoc(_Doc):
    """What may be done in one or more states."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    step: Name
    start: Annotated[
        tuple[Name, ...], BeforeValidator(_one_or_more), Field(alias="from", min_length=1)
    ]
    to: Name
    otherwise: Name | None = None
    by: tuple[Party, ...] = ()
    waits_for: tuple[Party, ...] | None = Field(default=None, description="`by` unless said")
    inputs: dict[Name, Annotated[InputDoc, BeforeValidator(_short_input)]] = Field(
        default={}, max_length=INPUTS
    )
    apart_from: tuple[Apart, ...] = ()
    does: Does = "move"
    internal: bool = False


class ProcedureDoc(_Doc):
    """A procedure document."""

    procedure: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
    title: Annotated[str, Field(max_length=500)] = ""
    start: Name
    opens: Name | None = None
    states: Annotated[
        dict[Name, StateDoc], BeforeValidator(_states), Field(min_length=1, max_length=STATES)
    ]
    steps: tuple[StepDoc, ...] = Field(default=(), max_length=STEPS)
