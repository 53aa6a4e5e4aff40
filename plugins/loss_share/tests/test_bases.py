"""The least fine grows with the base units and the number of sanctions."""

from decimal import Decimal

import pytest

from shangfa.sdk import Choice, RefusedError
from shangfa.testing import found, make_incident, make_part
from shangfa_loss_share import register_clause_kinds
from shangfa_loss_share.bases import BaseFine

KIND = next(kind for kind in register_clause_kinds() if kind.name == "loss_share.base_fine")
PART = make_part(BaseFine(min=Decimal(800)))


@pytest.mark.parametrize(
    ("quantity", "units", "least"), [(1, "1", "800.00"), (1, "2", "1600.00"), (3, "0.5", "1200.00")]
)
def test_the_least_fine(quantity: int, units: str, least: str) -> None:
    (choice,) = found(KIND, PART, make_incident(quantity, base_units=Decimal(units)))
    assert isinstance(choice, Choice)
    assert (choice.account, str(choice.minimum), choice.maximum) == ("fine", least, None)
    (row,) = KIND.rows(PART)
    assert (row.minimum, row.maximum, row.per) == (Decimal(800), None, "base_units")


@pytest.mark.parametrize(("units", "code"), [(None, "missing_fact"), (Decimal(0), "invalid_fact")])
def test_base_units_are_needed(units: Decimal | None, code: str) -> None:
    with pytest.raises(RefusedError) as caught:
        found(KIND, PART, make_incident(base_units=units))
    assert caught.value.code == code
