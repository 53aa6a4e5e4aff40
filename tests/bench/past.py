"""A past for everybody, loaded at once.

One person's history is assessed by the engine itself and then given to everybody, so
that incidents, cases, decisions, ledger, tallies and events agree as if they had been
recorded.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb
from tests.bench.stage import Company, Owner
from tests.bench.traffic import MIXES, TENANTS, ZONE, moment

from shangfa.db.people import PersonOfDay
from shangfa.documents.tenant.folder import read_tenant
from shangfa.domain.incident import Report, Subject
from shangfa.domain.incidents.engine import assess
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.months.period import month_of
from shangfa.domain.policies.policy import choose
from shangfa.plugins.installed import installed
from shangfa.services.ledger import tallies as totals
from shangfa.services.ledger.decision import due_at, whole_view

YEARS: Final = 3
FILLED: Final = [
    "incident",
    "incident_subject",
    '"case"',
    "case_step",
    "decision",
    "deadline",
    "event",
    "ledger_entry",
    "tally",
]
WHO: Final = "@@"
"""Stands for the person's code until the history is given to everybody."""


class Nobody:
    """Before their first assignment nobody has a supervisor."""

    def supervisor(self, subject: str, day: date) -> str | None:
        """Return nobody."""
        del subject, day
        return None

    def position(self, subject: str, day: date) -> str | None:
        del subject, day
        return None

    def dated(self, subject: str, attribute: str, day: date) -> date | None:
        """Return no date."""
        return None


@dataclass(slots=True)
class Life:
    """One person's history as rows without ids and person.

    Attributes:
        incidents: (number, clause, day, facts, case state, decision body).
        entries: (number, account, unit, quantity, clause, cause, day, month, joint).
        deadlines: (number, clause, step, due, last moment).
        tallies: (account, unit, span, total, own, last day, gap).
    """

    incidents: list[tuple[Any, ...]]
    entries: list[tuple[Any, ...]]
    deadlines: list[tuple[Any, ...]]
    tallies: list[tuple[Any, ...]]


def live(slug: str, number: int) -> Life:
    """Return the history of a person with `number` incidents until yesterday."""
    folder = read_tenant(TENANTS / slug)
    policies = folder.policies(installed().kinds(folder.doc.plugins))
    people = {WHO: PersonOfDay(uuid4(), WHO, "employee", {}, None, None, None)}
    life, book = Life([], [], [], []), Book(days=None)
    for place, report in enumerate(_reports(slug, number)):
        policy = choose(policies, report)
        result = assess(policy, report, Nobody(), book, folder.calendar())
        attributes = {WHO: dict(report.subjects[0].attributes)}
        given = Jsonb({"given": report.facts, "timed": False, "attributes": attributes})
        state = "choice_open" if result.choices else "effective"
        decision = Jsonb(whole_view(result, ZONE))
        life.incidents.append((place, report.clause, report.on, given, state, decision))
        life.entries += [(place, *entry) for entry in _entries(result.postings)]
        for item in result.deadlines:
            due = item.deadline.due
            step = (item.clause, item.deadline.step, due.isoformat(), due_at(due, ZONE))
            life.deadlines.append((place, *step))
    life.tallies = [tuple(row[2:]) for row in totals.moves(policy, book, people)]
    return life


def _entries(postings: Sequence[Posting]) -> list[tuple[Any, ...]]:
    sums: dict[tuple[Any, ...], Decimal] = {}
    for item in postings:
        key = (item.account, item.unit, item.clause, item.cause, item.day, item.joint)
        sums[key] = sums.get(key, Decimal(0)) + item.quantity
    return [
        (account, unit, quantity, clause, cause, day, month_of(day), joint)
        for (account, unit, clause, cause, day, joint), quantity in sums.items()
        if quantity
    ]


def _reports(slug: str, number: int) -> list[Report]:
    dice = random.Random(number)
    today = moment().date()
    days = sorted(today - timedelta(dice.randint(1, YEARS * 365)) for _ in range(number))
    shapes = [shape for shape, _ in MIXES[slug]]
    weights = [weight for _, weight in MIXES[slug]]
    subject = Subject(WHO, department="客服部", attributes={"labour_contract": True})
    return [
        Report(shape["clause"], (subject,), day, None, 1, shape.get("facts", {}))
        for day, shape in zip(days, dice.choices(shapes, weights, k=number), strict=True)
    ]


def fill(owner: Owner, company: Company, people: int, each: int) -> tuple[Any, ...]:
    """Give `people` employees a history of `each` incidents.

    Nobody may have recorded anything before.

    Returns:
        incidents, ledger entries, tallies and the size of the database.
    """
    life = live(company.slug, each)
    # the owner's own load: nothing is checked twice and nothing waits for the disk
    owner.execute("SET session_replication_role = replica")
    owner.execute("SET synchronous_commit = off")
    owner.execute(_TABLES)
    _copy(owner, "life_incident", life.incidents)
    _copy(owner, "life_entry", life.entries)
    _copy(owner, "life_deadline", life.deadlines)
    _copy(owner, "life_tally", life.tallies)
    values = {"tenant": company.id, "people": people, "author": _author(owner, company.id)}
    indexes = _without_indexes(owner)
    for statement in _GIVE:
        owner.execute(statement, values)
    for definition in indexes:
        owner.execute(definition.encode())
    owner.execute("VACUUM (ANALYZE)")
    owner.execute("CHECKPOINT")
    sizes = owner.execute(_SIZES, [company.id] * 3).fetchone()
    assert sizes is not None  # a row of counts
    return sizes


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
        [FILLED],
    ).fetchall()
    for name, _ in rows:
        owner.execute(f"DROP INDEX {name}".encode())
    return [definition for _, definition in rows]


_TABLES: Final = """
    CREATE TEMP TABLE life_incident (number int, clause text, day date, facts jsonb, state text,
        decision jsonb);
    CREATE TEMP TABLE life_entry (number int, account text, unit text, quantity numeric,
        clause text, cause text, day date, month text, joint bool);
    CREATE TEMP TABLE life_deadline (number int, clause text, step text, due text,
        due_at timestamptz);
    CREATE TEMP TABLE life_tally (account text, unit text, span text, total numeric, own numeric,
        last_day date, gap numeric);
    CREATE TEMP TABLE given (number int, subject_id uuid, code text, incident_id uuid,
        case_id uuid, decision_id uuid)"""

_GIVE: Final = (
    # in date order, as it would have been recorded
    """INSERT INTO given SELECT l.number, s.id, s.code, uuidv7(), uuidv7(), uuidv7()
    FROM life_incident l CROSS JOIN (
        SELECT id, code FROM subject WHERE tenant_id = %(tenant)s AND code LIKE 'B%%'
        ORDER BY code LIMIT %(people)s) s
    ORDER BY l.number, s.code""",
    "ANALYZE given, life_incident, life_entry",
    """INSERT INTO incident (tenant_id, id, policy_id, version_id, clause, occurred_at,
        occurred_on, quantity, facts, actor_id, recorded_at)
    SELECT v.tenant_id, g.incident_id, v.policy_id, v.id, l.clause,
        l.day::timestamp AT TIME ZONE 'Asia/Shanghai', l.day, 1,
        replace(l.facts::text, '"@@"', '"' || g.code || '"')::jsonb, %(author)s, l.day
    FROM given g JOIN life_incident l USING (number)
        JOIN policy_version v ON v.tenant_id = %(tenant)s""",
    """INSERT INTO incident_subject (tenant_id, id, incident_id, subject_id, position,
        effective_at)
    SELECT %(tenant)s, uuidv7(), g.incident_id, g.subject_id, 0, l.day
    FROM given g JOIN life_incident l USING (number)""",
    """INSERT INTO "case" (tenant_id, id, incident_id, procedure, state)
    SELECT %(tenant)s, g.case_id, g.incident_id, 'immediate', l.state
    FROM given g JOIN life_incident l USING (number)""",
    """INSERT INTO case_step (tenant_id, id, case_id, number, step, state, actor_id, at)
    SELECT %(tenant)s, uuidv7(), g.case_id, 1, 'record', l.state, %(author)s, l.day
    FROM given g JOIN life_incident l USING (number)""",
    """INSERT INTO decision (tenant_id, id, case_id, subject_id, kind, body, actor_id, decided_at)
    SELECT %(tenant)s, g.decision_id, g.case_id, g.subject_id, 'sanction',
        replace(l.decision::text, '"@@"', '"' || g.code || '"')::jsonb, %(author)s, l.day
    FROM given g JOIN life_incident l USING (number)""",
    """INSERT INTO deadline (tenant_id, id, case_id, subject_id, clause, step, due, due_at)
    SELECT %(tenant)s, uuidv7(), g.case_id, g.subject_id, l.clause, l.step, l.due, l.due_at
    FROM given g JOIN life_deadline l USING (number)""",
    # numbered, as if somebody had read the feed
    """INSERT INTO event (tenant_id, id, n, type, about, subject, actor_id, payload, at)
    SELECT %(tenant)s, uuidv7(), row_number() OVER (), e.*
    FROM (SELECT 'incident.recorded', g.incident_id, g.code, %(author)s::uuid,
            jsonb_build_object('case', g.case_id, 'clause', l.clause, 'occurred_on', l.day,
                'subjects', jsonb_build_array(g.code)), l.day
        FROM given g JOIN life_incident l USING (number)
        UNION ALL
        SELECT 'decision.effective', g.decision_id, g.code, %(author)s::uuid,
            jsonb_build_object('incident', g.incident_id, 'case', g.case_id, 'effects',
                replace((l.decision->'effects')::text, '"@@"', '"' || g.code || '"')::jsonb), l.day
        FROM given g JOIN life_incident l USING (number)) e""",
    """INSERT INTO ledger_entry (tenant_id, id, decision_id, subject_id, policy_id, account,
        unit, quantity, clause, cause, day, booked_in, joint, recorded_at)
    SELECT v.tenant_id, uuidv7(), g.decision_id, g.subject_id, v.policy_id, l.account, l.unit,
        l.quantity, l.clause, l.cause, l.day, l.month, l.joint, l.day
    FROM given g JOIN life_entry l USING (number)
        JOIN policy_version v ON v.tenant_id = %(tenant)s""",
    """INSERT INTO tally (tenant_id, id, subject_id, policy_id, account, unit, span, total, own,
        last_day, gap)
    SELECT v.tenant_id, uuidv7(), s.subject_id, v.policy_id, l.*
    FROM (SELECT DISTINCT subject_id FROM given) s CROSS JOIN life_tally l
        JOIN policy_version v ON v.tenant_id = %(tenant)s
    ORDER BY l.last_day""",
)

_SIZES: Final = """
    SELECT (SELECT count(*) FROM incident WHERE tenant_id = %s),
        (SELECT count(*) FROM ledger_entry WHERE tenant_id = %s),
        (SELECT count(*) FROM tally WHERE tenant_id = %s),
        pg_size_pretty(pg_database_size(current_database()))"""
