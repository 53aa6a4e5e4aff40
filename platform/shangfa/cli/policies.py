"""Check, print and tabulate policies; no database is needed."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from shangfa.cli.arguments import FILE, FOLDER, end_with, folders
from shangfa.db.tx.encode import to_text
from shangfa.documents.policy.catalogue import COLUMNS, catalogue
from shangfa.documents.source import read_text
from shangfa.documents.tenant.folder import TenantFolder, read_tenant
from shangfa.documents.tenant.systems import systems_table
from shangfa.documents.trials.check import read_trials
from shangfa.documents.trials.run import Verdict
from shangfa.domain.faults import RefusedError
from shangfa.plugins.guards import check_modes
from shangfa.plugins.installed import installed
from shangfa.services.policies import findings
from shangfa.services.policies.trying.replays import Days, try_text
from shangfa.services.running.deployment import database


@click.command()
@folders
@click.option("--cases", "files", multiple=True, type=FILE, help="Run these files instead.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per case.")
def check(tenants: tuple[Path, ...], files: tuple[Path, ...], as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Validate tenants' folders and run their policy tests, without a database."""
    passed = failed = 0
    for folder in tenants:
        try:
            tenant = read_tenant(folder)
            trials = read_trials(tenant, _kinds(tenant), files)
            click.echo(f"{folder}: {trials.extent()}", err=True)
            for verdict in trials.verdicts():
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
    if verdict.faults:
        return "\n".join(f"FAIL {verdict.id}: {fault}" for fault in verdict.faults)
    why = f": {verdict.why}" if verdict.why else ""
    return f"FAIL {verdict.id}: expected {verdict.expected}, got {verdict.got}{why}"


def _as_json(verdict: Verdict) -> str:
    names = ("id", "passed", "expected", "got", "why")
    found = {name: getattr(verdict, name) for name in names}
    found["faults"] = [str(fault) for fault in verdict.faults]
    return json.dumps(found, ensure_ascii=False)


@click.command()
@folders
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Judge by the law of this day; today's when left out.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per finding.")
def lint(tenants: tuple[Path, ...], on: datetime | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Say what the law has to say about tenants' policies, without a database.

    Ends with status 1 when a policy could not be published for it.
    """
    refused = False
    for folder in tenants:
        try:
            refused |= _lint(read_tenant(folder), on, as_json=as_json)
        except RefusedError as error:
            end_with(error)
    sys.exit(1 if refused else 0)


def _lint(tenant: TenantFolder, on: datetime | None, *, as_json: bool) -> bool:
    """Print what is found in a tenant's policies; tell whether one could not be published."""
    doc = tenant.doc
    compliance, zone = doc.compliance.value(), ZoneInfo(doc.timezone)
    check_modes(compliance.rules, "/compliance/rules")
    day = on.date() if on else datetime.now(zone).date()
    blocking = False
    for name, version, _ in tenant.versions(_kinds(tenant)):
        for finding in findings.lint(version, compliance, doc.regions, day):
            said = {"tenant": tenant.slug, "policy": name} | findings.told(finding)
            click.echo(json.dumps(said, ensure_ascii=False) if as_json else _as_text(said))
            blocking |= finding.severity == "block"
    return blocking and compliance.mode == "block"


def _as_text(said: dict[str, Any]) -> str:
    """Return a finding as lines: where and what, by which law, and what to do."""
    head = "{policy} {clause} {severity} {code}: {text_zh} | {text_en}".format_map(said)
    sure = said["certainty"]
    law = f"  {said['law_ref']} ({sure}{'' if sure == 'read' else ', unconfirmed'})"
    way_out = "  → {suggestion_zh} | {suggestion_en}".format_map(said)
    return "\n".join((head, law, way_out) if said["suggestion_zh"] else (head, law))


@click.command()
@folders
def catalog(tenants: tuple[Path, ...]) -> None:
    """Print every clause of tenants' policies as CSV."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for folder in tenants:
        try:
            writer.writerows(_rows(read_tenant(folder)))
        except RefusedError as error:
            end_with(error)


def _rows(tenant: TenantFolder) -> Iterable[tuple[str, ...]]:
    for name, version, _ in tenant.versions(_kinds(tenant)):
        yield from catalogue(name, version)


@click.command()
@click.argument("folder", type=FOLDER, default="tenants")
def systems(folder: Path) -> None:
    """Print the table of all schemes, for FOLDER/README.md."""
    tenants = {path.parent.name: read_tenant(path.parent) for path in folder.glob("*/tenant.yaml")}
    kinds = {slug: _kinds(tenant) for slug, tenant in tenants.items()}
    click.echo(systems_table(folder, tenants, kinds), nl=False)


@click.command("what-if")
@click.argument("tenant")
@click.argument("policy", type=FILE)
@click.option("--from", "first", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--to", "last", required=True, type=click.DateTime(["%Y-%m-%d"]))
def what_if(tenant: str, policy: Path, first: datetime, last: datetime) -> None:
    """Try a POLICY file on what happened in TENANT between two days; nothing is stored.

    Prints JSON: incidents, changed, totals, subjects, examples.
    """
    with database():
        try:
            days = Days(first.date(), last.date())
            found = try_text(tenant, read_text(policy), days)
        except RefusedError as error:
            end_with(error)
    click.echo(to_text(found))
