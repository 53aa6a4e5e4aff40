"""Run and tend a deployment."""

from __future__ import annotations

import sys

import click

from shangfa.cli.arguments import tell
from shangfa.cli.serve import serving
from shangfa.config import settings
from shangfa.domain.faults import RefusedError
from shangfa.jobs import app as jobs
from shangfa.services.ledger.anew.verify import verify
from shangfa.services.running.deployment import database
from shangfa.services.running.process import lifeline, logs
from shangfa.services.running.process.listener import answer_on
from shangfa.services.running.process.ports import listen_on
from shangfa.services.running.upkeep import tenants as all_tenants


@click.command()
def serve() -> None:
    """Set up the database, load the tenants and serve; Ctrl-C stops everything."""
    serving.serve()


@click.command()
def worker() -> None:
    """Run the background jobs."""
    logs.set_up()
    lifeline.follow_parent()
    health_bind = settings().health_bind
    if health_bind is not None:
        answer_on(listen_on(health_bind))
    with database() as db:
        jobs.work(db.app_url)


@click.command()
@click.argument("slugs", nargs=-1)
def replay(slugs: tuple[str, ...]) -> None:
    """Recompute tenants from their facts and report any difference; all when none is named.

    One that cannot be recomputed is said, and the others are looked at all the same.
    """
    with database():
        wrong = 0
        for slug in slugs or [slug for _, slug in all_tenants()]:
            try:
                differences = verify(slug)
            except RefusedError as error:
                tell(error, slug)
                wrong += 1
                continue
            for item in differences:
                click.echo(f"{slug}: {item.what} {item.key}: {item.stored} ≠ {item.replayed}")
            click.echo(f"{slug}: {len(differences)} differences")
            wrong += len(differences)
    sys.exit(1 if wrong else 0)
