"""What can be refused, and how each refusal is said.

One exception carries every fault found, so a caller mends them all at once. A
fault's `code` is stable and public; its two texts say what is wrong and what is
allowed. HTTP statuses belong to the API.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from shangfa.domain.effect import Note
from shangfa.domain.messages import MESSAGES


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        code: stable name, a key of `MESSAGES`.
        pointer: JSON pointer into the input, "" for the whole.
        values: what the two texts are filled with; a `Note` is said in each language.
        place: `file:line` when the input came from a file.
    """

    code: str
    pointer: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    place: str = ""

    @property
    def zh(self) -> str:
        """The Chinese text."""
        return self._said(0, "zh")

    @property
    def en(self) -> str:
        """The English text."""
        return self._said(1, "en")

    def _said(self, place: int, language: str) -> str:
        words = {
            name: value.text(language) if isinstance(value, Note) else value
            for name, value in self.values.items()
        }
        return MESSAGES[self.code][place].format(**words)

    def __str__(self) -> str:
        """Both texts, for consoles and logs."""
        return f"{self.place + ': ' if self.place else ''}{self.code}: {self.zh} | {self.en}"


class RefusedError(Exception):
    """The input cannot be taken; nothing was stored."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults

    @property
    def code(self) -> str:
        """The code of the first fault."""
        return self.faults[0].code


def refused(code: str, pointer: str = "", **values: Any) -> RefusedError:
    """Return the error for one fault; the caller raises it."""
    return RefusedError(Fault(code, pointer, values))


class PluginFailedError(RefusedError):
    """A plugin raised, or returned something it must not return."""

    def __init__(self, plugin: str, reason: str) -> None:
        super().__init__(Fault("plugin_failed", "", {"plugin": plugin, "reason": reason}))
        self.plugin = plugin
