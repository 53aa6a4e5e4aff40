"""Tenants' folders into the database, and the working days that everybody counts by."""

from __future__ import annotations

from pathlib import Path

import click

from shangfa.cli.arguments import FILE, FOLDER, end_with
from shangfa.documents.tenant.workdays import read_years
from shangfa.domain.faults import RefusedError
from shangfa.services.running.deployment import database
from shangfa.services.running.folders import load_folder
from shangfa.services.tenancy.years import load_years


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
