"""The command line: check and catalogue policies, run and tend a deployment."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from shangfa.cli import serving
from shangfa.config import SettingError
from shangfa.documents.policy.catalogue import COLUMNS, catalogue
from shangfa.documents.tenant.folder import TenantFolder, read_tenant
from shangfa.documents.tenant.systems import systems_table
from shangfa.documents.trials.check import read_trials
from shangfa.documents.trials.run import Verdict
from shangfa.domain.access.roles import OPERATOR, TENANT_ROLES
from shangfa.domain.faults import RefusedError
from shangfa.jobs import app as jobs
from shangfa.plugins.installed import PluginError, installed
from shangfa.services.access.by_hand import make_key, revoke_key
from shangfa.services.ledger.verify import verify
from shangfa.services.running.deployment import CANNOT_SERVE, database
from shangfa.services.running.folders import load_folder
from shangfa.services.running.upkeep import tenants as all_tenants

Folder = click.Path(exists=True, file_okay=False, path_type=Path)
File = click.Path(exists=True, dir_okay=False, path_type=Path)


UNABLE = (SettingError, PluginError, *CANNOT_SERVE)


def _folders(_context: Any, _option: Any, paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the folders among `tenants/*`, where files stand beside them."""
    folders = tuple(path for path in paths if path.is_dir())
    if not folders:
        raise click.BadParameter("no tenant's folder among these paths")
    return folders


Folders = click.argument(
    "tenants",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    callback=_folders,
)


class _Group(click.Group):
    """Commands whose failures to start are said in one sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except UNABLE as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group)
def main() -> None:
    """Shangfa (赏罚): every company's reward-and-discipline scheme in one deployment."""


def _fail(error: RefusedError) -> None:
    for fault in error.faults:
        click.echo(str(fault), err=True)
    sys.exit(1)


@main.command()
@Folders
@click.option("--cases", "files", multiple=True, type=File, help="Run these files instead.")
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


@main.command()
@Folders
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


@main.command()
@click.argument("folder", type=Folder, default="tenants")
def systems(folder: Path) -> None:
    """Print the table of all schemes, for FOLDER/README.md."""
    tenants = {path.parent.name: read_tenant(path.parent) for path in folder.glob("*/tenant.yaml")}
    kinds = {slug: _kinds(tenant) for slug, tenant in tenants.items()}
    click.echo(systems_table(folder, tenants, kinds), nl=False)


@main.command()
def serve() -> None:
    """Set up the database, load the tenants and serve; Ctrl-C stops everything."""
    serving.serve()


@main.command()
def worker() -> None:
    """Run the background jobs."""
    with database() as db:
        jobs.work(db.app_url)


@main.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Bring the schema to its newest revision, as its owner."""
    with database() as found:
        found.upgrade()
        found.check()
    click.echo("The schema is at its newest revision.")


@main.group()
def tenants() -> None:
    """Tenants' folders."""


@tenants.command("load")
@click.argument("folders", nargs=-1, required=True, type=Folder)
def load(folders: tuple[Path, ...]) -> None:
    """Load tenants' folders into the database; what is there already stays."""
    with database() as found:
        found.upgrade()
        for folder in folders:
            try:
                click.echo(f"{load_folder(folder)}: loaded")
            except RefusedError as error:
                _fail(error)


@main.group()
def keys() -> None:
    """API keys."""


@keys.command("create")
@click.argument("role", type=click.Choice((OPERATOR, *TENANT_ROLES)))
@click.option("--tenant", help="The tenant's slug; not for the operator.")
@click.option("--subject", help="Whose key it is: needed for supervisors and employees.")
@click.option("--label", default="cli", show_default=True)
def create_key(role: str, tenant: str | None, subject: str | None, label: str) -> None:
    """Make a key and print its text, which is kept nowhere."""
    with database():
        try:
            click.echo(make_key(role, tenant, subject, label))
        except RefusedError as error:
            _fail(error)


@keys.command("revoke")
@click.argument("key")
def revoke(key: str) -> None:
    """Revoke a key by its text; it stops working within a second."""
    with database():
        if not revoke_key(key):
            raise click.ClickException("There is no such key in force.")
    click.echo("revoked")


@main.command()
@click.argument("slugs", nargs=-1)
def replay(slugs: tuple[str, ...]) -> None:
    """Recompute tenants from their facts and report any difference; all when none is named."""
    with database():
        wrong = 0
        for slug in slugs or [slug for _, slug in all_tenants()]:
            try:
                differences = verify(slug)
            except RefusedError as error:
                _fail(error)
            for item in differences:
                click.echo(f"{slug}: {item.what} {item.key}: {item.stored} ≠ {item.replayed}")
            click.echo(f"{slug}: {len(differences)} differences")
            wrong += len(differences)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
