"""Take the misshapen pieces out of a document, so that the rest can still be checked.

A document with a clause that has no title and another of an unknown kind has two faults,
and its author is told both at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from shangfa.documents.faults import doc_faults, findings
from shangfa.documents.plain import Path_, misfits
from shangfa.documents.policy.shape import PolicyDoc
from shangfa.documents.source import Source
from shangfa.domain.faults import NOT_A_DOCUMENT, Fault, RefusedError

LISTED: Final = frozenset({"clauses", "common", "reactions", "programmes"})
"""Lists whose items are taken out whole: what is left of one would only mislead."""
NEEDED: Final = {"policy": "policy", "title": "-"}
"""What stands in for a head that cannot be left out."""
ECHOES: Final = {
    "ladder": ("unknown_rung", "unknown_counter"),
    "parameters": ("unknown_parameter",),
    "clauses": ("unknown_clause", "unknown_counter"),
    "common": ("unknown_counter",),
    "reactions": ("unknown_counter",),
}
"""Where a piece was taken out -> the faults of whatever names that piece."""


def cuts(error: ValidationError) -> set[Path_]:
    """Return the paths to take out of the document that `error` found misshapen."""
    return {_cut(item["type"], item["loc"]) for item in findings(error)}


def _cut(kind: str, path: Path_) -> Path_:
    if kind == "extra_forbidden":
        return path
    if path[:1] and path[0] in LISTED:
        return path[:2]
    return path[:-1] if kind == "missing" and len(path) > 1 else path


def echoes(cut: Iterable[Path_]) -> frozenset[str]:
    """Return the codes of faults that only follow from what was taken out."""
    return frozenset(code for path in cut if path for code in ECHOES.get(str(path[0]), ()))


def without(source: Source, cut: set[Path_]) -> Source:
    """Return the document without these paths; its faults still name the written lines."""
    was: dict[Path_, Path_] = {}
    data = _kept(source.data, (), (), cut, was)
    if isinstance(data, dict):
        data = {**{name: NEEDED[name] for (name, *_) in cut if name in NEEDED}, **data}
    return Source(source.file, data, source.lines, was=was)


def _kept(value: Any, old: Path_, new: Path_, cut: set[Path_], was: dict[Path_, Path_]) -> Any:
    was[new] = old
    if isinstance(value, dict):
        return {
            key: _kept(item, (*old, key), (*new, key), cut, was)
            for key, item in value.items()
            if (*old, key) not in cut
        }
    if isinstance(value, list):
        kept = [(index, item) for index, item in enumerate(value) if (*old, index) not in cut]
        return [
            _kept(item, (*old, index), (*new, place), cut, was)
            for place, (index, item) in enumerate(kept)
        ]
    return value


@dataclass(frozen=True, slots=True)
class Readable:
    """What can be read of a document: all of it but its misshapen pieces.

    Attributes:
        source: where `doc` was read.
        faults: of the shape.
        echoes: codes of faults that only follow from what was taken out.
    """

    doc: PolicyDoc
    source: Source
    faults: list[Fault]
    echoes: frozenset[str] = frozenset()


def readable(source: Source) -> Readable:
    """Return what can be read.

    Raises:
        RefusedError: every fault of the shape, when too little is left to go on.
    """
    faults = list(source.faults)
    if not source.lines:
        faults += [
            source.fault(path, NOT_A_DOCUMENT, why=why) for path, why in misfits(source.data)
        ]
        if faults:
            raise RefusedError(*faults)
    try:
        return Readable(PolicyDoc.model_validate(source.data), source, faults)
    except ValidationError as error:
        faults += doc_faults(source, error, PolicyDoc)
        cut = cuts(error)
    rest = without(source, cut)
    try:
        return Readable(PolicyDoc.model_validate(rest.data), rest, faults, echoes(cut))
    except ValidationError:
        raise RefusedError(*faults) from None
