"""The catalogue of a policy version: one row for each clause, one for each band of a clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from shangfa.documents.policy.answers import coded_rows_of, rows_of
from shangfa.domain.account import MONEY
from shangfa.domain.money import amount_text
from shangfa.domain.policies.clause import Clause, Step
from shangfa.domain.policies.kinds import Row
from shangfa.domain.policies.version import Version

COLUMNS: Final = (
    "policy",
    "code",
    "title",
    "kind",
    "direction",
    "account",
    "unit",
    "min",
    "max",
    "per",
    "note",
)


_SILENT: Final = Row("none", "", "")


class Entry(NamedTuple):
    """A consequence with the code and kind that give it."""

    code: str
    title: str
    kind: str
    row: Row


def catalogue(name: str, version: Version) -> list[tuple[str, ...]]:
    """Return rows in the columns of `COLUMNS`, in the order of the document.

    Clauses come first; reactions and programmes that no clause's row tells of follow.
    """
    elsewhere = _by_code(_outside(version))
    rows: list[tuple[str, ...]] = []
    told: set[str] = set()
    for clause in version.clauses.values():
        own = _by_code(_entries(clause.steps, clause))
        for code, entries in (own or {clause.code: []}).items():
            if code != clause.code and code in version.clauses:
                continue  # that clause has a row of its own
            telling = [entry for entry in entries if entry.row.direction != "none"]
            found = telling or elsewhere.get(code, []) or entries
            told |= set() if telling else {code}
            rows.append(_line(name, clause, code, found))
    return [*rows, *_rules(name, version, told)]


def _rules(name: str, version: Version, told: set[str]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each code of a reaction or programme that was not told."""
    stated = [(item.rule, item.kind.name) for item in version.reactions]
    stated += [(item.rule, item.kind.name) for item in version.programmes]
    rules = {rule.code: Entry(rule.code, rule.title, kind, _SILENT) for rule, kind in stated}
    given = _by_code(_given(version))
    for code in dict.fromkeys([*rules, *given]):
        if code not in told:
            chosen, *others = sorted(given.get(code) or [rules[code]], key=_rank)
            titles = (
                chosen.title,
                *(item[code].title for item in (rules, version.clauses) if code in item),
            )
            yield _columns(name, chosen._replace(title=next(filter(None, titles), "")), others)


def _entries(steps: Iterable[Step], clause: Clause) -> list[Entry]:
    found = []
    for step in steps:
        kind, part = step.kind, step.part
        rows = rows_of(kind, part) if part.params is not None else []
        for row in rows or [Row("none", "", "")]:
            code, title = row.code or step.part.code, row.title or step.part.title
            found.append(Entry(code, title, step.kind.name, row))
    return found


def _outside(version: Version) -> list[Entry]:
    """Return what reactions, programmes and common parts give, by the code they cite."""
    found = _given(version)
    for clause in version.clauses.values():
        found += _entries((step for step, _ in clause.extras), clause)
    return found


def _given(version: Version) -> list[Entry]:
    """Return what reactions and programmes give."""
    found: list[Entry] = []
    for reaction in version.reactions:
        rule = reaction.rule
        for row in rows_of(reaction.kind, rule):
            code, title = row.code or rule.code, row.title or rule.title
            found.append(Entry(code, title, reaction.kind.name, row))
    for programme in version.programmes:
        if not programme.missing:
            kind = programme.kind
            coded = coded_rows_of(kind, programme.rule)
            found += [Entry(code, "", kind.name, row) for code, row in coded]
    return found


def _by_code(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry not in found.setdefault(entry.code, []):
            found[entry.code].append(entry)
    return found


def _line(name: str, clause: Clause, code: str, entries: list[Entry]) -> tuple[str, ...]:
    waiting = f"incomplete: {'、'.join(clause.missing)}" if clause.missing else ""
    if not entries:
        kind = "text" if clause.unrecordable else "nothing"
        row = Row("none", "", "", note=waiting)
        return _columns(name, Entry(code, clause.title, kind, row), ())
    chosen, *others = sorted(entries, key=_rank)
    title = clause.title if chosen.code == clause.code else chosen.title or clause.title
    row = chosen.row._replace(note="; ".join(filter(None, (waiting, chosen.row.note))))
    return _columns(name, chosen._replace(code=code, title=title, row=row), others)


def _rank(entry: Entry) -> tuple[bool, bool]:
    return entry.row.account not in MONEY, entry.row.direction == "none"


def _columns(name: str, entry: Entry, others: Iterable[Entry]) -> tuple[str, ...]:
    row = entry.row
    also = [f"{item.row.account}/{item.row.unit} {_limits(item.row)}" for item in others]
    notes = [row.note, *(f"+ {text}" for text in dict.fromkeys(also))]
    note = "; ".join(filter(None, notes))
    limits = (_amount(row.minimum), _amount(row.maximum))
    head = (name, entry.code, entry.title, entry.kind, row.direction, row.account, row.unit)
    return (*head, *limits, row.per, note)


def _amount(value: Decimal | None) -> str:
    return "" if value is None else amount_text("", value)


def _limits(row: Row) -> str:
    least, most = _amount(row.minimum), _amount(row.maximum)
    return least if least == most else f"{least}..{most}"
