"""What a company makes of the findings of the law."""

from __future__ import annotations

from typing import Any

import pytest

from shangfa.domain.tenancy.compliance import Compliance


@pytest.mark.parametrize(
    ("setting", "modes"),
    [
        pytest.param(Compliance(), {}, id="nothing said"),
        pytest.param(Compliance("block", {"deposit": "warn"}), {"deposit": "warn"}, id="a rule"),
        pytest.param(
            Compliance("off", {"deposit": "warn"}), {"deposit": "off", "cap": "off"}, id="all off"
        ),
    ],
)
def test_the_modes_of_rules(setting: Compliance, modes: dict[str, Any]) -> None:
    assert setting.modes(["deposit", "cap"]) == modes
