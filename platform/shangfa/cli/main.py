"""The command line: every command of every room under one name."""

from __future__ import annotations

from typing import Any, Final

import click

from shangfa.cli import access, evidence, plugin, policies, running, tenancy, users
from shangfa.cli.database.commands import db
from shangfa.cli.keeping import backups
from shangfa.cli.serve.supervisor import PartEndedError
from shangfa.config import SettingError
from shangfa.services.running.deployment import CANNOT_SERVE
from shangfa.services.running.process import logs

UNABLE: Final = (SettingError, PartEndedError, *CANNOT_SERVE)


class _Group(click.Group):
    """Commands whose failures to start are said in one sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except UNABLE as error:
            raise click.ClickException(_sentence(error)) from error


def _sentence(error: Exception) -> str:
    if isinstance(error, logs.LOST):
        return f"The database does not answer: {logs.reason_of(error)}"
    return str(error)


@click.group(cls=_Group)
def main() -> None:
    """Shangfa (赏罚): every company's reward-and-discipline scheme in one deployment."""


for command in (
    *(policies.check, policies.lint, policies.catalog, policies.systems, policies.what_if),
    *(tenancy.tenants, access.keys, users.user, tenancy.calendar, evidence.verify),
    *(running.serve, running.worker, db, running.replay, plugin.plugin, tenancy.demo),
    *(backups.back_up, backups.restore),
):
    main.add_command(command)
