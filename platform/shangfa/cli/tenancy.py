"""Tenants' folders into the database."""

from __future__ import annotations

from pathlib import Path

import click

from shangfa.cli.arguments import FOLDER, end_with
from shangfa.domain.faults import RefusedError
from shangfa.services.running.deployment import database
from shangfa.services.running.folders import load_folder


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
