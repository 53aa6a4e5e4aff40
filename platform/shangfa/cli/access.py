"""API keys by hand."""

from __future__ import annotations

import click

from shangfa.cli.arguments import end_with
from shangfa.config import settings
from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.domain.faults import RefusedError
from shangfa.outside.sealing import add_key
from shangfa.services.access.by_hand import make_key, revoke_key
from shangfa.services.running.deployment import database


@click.group()
def keys() -> None:
    """API keys."""


@keys.command("create")
@click.argument("role", type=click.Choice(("operator", *TENANT_ROLES)))
@click.option("--tenant", help="The tenant's slug; not for the operator.")
@click.option("--subject", help="Whose key it is: needed for supervisors and employees.")
@click.option("--label", default="cli", show_default=True)
def create(role: str, tenant: str | None, subject: str | None, label: str) -> None:
    """Make a key and print its text, which is kept nowhere."""
    with database():
        try:
            click.echo(make_key(role, tenant, subject, label))
        except RefusedError as error:
            end_with(error)


@keys.command("revoke")
@click.argument("key")
def revoke(key: str) -> None:
    """Revoke a key by its text; it stops working within a second."""
    with database():
        if not revoke_key(key):
            raise click.ClickException("There is no such key in force.")
    click.echo("revoked")


@keys.command("rotate-fields")
def rotate_fields() -> None:
    """Add a key to the file that seals fields; what was sealed before opens as before."""
    click.echo(f"{settings().field_file}: key {add_key()} seals from now on")
