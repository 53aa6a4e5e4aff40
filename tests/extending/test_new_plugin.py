"""`shangfa plugin new` and `try`: a distribution that passes at once, away from this repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from time import monotonic

import pytest
from tests.making.web import free_port

from shangfa.cli.plugin import stamps
from shangfa.plugins.scaffold import PLACES, ScaffoldError, make

SHANGFA = Path(sys.executable).with_name("shangfa")


def run(*command: str | Path, at: Path, site: Path | None = None) -> tuple[int, str]:
    """Run a program as an author does; return its status and what it said."""
    environment = {**os.environ, **({"PYTHONPATH": str(site)} if site else {})}
    done = subprocess.run(  # noqa: PLW1510 - its status is what is asked
        list(map(str, command)),
        cwd=at,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new plugin, made and installed by its own commands."""
    root = tmp_path_factory.mktemp("author")
    status, said = run(SHANGFA, "plugin", "new", "night_shift", "--title", "夜班", at=root)
    assert status == 0, said
    folder = root / "night_shift"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    install += ["--no-build-isolation", "--target", str(root / "site"), "."]
    status, said = run(*install, at=folder)
    assert status == 0, said
    return folder


@pytest.mark.slow
def test_its_own_tests_and_the_kit_pass_at_once(night: Path) -> None:
    status, said = run(sys.executable, "-m", "pytest", "-q", at=night, site=night.parent / "site")
    assert status == 0, said
    assert "29 passed" in said  # two of its own, and the 27 checks


def test_its_cases_are_tried_with_their_traces(night: Path) -> None:
    status, said = run(SHANGFA, "plugin", "try", ".", at=night, site=night.parent / "site")
    assert status == 0, said
    assert "PASS fine" in said
    assert said.count("R: 满十分") == 1
    assert "3 passed, 0 failed" in said


def test_a_case_that_fails_says_what_came_instead(night: Path, tmp_path: Path) -> None:
    other = tmp_path / "examples"
    subprocess.run(["cp", "-r", str(night / "examples"), str(other)], check=True)
    cases = other / "cases" / "cases.yaml"
    cases.write_text(cases.read_text(encoding="utf-8").replace("quantity: 6", "quantity: 7"))
    status, said = run(SHANGFA, "plugin", "try", other, at=tmp_path, site=night.parent / "site")
    assert status == 1
    assert "expected {'effects': ['E points night_shift 7']}" in said


@pytest.mark.slow
def test_one_installed_to_be_edited_is_used_from_any_folder(night: Path, tmp_path: Path) -> None:
    """Such a package is on no path of modules: what setuptools installs leads to it."""
    venv.create(tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    ours = sysconfig.get_path("purelib")
    theirs = Path(sysconfig.get_path("purelib", vars={"base": str(tmp_path / "venv")}))
    (theirs / "ours.pth").write_text(f"import site; site.addsitedir({ours!r})\n")
    install: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
    ]
    status, said = run(*install, "--no-build-isolation", "-e", night, at=tmp_path)
    assert status == 0, said
    status, said = run(
        python, "-m", "shangfa.cli", "plugin", "try", night / "examples", at=tmp_path
    )
    assert status == 0, said
    assert "3 passed, 0 failed" in said
    assert "disabled" not in said


def test_everything_of_the_template_is_filled_in(night: Path) -> None:
    files = [night / place.format(package="shangfa_night_shift") for place in PLACES.values()]
    texts = [path.read_text(encoding="utf-8") for path in files]
    assert not [text for text in texts if "${" in text]


@pytest.mark.parametrize("name", ["", "Night", "2nd", "night-shift", "a__b", "x/../y", "夜班"])
def test_what_is_no_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError, match="small letters"):
        make(name, tmp_path / "x")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError, match="is there already"):
        make("night", tmp_path)


def test_a_folder_without_examples_is_refused(tmp_path: Path) -> None:
    status, said = run(SHANGFA, "plugin", "try", ".", at=tmp_path)
    assert status == 1
    assert "tenant.yaml" in said


def test_what_changes_is_seen(tmp_path: Path) -> None:
    make("night", tmp_path / "night")
    before = stamps(tmp_path)
    policy = tmp_path / "night" / "examples" / "policy.yaml"
    os.utime(policy, ns=(1, 1))
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "made.py").touch()
    assert {path for path, at in stamps(tmp_path).items() if before.get(path) != at} == {policy}


WALK = """
"$SHANGFA" plugin new night_shift --title 夜班
"$PYTHON" -m pip install --quiet --no-deps --no-build-isolation --target site ./night_shift
"$PYTHON" -m gunicorn --config python:shangfa.api.running.gunicorn_conf & trap 'kill $!' EXIT
"$SHANGFA" tenants load night_shift/examples
KEY=$("$SHANGFA" keys create hr --tenant examples)
curl --silent --fail --retry 60 --retry-delay 1 --retry-connrefused \
  "http://$SHANGFA_BIND/v1/incidents" -H "Authorization: Bearer $KEY" \
  --json '{"subject": "E1", "clause": "1", "quantity": "3", "occurred_at": "2026-03-02"}'
"""
COMMANDS, MINUTES = 6, 5


@pytest.mark.slow
@pytest.mark.serve
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_from_nothing_to_an_assessed_incident(app_url: str, tmp_path: Path) -> None:
    began = monotonic()
    bind = f"127.0.0.1:{free_port()}"
    said = {"SHANGFA": SHANGFA, "PYTHON": sys.executable, "PYTHONPATH": "site"}
    said |= {"SHANGFA_BIND": bind, "SHANGFA_WORKERS": 1}
    own = {name: str(value) for name, value in said.items()}
    done = subprocess.run(  # noqa: PLW1510 - what it says is worth more than its status
        ["bash", "-euo", "pipefail", "-c", WALK],
        cwd=tmp_path,
        env={**os.environ, "SHANGFA_DATABASE_URL": app_url, **own},
        capture_output=True,
        text=True,
        timeout=MINUTES * 60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (effect,) = json.loads(done.stdout.splitlines()[-1])["effects"]
    assert (effect["unit"], effect["quantity"]) == ("night_shift", "6")
    assert WALK.replace("\\\n", "").strip().count("\n") + 1 == COMMANDS
    assert monotonic() - began < MINUTES * 60
