"""Schemes of other companies' folders, to begin one's own with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from shangfa.config import settings
from shangfa.db.tenancy import enabled_plugins
from shangfa.db.tx.transaction import Tx
from shangfa.documents.source import read_file, read_text
from shangfa.domain.faults import NOT_FOUND, RefusedError, refused
from shangfa.services.context import Context
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading


class Starter(NamedTuple):
    """A scheme to begin with; `name` is its place among the folders."""

    name: str
    company: str
    title: str


def starters(ctx: Context) -> list[Starter]:
    """Return the schemes whose plugins the company has, by company."""
    ctx.need("policies:write")
    present = reading(ctx, _plugins)
    return [found for found, needed in _known(settings().tenants_dir) if needed <= present]


def text_of(ctx: Context, name: str) -> str:
    """Return a scheme's document.

    Raises:
        RefusedError: `not_found`, also for one whose plugins the company has not.
    """
    if name not in {item.name for item in starters(ctx)}:
        raise refused(NOT_FOUND, "")
    return read_text(settings().tenants_dir / name)


def _plugins(tx: Tx) -> frozenset[str]:
    current(tx)
    return frozenset(enabled_plugins(tx))


@lru_cache(4)
def _known(folder: Path) -> tuple[tuple[Starter, frozenset[str]], ...]:
    """Return every scheme of the folders with the plugins it needs; a bad folder is left out.

    The folders that come along do not change while the program runs.
    """
    found: list[tuple[Starter, frozenset[str]]] = []
    for path in sorted(folder.glob("*/tenant.yaml")):
        with suppress(RefusedError, OSError):
            found += _of(folder, path)
    return tuple(found)


def _of(folder: Path, path: Path) -> Iterator[tuple[Starter, frozenset[str]]]:
    told = read_file(path).data
    if not isinstance(told, dict):
        return
    needed = frozenset(str(item) for item in told.get("plugins") or ())
    for scheme in sorted(path.parent.glob("policy*.yaml")):
        name = scheme.relative_to(folder).as_posix()
        yield Starter(name, str(told.get("name", path.parent.name)), _title(scheme)), needed


def _title(path: Path) -> str:
    """Return the title that stands in a scheme, without reading all of it as YAML."""
    with path.open(encoding="utf-8") as file:
        said = (line for line in file if line.startswith("title:"))
        return next(said, path.stem).removeprefix("title:").partition(" #")[0].strip(" \"'\n")
