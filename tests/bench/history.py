"""The same requests with 10 and with 1,000,000 earlier incidents in the tenant.

One person's history is assessed by the engine itself and then given to everybody, so
that incidents, decisions, ledger and tallies agree as if they had been recorded.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb
from tests.bench.duel import Side, duel
from tests.bench.figures import say
from tests.bench.http import SHANGFA, ZONE, moment
from tests.bench.load import clients
from tests.bench.stage import Company, Owner, Stage
from tests.bench.traffic import MIXES, TENANTS, bodies

from shangfa.db.incidents import Person
from shangfa.domain.book import Book
from shangfa.domain.calendar import Calendar
from shangfa.domain.engine import assess
from shangfa.domain.incident import Report, Subject
from shangfa.domain.policy import Policy
from shangfa.plugins import installed
from shangfa.policies.tenants import read_tenant
from shangfa.services import totals
from shangfa.services.incidents import ledger
from shangfa.services.views import decision_view

SLUG: Final = "youyou"
PEOPLE: Final = 5000
EACH: Final = 200
"""Earlier incidents of everybody in the large tenant."""
FEW: Final = 10
"""Earlier incidents in the small tenant, one of each of as many people."""
YEARS: Final = 3
ROUNDS, SECONDS = 5, 3.0
BODIES: Final = 20_000
WHO: Final = "@@"
"""Stands for the person's code until the history is given to everybody."""


def run(stage: Stage) -> None:
    """Measure a tenant with much history beside one with hardly any."""
    say(f"\n3. POST /v1/incidents, {SLUG}, {PEOPLE:,} employees, by earlier incidents")
    company = stage.company(SLUG, PEOPLE, moment().date())
    few, many = stage.copy("few"), stage.copy("many")
    _fill(stage, few, company, FEW, 1)
    _fill(stage, many, company, PEOPLE, EACH)
    with (
        clients() as executor,
        stage.gunicorn(SHANGFA, few) as small,
        stage.gunicorn(SHANGFA, many) as large,
    ):
        load = bodies(SLUG, company.codes, moment(), BODIES)
        names = (f"{PEOPLE * EACH:,} earlier", f"{FEW} earlier")
        sides = tuple(
            Side(name, server, company.token, load, stage.cpu)
            for name, server in zip(names, (large, small), strict=True)
        )
        duel(executor, (sides[0], sides[1]), ROUNDS, SECONDS)


class Nobody:
    """Before their first assignment nobody has a supervisor."""

    def supervisor(self, subject: str, day: date) -> str | None:
        """Return nobody."""
        del subject, day
        return None


@dataclass(slots=True)
class Life:
    """One person's history as rows without ids and person.

    Attributes:
        incidents: (number, clause, day, facts, decision body).
        entries: (number, account, unit, quantity, clause, cause, day, joint).
        tallies: (account, unit, span, total, own, last day, gap).
    """

    incidents: list[tuple[Any, ...]]
    entries: list[tuple[Any, ...]]
    tallies: list[tuple[Any, ...]]


def live(policy: Policy, calendar: Calendar, number: int) -> Life:
    """Return the history of a person with `number` incidents until yesterday."""
    dice = random.Random(number)  # noqa: S311 - no secret
    today = moment().date()
    days = sorted(today - timedelta(dice.randint(1, YEARS * 365)) for _ in range(number))
    shapes = [shape for shape, _ in MIXES[SLUG]]
    weights = [weight for _, weight in MIXES[SLUG]]
    subject = Subject(WHO, attributes={"labour_contract": True})
    people = {WHO: Person(uuid4(), WHO, "employee", {}, None, None, None)}
    life, book = Life([], [], []), Book(days=None)
    for place, day in enumerate(days):
        shape = dice.choices(shapes, weights)[0]
        facts = shape.get("facts", {})
        report = Report(shape["clause"], (subject,), day, None, 1, facts)
        result = assess(policy, report, Nobody(), book, calendar)
        given = Jsonb({"given": facts, "timed": False})
        decision = Jsonb(decision_view(result, ZONE))
        life.incidents.append((place, shape["clause"], day, given, decision))
        life.entries += [(place, *row[2:]) for row in ledger(result.postings, people)]
    life.tallies = [tuple(row[2:]) for row in totals.moves(policy, book, people)]
    return life


def _fill(stage: Stage, database: str, company: Company, people: int, each: int) -> None:
    """Give `people` employees a history of `each` incidents."""
    started = time.monotonic()
    folder = read_tenant(TENANTS / SLUG)
    policies = folder.policies(installed().kinds(folder.doc.plugins))
    policy = next(iter(policies.values()))
    life = live(policy, folder.calendar(), each)
    with stage.owner(database) as owner:
        # the owner's own load: nothing is checked twice and nothing waits for the disk
        owner.execute("SET session_replication_role = replica")
        owner.execute("SET synchronous_commit = off")
        owner.execute(_TABLES)
        _copy(owner, "life_incident", life.incidents)
        _copy(owner, "life_entry", life.entries)
        _copy(owner, "life_tally", life.tallies)
        values = {"tenant": company.id, "people": people, "author": _author(owner, company.id)}
        indexes = _without_indexes(owner)
        for statement in _GIVE:
            owner.execute(statement, values)
        for definition in indexes:
            owner.execute(definition.encode())
        owner.execute("VACUUM (ANALYZE)")
        owner.execute("CHECKPOINT")
        sizes = owner.execute(_SIZES).fetchone()
    if sizes is not None and each > 1:
        words = "{:,} incidents, {:,} ledger entries, {:,} tallies, {}".format(*sizes)
        say(f"  loaded {words} in {time.monotonic() - started:.0f} s")


def _copy(owner: Owner, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with owner.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row(row)


def _author(owner: Owner, tenant: UUID) -> UUID:
    row = owner.execute("SELECT id FROM api_key WHERE tenant_id = %s", [tenant]).fetchone()
    assert row is not None  # the company has a key
    author: UUID = row[0]
    return author


def _without_indexes(owner: Owner) -> list[str]:
    """Drop the indexes that guard nothing and return what makes them again."""
    rows = owner.execute(
        """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique""",
        [["incident", "incident_subject", "ledger_entry", "tally"]],
    ).fetchall()
    for name, _ in rows:
        owner.execute(f"DROP INDEX {name}".encode())
    return [definition for _, definition in rows]


_TABLES: Final = """
    CREATE TEMP TABLE life_incident (number int, clause text, day date, facts jsonb,
        decision jsonb);
    CREATE TEMP TABLE life_entry (number int, account text, unit text, quantity numeric,
        clause text, cause text, day date, joint bool);
    CREATE TEMP TABLE life_tally (account text, unit text, span text, total numeric, own numeric,
        last_day date, gap numeric);
    CREATE TEMP TABLE given (number int, subject_id uuid, code text, incident_id uuid,
        decision_id uuid)"""

_GIVE: Final = (
    # in date order, as it would have been recorded
    """INSERT INTO given SELECT l.number, s.id, s.code, uuidv7(), uuidv7()
    FROM life_incident l CROSS JOIN (
        SELECT id, code FROM subject WHERE tenant_id = %(tenant)s AND code LIKE 'B%%'
        ORDER BY code LIMIT %(people)s) s
    ORDER BY l.number, s.code""",
    """INSERT INTO incident (tenant_id, id, policy_id, version_id, clause, occurred_at,
        occurred_on, quantity, facts, reported_by, recorded_at)
    SELECT v.tenant_id, g.incident_id, v.policy_id, v.id, l.clause,
        l.day::timestamp AT TIME ZONE 'Asia/Shanghai', l.day, 1, l.facts, %(author)s, l.day
    FROM given g JOIN life_incident l USING (number)
        JOIN policy_version v ON v.tenant_id = %(tenant)s
    ORDER BY g.incident_id""",
    """INSERT INTO incident_subject (tenant_id, id, incident_id, subject_id, position)
    SELECT %(tenant)s, uuidv7(), incident_id, subject_id, 0 FROM given""",
    """INSERT INTO decision (tenant_id, id, incident_id, kind, body, decided_by, decided_at)
    SELECT %(tenant)s, g.decision_id, g.incident_id, 'record',
        replace(l.decision::text, '"@@"', '"' || g.code || '"')::jsonb, %(author)s, l.day
    FROM given g JOIN life_incident l USING (number) ORDER BY g.decision_id""",
    """INSERT INTO ledger_entry (tenant_id, id, decision_id, subject_id, policy_id, account,
        unit, quantity, clause, cause, day, joint, recorded_at)
    SELECT v.tenant_id, uuidv7(), g.decision_id, g.subject_id, v.policy_id, l.account, l.unit,
        l.quantity, l.clause, l.cause, l.day, l.joint, l.day
    FROM given g JOIN life_entry l USING (number)
        JOIN policy_version v ON v.tenant_id = %(tenant)s
    ORDER BY g.decision_id""",
    """INSERT INTO tally (tenant_id, id, subject_id, policy_id, account, unit, span, total, own,
        last_day, gap)
    SELECT v.tenant_id, uuidv7(), s.subject_id, v.policy_id, l.*
    FROM (SELECT DISTINCT subject_id FROM given) s CROSS JOIN life_tally l
        JOIN policy_version v ON v.tenant_id = %(tenant)s
    ORDER BY l.last_day""",
)

_SIZES: Final = """
    SELECT (SELECT count(*) FROM incident), (SELECT count(*) FROM ledger_entry),
        (SELECT count(*) FROM tally), pg_size_pretty(pg_database_size(current_database()))"""
