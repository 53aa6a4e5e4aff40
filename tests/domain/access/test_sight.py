"""Who may say what of whom, and whose part of a decision a role sees."""

from __future__ import annotations

import pytest

from shangfa.domain.access.permissions import (
    PERMISSIONS,
    check_permission,
    may,
    permissions_of,
)
from shangfa.domain.access.sight import may_report, seen_codes, sees_money_only
from shangfa.domain.faults import RefusedError

ALL = None
CODES = ("E1", "E2", "E3")


@pytest.mark.parametrize(
    ("role", "own", "subject", "supervisor", "allowed"),
    [
        ("hr", None, "E1", None, True),
        ("supervisor", "E2", "E1", "E2", True),
        ("supervisor", "E2", "E1", "E3", False),
        ("supervisor", "E2", "E2", "E3", False),
        ("supervisor", None, "E1", None, False),
        ("employee", "E1", "E1", "E2", True),
        ("employee", "E1", "E2", "E1", False),
        ("somebody", "E1", "E2", "E1", False),
    ],
)
def test_who_may_say_what_somebody_did(
    role: str, own: str | None, subject: str, supervisor: str | None, *, allowed: bool
) -> None:
    assert may_report(role, own, subject, supervisor) is allowed


@pytest.mark.parametrize(
    ("role", "own", "seen"),
    [
        *[("hr", None, ALL), ("auditor", None, ALL), ("finance", "E1", ALL)],
        *[("supervisor", "E9", {"E2", "E9"}), ("supervisor", None, {"E2"})],
        *[("employee", "E1", {"E1"}), ("somebody", None, set())],
    ],
)
def test_whose_part_a_role_sees(role: str, own: str | None, seen: set[str] | None) -> None:
    team = ("E2", "E7") if role == "supervisor" else ()
    assert seen_codes(role, own, CODES, team) == seen
    assert sees_money_only(role) is (role == "finance")


def test_a_role_passes_for_what_it_may_and_is_told_who_may() -> None:
    for permission, roles in PERMISSIONS.items():
        assert may("nobody", permission) is False
        with pytest.raises(RefusedError) as said:
            check_permission("nobody", permission)
        (fault,) = said.value.faults
        assert (fault.code, fault.values["allowed"]) == ("forbidden", "/".join(roles))
        for role in roles:
            check_permission(role, permission)
            assert permission in permissions_of(role)
    assert permissions_of("nobody") == ()
