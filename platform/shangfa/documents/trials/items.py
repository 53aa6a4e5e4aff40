"""Read a file of cases so that one that cannot be read hides no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

from shangfa.documents.source import Source, read_text, read_yaml
from shangfa.domain.faults import RefusedError

_ITEM: Final = re.compile(r"^-(?=\s)", re.MULTILINE)


def read_items(path: Path) -> list[Source | RefusedError]:
    """Return the file as one list of cases, or case by case when it cannot be read whole."""
    try:
        text = read_text(path)
    except RefusedError as error:
        return [error]
    whole = _read(text, str(path))
    if isinstance(whole, Source) or len(_ITEM.findall(text)) < 2:  # noqa: PLR2004 - one is the whole
        return [whole]
    return [_read(item, str(path)) for item in _items(text)]


def _items(text: str) -> Iterator[str]:
    """Yield every item of the list, after as many empty lines as stand before it."""
    starts = [match.start() for match in _ITEM.finditer(text)]
    for start, end in pairwise([*starts, len(text)]):
        yield "\n" * text.count("\n", 0, start) + text[start:end]


def _read(text: str, file: str) -> Source | RefusedError:
    try:
        source = read_yaml(text, file)
    except RefusedError as error:
        return error
    return RefusedError(*source.faults) if source.faults else source
