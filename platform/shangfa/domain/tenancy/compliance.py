"""How a company is held to what the guards find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from shangfa.domain.frozen import NOTHING, freeze

ComplianceMode = Literal["off", "warn", "block"]
"""`off`: only what is locked is told; `warn`: all is told; `block`: a version that a finding
blocks is not published."""
COMPLIANCE_MODES: Final[tuple[str, ...]] = get_args(ComplianceMode)
OFF: Final = "off"
BLOCK: Final = "block"


@dataclass(frozen=True, slots=True)
class Compliance:
    """A company's setting.

    Attributes:
        rules: rule code -> the mode it chose for it; the guards check what may be chosen.
    """

    mode: str = "warn"
    rules: Mapping[str, Any] = field(default_factory=lambda: NOTHING)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", freeze(self.rules))

    def modes(self, codes: Iterable[str]) -> Mapping[str, Any]:
        """Return rule code -> mode, of these rules; where all is off, of every one."""
        return dict.fromkeys(codes, OFF) if self.mode == OFF else self.rules
