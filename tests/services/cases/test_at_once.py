"""Two at once, killed halfway, ten thousand open: a step is done once or not at all."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.making.house import at_once, contents, owning, wait_for_waiting
from tests.making.killing import killed_at
from tests.making.patience import limit
from tests.making.story import Person, Story, open_story

from shangfa.db.cases.held import hold_by_id, replace_handlers
from shangfa.db.tx.transaction import begin
from shangfa.jobs import running
from shangfa.services.cases.moves import clocks
from shangfa.services.clock import new_id


@pytest.fixture(scope="module")
def story() -> Story:
    """A company that the module has to itself."""
    return open_story()


def waiting(story: Story, *steps: tuple[str, dict[str, Any]], clause: str = "m") -> str:
    """Return a case of E that HR brought as far as some steps."""
    case = str(story.leader.record(clause, "E", at="2026-08-31")["case"]["id"])
    for step, body in steps:
        story.hr.take(case, step, **body)
    return case


HEARD = ("defend", {"evidence": ["a"]})
APPROVED: tuple[str, dict[str, Any]] = ("approve", {})
SERVED = ("serve", {"method": "direct"})


@pytest.mark.parametrize("seen", [True, False])
def test_two_approvers_at_once_give_one_approval(story: Story, *, seen: bool) -> None:
    case = waiting(story, HEARD)
    match = story.hr("GET", f"/v1/cases/{case}").headers["ETag"] if seen else "*"

    def approve(who: Person) -> int:
        return who("POST", f"/v1/cases/{case}/approve", {}, If_Match=match).status_code

    first, second = sorted(at_once([lambda: approve(story.hr), lambda: approve(story.hr2)]))
    assert first == 200
    assert second in {409, 412}
    history = story.hr.get(f"/v1/cases/{case}")["history"]
    assert [line["step"] for line in history].count("approve") == 1


def test_one_case_never_waits_for_another(story: Story) -> None:
    held, free = waiting(story, HEARD, APPROVED), waiting(story, HEARD, clause="f")
    with begin(story.company.id) as tx:
        assert hold_by_id(tx, UUID(held)) is not None
        with ThreadPoolExecutor(1) as threads:
            done = threads.submit(story.hr.take, free, "approve").result(timeout=2)
        assert done["state"] == "service"
        tx.raw.rollback()


def handlers_once_held(story: Story, case: UUID) -> list[str] | None:
    with begin(story.company.id) as tx:
        held = hold_by_id(tx, case)
        assert held is not None
        return held.handlers


def test_who_waits_for_a_case_is_told_who_handles_it_by_then(story: Story, owner_url: str) -> None:
    case = UUID(waiting(story, HEARD))
    with ThreadPoolExecutor(1) as threads:
        with begin(story.company.id) as tx:
            held = hold_by_id(tx, case)
            assert held is not None
            assert held.handlers is None
            later = threads.submit(handlers_once_held, story, case)
            wait_for_waiting(owner_url)
            handler = (new_id(), held.subject_ids[0])
            replace_handlers(tx, held, [handler], datetime(2026, 8, 31, tzinfo=UTC))
        assert later.result(timeout=5) == ["E"]


def test_slips_are_numbered_without_gaps_however_many_become_effective_at_once(
    story: Story,
) -> None:
    cases = [waiting(story, HEARD, APPROVED, clause="f") for _ in range(4)]
    refused = story.hr.refused(cases[0], "serve")
    assert refused == (422, "missing")
    found = at_once(
        [lambda case=case: story.hr.take(case, "serve", method="direct") for case in cases]  # type: ignore[misc]
    )
    numbers = sorted(int(item["slips"][0]["no"][5:]) for item in found)
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    first = story.hr.get(f"/v1/slips/{found[0]['slips'][0]['no']}")
    assert (first["subject"], first["effects"][0]["quantity"]) == ("E", "-20.00")
    assert [step["step"] for step in first["steps"]] == [
        "record",
        "submit",
        "defend",
        "approve",
        "serve",
    ]
    no = found[0]["slips"][0]["no"]
    assert story.employee.get(f"/v1/slips/{no}")["clause_title"] == "罚款"
    assert "facts" not in story.finance.get(f"/v1/slips/{no}")
    hidden = ((story.other, no), *((story.hr, bad) for bad in ("2026-999999", "2026-1", "x")))
    for who, path in hidden:
        assert who("GET", f"/v1/slips/{path}").status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "who", "step", "body"),
    [
        pytest.param([HEARD], "hr", "approve", {}, id="approve"),
        pytest.param([HEARD, APPROVED], "hr", "serve", {"method": "direct"}, id="become effective"),
        pytest.param([HEARD, APPROVED, SERVED], "hr2", "reverse", {"note": "x"}, id="reverse"),
    ],
)
def test_killed_between_two_statements_leaves_nothing_and_again_does_all(
    story: Story, owner_url: str, before: list[Any], who: str, step: str, body: dict[str, Any]
) -> None:
    case = waiting(story, *before)
    if step == "reverse":
        story.employee.take(case, "appeal", grounds="x")
    stored, number = contents(owner_url), 1
    while killed_at(number, lambda: story.people[who].take(case, step, **body)):
        assert contents(owner_url) == stored, number
        number += 1
    assert number > 10
    assert contents(owner_url) != stored
    assert story.company.differences() == []


def test_a_clock_is_run_once_by_two_workers_and_after_a_crash(story: Story, owner_url: str) -> None:
    case = waiting(story)
    _let_pass(owner_url, case)
    stored, number = contents(owner_url), 1
    while killed_at(number, lambda: clocks.sweep_tenant(story.company.id)):
        if contents(owner_url) != stored:
            break
        number += 1
    at_once([lambda: running.run_clocks(0) for _ in range(4)])
    found = story.hr.get(f"/v1/cases/{case}")
    assert found["state"] == "approval"
    assert [line["step"] for line in found["history"]].count("silence") == 1


def test_a_step_after_the_moment_is_late_before_anybody_has_swept(
    story: Story, owner_url: str
) -> None:
    case = waiting(story)
    tag = story.hr("GET", f"/v1/cases/{case}").headers["ETag"]
    _let_pass(owner_url, case)
    assert story.employee.refused(case, "defend", tag) == (409, "illegal_step")
    assert story.hr.get(f"/v1/cases/{case}")["state"] == "approval"


def _let_pass(owner_url: str, *cases: str) -> None:
    """Let the clocks of cases have been due a day ago."""
    ago = datetime.now(UTC) - timedelta(days=1)
    with owning(owner_url) as connection:
        connection.execute(
            "UPDATE deadline SET due_at = %s WHERE case_id = ANY(%s) AND ended_at IS NULL",
            (ago, [UUID(case) for case in cases]),
        )


@pytest.mark.slow
def test_ten_thousand_open_cases_are_swept_in_a_second(story: Story, owner_url: str) -> None:
    due = [waiting(story, clause="f") for _ in range(20)]
    model = waiting(story, clause="f")
    with owning(owner_url) as connection:
        connection.execute(_MANY, {"model": UUID(model), "tenant": story.company.id})
        connection.execute('ANALYZE "case"')
        connection.execute("ANALYZE deadline")
    _let_pass(owner_url, *due)
    began = time.monotonic()
    assert clocks.sweep_tenant(story.company.id) == len(due)
    assert time.monotonic() - began < limit(1)
    began = time.monotonic()
    assert clocks.sweep_tenant(story.company.id) == 0
    assert time.monotonic() - began < 0.1
    found = story.hr.get("/v1/tasks?limit=5")
    assert len(found["items"]) >= 5
    assert found["next_cursor"] is not None


_MANY = """
    WITH many AS (
        SELECT i.*, gen_random_uuid() AS fresh, gen_random_uuid() AS case_id
        FROM incident i JOIN "case" c ON c.tenant_id = i.tenant_id AND c.incident_id = i.id
        CROSS JOIN generate_series(1, 10000)
        WHERE c.id = %(model)s AND i.tenant_id = %(tenant)s),
    incidents AS (
        INSERT INTO incident SELECT tenant_id, fresh, policy_id, version_id, clause, occurred_at,
            occurred_on, quantity, facts, note, evidence, NULL, external_scope, actor_id,
            recorded_at
        FROM many),
    parts AS (
        INSERT INTO incident_subject (tenant_id, id, incident_id, subject_id, position)
        SELECT m.tenant_id, gen_random_uuid(), m.fresh, x.subject_id, x.position
        FROM many m JOIN incident_subject x ON x.tenant_id = m.tenant_id AND x.incident_id = m.id),
    cases AS (
        INSERT INTO "case" (tenant_id, id, incident_id, procedure, state, revision, open)
        SELECT tenant_id, case_id, fresh, 'default', 'defence', 2, true FROM many),
    steps AS (
        INSERT INTO case_step (tenant_id, id, case_id, number, step, state, actor_id, at)
        SELECT m.tenant_id, gen_random_uuid(), m.case_id, s.number, s.step, s.state, s.actor_id,
            s.at
        FROM many m JOIN case_step s ON s.tenant_id = m.tenant_id AND s.case_id = %(model)s),
    decisions AS (
        INSERT INTO decision (tenant_id, id, case_id, subject_id, kind, body, actor_id, decided_at)
        SELECT m.tenant_id, gen_random_uuid(), m.case_id, d.subject_id, d.kind, d.body, d.actor_id,
            d.decided_at
        FROM many m JOIN decision d ON d.tenant_id = m.tenant_id AND d.case_id = %(model)s)
    INSERT INTO deadline
        (tenant_id, id, case_id, subject_id, clause, step, due, due_at, state, fires)
    SELECT m.tenant_id, gen_random_uuid(), m.case_id, l.subject_id, l.clause, l.step, l.due,
        l.due_at, l.state, l.fires
    FROM many m JOIN deadline l ON l.tenant_id = m.tenant_id AND l.case_id = %(model)s"""
