"""Back up and restore: a whole deployment, or one company."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

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
    try:
        if file.exists():
            raise FileExistsError  # said before the work, and held again at its end
        with database(), NamedTemporaryFile(dir=file.parent, prefix=f"{file.name}.") as part:
            made = backups.back_up(part, tenant)
            part.flush()
            os.link(part.name, file)  # whole, or not there; nothing that is there is touched
    except RefusedError as error:
        end_with(error)
    except FileExistsError as error:
        raise click.ClickException(f"{file} is there already; name another file.") from error
    except (FileNotFoundError, PermissionError) as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
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
