"""The house as it was drawn: who may import whom, how long things are, no floats."""

from __future__ import annotations

import ast
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest
from tests.making.house import ROOT

FILE_LINES = 400
FOLDER_FILES = 10
TYPICAL_LINES = 8
STATEMENTS = 30
SOURCES = sorted(
    path for room in ("platform", "plugins", "tests") for path in (ROOT / room).rglob("*.py")
)
PLUGINS = sorted(ROOT.glob("plugins/*/shangfa_*/**/*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def in_product(path: Path) -> bool:
    return "tests" not in path.relative_to(ROOT).parts


PRODUCT = [path for path in SOURCES if in_product(path)]
TESTS = [path for path in SOURCES if not in_product(path)]
CROWDED = {"platform/shangfa/db/migrations/versions", "tests/bench", "tests/making"}
"""Folders that may hold more: numbered files that are only ever added to, and tools of tests."""


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter's contracts over the copy of the house in a folder."""
    code = (
        "import sys; sys.path.insert(0, 'platform')\n"
        "from importlinter.cli import lint_imports\n"
        "sys.exit(lint_imports(cache_dir=None))"
    )
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the platform and its contracts, to be broken."""
    shutil.copytree(
        ROOT / "platform", tmp_path / "platform", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    return tmp_path


def test_imports_go_down_only() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


BREACHES = {
    "Requests go down, never up": [
        ("services/__init__.py", "import shangfa.api.app"),
        ("db/__init__.py", "import shangfa.plugins"),
        ("utils.py", ""),
    ],
    "Rooms of the domain": [("domain/policies/__init__.py", "import shangfa.domain.ledger.book")],
    "Rooms of the services": [
        ("services/ledger/posting.py", "import shangfa.services.cases.opened"),
        ("services/tenancy/ready.py", "import shangfa.services.access.sight"),
    ],
    "Rooms of the API": [("api/people/shapes.py", "import shangfa.api.ledger.shapes")],
    "Rooms of the console": [("console/cases/pages.py", "import shangfa.console.people.pages")],
    "Only db speaks SQL": [
        ("services/clock.py", "import psycopg"),
        ("api/replies.py", "import sqlalchemy"),
        ("console/pages.py", "import sqlalchemy"),
    ],
    "The domain is plain Python": [("domain/ledger/book.py", "import psycopg")],
    "Only api and console know the web": [("services/__init__.py", "import flask")],
}
"""Contract -> (file, import) that must break it: up, to a sibling, a room nobody drew, …"""


def test_every_contract_is_seen_to_bite() -> None:
    contracts = (ROOT / "setup.cfg").read_text().partition("[importlinter]")[2]
    assert sorted(BREACHES) == sorted(re.findall(r"^name = (.*)$", contracts, re.MULTILINE))


@pytest.mark.parametrize(
    ("contract", "file", "line"),
    [
        pytest.param(contract, *breach, id=f"{contract}: {breach[0]}")
        for contract, breaches in BREACHES.items()
        for breach in breaches
    ],
)
def test_a_broken_contract_is_found(house: Path, file: str, line: str, contract: str) -> None:
    path = house / "platform/shangfa" / file
    with path.open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")
    done = lint_imports(house)
    assert done.returncode == 1
    broken = [text for text in done.stdout.splitlines() if "BROKEN" in text]
    assert any(contract in text for text in broken), done.stdout


def test_a_plugin_imports_the_sdk_only() -> None:
    assert {name_of(path): found for path in PLUGINS if (found := strangers(path))} == {}


def strangers(path: Path) -> list[str]:
    """Return what a plugin imports of us that is neither the SDK nor its own."""
    own = path.relative_to(ROOT / "plugins").parts[1]
    ours = [name for name in imported(path) if name.startswith(("shangfa", "."))]
    return [
        name
        for name in ours
        if not name.startswith("shangfa.sdk") and name.partition(".")[0] != own
    ]


def test_every_plugin_is_typed() -> None:
    listed = (ROOT / "setup.cfg").read_text().partition("mypy_path =")[2].partition("files =")[0]
    folders = {name_of(path.parent) for path in ROOT.glob("plugins/*/setup.cfg")}
    assert set(re.findall(r"plugins/\w+", listed)) == folders


def test_the_source_folder_does_not_hide_pythons_own_platform() -> None:
    assert not (ROOT / "platform/__init__.py").exists()
    code = "import platform; print(platform.system())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, platform.system())


def test_a_file_fits_in_a_head() -> None:
    sizes = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert {name: size for name, size in sizes.items() if size > FILE_LINES} == {}


def test_no_folder_holds_more_than_one_can_name() -> None:
    files = Counter(name_of(path.parent) for path in SOURCES)
    crowded = {name for name, count in files.items() if count > FOLDER_FILES}
    assert crowded == CROWDED


@pytest.mark.parametrize("paths", [PRODUCT, TESTS], ids=["product", "tests"])
def test_most_functions_are_short(paths: list[Path]) -> None:
    lengths = [length(function) for path in paths for function in functions(path)]
    assert median(lengths) <= TYPICAL_LINES


def test_no_function_has_more_statements_than_ruff_is_told() -> None:
    """Of the product and of its tests alike: nobody is let off."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert told["pylint"]["max-statements"] == STATEMENTS
    assert "PL" in told["select"]
    let_off = [code for codes in told["per-file-ignores"].values() for code in codes]
    assert not {"PL", "PLR", "PLR0915"} & {*told["ignore"], *let_off}
    waved = re.compile("noqa.*PLR" + "0915")
    assert [name_of(path) for path in SOURCES if waved.search(path.read_text("utf-8"))] == []


def length(function: Function) -> int:
    """Count the lines of the body, the docstring not."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    lines = [line.lineno for line in body] + [line.end_lineno or 0 for line in body]
    return max(lines) - min(lines) + 1 if body else 0


def test_money_never_meets_a_float() -> None:
    assert [name_of(path) for path in PRODUCT if "float" in called(path)] == []


def called(path: Path) -> Iterator[str]:
    """Yield what is called by its name alone."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
