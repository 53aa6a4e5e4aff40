"""Make procedures of documents, or report every fault with its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from shangfa.documents.faults import doc_faults
from shangfa.documents.plain import misfits
from shangfa.documents.procedure.shape import ClockDoc, InputDoc, ProcedureDoc, StepDoc
from shangfa.documents.source import Source, read_file
from shangfa.domain.cases.procedure import Clock, Input, Procedure, State, Step
from shangfa.domain.cases.soundness import unsound
from shangfa.domain.cases.states import IMMEDIATE
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.faults import INVALID, NOT_A_DOCUMENT, Fault, RefusedError
from shangfa.domain.frozen import freeze
from shangfa.domain.text import Note

BUILTIN: Final = Path(__file__).parent / "builtin.yaml"
RESERVED: Final = Note("名称已由内置程序使用", "the name is taken by a built-in procedure")


@cache
def builtin() -> Mapping[str, Procedure]:
    """Return the procedures that come with the product, by name, `immediate` not among them."""
    source = read_file(BUILTIN)
    docs = [ProcedureDoc.model_validate(item) for item in source.data]
    return {doc.procedure: _made(doc)[0] for doc in docs}


def names(own: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the names that a policy may say, `own` besides those of the product."""
    return (IMMEDIATE, *builtin(), *own)


def read_procedure(source: Source, calendar: Calendar | None = None) -> Procedure:
    """Return the procedure of a document.

    Raises:
        RefusedError: every fault, each with file and line.
    """
    faults = [*source.faults]
    faults += [source.fault(path, NOT_A_DOCUMENT, why=why) for path, why in misfits(source.data)]
    try:
        doc = ProcedureDoc.model_validate(source.data)
    except ValidationError as error:
        raise RefusedError(*faults, *doc_faults(source, error, ProcedureDoc)) from None
    procedure, places = _made(doc)
    if doc.procedure in names():
        faults.append(source.fault(("procedure",), INVALID, value=doc.procedure, why=RESERVED))
    for path, why in dict(unsound(procedure, calendar)).items():
        written = ("steps", places[int(path[1])], *path[2:]) if path[0] == "steps" else path
        faults.append(source.fault(written, INVALID, value=path[-1], why=why))
    if faults:
        raise RefusedError(*_once(faults))
    return procedure


def _once(faults: Iterable[Fault]) -> list[Fault]:
    """Return the faults without repetitions: a step is one for each state it starts from."""
    return list({(fault.place, fault.pointer, str(fault)): fault for fault in faults}.values())


def build(document: Mapping[str, Any]) -> Procedure:
    """Return the procedure of a stored document."""
    return read_procedure(Source(data=dict(document)))


def document_schema() -> dict[str, Any]:
    """Return the JSON Schema of a procedure document."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return head | ProcedureDoc.model_json_schema()


def _made(doc: ProcedureDoc) -> tuple[Procedure, list[int]]:
    """Return the procedure, and for each of its steps where it stands in the document."""
    placed = [(step, index) for index, said in enumerate(doc.steps) for step in _steps(said)]
    states = {
        name: State(name, state.counts, _clock(state.clock)) for name, state in doc.states.items()
    }
    steps = tuple(step for step, _ in placed)
    title = doc.title or doc.procedure
    made = Procedure(doc.procedure, title, doc.start, doc.opens, states, steps)
    return made, [index for _, index in placed]


def _clock(doc: ClockDoc | None) -> Clock | None:
    if doc is None:
        return None
    limit, facts = doc.limit.time_limit(), freeze(doc.facts)
    return Clock(doc.step, limit, doc.silence, doc.takes, doc.after, facts)


def _steps(doc: StepDoc) -> list[Step]:
    people = tuple(party for party in doc.by if party != "clock")
    inputs = tuple(_input(name, item) for name, item in doc.inputs.items())
    return [
        Step(
            doc.step,
            start,
            doc.to,
            doc.by,
            people if doc.waits_for is None else doc.waits_for,
            inputs,
            doc.apart_from,
            doc.does,
            doc.otherwise or "",
            doc.internal,
        )
        for start in doc.start
    ]


def _input(name: str, doc: InputDoc) -> Input:
    required = doc.required and not doc.needed_of
    return Input(name, doc.type, required, doc.values, doc.least, doc.most, doc.needed_of, doc.fact)
