"""The site has every page in its navigation, leads nowhere false and asks no other host."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest
from tests.making.house import ROOT
from tests.making.picture import picture
from tests.making.site import english, leaves, settings, sources, write

NAMED = re.compile(r'<(\w+)[^>]*?\s(?:href|src|action)="([^"]*)"')
ELSEWHERE = re.compile(r"(?:[a-z]+:)?//")
PLAIN = {"https://www.standardwebhooks.com"}
"""What a reader may go to by a click; nothing of it is loaded."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make site` does."""
    if find_spec("mkdocs") is None or find_spec("material") is None:
        pytest.skip("MkDocs is not installed: pip install -r deploy/requirements-dev.txt")
    folder = tmp_path_factory.mktemp("site")
    write(folder)
    own = (folder / "mkdocs.yml").read_text(encoding="utf-8")
    (folder / "mkdocs.yml").write_text(own.replace("../mkdocs.yml", str(ROOT / "mkdocs.yml")))
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    done = subprocess.run(  # noqa: PLW1510 - what it says is worth more than its status
        [*build, "-f", str(folder / "mkdocs.yml")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


def test_every_page_is_in_the_navigation_once() -> None:
    places = {english(place) for place in sources().values()}
    assert sorted(leaves(settings(places)["nav"])) == sorted(places)


def test_every_page_of_the_repository_is_on_the_site() -> None:
    pages = {*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("plugins/**/README*.md")}
    assert {path.relative_to(ROOT).as_posix() for path in pages} <= sources().keys()


@pytest.mark.slow
def test_both_languages_have_every_page(site: Path) -> None:
    pages = [{path.relative_to(top) for path in top.rglob("*.html")} for top in (site, site / "zh")]
    assert {path for path in pages[0] if path.parts[0] != "zh"} - {Path("404.html")} == pages[1]


@pytest.mark.slow
def test_nothing_is_asked_of_another_host(site: Path) -> None:
    asked = {
        (tag, address)
        for path in site.rglob("*.html")
        for tag, address in NAMED.findall(path.read_text(encoding="utf-8"))
        if ELSEWHERE.match(address)
    }
    assert asked == {("a", address) for address in PLAIN}
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert not re.findall(r"(?:url\(|@import )['\"]?(?:https?:)?//[^)]*", styles)


@pytest.mark.slow
def test_no_page_makes_the_theme_fetch_a_program_that_draws(site: Path) -> None:
    """It would, from another host, for a flowchart that is not drawn yet."""
    classes = re.compile(r'class="[^"]*\bmermaid\b')
    pages = site.rglob("*.html")
    assert not [path for path in pages if classes.search(path.read_text(encoding="utf-8"))]
    assert "<svg" in (site / "architecture.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_every_link_leads_to_a_file(site: Path) -> None:
    broken = [
        (path.relative_to(site).as_posix(), address)
        for path in site.rglob("*.html")
        if path.name != "404.html"  # its links begin at the root of a server
        for _, address in NAMED.findall(path.read_text(encoding="utf-8"))
        if not ELSEWHERE.match(address)
        if not (path.parent / unquote(re.split("[?#]", address)[0])).exists()
    ]
    assert broken == []


@pytest.mark.slow
def test_the_search_has_its_index_beside_it_for_a_page_opened_from_a_disk(site: Path) -> None:
    assert (site / "search" / "search_index.js").exists()
    shim = (site / "assets" / "iframe-worker.js").read_text(encoding="utf-8")
    assert "window.IFrameWorker" in shim


@pytest.mark.parametrize(
    ("text", "arrows"),
    [("    a\n", 0), ("    a --> b\n", 1), ("    a --> b\n    b --> a\n    b --> c\n", 3)],
)
def test_a_flowchart_is_drawn_whole(text: str, arrows: int) -> None:
    drawn = picture(f"flowchart TD\n{text}")
    assert drawn.count("marker-end") == arrows
    assert drawn.count("<rect") == len(set(re.findall(r"\b[abc]\b", text)))
