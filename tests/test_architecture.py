"""The house as it was drawn: who may import whom, how long things are, no floats."""

from __future__ import annotations

import ast
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from tests.making.house import ROOT

FILE_LINES = 400
STATEMENTS = 30
TYPICAL_LINES = 8
SOURCES = sorted(path for room in ("platform", "plugins") for path in (ROOT / room).rglob("*.py"))
PLUGINS = sorted(ROOT.glob("plugins/*/shangfa_*/**/*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def in_product(path: Path) -> bool:
    return "tests" not in path.relative_to(ROOT).parts


PRODUCT = [path for path in SOURCES if in_product(path)]


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


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        pytest.param(
            "services/pages.py", "import shangfa.api.auth", "Requests go down", id="up a layer"
        ),
        pytest.param(
            "db/session.py", "import shangfa.plugins", "Requests go down", id="to a sibling"
        ),
        pytest.param("utils.py", "", "Requests go down", id="a room nobody drew"),
        pytest.param(
            "domain/ledger/book.py", "import psycopg", "plain Python", id="SQL in the domain"
        ),
        pytest.param("services/pages.py", "import flask", "knows the web", id="the web below api"),
    ],
)
def test_a_broken_contract_is_found(house: Path, file: str, line: str, contract: str) -> None:
    path = house / "platform/shangfa" / file
    text = path.read_text() if path.exists() else '"""Anything."""\n'
    head, _, rest = text.partition("\nfrom __future__ import annotations\n")
    path.write_text(f"{head}\n{line}\n{rest}" if rest else f"{text}\n{line}\n")
    done = lint_imports(house)
    assert done.returncode == 1
    broken = [text for text in done.stdout.splitlines() if "BROKEN" in text]
    assert any(contract in text for text in broken), done.stdout


@pytest.mark.parametrize("path", PLUGINS, ids=name_of)
def test_a_plugin_imports_the_sdk_only(path: Path) -> None:
    own = path.relative_to(ROOT / "plugins").parts[1]
    ours = [
        name
        for name in imported(path)
        if name.partition(".")[0].startswith("shangfa") or name.startswith(".")
    ]
    assert [
        name
        for name in ours
        if not name.startswith("shangfa.sdk") and name.partition(".")[0] != own
    ] == []


def test_the_source_folder_does_not_hide_pythons_own_platform() -> None:
    assert not (ROOT / "platform/__init__.py").exists()
    code = "import platform; print(platform.system())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, platform.system())


def test_the_top_level_is_what_was_drawn() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if not tracked:
        pytest.skip("not a git checkout")
    top = {name.partition("/")[0] for name in tracked}
    drawn = {"platform", "plugins", "tenants", "api_specs", "deploy", "tests", "setup.cfg"}
    drawn |= {"README.md", "README.zh.md", "CHANGELOG.md", "LICENSE", "Makefile", "pyproject.toml"}
    assert {name for name in top if not name.startswith(".")} == drawn


def test_setup_cfg_and_pyproject_hold_what_they_should() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text()
    tables = {line.strip("[]").split(".")[0] for line in pyproject.splitlines() if line[:1] == "["}
    tools = {line.strip("[]") for line in pyproject.splitlines() if line.startswith("[tool")}
    assert tables == {"build-system", "tool"}
    assert all(name.startswith("tool.ruff") for name in tools)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_fits_in_a_head(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES


def statements(function: Function) -> int:
    """Count as ruff does: every statement inside, nested ones too, the docstring not."""
    inside = [node for node in ast.walk(function) if isinstance(node, ast.stmt)]
    return len(inside) - 1 - (ast.get_docstring(function) is not None)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_function_is_long(path: Path) -> None:
    long = {function.name: statements(function) for function in functions(path)}
    assert {name: count for name, count in long.items() if count > STATEMENTS} == {}


def test_most_functions_are_short() -> None:
    lengths = [length(function) for path in PRODUCT for function in functions(path)]
    assert median(lengths) <= TYPICAL_LINES


def length(function: Function) -> int:
    """Count the lines of the body, the docstring not."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0  # type: ignore[operator]


@pytest.mark.parametrize("path", PRODUCT, ids=name_of)
def test_money_never_meets_a_float(path: Path) -> None:
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    named = [node.func.id for node in calls if isinstance(node.func, ast.Name)]
    assert "float" not in named


@pytest.mark.parametrize("path", PRODUCT, ids=name_of)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    if "versions" in path.parts and path.name == "__init__.py":
        return
    assert ast.get_docstring(tree(path))
