"""A company leaves: everything of it is erased, and a certificate is written."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from shangfa.cli.arguments import end_with
from shangfa.domain.faults import RefusedError
from shangfa.services.running.deployment import Database, database
from shangfa.services.running.keeping.erasing import erase


def owner_of(found: Database) -> str:
    """Return the owner's URL, which some commands cannot do without."""
    if found.owner_url is None:
        raise click.ClickException(
            "This is done as the owner of the schema: set SHANGFA_OWNER_URL."
        )
    return found.owner_url


@click.command("erase")
@click.argument("slug")
@click.option(
    "--certificate",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="A new file for what is left: counts, digests, when; no names.",
)
def erase_tenant(slug: str, certificate: Path) -> None:
    """Erase everything of a tenant whose HR agreed; run again, it goes on where it ended."""
    if certificate.exists():
        raise click.ClickException(f"{certificate} is there already.")
    with database() as found:
        try:
            left = erase(slug, owner_of(found))
        except RefusedError as error:
            end_with(error)
    text = json.dumps(left.document(), ensure_ascii=False, indent=1) + "\n"
    with os.fdopen(os.open(certificate, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    counted = json.loads(left.statement)["erased"]
    click.echo(f"{slug}: erased, {sum(counted.values())} rows and files; {certificate} says so")
