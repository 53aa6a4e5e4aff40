"""Anchors of the audit log: what is signed of a chain, so that it can be kept elsewhere.

Who holds one can show later that the chain was cut or written anew, and needs nobody's word
for where he has it from: the public key proves it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

FORM: Final = "shangfa-anchor-1"
"""What a statement says first: a signature is good for anchors only."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """How far a company's chain went at a moment; `head` is the hash of its last entry."""

    company: str
    entries: int
    head: bytes
    at: datetime

    @property
    def statement(self) -> str:
        """What is signed: JSON, keys in order, nothing between them."""
        said = {
            "at": self.at.isoformat(),
            "company": self.company,
            "entries": self.entries,
            "form": FORM,
            "head": self.head.hex(),
        }
        return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
