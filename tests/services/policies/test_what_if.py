"""What-ifs: the same as living it again under the other version, and nothing is stored."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from tests.making.house import FINES, MARKS, Company, code_of, contents, make_company

from shangfa.db.policies import ReplayRecord
from shangfa.db.tx.transaction import begin
from shangfa.domain.incident import Report
from shangfa.domain.incidents.memory import Memory
from shangfa.domain.money import amount_text
from shangfa.domain.policies.policy import Policy
from shangfa.services.clock import new_id
from shangfa.services.ledger.anew.cast import everybody
from shangfa.services.pages import Page
from shangfa.services.policies import versions as policies
from shangfa.services.policies.trying import replays, what_if
from shangfa.services.policies.trying.concerned import concerned
from shangfa.services.policies.trying.replays import Days
from shangfa.services.tenancy.ready import Words, load, ready

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
DAYS = Days(FIRST, LAST)
LADDER = MARKS.replace(
    "clauses:", "clauses:\n  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 20}}"
)
STRICTER_CLAUSE = LADDER.replace("params: {amount: 20}", "params: {amount: 50}").replace(
    "{code: m, title: 小过, kind: ladder.mark, params: {mark: minor_demerit}}",
    "{code: m, title: 小过, kind: ladder.mark, params: {mark: warning}}",
)
STRICTER_REACTION = LADDER.replace("every: 3", "every: 2").replace("within: month", "within: year")
WITHOUT = LADDER.replace("{code: m,", "{code: n,")


def draft(company: Company, document: str) -> tuple[UUID, int]:
    """Upload a version of the only policy and return it."""
    policy_id = policies.page(company.ctx(), Page()).items[0].id
    made = policies.upload(company.ctx(), document, policy_id).version
    return made.policy_id, made.number


def tried(company: Company, document: str, days: Days = DAYS) -> dict[str, Any]:
    """Return what a document would have changed, as the job finds it."""
    where = draft(company, document)
    found = replays.start(company.ctx(), *where, days)
    assert found.state == "waiting"
    assert replays.run(company.id, found.id) == "done"
    return replays.progress(replays.read(company.ctx(), *where))


def past_of(company: Company, people: int, number: int) -> None:
    """Give a company a past, as if it had been recorded; nothing in the ledger."""
    tenant, dice = ready(company.id), random.Random(number)
    for code in range(people):
        company.hire(f"E{code}", supervisor=f"M{code % 3}")
    with begin(company.id) as tx:
        ids: dict[str, UUID] = dict(tx.raw.execute("SELECT s.code, s.id FROM subject s").fetchall())
        [(name, version)] = tenant.version_ids
        rows: list[tuple[Any, ...]] = []
        for _ in range(number):
            day = FIRST + timedelta(dice.randrange(365))
            at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)
            clause = dice.choices(("w", "m", "f"), (5, 1, 4))[0]
            rows.append((new_id(), clause, day, at, ids[f"E{dice.randrange(people)}"]))
        cursor = tx.raw.cursor()
        cursor.executemany(
            "INSERT INTO incident (tenant_id, id, policy_id, version_id, clause, occurred_on,"
            " occurred_at, quantity, facts, actor_id, recorded_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, 1, %s, %s, %s)",
            [
                (
                    *(company.id, key, tenant.policy_ids[name], tenant.version_ids[name, version]),
                    *(clause, day, at, json.dumps({"given": {}, "timed": False}), company.id, at),
                )
                for key, clause, day, at, _ in rows
            ],
        )
        cursor.executemany(
            "INSERT INTO incident_subject (tenant_id, id, incident_id, subject_id, position,"
            " effective_at) VALUES (%s, %s, %s, %s, 0, %s)",
            [(company.id, new_id(), key, who, at) for key, _, _, at, who in rows],
        )
        cursor.executemany(
            'INSERT INTO "case" (tenant_id, id, incident_id, procedure, state)'
            " VALUES (%s, %s, %s, 'immediate', 'effective')",
            [(company.id, new_id(), key) for key, *_ in rows],
        )


def book(company: Company) -> None:
    """Post what the past gives, all by one decision, as far as sums are concerned."""
    tenant = ready(company.id)
    balances = live(company, LADDER).balances()
    with begin(company.id) as tx:
        cursor = tx.raw.cursor()
        [case] = cursor.execute('SELECT c.id FROM "case" c LIMIT 1').fetchone() or [None]
        ids: dict[str, UUID] = dict(cursor.execute("SELECT s.code, s.id FROM subject s").fetchall())
        decision = new_id()
        cursor.execute(
            "INSERT INTO decision (tenant_id, id, case_id, subject_id, kind, body, actor_id,"
            " decided_at) VALUES (%s, %s, %s, %s, 'sanction', '{}', %s, now())",
            (company.id, decision, case, ids["M0"], company.id),
        )
        cursor.executemany(
            "INSERT INTO ledger_entry (tenant_id, id, decision_id, subject_id, policy_id, account,"
            " unit, quantity, clause, cause, day, booked_in, joint, recorded_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'reaction', %s, '2025-01', %s, now())",
            [
                (
                    *(company.id, new_id(), decision, ids[key.subject]),
                    *(tenant.policy_ids["marks"], key.account, key.unit, quantity, key.clause),
                    *(key.day, key.joint),
                )
                for key, quantity in balances.items()
            ],
        )


def live(company: Company, document: str) -> Memory:
    """Live the past again under a document, one incident after another."""
    with begin(company.id) as tx:
        tenant = load(tx)
        cast = everybody(tx, ())
        rows = tx.raw.execute(
            "SELECT i.clause, i.occurred_on, s.code FROM incident i"
            " JOIN incident_subject x ON x.tenant_id = i.tenant_id AND x.incident_id = i.id"
            " JOIN subject s ON s.tenant_id = x.tenant_id AND s.id = x.subject_id"
            " WHERE i.tenant_id = %(t)s AND x.tenant_id = %(t)s AND s.tenant_id = %(t)s"
            " ORDER BY i.occurred_on, i.id",
            {"t": company.id},
        ).fetchall()
    version = Words(tenant.kinds).build(policies.read_source(document).data, 1)
    policy = Policy("marks", [version])
    memory = Memory({"marks": policy}, tenant.calendar, cast, ledgers=None)
    for clause, day, code in rows:
        if clause in version.clauses:
            memory.record(Report(clause, (cast.subject(code, day),), day, policy="marks"))
    return memory


def lived(company: Company, document: str) -> dict[tuple[str, str, str], str]:
    """Return the sums of living the past again under a document."""
    sums: dict[tuple[str, str, str], Any] = {}
    for key, quantity in live(company, document).balances().items():
        place = (key.subject, key.account, key.unit)
        sums[place] = sums.get(place, 0) + quantity
    return {key: amount_text(key[2], value) for key, value in sums.items() if key[1] != "count"}


@pytest.fixture(scope="module")
def company(app_url: str) -> Company:
    """A company with 10,000 incidents of 60 people under three supervisors."""
    del app_url
    company = make_company(LADDER, staff=["M0", "M1", "M2"])
    past_of(company, 60, 10_000)
    book(company)
    return company


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(STRICTER_CLAUSE, id="clauses"),
        pytest.param(STRICTER_REACTION, id="a reaction"),
        pytest.param(WITHOUT, id="a clause less"),
        pytest.param(LADDER, id="nothing"),
    ],
)
def test_it_is_what_living_it_again_gives(company: Company, document: str, owner_url: str) -> None:
    stored = contents(owner_url)
    found = tried(company, document)
    same = {name: contents(owner_url)[name] for name in ("ledger_entry", "tally", "decision")}
    assert same == {name: stored[name] for name in same}
    before, after = lived(company, LADDER), lived(company, document)
    wanted = {
        key: (before.get(key, "0"), after.get(key, "0"))
        for key in before.keys() | after.keys()
        if before.get(key, "0") != after.get(key, "0")
    }
    got = {
        (item["subject"], item["account"], item["unit"]): (item["before"], item["after"])
        for item in found["subjects"]
    }
    assert {key: tuple(map(float, pair)) for key, pair in got.items()} == {
        key: tuple(map(float, pair)) for key, pair in wanted.items()
    }
    assert (found["state"], found["incidents"]) == ("done", 10_000)
    assert (found["changed"] > 0) == bool(wanted)
    assert len(found["examples"]) == (20 if wanted else 0)


APART = """
policy: apart
title: 互不相干
ladder: [warning, minor]
clauses:
  - {code: w, title: 警告, kind: ladder.mark, params: {mark: warning}}
  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 20}}
reactions:
  - {code: r, kind: ladder.roll_up, params: {of: warning, every: 2, within: year, gives: minor}}
"""
BORNE = APART + "  - {code: s, kind: ladder.supervisor, params: {lower: 1}}\n"


CAP = "  - {code: cap, kind: fines.cap, params: {within: month, most: 5}}\n"


@pytest.mark.parametrize(
    ("document", "newer", "looked_at", "changed"),
    [
        pytest.param(APART, ("amount: 20", "amount: 50"), "ABC", 1, id="nobody bears for others"),
        pytest.param(BORNE, ("amount: 20", "amount: 50"), "ABCDM", 1, id="a superior bears it"),
        pytest.param(APART, ("every: 2", "every: 3"), "ABCDE", 3, id="a reaction"),
        pytest.param(APART, ("within: year", "within: day"), "ABCDE", 1, id="a window"),
        pytest.param(APART, ("reactions:\n", "reactions:\n" + CAP), "ABC", 1, id="a new cap"),
        pytest.param(APART + CAP, ("most: 5", "most: 6"), "ABC", 1, id="another cap"),
        pytest.param(APART, ("title: 警告", "title: 警"), "ABCDE", 0, id="only a title"),
    ],
)
def test_only_those_are_looked_at_whom_it_can_concern(
    document: str,
    newer: tuple[str, str],
    looked_at: str,
    changed: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = make_company(document, staff=["M", *"XYZUVPQRST"])
    for code in "ABCDE":
        company.hire(code, supervisor="M" if code in "AD" else None)
    company.record("f", "A", at="2025-02-01")
    company.record("w", "A", "B", at="2025-02-02")
    company.record("w", "B", "C", at="2025-02-03")
    for code in ("D", "E", "E", "E"):
        company.record("w", code, at="2025-02-04")
    text = document.replace(*newer)
    wanted = tried(company, text)
    asked: list[set[UUID] | None] = []
    real = concerned

    def everybody_is(*args: Any) -> None:
        asked.append({*found} if (found := real(*args)) is not None else None)

    monkeypatch.setattr(what_if, "concerned", everybody_is)
    assert tried(company, text) == wanted
    assert (wanted["incidents"], wanted["changed"]) == (7, changed)
    with begin(company.id) as tx:
        ids: dict[UUID, str] = dict(tx.raw.execute("SELECT s.id, s.code FROM subject s").fetchall())
    assert [{ids[key] for key in found or ()} for found in asked] == [{*looked_at}]


def test_it_is_what_publishing_gives() -> None:
    company = make_company(LADDER, staff=["M"])
    for code in ("E", "F"):
        company.hire(code, supervisor="M")
    opened = company.record("w", "E", "F", at="2025-02-03")
    for day in ("2025-02-01", "2025-02-02", "2025-02-04", "2025-06-01"):
        company.record("w", "E", at=day)
        company.record("f", "F", at=day)
    company.reverse(opened["id"])
    found = tried(company, STRICTER_REACTION + "effective_from: 2025-01-01\n")
    company.publish(STRICTER_REACTION + "effective_from: 2025-01-01\n")
    assert {(item["subject"], item["unit"]): item["after"] for item in found["subjects"]} == {
        (item["subject"], item["unit"]): str(company.balances(item["subject"]).get(item["unit"], 0))
        for item in found["subjects"]
    }
    assert found["subjects"]
    assert company.differences() == []


def test_what_lies_before_counts_and_what_lies_outside_does_not() -> None:
    ever = LADDER.replace("within: month", "within: ever")
    company = make_company(ever, staff=["E"])
    for day in ("2025-01-01", "2025-01-02", "2025-01-03", "2025-03-01"):
        company.record("w", "E", at=day)
    found = tried(company, ever.replace("every: 3", "every: 2"), Days(date(2025, 1, 3), LAST))
    assert (found["incidents"], found["changed"]) == (2, 1)
    changed = [(item["unit"], item["before"], item["after"]) for item in found["subjects"]]
    assert changed == [("minor_demerit", "1", "2")]


def test_an_example_shows_both_explanations() -> None:
    company = make_company(FINES, staff=["E"])
    recorded = company.record("f", "E", at="2025-03-02")
    [example] = tried(company, FINES.replace("amount: 20", "amount: 50"))["examples"]
    assert str(example["incident"]) == recorded["id"]
    assert [example[side]["effects"][0]["quantity"] for side in ("before", "after")] == [
        "-20.00",
        "-50.00",
    ]
    assert all(example[side]["trace"] for side in ("before", "after"))


def state(found: ReplayRecord) -> str:
    return found.state


def test_one_that_was_cancelled_does_not_run() -> None:
    company = make_company(FINES, staff=["E"])
    where = draft(company, FINES.replace("amount: 20", "amount: 50"))
    found = replays.start(company.ctx(), *where, DAYS)
    assert state(replays.cancel(company.ctx(), *where)) == "cancelled"
    assert replays.run(company.id, found.id) == "cancelled"
    assert state(replays.read(company.ctx(), *where)) == "cancelled"


def test_there_is_none_until_it_was_asked_for() -> None:
    company = make_company(FINES)
    where = draft(company, FINES)
    assert code_of(partial(replays.read, company.ctx(), *where)) == "not_found"
    assert code_of(partial(replays.start, company.ctx(), where[0], 9, DAYS)) == "not_found"
    assert code_of(lambda: Days(LAST, FIRST)) == "invalid"
