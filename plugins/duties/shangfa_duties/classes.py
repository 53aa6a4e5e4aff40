"""Classes: whoever meets the clause's condition belongs to a class from then on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shangfa.sdk import ONE, Direction, Effect, Field, Incident, Note, Params, Part, Row

_CLASS = Note("归入「{0}」", "belongs to {0}")


class Placing(Params):
    """One class; the clause lists its classes best first, with `choose: first`."""

    name: str = Field(min_length=1, description="the action that stands for the class")
    direction: Direction = Field(default="none", description="what the catalogue calls it")


def assess_class(part: Part[Placing], incident: Incident) -> Sequence[Effect]:
    """Put the subject into the class, whatever the quantity."""
    del incident
    return [Effect("action", part.params.name, ONE, _CLASS.of(part.title))]


def rows_class(part: Part[Placing]) -> Iterable[Row]:
    """One row: the class."""
    yield Row(part.params.direction, "action", part.params.name, ONE, ONE)
