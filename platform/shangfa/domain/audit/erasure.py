"""Erasure of a company: the operator asks, the company confirms, the owner of the schema does it.

What is left is a certificate that names nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args
from uuid import UUID

State = Literal["asked", "confirmed", "withdrawn", "begun", "erased"]
STATES: Final[tuple[str, ...]] = get_args(State)


@dataclass(frozen=True, slots=True)
class Erasure:
    """How far the erasure of a company is.

    Attributes:
        manifest: SHA-256 of the export's manifest, None before it is confirmed.
        counts: table -> rows erased so far.
        proof: entries and head of the audit chain as it was at the beginning, whether it held,
            and the events recorded after the export; None before.
    """

    id: UUID
    tenant_id: UUID
    slug: str
    asked_at: datetime
    manifest: str | None = None
    confirmed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    begun_at: datetime | None = None
    counts: Mapping[str, int] | None = None
    proof: Mapping[str, Any] | None = None
    done_at: datetime | None = None

    @property
    def state(self) -> State:
        """How it stands."""
        if self.done_at is not None:
            return "erased"
        if self.begun_at is not None:
            return "begun"
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "asked" if self.confirmed_at is None else "confirmed"

    def certificate(self) -> dict[str, Any] | None:
        """Return what is left to show of an erasure that is done, else None: no names."""
        if self.done_at is None or self.counts is None:
            return None
        shown = {name: _told(getattr(self, f"{name}_at")) for name in ("asked", "confirmed")}
        return {
            "form": "shangfa-erasure-1",
            "company": self.slug,
            "asked": {"role": "operator", "at": shown["asked"]},
            "confirmed": {"role": "hr", "at": shown["confirmed"]},
            "begun_at": _told(self.begun_at),
            "erased_at": _told(self.done_at),
            "export": self.manifest,
            "audit": dict(self.proof or {}),
            "erased": dict(sorted(self.counts.items())),
        }


def _told(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
