"""The command line: every command of every room under one name.

A command's room is imported when it is asked for: who tries a plugin waits for no database's code.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import click

ROOMS: Final = {
    "access": ("keys",),
    "database.commands": ("db",),
    "evidence": ("verify-pack",),
    "keeping.backups": ("backup", "restore"),
    "plugin": ("plugin",),
    "policies": ("catalog", "check", "lint", "systems", "what-if"),
    "running": ("replay", "serve", "worker"),
    "tenancy": ("calendar", "demo", "tenants"),
    "users": ("user",),
}
"""Module -> the names of its commands."""
PLACES: Final = {name: module for module, names in ROOMS.items() for name in names}

OVER: Final = (click.ClickException, click.Abort, click.exceptions.Exit)
"""What ends a command and has been said by click."""


class _Group(click.Group):
    """Commands by name, whose failures to start are said in one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every name, in order."""
        return sorted(PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, None when there is none of that name."""
        if cmd_name not in PLACES:
            return None
        module = import_module(f"shangfa.cli.{PLACES[cmd_name]}")
        return next(
            item
            for item in vars(module).values()
            if isinstance(item, click.Command) and item.name == cmd_name
        )

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except OVER:
            raise
        except Exception as error:
            if (said := _sentence(error)) is None:
                raise
            raise click.ClickException(said) from error


def _sentence(error: Exception) -> str | None:
    """Return why a command could not start, None for a failure of another kind."""
    from shangfa.cli.serve.supervisor import PartEndedError  # noqa: PLC0415 - most never fail
    from shangfa.config import SettingError  # noqa: PLC0415
    from shangfa.services.running.deployment import CANNOT_SERVE  # noqa: PLC0415
    from shangfa.services.running.process import logs  # noqa: PLC0415

    if not isinstance(error, (SettingError, PartEndedError, *CANNOT_SERVE)):
        return None
    if isinstance(error, logs.LOST):
        return f"The database does not answer: {logs.reason_of(error)}"
    return str(error)


@click.group(cls=_Group)
def main() -> None:
    """Shangfa (赏罚): every company's reward-and-discipline scheme in one deployment."""
