"""The roles of a user who has several."""

from __future__ import annotations

import pytest

from shangfa.domain.access.roles import widest_first


@pytest.mark.parametrize(
    ("roles", "ordered"),
    [
        pytest.param(("finance", "hr"), ("hr", "finance"), id="two"),
        pytest.param(("employee", "supervisor", "employee"), ("supervisor", "employee"), id="once"),
        pytest.param(("king",), (), id="none that is known"),
    ],
)
def test_who_sees_more_comes_first(roles: tuple[str, ...], ordered: tuple[str, ...]) -> None:
    assert widest_first(roles) == ordered
