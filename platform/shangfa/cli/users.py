"""Users of a company, by hand: for the first one, and for who has locked himself out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from shangfa.cli.arguments import end_with
from shangfa.db.users import UserRecord
from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.domain.faults import NOT_FOUND, RefusedError, refused
from shangfa.services.access import users
from shangfa.services.access.users import NewUser, UserChange, UserView
from shangfa.services.command import COMMAND
from shangfa.services.pages import MOST, Page
from shangfa.services.running.deployment import database


@click.group()
def user() -> None:
    """Users who sign in."""


def _done(work: Callable[[], Any]) -> Any:
    with database():
        try:
            return work()
        except RefusedError as error:
            end_with(error)


def _show(view: UserView) -> None:
    secret = view.secret
    if secret.password is not None:
        click.echo(secret.password)
    if secret.invitation is not None:
        click.echo(f"/v1/invitations/{secret.invitation}")


@user.command("create")
@click.argument("tenant")
@click.argument("login")
@click.option("--name", help="Shown beside what he does; his login when left out.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(TENANT_ROLES))
@click.option("--subject", help="Who he is: needed for supervisors and employees.")
@click.option("--invite", is_flag=True, help="Print a link, good once, instead of a password.")
def create(tenant: str, login: str, name: str | None, **said: Any) -> None:
    """Make a user and print his first password, which is kept nowhere."""
    new = NewUser(login, name or login, **said)
    _show(_done(lambda: users.create(COMMAND, tenant, new)))


@user.command("list")
@click.argument("tenant")
def show_all(tenant: str) -> None:
    """Print the users: login, name, roles, subject, state."""
    for found in _done(lambda: _all(tenant)):
        state = "ended" if found.ended_at else "locked" if found.locked else "active"
        row = (found.login, found.name, "/".join(found.roles), found.subject or "-", state)
        click.echo("\t".join(row))


@user.command("reset")
@click.argument("tenant")
@click.argument("login")
@click.option("--invite", is_flag=True, help="Print a link, good once, instead of a password.")
def reset(tenant: str, login: str, *, invite: bool) -> None:
    """Give a user a new password, print it and sign him out everywhere."""
    said = UserChange(invite=True) if invite else UserChange(reset=True)
    _show(_done(lambda: _change(tenant, login, said)))


@user.command("lock")
@click.argument("tenant")
@click.argument("login")
def lock(tenant: str, login: str) -> None:
    """Keep a user out and sign him out everywhere."""
    _done(lambda: _change(tenant, login, UserChange(locked=True)))


@user.command("unlock")
@click.argument("tenant")
@click.argument("login")
def unlock(tenant: str, login: str) -> None:
    """Let a user in again."""
    _done(lambda: _change(tenant, login, UserChange(locked=False)))


@user.command("remove")
@click.argument("tenant")
@click.argument("login")
def remove(tenant: str, login: str) -> None:
    """End a user for good; what he did keeps his name."""
    _done(lambda: users.remove(COMMAND, tenant, _find(tenant, login).id))


def _all(tenant: str) -> list[UserRecord]:
    found: list[UserRecord] = []
    while True:
        asked = Page(MOST, found[-1].login if found else None)
        page = users.page(COMMAND, tenant, asked)
        found += [view.user for view in page.items]
        if page.next_cursor is None:
            return found


def _find(tenant: str, login: str) -> UserRecord:
    for found in _all(tenant):
        if found.login == login:
            return found
    raise refused(NOT_FOUND, "/login")


def _change(tenant: str, login: str, said: UserChange) -> UserView:
    return users.change(COMMAND, tenant, _find(tenant, login).id, said)
