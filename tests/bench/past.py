"""A past for everybody, loaded at once.

One person's history is assessed by the engine itself and then given to everybody, so
that incidents, decisions, ledger and tallies agree as if they had been recorded.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb
from shangfa.services.ledger.shown import decision_view
from tests.bench.stage import Company, Owner
from tests.bench.traffic import MIXES, TENANTS, ZONE, moment

from shangfa.db.incidents import Person
from shangfa.documents.tenant.folder import read_tenant
from shangfa.domain.incident import Report, Subject
from shangfa.domain.incidents.engine import assess
from shangfa.domain.ledger.book import Book
from shangfa.domain.policies.policy import choose
from shangfa.plugins.installed import installed
from shangfa.services.incidents.record import ledger
from shangfa.services.ledger import tallies as totals

YEARS: Final = 3
WHO: Final = "@@"
"""Stands for the person's code until the history is given to everybody."""


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


def live(slug: str, number: int) -> Life:
    """Return the history of a person with `number` incidents until yesterday."""
    folder = read_tenant(TENANTS / slug)
    policies = folder.policies(installed().kinds(folder.doc.plugins))
    people = {WHO: Person(uuid4(), WHO, "employee", {}, None, None, None)}
    life, book = Life([], [], []), Book(days=None)
    for place, report in enumerate(_reports(slug, number)):
        policy = choose(policies, report)
        result = assess(policy, report, Nobody(), book, folder.calendar())
        given = Jsonb({"given": report.facts, "timed": False})
        decision = Jsonb(decision_view(result, ZONE))
        life.incidents.append((place, report.clause, report.on, given, decision))
        life.entries += [(place, *row[2:]) for row in ledger(result.postings, people)]
    life.tallies = [tuple(row[2:]) for row in totals.moves(policy, book, people)]
    return life


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
    "ANALYZE given, life_incident, life_entry",
    """INSERT INTO incident (tenant_id, id, policy_id, version_id, clause, occurred_at,
        occurred_on, quantity, facts, reported_by, recorded_at)
    SELECT v.tenant_id, g.incident_id, v.policy_id, v.id, l.clause,
        l.day::timestamp AT TIME ZONE 'Asia/Shanghai', l.day, 1, l.facts, %(author)s, l.day
    FROM given g JOIN life_incident l USING (number)
        JOIN policy_version v ON v.tenant_id = %(tenant)s""",
    """INSERT INTO incident_subject (tenant_id, id, incident_id, subject_id, position)
    SELECT %(tenant)s, uuidv7(), incident_id, subject_id, 0 FROM given""",
    """INSERT INTO decision (tenant_id, id, incident_id, kind, body, decided_by, decided_at)
    SELECT %(tenant)s, g.decision_id, g.incident_id, 'record',
        replace(l.decision::text, '"@@"', '"' || g.code || '"')::jsonb, %(author)s, l.day
    FROM given g JOIN life_incident l USING (number)""",
    """INSERT INTO ledger_entry (tenant_id, id, decision_id, subject_id, policy_id, account,
        unit, quantity, clause, cause, day, joint, recorded_at)
    SELECT v.tenant_id, uuidv7(), g.decision_id, g.subject_id, v.policy_id, l.account, l.unit,
        l.quantity, l.clause, l.cause, l.day, l.joint, l.day
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
