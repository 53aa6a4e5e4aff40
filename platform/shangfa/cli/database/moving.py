"""Move companies between the servers of a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import click

from shangfa.cli.arguments import end_with
from shangfa.domain.faults import RefusedError
from shangfa.services.running import moving
from shangfa.services.running.deployment import Database, database
from shangfa.services.running.moving import Moved

PORTS: Final = 65_535


class Node(click.ParamType[tuple[str, int]]):
    """A server as HOST:PORT."""

    name = "host:port"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, int]:
        """Return (host, port)."""
        host, _, port = str(value).rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) <= PORTS:
            self.fail(f"{value!r} is not HOST:PORT", param, ctx)
        return host, int(port)


wait = click.option(
    "--wait",
    type=click.IntRange(1, 3600),
    default=moving.WAIT,
    show_default=True,
    help="Seconds that what a company has begun may still take.",
)


@click.group()
def move() -> None:
    """Companies between the servers of a Citus cluster, each frozen meanwhile (503 `busy`)."""


@move.command()
@wait
def rebalance(wait: int) -> None:
    """Move shards until every server has its share."""
    _tell(lambda found: moving.rebalance(found.owner_url, wait))


@move.command()
@click.argument("node", type=Node())
@wait
def drain(node: tuple[str, int], wait: int) -> None:
    """Take all companies off a server, HOST:PORT, which gets no more."""
    _tell(lambda found: moving.drain(found.owner_url, *node, wait))


@move.command()
@click.argument("tenant")
@click.option("--to", "node", type=Node(), help="The server that it shall lie on, HOST:PORT.")
@wait
def isolate(tenant: str, node: tuple[str, int] | None, wait: int) -> None:
    """Give a company a shard of its own, and move it to another server if one is named."""
    _tell(lambda found: moving.isolate(found.owner_url, tenant, node, wait))


@move.command()
@click.option("--anyway", is_flag=True, help="Also those whose totals their facts do not give.")
def resume(anyway: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Replay what an unfinished move left frozen, and let it go on."""
    with database() as found:
        for slug in moving.resume(found.owner_url, anyway=anyway):
            click.echo(f"{slug}: goes on")


def _tell(work: Callable[[Database], Iterator[Moved]]) -> None:
    """Print each step once it is done."""
    with database() as found:
        steps = 0
        try:
            for step in work(found):
                steps += 1
                click.echo(f"{step.what}: {', '.join(step.slugs) or '-'}")
        except RefusedError as error:
            end_with(error)
        click.echo(f"{steps} moves")
