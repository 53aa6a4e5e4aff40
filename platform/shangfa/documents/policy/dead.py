"""Words of a document that decide nothing: facts nobody reads, parameters nobody uses."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from shangfa.documents.plain import Path_, words_in
from shangfa.documents.policy.reading import names_in
from shangfa.documents.policy.shape import ClauseDoc, CommonDoc, PolicyDoc
from shangfa.documents.source import Source
from shangfa.domain.faults import Fault
from shangfa.domain.policies.conditions import SUBJECT
from shangfa.domain.policies.faults import UNUSED
from shangfa.domain.policies.kinds import Kinds
from shangfa.domain.text import Note

_PARAMETER: Final = Note("参数", "The parameter")
_FACT: Final = Note("事实", "The fact")
_ATTRIBUTE: Final = Note("属性", "The attribute")
_RULES: Final = ("scope", "clauses", "common", "reactions", "programmes", "rounding")


def dead_words(source: Source, doc: PolicyDoc, kinds: Kinds) -> list[Fault]:
    """Return a fault for each parameter, attribute and fact that no rule names."""
    return [
        source.fault(path, UNUSED, value=path[-1], what=what)
        for path, what in (*_parameters(doc), *_attributes(doc), *_facts(doc, kinds))
    ]


Dead = Iterator[tuple[Path_, Note]]


def _parameters(doc: PolicyDoc) -> Dead:
    used = words_in(doc.model_dump(include=set(_RULES)))
    for name in doc.parameters:
        if f"${name}" not in used:
            yield ("parameters", name), _PARAMETER


def _attributes(doc: PolicyDoc) -> Dead:
    used = words_in(doc.model_dump(include=set(_RULES)))
    used |= {word for text in used for word in text.split()}  # `year since licensed`
    for name in doc.attributes:
        if not {name, SUBJECT + name} & used:
            yield ("attributes", name), _ATTRIBUTE


def free_words(doc: PolicyDoc, kinds: Kinds) -> dict[str, list[str]]:
    """Return clause -> its facts that are text and that no rule reads: words for the record."""
    commons = [(item, _read_by(doc, kinds, item)) for item in doc.common]
    found = {}
    for clause in doc.clauses:
        mine = [(item, read) for item, read in commons if _shares(item, clause.code)]
        facts = ChainMap(dict(clause.facts), *(dict(item.facts) for item, _ in mine))
        read = _read_by(doc, kinds, clause).union(*(read for _, read in mine))
        found[clause.code] = sorted(
            name for name, fact in facts.items() if fact.type == "text" and name not in read
        )
    return {code: names for code, names in found.items() if names}


def _facts(doc: PolicyDoc, kinds: Kinds) -> Dead:
    clauses = [(item, _read_by(doc, kinds, item)) for item in doc.clauses]
    commons = [(item, _read_by(doc, kinds, item)) for item in doc.common]
    for index, (clause, read) in enumerate(clauses):
        others = (more for common, more in commons if _shares(common, clause.code))
        yield from _unread(("clauses", index), clause, read.union(*others))
    for index, (common, read) in enumerate(commons):
        others = (more for clause, more in clauses if _shares(common, clause.code))
        yield from _unread(("common", index), common, read.union(*others))


def _shares(common: CommonDoc, code: str) -> bool:
    return any(fnmatchcase(code, glob) for glob in common.clauses)


def _unread(path: Path_, stated: ClauseDoc | CommonDoc, read: set[str]) -> Dead:
    for name, fact in stated.facts.items():
        if name not in read and not fact.kept:
            yield (*path, "facts", name), _FACT
    for name in stated.history:
        if name not in read:
            yield (*path, "history", name), _FACT


def _read_by(doc: PolicyDoc, kinds: Kinds, stated: ClauseDoc | CommonDoc) -> set[str]:
    """Return the words a clause or a common part may read facts by."""
    words = words_in(
        stated.model_dump(exclude={"facts", "history", "title", "source", "note", "code"})
    )
    words.update(name for asked in stated.history.values() for name in asked.same)
    for name, item in doc.parameters.items():
        if f"${name}" in words:
            words |= words_in([item.value, *item.allowed])
    names = [part.kind for part in stated.parts]
    if isinstance(stated, ClauseDoc) and stated.kind is not None:
        names.append(stated.kind)
    for name in names:
        kind = kinds.clause_kinds.get(name)
        if kind is not None:
            words.update(fact.name for fact in kind.facts)
            words |= words_in(names_in(kind.params))
    return words
