"""The look at statements sees what a distributed database would refuse or do wrong."""

from __future__ import annotations

import re

import pytest
from tests.making.house import ROOT
from tests.making.statements import faults, missing_of

GOOD = [
    "SELECT s.id FROM subject s WHERE s.tenant_id = %s AND s.code = %s",
    "SELECT 1 FROM tenant t WHERE t.id = %(tenant)s::uuid FOR KEY SHARE OF t",
    """SELECT s.code FROM subject s LEFT JOIN subject b ON b.tenant_id = %(t)s AND b.id = s.id
    WHERE s.tenant_id = %(t)s AND EXISTS (SELECT FROM wage w WHERE w.tenant_id = %(t)s)""",
    """WITH w0 AS (INSERT INTO reply (tenant_id, id) VALUES ($1, $2) RETURNING 1)
    SELECT 1 / CASE WHEN (SELECT count(*) FROM w0) = 1 THEN 1 ELSE 0 END""",
    "UPDATE event SET n = 1 FROM (SELECT e.id FROM event e WHERE e.tenant_id = %s) f"
    " WHERE event.tenant_id = %s AND event.id = f.id",
    "INSERT INTO tenant_slug (slug, tenant_id) VALUES (%s, %s)",
    "SET LOCAL shangfa.tenant = ''",
]
BAD = {
    "SELECT s.id FROM subject s WHERE s.code = %s": "subject s does not name the tenant",
    "SELECT 1 FROM tenant t JOIN subject s ON s.tenant_id = t.id WHERE t.id = %s": "subject s",
    "SELECT 1 FROM subject s LEFT JOIN wage w ON w.tenant_id = s.tenant_id"
    " WHERE s.tenant_id = %s": "wage w",
    "SELECT 1 FROM subject s LEFT JOIN wage w ON true WHERE s.tenant_id = %s"
    " AND w.tenant_id = %s": "wage w",
    "SELECT 1 FROM subject s WHERE s.tenant_id = %s OR s.code = %s": "subject s",
    "SELECT 1 FROM subject s WHERE s.tenant_id = %s AND EXISTS (SELECT FROM wage)": "wage wage",
    "SELECT (SELECT max(w.day_wage) FROM wage w) FROM tenant_slug": "wage w",
    "INSERT INTO reply (id) VALUES (%s)": "without tenant_id",
    "INSERT INTO reply (tenant_id, id) SELECT %s, %s": "from a query",
    "WITH w AS (DELETE FROM reply WHERE tenant_id = %s) INSERT INTO reply (tenant_id)"
    " VALUES (%s)": "writes below",
    "DELETE FROM reply WHERE key = %s": "reply reply",
    "UPDATE audit_note SET n = g.n FROM unnest(%s::bigint[], %s::uuid[]) g (n, id)"
    " WHERE audit_note.tenant_id = %s AND audit_note.id = g.id": "changed from a function",
    "UPDATE user_session SET refresh_before = (array_prepend(refresh, refresh_before))[:%s]"
    " WHERE tenant_id = %s": "refresh_before is set to a part of an array",
    "UPDATE tenant SET status = %s": "tenant tenant",
}


DIAGNOSED = re.compile(r"diag\.(constraint|table|column|schema|datatype)_name")
ELSEWHERE = re.compile(r"set_config\(\s*'shangfa\.tenant'")
PRODUCT = sorted((ROOT / "platform/shangfa").rglob("*.py"))


def test_what_a_distributed_database_leaves_empty_is_read_in_one_place() -> None:
    readers = [path.name for path in PRODUCT if DIAGNOSED.search(path.read_text("utf-8"))]
    assert readers == ["conflicts.py"]


def test_the_tenant_is_set_only_by_what_workers_are_told() -> None:
    """A SET LOCAL is sent along; what a function sets is not."""
    assert [path for path in PRODUCT if ELSEWHERE.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("statement", GOOD)
def test_a_good_statement(statement: str) -> None:
    assert faults(statement) == []


@pytest.mark.parametrize(("statement", "fault"), BAD.items())
def test_a_bad_statement(statement: str, fault: str) -> None:
    assert any(fault in found for found in faults(statement))


HANDLED = (
    "SELECT 1 FROM event e WHERE e.tenant_id = {0} AND NOT EXISTS (SELECT FROM case_handler h"
    " WHERE h.tenant_id = {0} AND h.subject_id = {1})"
)


def test_a_missing_value_is_not_compared_where_it_is_asked_first() -> None:
    asked = HANDLED.replace("h.subject_id = {1}", "({1} IS NULL OR h.subject_id = {1})")
    assert faults(asked.format("$1", "$2"), missing_of(["t", None])) == []


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        (HANDLED.format("%(tenant)s", "%(reader)s"), {"tenant": "t", "reader": None}),
        (HANDLED.format("%(tenant)s", "%(reader)s::uuid"), {"tenant": "t", "reader": None}),
        (HANDLED.format("%s", "%s"), ("t", "t", None)),
        (HANDLED.format("$1", "$2"), ["t", None]),
        (HANDLED.format("$1", "ANY($2)"), ["t", None]),
    ],
)
def test_a_missing_value_is_not_compared_below(statement: str, values: object) -> None:
    assert faults(statement) == []
    assert faults(statement, missing_of(values)) == ["compares with a missing value"]
