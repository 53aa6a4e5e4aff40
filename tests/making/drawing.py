"""Draw the house from its code: floors, rooms, and who imports whom.

Usage: `python -m tests.making.drawing docs/architecture.md` puts the drawing of today between
the marks of that page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from functools import cache
from pathlib import Path
from re import findall

import grimp

ROOT = Path(__file__).parents[2]
PACKAGE = "shangfa"
BEGIN, END = "<!-- drawn by `make docs` -->\n", "<!-- end of the drawing -->\n"
Arrow = tuple[str, str]


def drawn(page: str) -> str:
    """Return the page with the drawing of today between its marks."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}{drawing()}{END}{rest.partition(END)[2]}"


def drawing() -> str:
    """Return the floors, the rooms of each, and the arrows between the rooms of a floor."""
    parts = ["\n### Floors\n", *mermaid(direct(between_floors()), floors())]
    parts += ["\n### Rooms\n", *table()]
    for floor in floors():
        if arrows := direct(between_rooms(floor)):
            parts += [f"\n### Rooms of {floor}\n", *mermaid(arrows)]
    return "\n".join([*parts, "", ""])


@cache
def floors() -> tuple[str, ...]:
    """Return the names of the floors that exist, from the top down, as the contract lists them."""
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    named = findall(r"\w+", config["importlinter:contract:layers"]["layers"])
    return tuple(name for name in named if f"{PACKAGE}.{name}" in graph().modules)


def rooms(floor: str) -> set[str]:
    """Return the rooms of a floor: its folders."""
    children = graph().find_children(f"{PACKAGE}.{floor}")
    return {name.rpartition(".")[2] for name in children if graph().find_children(name)}


@cache
def graph() -> grimp.ImportGraph:
    """Return the imports of the program."""
    return grimp.build_graph(PACKAGE, cache_dir=None)


def imports() -> Iterator[tuple[list[str], list[str]]]:
    """Yield (who, whom) of each import, as the parts of their names below the package."""
    for importer in graph().modules:
        for imported in graph().find_modules_directly_imported_by(importer):
            yield importer.split(".")[1:], imported.split(".")[1:]


def between_floors() -> set[Arrow]:
    """Return who imports whom, floor by floor."""
    pairs = {(who[0], whom[0]) for who, whom in imports() if who and whom}
    return {(who, whom) for who, whom in pairs if who != whom}


def between_rooms(floor: str) -> set[Arrow]:
    """Return who imports whom among the rooms of one floor."""
    inside = rooms(floor)
    same = [(who[1:], whom[1:]) for who, whom in imports() if who[:1] == whom[:1] == [floor]]
    pairs = {(who[0], whom[0]) for who, whom in same if who and whom}
    return {(who, whom) for who, whom in pairs if who != whom and {who, whom} <= inside}


def direct(arrows: set[Arrow]) -> set[Arrow]:
    """Leave out every arrow that a longer way says already; those of a circle all stay."""
    below = {who: reached(arrows, who) for pair in arrows for who in pair}

    def is_said(who: str, whom: str) -> bool:
        others = {middle for start, middle in arrows if start == who} - {whom}
        return any(
            whom in below[middle] and who not in below[middle] and middle not in below[whom]
            for middle in others
        )

    return {arrow for arrow in arrows if not is_said(*arrow)}


def reached(arrows: set[Arrow], start: str) -> set[str]:
    """Return whom `start` imports in one step or more."""
    found: set[str] = set()
    front = {start}
    while front:
        front = {whom for who, whom in arrows if who in front} - found
        found |= front
    return found


def mermaid(arrows: Iterable[Arrow], order: Iterable[str] = ()) -> list[str]:
    """Return the lines of a picture that GitHub, GitLab and MkDocs show."""
    return [
        "```mermaid",
        "flowchart TD",
        *(f"    {name}" for name in order),
        *(f"    {who} --> {whom}" for who, whom in sorted(arrows)),
        "```",
    ]


def table() -> list[str]:
    """Return which rooms each floor has."""
    columns = {floor: found for floor in floors() if (found := rooms(floor))}
    named = sorted(set().union(*columns.values()))
    rows = [[room, *("●" if room in found else "" for found in columns.values())] for room in named]
    lines = [["room", *columns], ["---", *(":---:" for _ in columns)], *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        path.write_text(drawn(path.read_text(encoding="utf-8")), encoding="utf-8")
