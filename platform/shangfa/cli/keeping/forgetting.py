"""Who left long ago is made nameless, after HR agreed."""

from __future__ import annotations

import click

from shangfa.cli.arguments import end_with
from shangfa.cli.keeping.leaving import owner_of
from shangfa.domain.faults import RefusedError
from shangfa.services.running.deployment import database
from shangfa.services.running.keeping.forgetting import forget


@click.command("forget")
@click.argument("slug")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
def forget_people(slug: str, *, dry_run: bool) -> None:
    """Make those nameless who left longer ago than the tenant keeps and whom its HR agreed to."""
    with database() as found:
        try:
            for done in forget(slug, owner_of(found), dry_run=dry_run):
                told = "、".join(f"{name} {count}" for name, count in done.counts.items())
                click.echo(f"{slug} {done.subject or '-'}: {told or '0'}")
        except RefusedError as error:
            end_with(error)
