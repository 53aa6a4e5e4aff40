"""Versions of a policy: drafts, publication, and which one decides an incident."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest
from tests.making.house import FINES, MARKS, Company, at_once, code_of, contents, make_company

from shangfa.db.policies import VersionRecord
from shangfa.db.tx.transaction import begin
from shangfa.services.pages import Page
from shangfa.services.policies import versions as policies

APRIL = FINES.replace("amount: 20", "amount: 50") + "effective_from: 2026-04-01\n"


def upload(company: Company, document: str, policy_id: UUID | None = None) -> VersionRecord:
    return policies.upload(company.ctx(), document, policy_id).version


def publish(company: Company, draft: VersionRecord) -> VersionRecord:
    return policies.publish(company.ctx(), draft.policy_id, draft.number).version


def first_policy(company: Company) -> UUID:
    return policies.page(company.ctx(), Page()).items[0].id


def test_a_draft_decides_nothing_until_it_is_published() -> None:
    company = make_company(staff=["E"])
    draft = upload(company, FINES)
    assert code_of(partial(company.record, "f", "E")) == "unknown_clause"
    publish(company, draft)
    assert company.record("f", "E")["effects"][0]["quantity"] == "-20.00"


def test_a_published_version_stays_as_it_was_published(owner_url: str) -> None:
    company = make_company()
    draft = upload(company, FINES)
    published = publish(company, draft)
    first = policies.read_version(company.ctx(), draft.policy_id, 1)
    stored = contents(owner_url)
    assert code_of(partial(publish, company, draft)) == "already_published"
    assert contents(owner_url) == stored
    publish(company, upload(company, APRIL, draft.policy_id))
    assert policies.read_version(company.ctx(), draft.policy_id, 1) == first
    assert (first.source, first.version) == (FINES, published)
    assert (published.state, published.plugins) == ("published", {"fines": "0.1.0"})


@pytest.mark.parametrize(
    ("first_day", "fined"),
    [
        pytest.param("2026-03-01", ["-50.00", "-50.00"], id="the day before the first incident"),
        pytest.param("2026-03-02", ["-50.00", "-50.00"], id="the day of the first incident"),
        pytest.param("2026-03-20", ["-20.00", "-50.00"], id="the day of the last incident"),
        pytest.param("2026-03-21", ["-20.00", "-20.00"], id="the day after the last incident"),
        pytest.param("2030-01-01", ["-20.00", "-20.00"], id="a day to come"),
    ],
)
def test_a_version_that_begins_before_incidents_decides_them_anew(
    first_day: str, fined: list[str]
) -> None:
    company = make_company(FINES, staff=["E"])
    for day in ("2026-03-02", "2026-03-20"):
        company.record("f", "E", at=day)
    newer = FINES.replace("amount: 20", "amount: 50") + f"effective_from: {first_day}\n"
    company.publish(newer)
    assert company.balances("E") == {"CNY": sum(map(Decimal, fined))}
    assert company.differences() == []


def test_two_versions_do_not_begin_on_one_day(owner_url: str) -> None:
    company = make_company(FINES, staff=["E"])
    draft = upload(company, FINES, first_policy(company))
    stored = contents(owner_url)
    assert code_of(partial(publish, company, draft)) == "duplicate"
    assert contents(owner_url) == stored


def test_a_version_may_begin_where_the_incidents_were_reversed() -> None:
    company = make_company(FINES, staff=["E"])
    company.reverse(company.record("f", "E", at="2026-04-02")["id"])
    company.publish(APRIL)
    assert company.record("f", "E", at="2026-04-02")["effects"][0]["quantity"] == "-50.00"
    assert company.differences() == []


SHANGHAI, NEW_YORK = "Asia/Shanghai", "America/New_York"


@pytest.fixture(scope="module")
def companies() -> dict[str, Company]:
    """One company in each zone whose fine rises from 20 to 50 on 1 April."""
    zones = (SHANGHAI, NEW_YORK)
    return {zone: make_company(FINES, APRIL, staff=["E"], timezone=zone) for zone in zones}


@pytest.mark.parametrize(
    ("zone", "at", "day", "version"),
    [
        pytest.param(SHANGHAI, "2026-03-31T15:59:59Z", "2026-03-31", 1, id="23:59:59 in Shanghai"),
        pytest.param(SHANGHAI, "2026-03-31T16:00:00Z", "2026-04-01", 2, id="midnight in Shanghai"),
        pytest.param(SHANGHAI, "2026-03-31T16:30:00Z", "2026-04-01", 2, id="00:30 in Shanghai"),
        pytest.param(SHANGHAI, "2026-03-31T23:59:59+08:00", "2026-03-31", 1, id="own offset"),
        pytest.param(SHANGHAI, "2026-03-31T12:00:00-05:00", "2026-04-01", 2, id="other offset"),
        pytest.param(SHANGHAI, "2026-03-31T23:59:59", "2026-03-31", 1, id="local, last second"),
        pytest.param(SHANGHAI, "2026-04-01T00:00:00", "2026-04-01", 2, id="local, first second"),
        pytest.param(SHANGHAI, "2026-03-31", "2026-03-31", 1, id="the last day"),
        pytest.param(SHANGHAI, "2026-04-01", "2026-04-01", 2, id="the first day"),
        pytest.param(NEW_YORK, "2026-03-31T16:30:00Z", "2026-03-31", 1, id="noon in New York"),
        pytest.param(NEW_YORK, "2026-04-01T03:59:59Z", "2026-03-31", 1, id="its last second"),
        pytest.param(NEW_YORK, "2026-04-01T04:00:00Z", "2026-04-01", 2, id="its midnight"),
    ],
)
def test_the_version_of_the_incidents_local_day_decides(
    companies: dict[str, Company], zone: str, at: str, day: str, version: int
) -> None:
    found = companies[zone].record("f", "E", at=at)
    amount = {1: "-20.00", 2: "-50.00"}[version]
    assert (found["occurred_on"], found["policy"]["version"]) == (day, version)
    assert [effect["quantity"] for effect in found["effects"]] == [amount]
    assert companies[zone].differences() == []


def test_a_clause_dropped_by_a_later_version_is_not_in_force_after_it() -> None:
    company = make_company(MARKS, staff=["E"])
    company.publish(MARKS.replace("{code: m,", "{code: n,") + "effective_from: 2026-04-01\n")
    assert company.record("m", "E", at="2026-03-31")["policy"]["version"] == 1
    assert code_of(partial(company.record, "m", "E", at="2026-04-01")) == "not_in_force"
    assert code_of(partial(company.record, "n", "E", at="2026-03-31")) == "not_in_force"


def test_versions_are_compared_clause_by_clause() -> None:
    company = make_company()
    draft = upload(company, MARKS)
    newer = MARKS.replace("{code: m,", "{code: n,").replace("title: 警告, kind", "title: 戒, kind")
    upload(company, newer.replace("title: 处分办法", "title: 新办法"), draft.policy_id)
    found = policies.diff(company.ctx(), draft.policy_id, 2, 1)
    assert (found.old, found.new) == (1, 2)
    assert (found.added, found.removed, found.other) == (["n"], ["m"], ["title"])
    [changed] = found.changed
    assert (changed.code, changed.old["title"], changed.new["title"]) == ("w", "警告", "戒")


@pytest.mark.parametrize(
    ("document", "policy", "answered"),
    [
        pytest.param(FINES, "new", "duplicate", id="a name that is taken"),
        pytest.param(MARKS, "known", "invalid", id="a document of another policy"),
        pytest.param(APRIL, "unknown", "not_found", id="a version of no policy"),
        pytest.param("policy: [", "new", "not_a_document", id="no YAML"),
        pytest.param("policy: x\npolicy: y", "new", "not_a_document", id="a key given twice"),
        pytest.param("[]", "new", "invalid", id="a list"),
        pytest.param("", "new", "invalid", id="nothing"),
    ],
)
def test_a_draft_that_cannot_be_kept_is_refused(
    document: str, policy: str, answered: str, owner_url: str
) -> None:
    company = make_company(FINES)
    ids = {"new": None, "known": first_policy(company), "unknown": company.id}
    stored = contents(owner_url)
    assert code_of(partial(upload, company, document, ids[policy])) == answered
    assert contents(owner_url) == stored


def test_the_first_day_of_a_version_is_kept_as_a_day() -> None:
    company = make_company(FINES)
    versions = policies.read(company.ctx(), first_policy(company)).versions
    assert [item.effective_from for item in versions] == [date(2000, 1, 1)]


BARE = """
policy: bare
title: 最少
clauses:
  - {code: b, title: 说明, kind: text}
"""
RANKED = (
    BARE
    + """
programmes:
  - {name: best, kind: recognition.share, params: {percent: 50, prize: {amount: 100}}}
"""
)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(BARE, id="a clause"),
        pytest.param(RANKED, id="a programme"),
    ],
)
def test_a_document_that_says_no_more_than_it_must_can_be_published(document: str) -> None:
    make_company(plugins=["recognition"]).publish(document)


@pytest.mark.parametrize(
    "calls",
    [pytest.param(2, id="two"), pytest.param(6, id="six")],
)
def test_a_version_is_published_once_however_many_try(calls: int) -> None:
    company = make_company()
    draft = upload(company, FINES)
    found = at_once([partial(code_of, partial(publish, company, draft)) for _ in range(calls)])
    assert sorted(found) == ["", *["already_published"] * (calls - 1)]
    assert told(company) == [("policy.published", {"policy": "fines", "version": 1})]


def test_drafts_uploaded_at_once_get_a_number_each() -> None:
    company = make_company(FINES)
    policy_id = first_policy(company)
    found = at_once([partial(upload, company, APRIL, policy_id) for _ in range(4)])
    assert sorted(draft.number for draft in found) == [2, 3, 4, 5]


def test_a_new_name_is_given_once_however_many_upload_it() -> None:
    company = make_company()
    found = at_once([partial(code_of, partial(upload, company, FINES)) for _ in range(4)])
    assert sorted(found) == ["", *["duplicate"] * 3]


def told(company: Company) -> list[tuple[str, dict[str, object]]]:
    """Return the events of a company's policies, without their days."""
    with begin(company.id) as tx:
        rows = tx.raw.execute(
            "SELECT e.type, e.payload - 'effective_from' FROM event e"
            " WHERE e.tenant_id = %s AND e.type = 'policy.published' ORDER BY e.id",
            (company.id,),
        )
        return list(rows.fetchall())
