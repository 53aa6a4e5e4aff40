"""The procedures that a policy names must be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from shangfa.documents.plain import Path_
from shangfa.documents.source import Source
from shangfa.domain.cases.faults import UNKNOWN_PROCEDURE
from shangfa.domain.faults import Fault, RefusedError


def check_procedures(source: Source, known: Sequence[str]) -> None:
    """Let a document pass whose procedures are all known.

    Raises:
        RefusedError: `unknown_procedure` for each that is not, with its place.
    """
    faults = list(unknown_procedures(source, known))
    if faults:
        raise RefusedError(*faults)


def unknown_procedures(source: Source, known: Sequence[str]) -> Iterator[Fault]:
    """Yield a fault for every procedure that the document names and nobody knows."""
    for path, name in _named(source.data):
        if name not in known:
            yield source.fault(path, UNKNOWN_PROCEDURE, value=name, allowed="、".join(known))


def _named(data: Any) -> Iterator[tuple[Path_, str]]:
    if not isinstance(data, Mapping):
        return
    places: list[tuple[Path_, Any]] = [(("procedure",), data.get("procedure"))]
    places += [(("procedures", i), item) for i, item in enumerate(_listed(data, "procedures"))]
    for index, clause in enumerate(_listed(data, "clauses")):
        if isinstance(clause, Mapping):
            places.append((("clauses", index, "procedure"), clause.get("procedure")))
    yield from ((path, name) for path, name in places if isinstance(name, str))


def _listed(data: Mapping[str, Any], key: str) -> Iterable[Any]:
    found = data.get(key)
    return found if isinstance(found, list | tuple) else ()
