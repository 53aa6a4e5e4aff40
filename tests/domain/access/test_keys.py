"""What a key may less than its role, and from where it is good."""

from __future__ import annotations

import pytest

from shangfa.domain.access.keys import check_addresses, check_scopes, is_within, networks
from shangfa.domain.faults import RefusedError


def test_scopes_are_permissions_of_the_role() -> None:
    check_scopes("hr", ["incidents:record", "funds:read"])
    with pytest.raises(RefusedError) as found:
        check_scopes("auditor", ["funds:read", "incidents:record"])
    assert [(f.kind.code, f.pointer) for f in found.value.faults] == [("invalid", "/scopes/1")]


@pytest.mark.parametrize("address", ["10.1.0.0/16", "192.0.2.7", "2001:db8::/32", "::1"])
def test_addresses_and_networks_pass(address: str) -> None:
    check_addresses([address])


@pytest.mark.parametrize("address", ["", "localhost", "10.1.0.0/33", "10.1.2.3/16", "10.1.0"])
def test_what_is_no_address_is_refused_at_its_place(address: str) -> None:
    with pytest.raises(RefusedError) as found:
        check_addresses(["192.0.2.7", address])
    assert [(f.kind.code, f.pointer) for f in found.value.faults] == [("invalid", "/addresses/1")]


@pytest.mark.parametrize(
    ("address", "allowed", "good"),
    [
        ("192.0.2.7", [], True),
        ("192.0.2.7", ["192.0.2.0/24"], True),
        ("192.0.3.7", ["192.0.2.0/24", "192.0.3.7"], True),
        ("192.0.3.8", ["192.0.2.0/24", "192.0.3.7"], False),
        ("::ffff:192.0.2.7", ["192.0.2.0/24"], True),
        ("2001:db8::1", ["2001:db8::/32"], True),
        ("2001:db9::1", ["2001:db8::/32"], False),
        ("", ["192.0.2.0/24"], False),
        ("a socket", ["192.0.2.0/24"], False),
    ],
)
def test_a_key_is_good_from_its_addresses(address: str, allowed: list[str], good: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_within(address, networks(allowed)) is good
