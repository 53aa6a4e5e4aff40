"""What a slip can be at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.making.slips import slip

from shangfa.domain.slips.capitals import MOST
from shangfa.domain.slips.slip import Receipt, Signature, slip_number

AT = datetime(2026, 3, 4, tzinfo=UTC)
FIRST, SECOND = Signature("甲", AT), Signature("乙", AT)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        pytest.param(lambda: slip(number="123"), "no slip number", id="a number of no year"),
        pytest.param(lambda: slip(number="2026-00012３"), "no slip number", id="another digit"),
        pytest.param(lambda: slip(number="2026-000123\n"), "no slip number", id="a line end"),
        pytest.param(lambda: slip(fen=-1), "cannot be written", id="a negative amount"),
        pytest.param(lambda: slip(fen=MOST + 1), "cannot be written", id="too large an amount"),
        pytest.param(lambda: slip_number(2026, 0), "no slip 0", id="before the first"),
        pytest.param(lambda: slip_number(2026, 1_000_000), "no slip", id="after the last"),
        pytest.param(lambda: Receipt(witnesses=(FIRST,)), "two witnesses", id="one witness"),
        pytest.param(lambda: Receipt(witnesses=(FIRST, FIRST)), "two witnesses", id="one, twice"),
        pytest.param(
            lambda: Receipt(signature=FIRST, witnesses=(FIRST, SECOND)),
            "no signature",
            id="signed and refused",
        ),
    ],
)
def test_what_is_no_slip(make: Callable[[], Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        make()


def test_a_slip_has_its_number_and_refusals_their_witnesses() -> None:
    assert slip(number=slip_number(2026, 123)).number == "2026-000123"
    assert Receipt(received=True, witnesses=(FIRST, SECOND)).accepts is None
    assert slip(fen=None).fen is None
