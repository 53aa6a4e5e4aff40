"""Arguments that several commands take, and how a command ends badly."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from shangfa.domain.faults import RefusedError

FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)
FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


def _folders(_context: Any, _option: Any, paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the folders among `tenants/*`, where files stand beside them."""
    folders = tuple(path for path in paths if path.is_dir())
    if not folders:
        raise click.BadParameter("no tenant's folder among these paths")
    return folders


folders = click.argument(
    "tenants",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    callback=_folders,
)


def tell(error: RefusedError, of: str = "") -> None:
    """Print every fault, each after what it is of."""
    for fault in error.faults:
        click.echo(f"{of}: {fault}" if of else str(fault), err=True)


def end_with(error: RefusedError) -> NoReturn:
    """Print every fault and end with status 1."""
    tell(error)
    sys.exit(1)
