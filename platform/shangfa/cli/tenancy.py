"""Tenants' folders into the database, a made-up one, and the days that everybody counts by."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import click

from shangfa.cli.arguments import FILE, FOLDER, end_with
from shangfa.cli.keeping.forgetting import forget_people
from shangfa.cli.keeping.leaving import erase_tenant
from shangfa.documents.tenant.workdays import read_years
from shangfa.domain.faults import RefusedError
from shangfa.services.clock import today
from shangfa.services.exchange.export import export
from shangfa.services.running.demo.fill import fill
from shangfa.services.running.deployment import database
from shangfa.services.running.folders import load_folder
from shangfa.services.tenancy.years import load_years

ZONE: Final = ZoneInfo("Asia/Shanghai")


@click.group()
def tenants() -> None:
    """Tenants' folders."""


@tenants.command("load")
@click.argument("folders", nargs=-1, required=True, type=FOLDER)
def load(folders: tuple[Path, ...]) -> None:
    """Load tenants' folders into the database; what is there already stays."""
    with database() as found:
        found.upgrade()
        for folder in folders:
            try:
                click.echo(f"{load_folder(folder)}: loaded")
            except RefusedError as error:
                end_with(error)


@tenants.command("export")
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_tenant(slug: str, file: Path) -> None:
    """Write everything of a tenant into a new ZIP: NDJSON for each table, and its evidence."""
    part = file.with_name(f"{file.name}.part")
    with database():
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                made = export(slug, out)
            os.link(part, file)
        except RefusedError as error:
            end_with(error)
        except FileExistsError as error:
            raise click.ClickException(f"{error.filename} is there already.") from error
        finally:
            part.unlink(missing_ok=True)
    rows = sum(made.rows.values())
    click.echo(f"{slug}: {rows} rows, {made.files} files, manifest {made.manifest}")


tenants.add_command(erase_tenant)
tenants.add_command(forget_people)


@click.group()
def calendar() -> None:
    """Official days off and make-up days."""


@calendar.command("load")
@click.argument("file", type=FILE)
def load_calendar(file: Path) -> None:
    """Load whole years from a CSV file: date,kind,name,source; kind is off or work."""
    try:
        years = read_years(file)
    except RefusedError as error:
        end_with(error)
    with database():
        for year, version in load_years(years):
            click.echo(f"{year}: version {version}")


@click.group()
def demo() -> None:
    """A made-up company to look at."""


@demo.command("fill")
@click.argument("slug", default="demo")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Its last day; today by default.")
def fill_company(slug: str, until: datetime | None) -> None:
    """Fill a made-up company for the year up to a day, and print a key for each role."""
    with database() as found:
        found.upgrade()
        try:
            filled = fill(slug, until.date() if until else today(ZONE))
        except RefusedError as error:
            end_with(error)
    click.echo(f"{slug}: {filled.incidents} incidents recorded, {filled.months} months locked")
    for role, key in filled.keys.items():
        click.echo(f"{role}\t{key}")
