"""Rules of handbooks as they are said, each a policy with answers worked out by hand."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.making.policies import faults_in, kinds_of, policy_from

from shangfa.documents.tenant.folder import read_tenant
from shangfa.documents.trials.check import run_cases
from shangfa.domain.ledger.posting import visible
from shangfa.domain.people.lines import Lines
from shangfa.testing import MemoryTenant, make_subject

PLUGINS = ("fines", "demerit_ladder", "letter_points", "recognition", "duties", "loss_share")
SAID = [Path(__file__).parent / f"said_{name}.yaml" for name in ("as_data", "elsewhere")]
RULES = [
    rule for path in SAID for rule in yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
]
TENANT = """
name: 例
plugins: [fines, demerit_ladder, letter_points, recognition, duties, loss_share]
"""
TERMS = """calendar: days
calendars:
  days:
    terms:
      school:
        - {name: autumn, first: 2025-09-01, last: 2026-01-23}
        - {name: spring, first: 2026-03-02, last: 2026-07-10}
"""


@pytest.mark.parametrize("rule", RULES, ids=[rule["says"] for rule in RULES])
def test_a_rule(tmp_path: Path, rule: dict[str, Any]) -> None:
    (tmp_path / "cases").mkdir()
    tenant = TENANT + (f"calendar: {rule['calendar']}\n" if "calendar" in rule else TERMS)
    (tmp_path / "tenant.yaml").write_text(tenant, encoding="utf-8")
    head = "{policy: p, title: 例, "
    (tmp_path / "policy.yaml").write_text(head + rule["policy"][1:], encoding="utf-8")
    if "later" in rule:
        (tmp_path / "policy-2.yaml").write_text(head + rule["later"][1:], encoding="utf-8")
    cases = [f"- {{id: {number}, {case[1:]}" for number, case in enumerate(rule["cases"])]
    (tmp_path / "cases/a.yaml").write_text("\n".join(cases), encoding="utf-8")
    for verdict in run_cases(read_tenant(tmp_path), kinds_of(*PLUGINS)):
        assert verdict.passed, verdict


FINE = "{code: x, title: X, kind: fines.fixed, params: {amount: 10}}"
POINT = "{code: x, title: X, kind: points.fixed, params: {letter: C, points: -1}}"
GRADE = "{name: g, kind: points.grade, params: {letters: {C: 1}, grades: ["


def clause(text: str) -> str:
    return f"clauses: [{{code: x, title: X, {text}}}]"


def reaction(kind: str, params: str, own: str = FINE) -> str:
    return f"clauses: [{own}]\nreactions: [{{code: r, kind: {kind}, params: {{{params}}}}}]"


def programme(text: str) -> str:
    return f"clauses: [{POINT}]\nprogrammes: [{text}]"


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        (clause("kind: fines.loss, params: {least: 5, most: 4}"), "params/most", "under least 5"),
        (clause("kind: fines.loss, params: {least: 5, mots: 4}"), "params/mots", "most"),
        (
            clause("kind: fines.fixed, params: {amount: 1}, scale: [{percent: 0}]"),
            "scale/0/percent",
            "percent",
        ),
        (
            clause("kind: fines.fixed, params: {amount: 1}, scale: [{percent: 1001}]"),
            "scale/0/percent",
            "1000",
        ),
        (
            clause("kind: fines.fixed, params: {amount: 1}, scale: [{when: {a: 1}, percent: 50}]"),
            "scale/0/when/a",
            "no fact 'a'",
        ),
        (
            clause("kind: fines.fixed, params: {amount: 1}, scale: [{percent: $much}]"),
            "scale/0/percent",
            "much",
        ),
        (
            clause("when: {date.wekday: friday}, kind: fines.fixed, params: {amount: 1}"),
            "when/date.wekday",
            "date.weekday",
        ),
        (
            clause("when: {date.weekday: fri}, kind: fines.fixed, params: {amount: 1}"),
            "when/date.weekday",
            "friday",
        ),
        (
            clause("when: {date.month: 13}, kind: fines.fixed, params: {amount: 1}"),
            "when/date.month",
            "12",
        ),
        (
            clause("kind: fines.brackets, params: {brackets: [{percent: 1}, {percent: 2}]}"),
            "brackets/0",
            "last stretch",
        ),
        (
            clause(
                "kind: fines.brackets,"
                " params: {brackets: [{to: 5, percent: 1}, {to: 5, amount: 2}]}"
            ),
            "brackets/1/to",
            "above the stretch",
        ),
        (
            clause("kind: fines.brackets, params: {brackets: [{percent: 1, amount: 2}]}"),
            "brackets/0",
            "exactly one",
        ),
        (
            clause("kind: fines.own_share, params: {own: pay, percent: 5}"),
            "params/own",
            "attribute",
        ),
        (
            clause("kind: fines.range, params: {min: 1, unit: day, fact: loss}"),
            "params/fact",
            "CNY",
        ),
        (reaction("fines.supervisor", "percent: 5, amount: 5"), "params", "exactly one"),
        (reaction("fines.supervisor", "of: [late], percent: 5"), "params/of", "amount"),
        (reaction("fines.supervisor", "of: [late], amount: 5"), "params", "late"),
        (reaction("fines.threshold", "at: 0, within: year, gives: talk"), "params/at", "0"),
        (
            reaction("points.supervisor", "letter: C, points: -1", POINT),
            "params/points",
            "over 0",
        ),
        (reaction("points.supervisor", "letter: D, percent: 50", POINT), "params", "C"),
        (
            programme(GRADE + "{from: 1, name: a}, {from: 1, name: b}]}}"),
            "grades/1/from",
            "under 1",
        ),
        (programme(GRADE + "{name: a}, {from: 1, name: b}]}}"), "grades/0", "lowest"),
        (
            programme(GRADE + "{name: a, gives: b, amount: 1}]}}"),
            "grades/0/amount",
            "not both",
        ),
        (
            programme("{name: s, kind: points.settle, params: {letters: {C: 0}, amount: 1}}"),
            "letters/C",
            "weight",
        ),
        (
            programme("{name: s, kind: points.settle, params: {letters: {D: 1}, amount: 1}}"),
            "params",
            "counts 'D'",
        ),
        (
            programme("{name: c, kind: recognition.clean, params: {counters: [late]}}"),
            "params",
            "counts 'late'",
        ),
        (
            programme("{name: r, kind: recognition.share, params: {percent: 5, letters: {D: 1}}}"),
            "params",
            "counts 'D'",
        ),
        (
            reaction("fines.cap", "within: month, most: 5, clauses: ['y*']"),
            "clauses/0",
            "nearest are: x",
        ),
        (programme(GRADE + "{form: 1, name: a}]}}"), "grades/0/form", "are: from、"),
        (
            clause("kind: fines.per_unit, params: {amount: 1, begun: false}"),
            "params/begun",
            "with step",
        ),
        (
            clause("kind: points.per_unit, params: {letter: C, points: -1, begun: false}"),
            "params/begun",
            "with step",
        ),
        (clause("kind: points.per_unit, params: {letter: C, points: 0}"), "points", "are none"),
        (
            clause("kind: points.per_unit, params: {letter: C, points: 1, fact: rtae}"),
            "params/fact",
            "rtae",
        ),
        (reaction("points.cap", "letter: C, within: month", POINT), "params", "least or most"),
        (reaction("points.cap", "letter: C, within: month, most: -1", POINT), "params/most", "0"),
        (
            reaction("points.cap", "letter: C, within: month, most: 1, clauses: [y]", POINT),
            "clauses/0",
            "nearest are: x",
        ),
        (
            reaction("ladder.run", "of: x, broken_by: [y], times: 3, last: 3, gives: talk"),
            "params/last",
            "more than times (3)",
        ),
        (
            programme(
                "{name: r, kind: recognition.ranking, params: {letters: {C: 1},"
                " last: {code: a, counter: b, amount: 1}}}"
            ),
            "last/counter",
            "one of them",
        ),
        (
            programme(
                "{name: g, kind: points.settle, params: {letters: {C: 1}, amount: 1, per: d}}"
            ),
            "params",
            "counts 'd'",
        ),
        (
            clause(
                "facts: {who: {type: text, kept: true}}, history: {n: {ask: nth, same: [hwo]}},"
                " when: {n: 2}, kind: fines.fixed, params: {amount: 1}"
            ),
            "history/n/same/0",
            "who",
        ),
        (
            clause(
                "facts: {who: text}, history: {n: {ask: sum, of: {money: fine}, same: [who]}},"
                " scale: [{when: {n: 2}, percent: 50}], kind: fines.fixed, params: {amount: 1}"
            ),
            "history/n/same/0",
            "of: clause",
        ),
        (
            programme("{name: c, kind: recognition.clean, params: {}}"),
            "params",
            "everybody",
        ),
    ],
)
def test_a_slip_names_its_place_and_the_way_out(text: str, place: str, said: str) -> None:
    faults = faults_in(f"policy: p\ntitle: P\n{text}", PLUGINS)
    assert [item for item in faults if item.pointer.endswith(place)], faults
    assert any(said in item.en for item in faults), [item.en for item in faults]
    assert all(item.zh and item.place for item in faults)


ANY_ORDER = """
policy: p
title: P
ladder: [warning]
clauses:
  - {code: f, title: F, kind: fines.fixed, params: {amount: 300},
     scale: [{when: {quantity: {from: 2}}, percent: 50}]}
  - {code: w, title: W, kind: ladder.mark, params: {mark: warning}}
  - {code: p, title: P, kind: points.fixed, params: {letter: C, points: -3}}
reactions:
  - {code: cap, kind: fines.cap, params: {within: month, most: 500}}
  - {code: stop, kind: fines.threshold, params: {at: 400, within: year, gives: suspension}}
  - {code: s1, kind: fines.supervisor, params: {amount: 50}}
  - {code: s2, kind: fines.supervisor, params: {of: [warning], amount: 20}}
  - {code: s3, kind: points.supervisor, params: {letter: C, points: 1}}
"""
DAYS = ["2026-03-02", "2026-03-09", "2026-04-01", "2026-03-02"]


def test_what_is_taken_back_leaves_nothing_whatever_the_order() -> None:
    policy = policy_from(ANY_ORDER, PLUGINS)
    events = [(code, day) for day in DAYS for code in "fwp"]
    ledgers = []
    for order in (events, events[::-1], sorted(events, key=lambda item: item[1])):
        own = MemoryTenant(policy, Lines().add("E", "L"))
        found = [own.record(code, at=date.fromisoformat(day)) for code, day in order]
        ledgers.append(own.balances())
        for item in found:
            own.reverse(item)
        assert not own.balances()
    assert ledgers[0] == ledgers[1] == ledgers[2]
    own = MemoryTenant(policy, Lines().add("E", "L"))
    for code, day in events:
        own.record(code, at=date.fromisoformat(day))
    assert own.balance("L", "fine", "CNY") == -4 * 50 - 4 * 20
    assert own.balance("L", "points", "C") == -4
    assert own.balance("E", "action", "suspension") == 2  # 500 of March, 300 of April
    assert own.balance("E", "fine", "CNY") == -800


def test_a_scale_by_who_it_is_is_not_remembered_for_another() -> None:
    text = "{code: x, title: X, kind: fines.fixed, params: {amount: 10}, "
    text += "scale: [{when: {subject.position: 经理}, percent: 200}]}"
    own = MemoryTenant(policy_from(f"policy: p\ntitle: P\nclauses: [{text}]", PLUGINS))
    boss, other = make_subject("A", position="经理"), make_subject("B")
    for _ in range(2):
        sizes = [
            str(item.quantity)
            for who in (boss, other)
            for item in visible(own.record("x", who, at=date(2026, 3, 2)).postings)
        ]
        assert sizes == ["-20.00", "-10.00"]
