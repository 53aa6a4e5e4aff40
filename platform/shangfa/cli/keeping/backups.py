"""Back up and restore: a whole deployment, or one company."""

from __future__ import annotations

import os
from pathlib import Path

import click

from shangfa.cli.arguments import FILE, end_with
from shangfa.cli.keeping.leaving import owner_of
from shangfa.domain.faults import RefusedError
from shangfa.services.running.deployment import database
from shangfa.services.running.keeping import backups


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--tenant", help="One tenant only, by its slug.")
def back_up(file: Path, tenant: str | None) -> None:
    """Write all tenants, or one, into a new ZIP as of one moment, while they are served."""
    part = file.with_name(f"{file.name}.part")
    with database():
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                made = backups.back_up(out, tenant)
            os.link(part, file)
        except RefusedError as error:
            end_with(error)
        except FileExistsError as error:
            raise click.ClickException(f"{error.filename} is there already.") from error
        finally:
            part.unlink(missing_ok=True)
    click.echo(f"{len(made.slugs)} tenants, manifest {made.manifest}")


@click.command("restore")
@click.argument("file", type=FILE)
@click.option("--tenant", help="One tenant only, by its slug.")
def restore(file: Path, tenant: str | None) -> None:
    """Bring tenants back from a backup; each is proven by replay and audit chain."""
    with database() as found, file.open("rb") as content:
        owner_url = owner_of(found)
        found.upgrade()
        try:
            back = backups.restore(content, owner_url, tenant)
        except RefusedError as error:
            end_with(error)
    for slug in back:
        click.echo(f"{slug}: restored, 0 differences, audit chain holds")
