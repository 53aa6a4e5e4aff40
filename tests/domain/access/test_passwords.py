"""Which passwords are taken, and how long wrong ones keep a login closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangfa.domain.access.passwords import (
    FREE_ATTEMPTS,
    LENGTH,
    LONGEST_CLOSURE,
    MONOTONOUS,
    SAME_AS_LOGIN,
    attempts_so_far,
    check_password,
    closed_until,
    normal,
)
from shangfa.domain.faults import RefusedError
from shangfa.domain.text import Note

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("password", ["mount8Tai!", "a" * 196 + "bcde", "春眠不觉晓处处闻啼鸟"])
def test_a_password_that_is_taken(password: str) -> None:
    check_password(password, "li.hua", "/password")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        pytest.param("mount8Tai", LENGTH, id="nine"),
        pytest.param("a" * 197 + "bcde", LENGTH, id="201"),
        pytest.param("x9LI.HUAx9", SAME_AS_LOGIN, id="the login in other letters"),
        pytest.param("ｌｉ．ｈｕａ12345", SAME_AS_LOGIN, id="the login in full width"),
        pytest.param("abcdabcdabcd", MONOTONOUS, id="four letters"),
    ],
)
def test_a_password_that_is_not(password: str, why: Note) -> None:
    with pytest.raises(RefusedError) as said:
        check_password(password, "li.hua", "/password")
    (fault,) = said.value.faults
    assert (fault.code, fault.pointer) == ("weak_password", "/password")
    assert fault.values["why"] == why


def test_one_password_however_a_keyboard_composed_it() -> None:
    assert normal("caf\u0065\u0301") == normal("caf\u00e9")


@pytest.mark.parametrize(
    ("failures", "minutes"), [(4, None), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (10**6, 15)]
)
def test_how_long_a_login_is_closed(failures: int, minutes: int | None) -> None:
    until = None if minutes is None else NOW + timedelta(minutes=minutes)
    assert closed_until(failures, NOW) == until


@given(st.integers(FREE_ATTEMPTS, 100))
def test_another_failure_never_opens_sooner(failures: int) -> None:
    before, after = closed_until(failures, NOW), closed_until(failures + 1, NOW)
    assert before is not None
    assert after is not None
    assert before <= after <= NOW + LONGEST_CLOSURE


def test_an_hour_of_rest_forgives() -> None:
    hour = timedelta(hours=1)
    assert attempts_so_far(7, NOW, NOW + hour) == 7
    assert attempts_so_far(7, NOW, NOW + hour + timedelta(seconds=1)) == 0
    assert attempts_so_far(7, None, NOW) == 0
