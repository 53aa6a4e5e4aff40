"""Put a clause or a reaction into the text of a document; all around it stays as it was written.

The text is cut where the piece stands, so comments, order and layout of the rest are kept; a
comment within the piece itself is lost. What was written is read again before it is handed out:
a text in which anything else would have changed, such as one that repeats a piece by an alias,
is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

import yaml

from shangfa.documents.source import read_yaml
from shangfa.domain.faults import INVALID, RefusedError, refused
from shangfa.domain.text import Note

Section = Literal["clauses", "reactions"]
"""Lists whose items can be put in."""
_NOT_ALONE = Note(
    "它与文件的其他部分写在一起，不能单独改动；请修改文件本身",
    "it is written together with other parts of the document; change the text itself",
)
_LINE: Final = 1 << 20
"""Letters of a line before it is broken: never."""


class _Dumper(yaml.SafeDumper):
    """YAML as `documents.source` reads it, with exact decimals."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write what is equal twice."""
        del data
        return True


def _number(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    text = format(value, "f")
    kind = "float" if "." in text else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", text)


_Dumper.add_representer(Decimal, _number)


def written(value: Mapping[str, Any], *, flow: bool = True) -> str:
    """Return a piece as YAML, on one line or, not `flow`, a key a line."""
    style = True if flow else None
    text: str = yaml.dump(
        dict(value),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=_LINE,
        default_flow_style=style,
    )
    return text.rstrip("\n")


def put(text: str, section: Section, index: int | None, piece: Mapping[str, Any]) -> str:
    """Return the text with a piece in the place of the one at `index`, None for a new last one.

    Raises:
        RefusedError: `invalid` when more than the piece would change.
    """
    before = read_yaml(text).data
    items = list(before.get(section) or ())
    if index is None:
        items.append(piece)
    else:
        items[index] = piece
    made = _placed(text, section, index, piece)
    if _read(made) != {**before, section: items}:
        raise refused(INVALID, f"/{section}", value=str(piece.get("code", "")), why=_NOT_ALONE)
    return made


def _read(text: str) -> Any:
    try:
        source = read_yaml(text)
    except RefusedError:
        return None
    return None if source.faults else source.data


def _placed(text: str, section: str, index: int | None, piece: Mapping[str, Any]) -> str:
    root: Any = yaml.compose(text, yaml.CSafeLoader)
    known = next((node for key, node in root.value if key.value == section), None)
    if known is None:
        return _with_section(text, root, section, piece)
    if index is None:
        return _added(text, known, piece)
    node = known.value[index]
    start, column = node.start_mark.index, node.start_mark.column
    end = _end(text, node)
    said = written(piece, flow=bool(node.flow_style or known.flow_style))
    return text[:start] + said.replace("\n", "\n" + " " * column) + text[end:]


def _with_section(text: str, root: Any, section: str, piece: Mapping[str, Any]) -> str:
    if root.flow_style:
        end = root.end_mark.index - 1
        return f"{text[:end]}, {section}: [{written(piece)}]{text[end:]}"
    end = _end(text, root)
    end += len(_line_left(text, end))
    return f"{text[:end]}\n\n{section}:\n  - {written(piece)}{text[end:]}"


def _line_left(text: str, at: int) -> str:
    """Return what is left of a line, such as a comment."""
    return text[at:].partition("\n")[0]


def _added(text: str, known: Any, piece: Mapping[str, Any]) -> str:
    said = written(piece)
    if known.flow_style:
        end = known.end_mark.index - 1
        comma = ", " if known.value else ""
        return f"{text[:end].rstrip()}{comma}{said}{text[end:]}"
    end = _end(text, known.value[-1])
    end += len(_line_left(text, end))
    return f"{text[:end]}\n{' ' * known.start_mark.column}- {said}{text[end:]}"


def _end(text: str, node: Any) -> int:
    """Return where a value ends: a block's mark stands behind the comments that follow it."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    start, end = node.start_mark.index, node.end_mark.index
    return int(start + len(text[start:end].rstrip()))


def plain(value: Any) -> str:
    """Return a value of a piece as somebody would type it into a field."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={plain(item)}" for key, item in value.items())
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)
