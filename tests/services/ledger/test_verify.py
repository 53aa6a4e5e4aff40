"""The law on a real database: any order of recording, back-dating and reversing, one state."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.making.house import (
    MARKS,
    ROOT,
    Company,
    code_of,
    load_company,
    make_company,
    owning,
)
from tests.making.office import HOUSE, PLUGINS

from shangfa.services.cases import choices
from shangfa.services.clock import today
from shangfa.services.incidents import history
from shangfa.services.ledger.choosing import Value
from shangfa.services.months import programmes
from shangfa.services.months.programmes import EvaluationRequest
from shangfa.services.people import changes
from shangfa.services.people.changes import SubjectChange
from shangfa.services.people.lines import Line
from shangfa.services.tenancy.ready import ready

YOUYOU = (ROOT / "tenants/youyou/policy.yaml").read_text()
STAFF = ("A", "B", "C")
BOSSES = ("A", "M1", "M2")
DAYS = ("2026-01-31", "2026-02-01", "2026-02-14", "2026-02-28", "2026-03-01", "2026-03-31")
MOVES = ("2026-02-01", "2026-02-28")
REPORTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("警告-职业道德-2", {}),
    ("警告-职业道德-2", {"quantity": 4}),
    ("警告-出勤-1", {}),
    ("小过-职业道德-1", {}),
    ("大过-职业道德-1", {}),
    ("解除-职业道德-3", {}),
    ("解除-出勤-1", {"quantity": "9.5", "facts": {"days": 1}}),
)
"""A mark, four at once, a count, higher marks, a dismissal, hours and days of absence."""


class Report(NamedTuple):
    """An incident to record."""

    what: int
    who: tuple[str, ...]
    day: str


class Move(NamedTuple):
    """Somebody gets another supervisor, unless incidents since then exist."""

    who: str
    boss: str | None
    since: str


class Publish(NamedTuple):
    """A version that counts warnings over another window, unless incidents since exist."""

    since: str
    within: str


@dataclass(frozen=True)
class Take:
    """Reverse one of the incidents recorded so far, if there is one left."""

    which: int


def people_and_days() -> st.SearchStrategy[Report]:
    who = st.lists(st.sampled_from([*STAFF, "M1"]), min_size=1, max_size=2, unique=True)
    what = st.integers(0, len(REPORTS) - 1)
    return st.builds(Report, what, who.map(tuple), st.sampled_from(DAYS))


moves = st.builds(
    Move, st.sampled_from(STAFF), st.sampled_from([None, *BOSSES]), st.sampled_from(MOVES)
)
versions = st.builds(
    Publish, st.sampled_from(("2026-02-10", "2026-03-01")), st.sampled_from(("year", "ever"))
)
others = st.one_of(st.builds(Take, st.integers(0, 9)), moves, versions)
steps = st.one_of(people_and_days(), people_and_days(), people_and_days(), others)
Step = Report | Move | Take | Publish


def live(company: Company, step: Step, alive: list[str]) -> None:
    """Do one step; what the platform refuses (loops, days that are taken) stays undone."""
    if isinstance(step, Report):
        clause, more = REPORTS[step.what]
        alive.append(company.record(clause, *step.who, at=step.day, **more)["id"])
    elif isinstance(step, Take) and alive:
        company.reverse(alive.pop(step.which % len(alive)))
    elif isinstance(step, Move):
        assert code_of(lambda: company.move(*step)) in {"", "supervisor_loop"}
    elif isinstance(step, Publish):
        newer = YOUYOU.replace("every: 3, within: month", f"every: 3, within: {step.within}")
        newer += f"effective_from: {step.since}\n"
        assert code_of(lambda: company.publish(newer)) in {"", "duplicate"}


@pytest.mark.law
@settings(
    max_examples=max(3, settings().max_examples // 10),
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(lines=st.lists(moves, max_size=4), story=st.lists(steps, min_size=4, max_size=14))
def test_any_story_ends_in_what_its_facts_give(lines: list[Move], story: list[Step]) -> None:
    company = load_company("youyou")
    for code in (*STAFF, "M1", "M2"):
        company.hire(code)
    alive: list[str] = []
    for step in [*lines, *story]:
        live(company, step, alive)
    assert company.differences() == []
    for incident in alive:
        company.reverse(incident)
    assert [company.balances(code) for code in (*STAFF, "M1", "M2")] == [{}] * 5
    assert company.differences() == []


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        pytest.param(
            "UPDATE tally SET total = total + 1 WHERE unit = 'warning' AND span = '2026-03'",
            [("tally", "E"), ("tally", "M")],
            id="totals one too high",
        ),
        pytest.param(
            "UPDATE tally SET own = 0 WHERE unit = 'warning' AND own > 0",
            [("tally", "E")],
            id="own marks counted as joint ones",
        ),
        pytest.param(
            "DELETE FROM tally WHERE unit = 'warning'",
            [("tally", "E"), ("tally", "M")],
            id="totals missing",
        ),
        pytest.param(
            "UPDATE ledger_entry SET quantity = 2 WHERE cause = 'supervisor'",
            [("balance", "M")],
            id="an entry with another amount",
        ),
        pytest.param(
            "UPDATE ledger_entry SET day = '2026-03-05' WHERE day = '2026-03-03'",
            [("balance", "E"), ("balance", "E")],
            id="an entry moved to another day",
        ),
        pytest.param(
            "DELETE FROM ledger_entry WHERE unit = 'minor_demerit'",
            [("balance", "E")],
            id="an entry deleted",
        ),
        pytest.param(
            "UPDATE incident SET occurred_on = '2026-04-01', occurred_at = '2026-04-01 00:00+08'"
            " WHERE occurred_on = '2026-03-04'",
            [("balance", "E")] * 3 + [("balance", "M")] + [("tally", "E")] * 2 + [("tally", "M")],
            id="an incident given another day",
        ),
    ],
)
def test_a_replay_names_what_was_tampered_with(
    owner_url: str, tampering: str, found: list[tuple[str, str]]
) -> None:
    company = make_company(MARKS, staff=["M"])
    company.hire("E", supervisor="M")
    for day in ("2026-03-02", "2026-03-03", "2026-03-04"):
        company.record("w", "E", at=day)
    assert company.differences() == []
    with owning(owner_url) as connection:
        connection.execute(f"{tampering} AND tenant_id = '{company.id}'".encode())
    assert [(item.what, item.key[1]) for item in company.differences()] == found


def test_what_a_subject_became_later_does_not_change_what_was_decided() -> None:
    company = load_company("youyou")
    company.record("小过-职业道德-1", "Y004")
    changes.change(company.ctx(), "Y004", SubjectChange(attributes={"labour_contract": False}), "*")
    later = str(today(ready(company.id).zone))
    assert company.record("小过-职业道德-1", "Y004", at=later)["effects"] == []
    assert company.differences() == []


def test_a_department_learned_late_takes_an_incident_out_of_scope() -> None:
    company = load_company("fujie")
    company.record("二-3", "F003", facts={"reported": False})
    assert company.balances("F003")
    changes.assign(company.ctx(), "F003", Line(date(2026, 3, 1), "仓库"))
    assert (company.balances("F003"), company.differences()) == ({}, [])


@pytest.mark.parametrize(
    "within", [pytest.param(name, id=name) for name in ("day", "quarter", "year", "ever")]
)
def test_a_version_with_another_window_counts_what_was_recorded_before_it(within: str) -> None:
    company = make_company(MARKS, staff=["E"])
    for day in ("2026-01-30", "2026-01-31"):
        company.record("w", "E", at=day)
    newer = MARKS.replace("within: month", f"within: {within}")
    company.publish(f"{newer}effective_from: 2026-02-01\n")
    company.record("w", "E", at="2026-02-02")
    assert company.balances("E").get("minor_demerit", 0) == (within != "day")
    assert company.differences() == []


@pytest.mark.parametrize("seed", [pytest.param(seed, id=f"story {seed}") for seed in range(4)])
def test_choices_and_evaluations_are_facts_too(seed: int) -> None:
    chance = random.Random(seed)
    company = make_company(HOUSE, plugins=PLUGINS, staff=["M"])
    for code in STAFF:
        company.hire(code, supervisor="M")
    alive: list[str] = []
    for _ in range(25):
        step = chance.choice(["w", "b", "f", "settle", "evaluate", "reverse"])
        if step in {"w", "b", "f"}:
            day = f"2026-0{chance.randrange(1, 4)}-{chance.randrange(1, 29):02}"
            alive.append(company.record(step, chance.choice(STAFF), at=day)["id"])
        elif step == "evaluate":
            scores = {code: chance.randrange(100) for code in STAFF}
            period = f"2026-0{chance.randrange(1, 4)}"
            asked = EvaluationRequest("best", period, inputs={"scores": scores})
            programmes.evaluate(company.ctx(), asked)
        elif alive:
            which = alive.pop(chance.randrange(len(alive)))
            if step == "reverse":
                company.reverse(which)
            else:
                settle(company, which)
    assert company.differences() == []


def settle(company: Company, incident: str) -> None:
    """Choose 30 where something is left to choose."""
    asked = history.read(company.ctx(), UUID(incident)).decision["choices"]
    values = [Value(item["subject"], item["account"], item["unit"], "30") for item in asked]
    choices.choose(company.ctx(), UUID(incident), values, "初犯")


@pytest.mark.parametrize("gone", [pytest.param(who, id=f"{who} out") for who in ("E", "F")])
def test_only_the_parts_of_an_incident_that_stand_are_counted(owner_url: str, gone: str) -> None:
    """Taking one subject's part back by hand leaves its entries without a fact, and no others."""
    company = make_company(MARKS, staff=["M"])
    for code in ("E", "F"):
        company.hire(code, supervisor="M")
    company.record("m", "E", "F", at="2026-03-02")
    with owning(owner_url) as connection:
        connection.execute(
            "UPDATE incident_subject x SET reversed_at = now() FROM subject s"
            " WHERE s.id = x.subject_id AND s.code = %(gone)s"
            " AND x.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s",
            {"gone": gone, "tenant": company.id},
        )
    found = {(item.what, item.key[1]) for item in company.differences()}
    assert {who for _, who in found} == {gone, "M"}
    assert ("balance", gone) in found
