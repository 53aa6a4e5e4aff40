"""The working days that everybody counts by."""

from __future__ import annotations

from pathlib import Path

import click

from shangfa.cli.arguments import FILE, end_with
from shangfa.documents.tenant.workdays import read_years
from shangfa.domain.faults import RefusedError
from shangfa.services.running.deployment import database
from shangfa.services.tenancy.years import load_years


@click.group()
def calendar() -> None:
    """Official days off and make-up days."""


@calendar.command()
@click.argument("file", type=FILE)
def load(file: Path) -> None:
    """Load whole years from a CSV file: date,kind,name,source; kind is off or work."""
    try:
        years = read_years(file)
    except RefusedError as error:
        end_with(error)
    with database():
        for year, version in load_years(years):
            click.echo(f"{year}: version {version}")
