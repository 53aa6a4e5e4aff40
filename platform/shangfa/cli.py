"""The command line: check and catalogue policies, run and tend a deployment."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from shangfa.domain.errors import RefusedError
from shangfa.plugins import installed
from shangfa.policies.catalogue import COLUMNS, catalogue
from shangfa.policies.cases import Verdict
from shangfa.policies.check import run_cases
from shangfa.policies.tenants import TenantFolder, read_tenant

Folder = click.Path(exists=True, file_okay=False, path_type=Path)
File = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def main() -> None:
    """Shangfa (赏罚): every company's reward-and-discipline scheme in one deployment."""


def _fail(error: RefusedError) -> None:
    for fault in error.faults:
        click.echo(str(fault), err=True)
    sys.exit(1)


@main.command()
@click.argument("tenants", nargs=-1, required=True, type=Folder)
@click.option("--cases", "files", multiple=True, type=File, help="Run these files instead.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per case.")
def check(tenants: tuple[Path, ...], files: tuple[Path, ...], as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Validate tenants' folders and run their policy tests, without a database."""
    passed = failed = 0
    for folder in tenants:
        try:
            tenant = read_tenant(folder)
            for verdict in run_cases(tenant, _kinds(tenant), files):
                click.echo(_as_json(verdict) if as_json else _as_line(verdict))
                passed, failed = passed + verdict.passed, failed + (not verdict.passed)
        except RefusedError as error:
            failed += len(error.faults)
            for fault in error.faults:
                click.echo(f"FAIL {fault}", err=as_json)
    click.echo(f"{passed} passed, {failed} failed", err=as_json)
    sys.exit(1 if failed else 0)


def _kinds(tenant: TenantFolder) -> Any:
    return installed().kinds(tenant.doc.plugins)


def _as_line(verdict: Verdict) -> str:
    if verdict.passed:
        return f"PASS {verdict.id}"
    return f"FAIL {verdict.id}: expected {verdict.expected}, got {verdict.got}"


def _as_json(verdict: Verdict) -> str:
    names = ("id", "passed", "expected", "got")
    return json.dumps({name: getattr(verdict, name) for name in names}, ensure_ascii=False)


@main.command()
@click.argument("tenants", nargs=-1, required=True, type=Folder)
def catalog(tenants: tuple[Path, ...]) -> None:
    """Print every clause of tenants' policies as CSV."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for folder in tenants:
        try:
            writer.writerows(_rows(read_tenant(folder)))
        except RefusedError as error:
            _fail(error)


def _rows(tenant: TenantFolder) -> Iterable[tuple[str, ...]]:
    for name, version, _ in tenant.versions(_kinds(tenant)):
        yield from catalogue(name, version)
