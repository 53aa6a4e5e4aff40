"""API keys by hand."""

from __future__ import annotations

from typing import Any, Final

import click

from shangfa.cli.arguments import end_with
from shangfa.cli.keeping.leaving import owner_of
from shangfa.config import settings
from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.domain.faults import RefusedError
from shangfa.outside.sealing import add_key
from shangfa.services.access.by_hand import Less, make_key, revoke_key
from shangfa.services.running.deployment import database
from shangfa.services.running.keeping.resealing import reseal

A_MOMENT: Final = click.DateTime(["%Y-%m-%dT%H:%M:%S%z"])


@click.group()
def keys() -> None:
    """API keys."""


@keys.command("create")
@click.argument("role", type=click.Choice(("operator", *TENANT_ROLES)))
@click.option("--tenant", help="The tenant's slug; not for the operator.")
@click.option("--subject", help="Whose key it is: needed for supervisors and employees.")
@click.option("--label", default="cli", show_default=True)
@click.option("--expires", type=A_MOMENT, help="When it ends, as 2027-01-01T00:00:00+08:00.")
@click.option("--scope", "scopes", multiple=True, help="A permission it has; others it lacks.")
@click.option("--address", "addresses", multiple=True, help="An address or network of its own.")
def create(role: str, tenant: str | None, subject: str | None, label: str, **less: Any) -> None:
    """Make a key and print its text, which is kept nowhere."""
    limits = Less(less["expires"], less["scopes"] or None, less["addresses"] or None)
    with database():
        try:
            click.echo(make_key(role, tenant, subject, label, limits))
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


@keys.command("reseal-fields")
@click.option("--rows", default=500, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--tenant", help="The slug of one company; all of them without it.")
def reseal_fields(rows: int, tenant: str | None) -> None:
    """Seal with the newest key what older ones seal, some rows at a time; again it goes on."""
    closed = 0
    with database() as found:
        try:
            for done in reseal(owner_of(found), rows, tenant):
                closed += sum(done.left.values())
                left = "、".join(f"key {key}: {count}" for key, count in done.left.items())
                click.echo(f"{done.slug}: {done.rows} resealed, left {left or 0}")
        except RefusedError as error:
            end_with(error)
    if closed:
        raise click.ClickException(
            f"{closed} rows do not open with what {settings().field_file} has."
        )
    click.echo("Everything opens with the newest key.")
