"""The documents tell the truth: names, links, commands, answers and examples."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from threading import Thread

import click
import pytest
from tests.making.drawing import drawn
from tests.making.house import ROOT, serving
from tests.making.sdk import HOOKS, files
from werkzeug.serving import make_server

from shangfa import config, hookspecs
from shangfa.api.app import create_app
from shangfa.api.problems.faults import STATUSES, declared
from shangfa.cli.main import main
from shangfa.cli.serve import serving as serve
from shangfa.cli.serve.serving import write_keys
from shangfa.documents.tenant.folder import read_tenant
from shangfa.documents.trials.check import run_cases
from shangfa.plugins.installed import Plugin, collect, describe, installed
from shangfa.services.running.folders import load_folder

PAIRS = [
    (path.with_name(path.name.replace(".zh.md", ".md")), path)
    for path in sorted(
        path for place in ("", "docs/**/", "plugins/**/") for path in ROOT.glob(f"{place}*.zh.md")
    )
    if path.with_name(path.name.replace(".zh.md", ".md")).exists()
]
"""Pages in English and in Chinese."""
WALKS = tuple(
    ROOT / name
    for name in ("README.md", "docs/tutorial/answers.md", "docs/tutorial/first-scheme.md")
)
EXAMPLES = (ROOT / "docs/tutorial/add-a-tenant.md", ROOT / "docs/tutorial/add-a-plugin.md")
LENGTH = 200
"""Lines of a README at most."""
DECISIONS = sorted(ROOT.glob("docs/decisions/0*.md"))
DOCUMENTS = [
    path
    for pattern in ("*.md", "docs/**/*.md", "plugins/**/README*.md")
    for path in sorted(ROOT.glob(pattern))
]
ROOM_LINES = 20
WALK = ("fujie", "youyou", "lefulong", "hunan-mobile", "wangwang-shop")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""A block marked `bash` is run; the `text` right after it is what it must print."""
LOGGED = re.compile(r"^(plugin \w+ is disabled|[\w-]+: read ).*\n", re.MULTILINE)
"""What commands tell of their work; anything else they say beside an answer is a fault."""
CHANGING = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-[-\dT:]{14}\.\d+\+00:00")


def blocks(path: Path) -> list[tuple[str, str]]:
    """Return (language, text) of every code block."""
    return BLOCK.findall(path.read_text(encoding="utf-8"))


def reference(name: str) -> list[str]:
    """Return a page of reference in both languages."""
    pages = (ROOT / f"docs/{name}{suffix}" for suffix in (".md", ".zh.md"))
    return [page.read_text(encoding="utf-8") for page in pages]


def commands(group: click.Group, above: str = "shangfa") -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{above} {name}")
        else:
            yield f"{above} {name}"


@pytest.mark.parametrize("page", reference("reference/errors"), ids=("en", "zh"))
def test_every_error_code_is_listed_with_its_status(page: str) -> None:
    listed = re.findall(r"^\| `(\w+)` \| (\d{3}) \|", page, re.MULTILINE)
    expected = [(code, str(STATUSES[kind.refusal])) for code, kind in declared().items()]
    assert sorted(listed) == sorted(expected)


@pytest.mark.parametrize("page", reference("reference/settings"), ids=("en", "zh"))
def test_every_setting_is_listed(page: str) -> None:
    sources = [Path(str(module.__file__)) for module in (config, serve)]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    used = set(re.findall(r'"(SHANGFA_[A-Z_]+)"', text))
    assert used == set(re.findall(r"^\| `(SHANGFA_\w+)`", page, re.MULTILINE))


@pytest.mark.parametrize("page", reference("reference/commands"), ids=("en", "zh"))
def test_every_command_is_listed(page: str) -> None:
    listed = re.findall(r"^\| `(shangfa [^`]*)`", page, re.MULTILINE)
    missing = [name for name in commands(main) if not any(x.startswith(name) for x in listed)]
    assert not missing


@pytest.mark.parametrize("page", reference("tutorial/add-a-plugin"), ids=("en", "zh"))
def test_every_hook_is_listed(page: str) -> None:
    hooks = {name for name, item in vars(hookspecs).items() if hasattr(item, "shangfa_spec")}
    assert hooks == set(re.findall(r"^\| `(register_\w+)`", page, re.MULTILINE))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair[0].relative_to(ROOT)))
def test_both_languages_have_the_same_sections_and_code(pair: tuple[Path, Path]) -> None:
    english, chinese = (path.read_text(encoding="utf-8") for path in pair)
    outlines = [
        re.findall(r"^(#+) ", BLOCK.sub("", text), re.MULTILINE) for text in (english, chinese)
    ]
    rows = [len(re.findall(r"^\|", text, re.MULTILINE)) for text in (english, chinese)]
    assert outlines[0] == outlines[1]
    assert rows[0] == rows[1]
    assert blocks(pair[0]) == blocks(pair[1])


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", ROOT / "README.zh.md"], ids=lambda path: path.name
)
def test_a_readme_is_read_in_minutes(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= LENGTH


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    text = BLOCK.sub("", path.read_text(encoding="utf-8"))
    links = re.findall(r"\]\(([^)#:]+)[^):]*\)", text)
    assert not [link for link in links if not (path.parent / link).exists()]


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_every_plugin_has_a_page(name: str) -> None:
    folders = [path.parent for path in ROOT.glob("plugins/**/pyproject.toml")]
    assert not [folder.name for folder in folders if not (folder / name).exists()]


def test_every_room_has_a_page_one_can_take_in_at_a_glance() -> None:
    floors = [ROOT / "platform/shangfa" / floor for floor in ("domain", "services", "api")]
    rooms = {path.parent.name for floor in floors for path in floor.glob("*/__init__.py")}
    pages = {path.stem: path.read_text(encoding="utf-8") for path in ROOT.glob("docs/rooms/*.md")}
    assert rooms - pages.keys() == set()
    assert [name for name, text in pages.items() if not text.startswith(f"# {name}\n")] == []
    assert [name for name, text in pages.items() if text.count("\n") > ROOM_LINES] == []
    index = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    assert [name for name in pages if f"(rooms/{name}.md)" not in index] == []


def test_the_drawing_is_of_the_code_as_it_is() -> None:
    """When it is not: `make docs`."""
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    assert page == drawn(page)


def test_the_pages_of_the_sdk_are_of_the_code_as_it_is() -> None:
    """When they are not: `make docs`."""
    folder = ROOT / "docs/reference/sdk"
    assert {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.md")} == dict(
        files(folder)
    )
    hooks = {name for name, item in vars(hookspecs).items() if hasattr(item, "shangfa_spec")}
    assert hooks == HOOKS.keys()


def test_decisions_are_numbered_dated_and_listed() -> None:
    index = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    for number, path in enumerate(DECISIONS, 1):
        head = rf"# {number}\. (.+)\n\n(\d{{4}}-\d\d-\d\d) · (accepted|replaced by \d{{4}})\n"
        found = re.match(head, path.read_text(encoding="utf-8"))
        assert found, path.name
        title, day, status = found.groups()
        row = f"| [{number:04}]({path.name}) | {day} | {status} | {title}<br>"
        assert path.name.startswith(f"{number:04}-")
        assert row in index


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_said_to_be_made_can_be_made(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    said = re.findall(r"`make ([a-z ]+)`", path.read_text(encoding="utf-8"))
    assert {name for names in said for name in names.split()} <= targets


def test_there_is_one_version() -> None:
    declared_version = version("shangfa")
    newest = re.search(
        r"^## (\S+) – (not released yet|\d{4}-\d\d-\d\d)$",
        (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    images = re.findall(r"shangfa:(\S+)", (ROOT / "deploy/k8s/shangfa.yaml").read_text())
    assert newest is not None
    assert {newest[1], *images} == {declared_version}


# The walks: every `bash` block of a page in one shell, against a real server


@pytest.fixture(scope="module")
def address(app_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server with the companies of the walk, and a folder that looks like the repository."""
    folder = tmp_path_factory.mktemp("walk")
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in ("python", "shangfa"):
        (folder / ".venv" / "bin" / name).symlink_to(Path(sys.executable).with_name(name))
    with serving(app_url):
        slugs = [load_folder(ROOT / "tenants" / name) for name in WALK]
        write_keys(folder / "var" / "demo-keys.json", slugs)
        server = make_server("127.0.0.1", 0, create_app(), threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", folder
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("path", WALKS, ids=lambda path: path.stem)
def test_the_walk_answers_as_printed(address: tuple[str, Path], path: Path) -> None:
    url, folder = address
    found = blocks(path)
    steps = [
        (text, after[1] if after[0] == "text" else "")
        for (language, text), after in zip(found, [*found[1:], ("", "")], strict=True)
        if language == "bash"
    ]
    script = "printf '\\f'\n".join(text for text, _ in steps)
    script = script.replace("http://127.0.0.1:8000", url)
    done = subprocess.run(
        ["/bin/bash", "-c", script], cwd=folder, capture_output=True, text=True, check=True
    )
    assert LOGGED.sub("", done.stderr) == ""
    printed = CHANGING.sub("…", done.stdout).split("\f")
    assert printed == [CHANGING.sub("…", text) for _, text in steps]


# The examples: blocks whose first line names their file


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files that blocks name in their first line; the plugin's package can be imported."""
    for _, text in (block for page in EXAMPLES for block in blocks(page)):
        named = re.match(r"# ((?:volunteer|hill-books)/\S+)\n", text)
        if named:
            path = tmp_path / named[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "volunteer"))
    return tmp_path


def test_the_example_tenant_passes_its_cases(examples: Path) -> None:
    tenant = read_tenant(examples / "hill-books")
    verdicts = list(run_cases(tenant, installed().kinds(tenant.doc.plugins)))
    assert len(verdicts) == 5
    assert not [verdict for verdict in verdicts if not verdict.passed]


@pytest.fixture
def volunteer(examples: Path) -> Plugin:
    del examples
    module = importlib.import_module("shangfa_volunteer")
    return describe("volunteer", module, "0.1.0")


def test_the_example_plugin_provides_its_kind(volunteer: Plugin) -> None:
    assert list(collect([volunteer]).owners) == ["volunteer.hours"]
    assert json.dumps(volunteer.clause_kinds[0].params.model_json_schema())


def test_the_example_plugin_passes_its_own_test(volunteer: Plugin, examples: Path) -> None:
    del volunteer
    source = (examples / "volunteer" / "tests" / "test_volunteer.py").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    exec(compile(source, "test_volunteer.py", "exec"), names)
    tests = [item for name, item in names.items() if name.startswith("test_") and callable(item)]
    assert tests
    for test in tests:
        test()
