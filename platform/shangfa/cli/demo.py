"""A made-up company to look at."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from shangfa.cli.arguments import end_with
from shangfa.domain.faults import RefusedError
from shangfa.services.clock import today
from shangfa.services.running.demo.fill import fill
from shangfa.services.running.deployment import database

ZONE = ZoneInfo("Asia/Shanghai")


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
