"""Reactions and programmes of a document: what they watch somebody must be able to post."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

from shangfa.documents.plain import Path_, words_in
from shangfa.documents.policy.answers import (
    coded_rows_of,
    counters_of,
    may_be,
    period_of,
    reactions_of,
    rows_of,
    windows_of,
)
from shangfa.documents.policy.reading import Reading
from shangfa.documents.policy.shape import ProgrammeDoc, ReactionDoc
from shangfa.domain.account import ACCOUNTS
from shangfa.domain.dates.days import EVER
from shangfa.domain.dates.windows import Window, WindowError, window_of
from shangfa.domain.faults import INVALID
from shangfa.domain.money import ZERO
from shangfa.domain.near import nearest
from shangfa.domain.people.faults import UNKNOWN_ATTRIBUTE
from shangfa.domain.policies.conditions import SUBJECT
from shangfa.domain.policies.faults import (
    INCOMPLETE_CLAUSE,
    UNKNOWN_CLAUSE,
    UNKNOWN_COUNTER,
    UNKNOWN_RUNG,
)
from shangfa.domain.policies.kinds import Part, Row, Rule
from shangfa.domain.policies.version import Lapse, Programme, Reaction
from shangfa.domain.text import Note
from shangfa.sdk import Params

COUNT: Final = "count"
ANY: Final = "*"
_TERM = Note(
    "期限须恰为 months、days、until 之一；until 须为有终点的窗口，如 year",
    "a term is exactly one of months, days and until, a window with an end such as year",
)
_FROM_NOTHING = Note(
    "累计为 0 时也有后果；反应只可由累计引出，请提高起点",
    "it gives something for a total of 0; a reaction follows from a total, begin it higher",
)


@dataclass(slots=True)
class Rules(Reading):
    """A document whose reactions and programmes are read.

    Attributes:
        posted: account -> the units that something posts, also what a reading leaves out;
            `*` among them while that cannot be known.
        given_at: where a part stands -> the (account, unit) it posts to.
        reading: programmes whose letters and counters are looked for in the end.
    """

    posted: dict[str, set[str]] = field(default_factory=dict)
    given_at: dict[Path_, set[tuple[str, str]]] = field(default_factory=dict)
    reading: list[tuple[Rule[Any], Any, Path_]] = field(default_factory=list)

    def post(self, account: str, *units: str) -> None:
        """Keep that something posts to these units of an account."""
        self.posted.setdefault(account, set()).update(units)

    def post_anything(self) -> None:
        """Keep that what is posted cannot be known."""
        for account in ACCOUNTS:
            self.post(account, ANY)

    def posts(self, kind: Any, part: Part[Any], path: Path_) -> None:
        """Keep what a part posts; it may be anything while its params are not known."""
        names = rows = None
        if part.params is not None:
            names = self.asked(kind, path, counters_of, kind, part)
            rows = self.asked(kind, path, rows_of, kind, part)
        if names is None or rows is None:
            self.post_anything()
            return
        self.post(COUNT, *names)
        self._post_rows(rows)
        given = {(COUNT, name) for name in names}
        given |= {(row.account, row.unit) for row in rows if row.account}
        self.given_at.setdefault(path, set()).update(given)

    def _post_rows(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if row.account:
                self.post(row.account, row.unit)

    def is_posted(self, account: str, unit: str) -> bool:
        """Tell whether anything may post to a unit, which may end in `*`."""
        return any(may_be(unit, name) for name in self.posted.get(account, ()))

    def nearest_posted(self, account: str, unit: str) -> str:
        """Return what somebody probably meant, for a message."""
        known = sorted(self.posted.get(account, set()) - {ANY})
        if account == COUNT:
            known += self.ladder.rungs
        return "、".join(nearest(unit, known)) or "—"

    def _lapses(self) -> dict[str, Lapse]:
        found: dict[str, Lapse] = {}
        for unit, doc in self.doc.lapses.items():
            said = doc.model_dump(exclude_none=True)
            if len(said) != 1 or said.get("until") == EVER:
                self.fault(("lapses", unit), INVALID, value=unit, why=_TERM)
                continue
            lapse = Lapse(**said)
            if lapse.until and window_of(lapse.until).back is not None:
                self.fault(("lapses", unit, "until"), INVALID, value=lapse.until, why=_TERM)
                continue
            if lapse.until:
                self.check_anchor(window_of(lapse.until), ("lapses", unit, "until"))
            found[unit] = lapse
        return found

    def _reactions(self) -> tuple[Reaction, ...]:
        placed: list[tuple[Reaction, Path_]] = []
        for index, doc in enumerate(self.doc.reactions):
            path: Path_ = ("reactions", index)
            placed += [(reaction, path) for reaction in self._reaction(doc, path)]
        for reaction, _ in placed:
            for account, unit in reaction.gives:
                if not _borne_of(reaction, account, unit):
                    self.post(account, unit)
            if reaction.kind.covers is not None:
                self.post(reaction.watch.account, reaction.watch.unit)
        codes = words_in(self.doc.model_dump(include={"clauses"}))
        codes |= {doc.code for doc in self.doc.reactions}
        codes |= {doc.code or doc.name for doc in self.doc.programmes}
        for reaction, where in placed:
            if reaction.kind.covers is not None:
                self._check_covered(getattr(reaction.rule.params, "clauses", ()), codes, where)
            self._check_watched(reaction, where)
        return tuple(reaction for reaction, _ in placed)

    def _check_covered(self, globs: Iterable[str], codes: Iterable[str], path: Path_) -> None:
        """Refuse a pattern of codes that no code of the policy meets."""
        known = sorted(codes)
        for number, glob in enumerate(globs):
            if not any(fnmatchcase(code, glob) for code in known):
                near = "、".join(nearest(glob, [doc.code for doc in self.doc.clauses]))
                values = {"value": glob, "policy": self.doc.policy, "near": near}
                self.fault((*path, "params", "clauses", number), UNKNOWN_CLAUSE, **values)

    def _check_watched(self, reaction: Reaction, path: Path_) -> None:
        """Refuse what nothing posts to: it would be misspelt.

        What a kind watches by itself, every rung say, is not what the policy wrote.
        """
        account, written = reaction.watch.account, _texts(reaction.rule.params)
        for unit in reaction.watch.units:
            if (account == COUNT or unit in written) and not self.is_posted(account, unit):
                near = self.nearest_posted(account, unit)
                self.fault((*path, "params"), UNKNOWN_COUNTER, value=unit, allowed=near)

    def _reaction(self, doc: ReactionDoc, path: Path_) -> list[Reaction]:
        kind = self.kind(doc.kind, self.kinds.reactions, (*path, "kind"))
        if kind is None:
            return []
        self.missing = []
        before = len(self.faults)
        params = self.params(kind, doc.params, (*path, "params"))
        for name in self.missing:
            self.fault(path, INCOMPLETE_CLAUSE, value=doc.code, missing=name)
        if params is None or len(self.faults) > before:
            self.post_anything()
            return []
        rule = Rule(doc.code, doc.title, params, self.ladder)
        found = self._watching(rule, kind, path)
        self.asked(kind, path, rows_of, kind, rule)
        self._check_given(found, path)
        return found

    def _watching(self, rule: Rule[Any], kind: Any, path: Path_) -> list[Reaction]:
        """Return a rule for each counter it watches, none when the window it is told is none."""
        within = getattr(rule.params, "within", "")
        try:
            windows_of(rule, kind, self.kinds.terms)
        except WindowError as error:
            if within:  # else it is the plugin's own, and what it says is checked below
                where = (*path, "params", "within")
                self.fault(where, INVALID, value=within, why=error.why)
                return []
        if within:
            self.check_anchor(window_of(within, self.kinds.terms), (*path, "params", "within"))
        return self.asked(kind, path, reactions_of, rule, kind, self.kinds.terms) or []

    def check_anchor(self, window: Window, path: Path_) -> None:
        """Refuse a window that begins with what is no date attribute of subjects."""
        dates = [name for name, fact in self.attributes.items() if fact.type == "date"]
        if window.anchor and SUBJECT + window.anchor not in dates:
            own = [name.removeprefix(SUBJECT) for name in dates]
            near = "、".join(nearest(window.anchor, own) or own) or "—"
            values = {"value": window.anchor, "name": window.anchor, "near": near, "allowed": near}
            self.fault(path, UNKNOWN_ATTRIBUTE, **values)

    def _check_given(self, found: Sequence[Reaction], path: Path_) -> None:
        """Refuse rungs that are not on the ladder, and what follows from nothing."""
        for account, unit in sorted({pair for reaction in found for pair in reaction.gives}):
            if account == "marks" and unit not in self.ladder.rungs:
                allowed = "、".join(self.ladder.rungs) or "—"
                self.fault((*path, "params"), UNKNOWN_RUNG, value=unit, allowed=allowed)
        for reaction in found:
            if reaction.kind.fold is None and self.asked(
                reaction.kind, path, _of_nothing, reaction
            ):
                self.fault((*path, "params"), INVALID, value=reaction.rule.code, why=_FROM_NOTHING)

    def _programmes(self) -> tuple[Programme, ...]:
        found = []
        for index, doc in enumerate(self.doc.programmes):
            programme = self._programme(doc, ("programmes", index))
            if programme is not None:
                found.append(programme)
        return tuple(found)

    def check_read(self) -> None:
        """Refuse letters and counters of programmes that nothing posts to: they are misspelt."""
        for rule, kind, path in self.reading:
            for account, unit in self.asked(kind, path, _read_by, kind, rule) or ():
                if not self.is_posted(account, unit):
                    near = self.nearest_posted(account, unit)
                    self.fault((*path, "params"), UNKNOWN_COUNTER, value=unit, allowed=near)

    def _programme(self, doc: ProgrammeDoc, path: Path_) -> Programme | None:
        kind = self.kind(doc.kind, self.kinds.programmes, (*path, "kind"))
        if kind is None:
            self.post_anything()
            return None
        self.missing = []
        params = self.params(kind, doc.params, (*path, "params"))
        rule = Rule(doc.code or doc.name, doc.title, params, self.ladder)
        if params is None:
            self.post_anything()
        else:
            self.asked(kind, path, period_of, rule, kind)
            coded = self.asked(kind, path, coded_rows_of, kind, rule) or []
            self._post_rows(row for _, row in coded)
            self.reading.append((rule, kind, path))
        return Programme(doc.name, rule, kind, tuple(self.missing))


def _borne_of(reaction: Reaction, account: str, unit: str) -> bool:
    """Tell whether a superior bears what a report was given: it is given by somebody else first."""
    return reaction.watch.of_supervisor and reaction.watch.matches(account, unit)


def _read_by(kind: Any, rule: Rule[Any]) -> list[tuple[str, str]]:
    return list(kind.reads(rule))


def _of_nothing(reaction: Reaction) -> bool:
    return any(reaction.derive(reaction.watch.unit.removesuffix(ANY), ZERO).values())


def _texts(value: Any) -> set[str]:
    """Return every text in a rule's params that the policy wrote, none of the defaults."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, Params):
        return _texts(tuple(getattr(value, name) for name in value.model_fields_set))
    if isinstance(value, Mapping):
        return _texts((*value, *value.values()))
    if isinstance(value, tuple | list | frozenset):
        return {text for item in value for text in _texts(item)}
    return set()
