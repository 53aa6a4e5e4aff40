"""Names that are masked."""

import pytest

from shangfa.domain.notices.notice import COMPOUND, mask


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("欧阳明", "欧阳*"),
        ("欧阳", "欧*"),
        (" 李雷雷 ", "李*"),
        ("Alice Smith", "A*"),
        ("王", "王*"),
    ],
)
def test_only_the_surname_is_left(name: str, masked: str) -> None:
    assert mask(name) == masked


def test_compound_surnames_have_two_characters() -> None:
    assert {len(name) for name in COMPOUND} == {2}
