"""The database: its schema, and the servers that it is spread over."""

from __future__ import annotations

import sys

import click

from shangfa.cli.database.moving import move
from shangfa.services.running import cluster
from shangfa.services.running.cluster import ClusterError
from shangfa.services.running.deployment import database

MOST_SHARDS = 1024


@click.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Bring the schema to its newest revision, as its owner."""
    with database() as found:
        found.upgrade()
        try:
            found.check()
        except ClusterError as error:  # what comes next, as after a new table
            click.echo(error, err=True)
    click.echo("The schema is at its newest revision.")


@db.command()
@click.option(
    "--shards",
    type=click.IntRange(1, MOST_SHARDS),
    default=cluster.SHARDS,
    show_default=True,
    help="Parts of each table; the first time decides.",
)
def distribute(shards: int) -> None:
    """Spread the companies over the workers of a Citus cluster; stop the service before.

    As the owner of the schema, on the coordinator. What is distributed already stays, so it
    is run again after every upgrade.
    """
    with database() as found:
        done = cluster.distribute(found.owner_url, found.app_url, shards)
        for table in done.tables:
            click.echo(f"{table}: distributed")
        click.echo(f"{len(done.tables)} tables distributed")
        for statement in done.left:
            click.echo(f"请以管理员身份运行 | Run as administrator: {statement};", err=True)
        _survey(found.owner_url, found.app_url)


@db.command("check-distributed")
def check_distributed() -> None:
    """Look at every shard on every server; exit status 1 when anything is not as it must be."""
    with database() as found:
        _survey(found.owner_url, found.app_url)


def _survey(owner_url: str | None, app_url: str) -> None:
    found = cluster.check(owner_url, app_url)
    for fault in found.faults:
        click.echo(fault, err=True)
    click.echo(f"{found.tables} tables, {found.shards} shards, {len(found.faults)} faults")
    sys.exit(1 if found.faults else 0)


db.add_command(move)
