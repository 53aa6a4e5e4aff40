"""Tenants: made whole or not at all, and who acts in them."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import pytest
from tests.making.house import (
    at_once,
    code_of,
    contents,
    find_company,
    make_company,
    operator,
    owning,
    serving,
    tenant_id,
)

from shangfa.db import access as sql
from shangfa.db.people import Lock, ask_tenant
from shangfa.db.tx.transaction import begin
from shangfa.domain.faults import RefusedError
from shangfa.services.access import keys
from shangfa.services.access.authentication import authenticate
from shangfa.services.access.by_hand import make_key
from shangfa.services.access.keys import NewKey
from shangfa.services.access.tokens import digest_of
from shangfa.services.clock import now
from shangfa.services.command import command_in
from shangfa.services.tenancy import ready, tenants
from shangfa.services.tenancy.tenants import NewTenant

EIGHTH = {"based_on": "CN", "off": ["2026-10-08"]}


@pytest.mark.parametrize(
    ("more", "code", "pointer"),
    [
        pytest.param({"timezone": "Asia/Nowhere"}, "invalid", "/timezone", id="no such zone"),
        pytest.param({"calendar": "XX"}, "invalid", "/calendar", id="no such calendar"),
        pytest.param(
            {"calendars": {"own": EIGHTH | {"off": "never"}}},
            "invalid",
            "/calendars/own/off",
            id="a calendar that is not used and cannot be read",
        ),
        pytest.param({"plugins": ("none",)}, "unknown_plugin", "/plugins", id="no such plugin"),
    ],
)
def test_a_tenant_that_cannot_be_made_leaves_nothing(
    owner_url: str, more: dict[str, Any], code: str, pointer: str
) -> None:
    stored = contents(owner_url)
    with pytest.raises(RefusedError) as refusal:
        tenants.create(operator(), NewTenant("faulty", "错", **more))
    assert (refusal.value.code, refusal.value.faults[0].pointer) == (code, pointer)
    assert contents(owner_url) == stored


def test_a_tenant_is_read_as_it_was_made() -> None:
    said = NewTenant(
        "whole", "一家", "Asia/Urumqi", "en", "own", {"own": EIGHTH}, ("西",), ("fines", "duties")
    )
    made = tenants.create(operator(), said)
    assert made == tenants.read(operator(), "whole")
    assert (made.slug, made.name, made.timezone, made.locale) == said_of(said)
    assert (made.calendar, made.plugins) == ("own", ["duties", "fines"])
    assert (made.status, made.revision) == ("active", 1)


def said_of(said: NewTenant) -> tuple[str, str, str, str]:
    return said.slug, said.name, said.timezone, said.locale


def test_of_many_tenants_of_one_name_one_is_made(app_url: str) -> None:
    create = partial(tenants.create, operator(), NewTenant("wanted", "抢"))
    with serving(app_url, pool_size="8"):
        codes = at_once([partial(code_of, create)] * 8)
    assert Counter(codes) == {"": 1, "duplicate": 7}


def test_every_state_of_a_tenant_has_a_revision_of_its_own() -> None:
    slug = make_company(plugins=[]).slug
    seen = [
        tenants.read(operator(), slug).revision,
        tenants.set_status(operator(), slug, "suspended").revision,
        tenants.set_status(operator(), slug, "active").revision,
        tenants.set_plugins(operator(), slug, ["fines"], "*").revision,
    ]
    assert seen == [1, 2, 3, 4]


def test_a_company_is_stopped_while_a_plugin_hangs_in_its_incident(app_url: str) -> None:
    company = find_company(make_company(plugins=["fines"], staff=["E"]).slug)
    with serving(app_url, lock_timeout_ms="200"), begin(company.id) as recording:
        assert ask_tenant(recording, Lock.TENANT, "").fetchone() is not None
        tenants.set_plugins(operator(), company.slug, [], "*")
        suspended = tenants.set_status(operator(), company.slug, "suspended")
    assert (suspended.status, suspended.plugins) == ("suspended", [])


def test_every_key_is_somebody_who_acts_and_so_is_the_command_line(owner_url: str) -> None:
    company = find_company(make_company(staff=["E"]).slug)
    made = keys.create(operator(), company.slug, NewKey("hr", None, "人事"))
    by_hand = authenticate(make_key("employee", company.slug, "E", "前台"))
    assert by_hand.subject == "E"
    with owning(owner_url) as connection:
        actors = connection.execute(
            "SELECT id, kind, label FROM actor WHERE tenant_id = %s", [company.id]
        ).fetchall()
    assert {(made.id, "key", "人事"), (by_hand.actor_id, "key", "前台")} <= set(actors)
    command = [(key, label) for key, kind, label in actors if kind == "command"]
    assert command == [(command_in(company.id).actor_id, "command line")]


def test_a_key_of_the_operator_is_nothing_within_a_tenant() -> None:
    company = make_company()
    key = sql.find_operator_key
    digest = digest_of(make_key("operator", None, None, "test"))
    with begin(None) as tx:
        assert key(tx, digest, now()) is not None
        tx.enter(tenant_id(company.slug))
        assert key(tx, digest, now()) is None
        assert not sql.revoke_by_digest(tx, digest, now())


def test_a_revoked_key_is_listed_with_when_and_cannot_be_revoked_again() -> None:
    company = make_company(staff=["E"])
    made = keys.create(operator(), company.slug, NewKey("employee", "E", "前台"))
    revoke = partial(keys.revoke, operator(), company.slug, made.id)
    assert code_of(revoke) == ""
    assert code_of(revoke) == "not_found"
    (listed,) = keys.listing(operator(), company.slug).items
    assert (listed.id, listed.subject, listed.label) == (made.id, "E", "前台")
    assert listed.revoked_at is not None
    assert listed.revoked_at >= listed.created_at == made.created_at


def test_a_tenant_is_made_ready_once_for_all_who_wait_for_it() -> None:
    company = make_company(staff=["E"])
    ready.forget()
    made = at_once([partial(ready.ready, company.id)] * 8)
    assert len({id(one) for one in made}) == 1
    anew = at_once([partial(ready.refresh, company.id, made[0])] * 8)
    assert len({id(one) for one in anew}) == 1
    assert anew[0] is not made[0]
