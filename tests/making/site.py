"""Lay out the pages of the site: those of docs/ and those that stand beside what they tell of.

Usage: `python -m tests.making.site build` writes `build/pages` and `build/mkdocs.yml`, from which
MkDocs makes `build/site`. Links are written anew: between pages they stay links, to a file of
the source they become its name.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from os.path import normpath, relpath
from pathlib import Path
from typing import Any

import yaml
from tests.making.picture import picture

ROOT = Path(__file__).parents[2]
NAMED = {
    "README.md": "project/overview.md",
    "CHANGELOG.md": "project/changes.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "SECURITY.md": "project/security.md",
    "tenants/README.md": "reference/tenants.md",
}
"""Page of the repository -> page of the site, for those outside docs/."""
BESIDE = {"plugins/*/README*.md": "plugins", "plugins/examples/*/README*.md": "plugins/examples"}
"""Pages of plugins, each named after its folder."""
COPIED = ("api_specs/*.json", "api_specs/plugins/*.json")
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)#:\s]+)(#[^)\s]*)?\)")
DRAWING = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CHINESE = ".zh.md"


def english(name: str) -> str:
    """Return the name a page has in English."""
    return name.removesuffix(CHINESE) + ".md" if name.endswith(CHINESE) else name


def sources() -> dict[str, str]:
    """Return page of the repository -> page of the site.

    A page in Chinese alone takes the place of the one in English, so that both sites have it.
    """
    found = {name: name.removeprefix("docs/") for name in listed("docs/**/*.md")}
    for pattern, folder in BESIDE.items():
        for name in listed(pattern):
            suffix = CHINESE if name.endswith(CHINESE) else ".md"
            found[name] = f"{folder}/{Path(name).parent.name}{suffix}"
    for name, place in NAMED.items():
        found[name] = place
        if (ROOT / chinese(name)).exists():
            found[chinese(name)] = chinese(place)
    return {
        name: place if english(place) in found.values() else english(place)
        for name, place in found.items()
    }


def chinese(name: str) -> str:
    """Return the name a page has in Chinese."""
    return name.removesuffix(".md") + CHINESE


def listed(pattern: str) -> list[str]:
    """Return the files of a pattern, named from the root."""
    return sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern))


def copies() -> dict[str, str]:
    """Return the files that pages link to and that are shown as they are, with their places."""
    assets = {name: name.removeprefix("docs/") for name in listed("docs/assets/*")}
    recipes = {name: name.removeprefix("docs/") for name in listed("docs/recipes/*.py")}
    return assets | recipes | {name: name for pattern in COPIED for name in listed(pattern)}


def page(name: str, places: dict[str, str]) -> str:
    """Return the text of a page as the site has it."""
    text = (ROOT / name).read_text(encoding="utf-8")
    text = DRAWING.sub(lambda found: picture(found[1]), text)
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\0{len(kept) - 1}\0"

    # A label may be code, so code is put aside whole and back again afterwards.
    text = LINK.sub(lambda found: link(found, name, places), CODE.sub(keep, text))
    return re.sub(r"\0(\d+)\0", lambda found: kept[int(found[1])], text)


def link(found: re.Match[str], name: str, places: dict[str, str]) -> str:
    """Return a link of a page as the site has it."""
    label, aim, anchor = found[1], found[2], found[3] or ""
    target = normpath(f"{Path(name).parent}/{aim}")
    if target not in places:
        return f"`{target}`" if label in aim or "\0" in label else f"{label} (`{target}`)"
    here, there = places[name], places[target]
    turns = name.endswith(CHINESE) != target.endswith(CHINESE)
    if turns and both(target, places) and both(name, places):
        return f"[{label}]({across(here, there)}{anchor})"
    there = english(there)
    return f"[{label}]({relpath(there, Path(here).parent)}{anchor})"


def both(name: str, places: dict[str, str]) -> bool:
    """Tell whether a page is there in both languages."""
    return {english(name), chinese(english(name))} <= places.keys()


def across(here: str, there: str) -> str:
    """Return the address of a page in the other language, from one page to another."""

    def built(place: str) -> str:
        path = Path(english(place)).with_suffix(".html")
        path = path.with_name("index.html") if path.stem == "README" else path
        return f"zh/{path}" if place.endswith(CHINESE) else str(path)

    return relpath(built(there), Path(built(here)).parent)


def navigation(entries: list[Any], places: set[str]) -> list[Any]:
    """Return the navigation with each `folder/*` replaced by the pages named nowhere else."""
    named = set(leaves(entries))

    def expand(entry: Any) -> Iterator[Any]:
        if isinstance(entry, dict):
            for title, below in entry.items():
                inner = below if isinstance(below, str) else navigation_of(below)
                yield {title: inner}
        elif entry.endswith("*"):
            folder = entry.removesuffix("*")
            yield from sorted(x for x in places - named if str(Path(x).parent) + "/" == folder)
        else:
            yield entry

    def navigation_of(below: list[Any]) -> list[Any]:
        return [made for entry in below for made in expand(entry)]

    return navigation_of(entries)


def leaves(entries: list[Any]) -> Iterator[str]:
    """Yield every page a navigation names."""
    for entry in entries:
        if isinstance(entry, str):
            yield entry
        else:
            for below in entry.values():
                yield from leaves(below if isinstance(below, list) else [below])


def settings(places: set[str]) -> dict[str, Any]:
    """Return what MkDocs reads besides mkdocs.yml."""
    # The rest of that file has tags that only MkDocs knows.
    own = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    nav = navigation(own["nav"], places)
    return {"INHERIT": "../mkdocs.yml", "docs_dir": "pages", "site_dir": "site", "nav": nav}


def write(folder: Path) -> None:
    """Write the pages, the files they link to, and the settings."""
    pages, copied = sources(), copies()
    shutil.rmtree(folder / "pages", ignore_errors=True)
    for name, place in (pages | copied).items():
        target = folder / "pages" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if name in pages:
            target.write_text(page(name, pages | copied), encoding="utf-8")
        else:
            shutil.copyfile(ROOT / name, target)
    known = {english(place) for place in pages.values()}
    text = yaml.safe_dump(settings(known), allow_unicode=True, sort_keys=False)
    (folder / "mkdocs.yml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
