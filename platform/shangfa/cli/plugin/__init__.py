"""For plugin authors: begin a plugin, and try it while it is written."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from shangfa.cli.arguments import FOLDER, end_with
from shangfa.documents.tenant.folder import read_tenant
from shangfa.documents.trials.check import read_trials
from shangfa.documents.trials.run import Verdict
from shangfa.domain.faults import RefusedError
from shangfa.plugins.installed import installed
from shangfa.plugins.scaffold import ScaffoldError, make

EVERY_SECONDS: Final = 0.5
_READ: Final = (".py", ".yaml", ".csv")
_SKIPPED: Final = ("build", "dist", ".git", ".venv", "__pycache__")


@click.group()
def plugin() -> None:
    """Begin a plugin, and try it while it is written."""


@plugin.command()
@click.argument("name")
@click.option("--into", type=click.Path(path_type=Path), help="Folder to make; ./NAME else.")
@click.option("--title", default="", help="What people call it; NAME else.")
def new(name: str, into: Path | None, title: str) -> None:
    """Make a distribution with a clause kind, a reaction, a programme, cases, tests and CI."""
    folder = into or Path(name)
    try:
        made = make(name, folder, title)
    except ScaffoldError as error:
        raise click.ClickException(str(error)) from error
    for path in made:
        click.echo(path)
    click.echo(f"next: cd {folder} && pip install -e '.[test]' && pytest", err=True)


@plugin.command("try")
@click.argument("path", type=FOLDER)
@click.option("--watch", is_flag=True, help="Again whenever a file changes, until Ctrl-C.")
def try_(path: Path, watch: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Run the cases in PATH, a folder like a tenant's or a plugin's, each with its trace."""
    if watch:
        _watch(path)
    sys.exit(1 if _tried(_examples(path)) else 0)


def _examples(path: Path) -> Path:
    """Return the folder of the examples: the path itself, or its `examples`."""
    if (path / "tenant.yaml").exists():
        return path
    if (path / "examples" / "tenant.yaml").exists():
        return path / "examples"
    raise click.ClickException(f"neither {path} nor {path / 'examples'} holds a tenant.yaml")


def _tried(folder: Path) -> int:
    """Print every case with what led to it; return how many failed."""
    try:
        tenant = read_tenant(folder)
        verdicts = list(read_trials(tenant, installed().kinds(tenant.doc.plugins)).verdicts())
    except RefusedError as error:
        end_with(error)
    for verdict in verdicts:
        click.echo("\n".join(_told(verdict)))
    failed = sum(not verdict.passed for verdict in verdicts)
    click.echo(f"{len(verdicts) - failed} passed, {failed} failed")
    return failed


def _told(verdict: Verdict) -> Iterable[str]:
    yield f"{'PASS' if verdict.passed else 'FAIL'} {verdict.id}"
    for line in verdict.trace:
        yield f"     {line.clause}: {line.note.text('zh')} | {line.note.text('en')}"
    if not verdict.passed:
        yield from (f"     {fault}" for fault in verdict.faults)
        if not verdict.faults:
            yield f"     expected {verdict.expected}, got {verdict.got} {verdict.why}".rstrip()


def stamps(folder: Path) -> dict[Path, int]:
    """Return when each file that matters was last changed."""
    found = (path for path in folder.rglob("*") if path.suffix in _READ)
    return {
        path: path.stat().st_mtime_ns
        for path in found
        if not set(path.relative_to(folder).parts) & set(_SKIPPED)
    }


def _watch(path: Path) -> None:
    """Try again, each time in a new process that imports all anew, until Ctrl-C."""
    before: dict[Path, int] | None = None
    while True:
        now = stamps(path)
        if now != before:
            click.clear()
            subprocess.run(  # noqa: S603 - ourselves
                [sys.executable, "-m", "shangfa.cli", "plugin", "try", str(path)], check=False
            )
            before = now
        time.sleep(EVERY_SECONDS)
