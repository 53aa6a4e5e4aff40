"""What each operation does, in Chinese, beside the English summary of its route."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import yaml

FILE: Final = Path(__file__).with_suffix(".zh.yaml")


@cache
def summaries() -> dict[str, str]:
    """Return operationId -> sentence."""
    found: dict[str, str] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found
