from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.making.policies import kinds_of

from shangfa.documents.tenant.folder import read_tenant
from shangfa.documents.trials.check import read_trials, run_cases
from shangfa.documents.trials.run import Verdict

TENANT = "name: 测试\nplugins: [fines, demerit_ladder, letter_points, recognition, duties]\n"
POLICY = """
policy: p
title: P
scope: {kinds: [employee]}
ladder: [warning, minor]
attributes: {regular: bool}
parameters: {every: {value: 3, allowed: [2, 3], note: 几次折算}}
clauses:
  - {code: w, title: 警告, kind: ladder.mark, params: {mark: warning}}
  - code: f
    title: 罚款
    facts: {loss: money}
    kind: fines.range
    params: {min: 5, max_fact: loss}
  - {code: open, title: 不限, kind: fines.range, params: {min: 0}}
  - {code: fine, title: 罚款, kind: fines.fixed, params: {amount: 10}}
  - code: day
    title: 白天
    when: {subject.regular: true}
    kind: fines.fixed
    params: {amount: 1}
reactions:
  - code: up
    kind: ladder.roll_up
    params: {of: warning, every: $every, within: month, gives: minor}
  - {code: boss, kind: ladder.supervisor}
"""
DUTY = """
policy: p
title: P
clauses:
  - {code: d, title: 答复, kind: duties.deadline, params: {step: reply, hours: 2}}
"""
W = {"clause": "w", "subject": "E"}
MARK = {"subject": "E", "account": "marks", "unit": "warning", "quantity": 1}
MINOR = MARK | {"unit": "minor"}
BORNE = {"subject": "M", "account": "marks", "unit": "warning", "quantity": 1}


def run(tmp_path: Path, *cases: Any, tenant: str = TENANT, policy: str = POLICY) -> list[Verdict]:
    folder = tmp_path / "tenant"
    folder.mkdir(exist_ok=True)
    (folder / "tenant.yaml").write_text(tenant, encoding="utf-8")
    (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    (folder / "cases").mkdir(exist_ok=True)
    text = yaml.safe_dump(list(cases), allow_unicode=True)
    (folder / "cases" / "a.yaml").write_text(text, encoding="utf-8")
    found = read_tenant(folder)
    return list(run_cases(found, kinds_of(*found.doc.plugins)))


def case(when: Any, *effects: Any, **more: Any) -> dict[str, Any]:
    then = {"effects": list(effects)} | more.pop("then", {})
    return {"id": "c", "when": {"at": "2026-03-31"} | when, "then": then} | more


def given(*days: str) -> dict[str, Any]:
    return {"given": [W | {"at": day} for day in days]}


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(case(W, MARK), id="one effect"),
        pytest.param(case({"clause": "w"}, MARK), id="E when nobody is named"),
        pytest.param(
            case(W, MARK, MINOR, **given("2026-03-18", "2026-03-05")), id="given in any order"
        ),
        pytest.param(
            case(W, MINOR, MARK, **given("2026-03-18", "2026-03-05")), id="effects in any order"
        ),
        pytest.param(
            case(
                W,
                MARK,
                MINOR,
                BORNE,
                subjects={"E": {"supervisor": "M"}, "M": {}},
                **given("2026-03-01", "2026-03-02"),
            ),
            id="the supervisor bears it",
        ),
        pytest.param(
            case(W, MARK, MINOR, parameters={"every": 2}, **given("2026-03-01")),
            id="another reading",
        ),
        pytest.param(
            case(W | {"quantity": 2}, MARK | {"quantity": 2}), id="effects of one unit are summed"
        ),
        pytest.param(
            case(
                {"clause": "fine", "subjects": {"E": 60, "F": 40}},
                {"subject": "E", "account": "fine", "unit": "CNY", "quantity": "-6"},
                {"subject": "F", "account": "fine", "unit": "CNY", "quantity": -4.0},
                subjects={"F": {}},
            ),
            id="shares, and money however it is written",
        ),
        pytest.param(
            case(
                {"clause": "f", "facts": {"loss": 80}},
                then={
                    "choices": [
                        {"subject": "E", "account": "fine", "unit": "CNY", "min": 5, "max": "80.00"}
                    ]
                },
            ),
            id="a choice",
        ),
        pytest.param(
            case(
                {"clause": "open"},
                then={
                    "choices": [
                        {"subject": "E", "account": "fine", "unit": "CNY", "min": 0, "max": None}
                    ],
                    "deadlines": [],
                },
            ),
            id="an open choice, and no deadline",
        ),
        pytest.param(case({"clause": "open"}), id="a choice that nobody asks about"),
        pytest.param(
            case({"clause": "x"}, then={"refused": "unknown_clause"}), id="refused as expected"
        ),
        pytest.param(
            case(W | {"subject": "Z"}, then={"refused": "unknown_subject"}), id="a stranger"
        ),
        pytest.param(
            case(W | {"policy": "q"}, then={"refused": "unknown_policy"}), id="a policy named"
        ),
        pytest.param(
            case(W, then={"refused": "unknown_policy"}, policy="q"), id="named for the whole case"
        ),
        pytest.param(
            case(W, then={"refused": "out_of_scope"}, subjects={"E": {"kind": "partner"}}),
            id="a subject of another kind",
        ),
        pytest.param(
            case(
                {"clause": "day", "at": "2026-03-31T08:30"},
                {"subject": "E", "account": "fine", "unit": "CNY", "quantity": -1},
                subjects={"E": {"attributes": {"regular": True}}},
            ),
            id="attributes, and a time",
        ),
        pytest.param({"id": "c", "close": "2026-03", "then": {"effects": []}}, id="a month closed"),
    ],
)
def test_a_case_that_passes(tmp_path: Path, item: Any) -> None:
    assert run(tmp_path, item) == [Verdict("c", passed=True)]


@pytest.mark.parametrize(
    ("item", "expected", "got"),
    [
        pytest.param(
            case(W, MARK, MINOR),
            {"effects": ["E marks minor 1", "E marks warning 1"]},
            {"effects": ["E marks warning 1"]},
            id="an effect too few",
        ),
        pytest.param(case(W), {"effects": []}, {"effects": ["E marks warning 1"]}, id="too many"),
        pytest.param(
            case({"clause": "x"}, MARK),
            {"effects": ["E marks warning 1"]},
            {"refused": "unknown_clause"},
            id="refused",
        ),
        pytest.param(
            case(W, then={"refused": "missing_fact"}),
            {"refused": "missing_fact"},
            {"effects": ["E marks warning 1"], "choices": [], "deadlines": []},
            id="not refused",
        ),
        pytest.param(
            case(
                {"clause": "f"},
                given=[{"at": "2026-03-01", "clause": "f"}],
                then={"refused": "missing_fact"},
            ),
            {"refused": "missing_fact"},
            {"given refused": "2026-03-01 f: missing_fact"},
            id="refused too early: what is given must be taken",
        ),
        pytest.param(
            case(W, MARK, given=[W | {"at": "2026-03-01", "提前解除": {"warning": "2026-03-02"}}]),
            {"effects": ["E marks warning 1"]},
            {"given refused": "2026-03-01 w: not_liftable"},
            id="lifted, and without a term",
        ),
        pytest.param(
            case(W, MARK, then={"deadlines": [{"step": "reply", "due": "2026-04-01"}]}),
            {"effects": ["E marks warning 1"], "deadlines": ["reply 2026-04-01"]},
            {"effects": ["E marks warning 1"], "deadlines": []},
            id="a deadline that nobody sets",
        ),
    ],
)
def test_a_case_that_fails_says_what_came(
    tmp_path: Path, item: Any, expected: Any, got: Any
) -> None:
    (verdict,) = run(tmp_path, item)
    assert replace(verdict, why="") == Verdict("c", passed=False, expected=expected, got=got)
    assert verdict.why.startswith(got.get("refused", ""))


def test_cases_do_not_see_each_other(tmp_path: Path) -> None:
    twice = case(W | {"quantity": 2}, MARK | {"quantity": 2})
    assert [verdict.passed for verdict in run(tmp_path, twice, twice)] == [True, True]


SOUND = case(W, MARK) | {"id": "sound"}


@pytest.mark.parametrize(
    ("item", "faults"),
    [
        pytest.param({"when": W | {"at": "2026-03-01"}}, [(1, "missing")], id="no id"),
        pytest.param({"id": "c"}, [(1, "missing")], id="nothing happens"),
        pytest.param("c", [(1, "invalid")], id="a word"),
        pytest.param(None, [(1, "invalid")], id="nothing"),
        pytest.param([1], [(1, "invalid")], id="a list"),
        pytest.param({"id": "c", "when": W}, [(2, "missing")], id="no day"),
        pytest.param({"id": "c", "when": "w"}, [(2, "invalid")], id="no object"),
        pytest.param(
            {"close": "2026-03", "given": [{"at": "2026-03-01"}], "id": "c"},
            [(3, "missing")],
            id="a clause missing in what is given",
        ),
        pytest.param(
            {"id": "c", "given": "w", "when": W | {"at": "2026-03-01"}},
            [(1, "invalid")],
            id="given is a word",
        ),
        pytest.param(
            {"id": "c", "when": {"at": "soon", "clause": "w"}}, [(3, "invalid")], id="no such day"
        ),
        pytest.param(
            {"id": "c", "when": {"at": "2026-W10-1", "clause": "w"}}, [(3, "invalid")], id="a week"
        ),
        pytest.param(
            {"id": "c", "when": {"at": 20260302, "clause": "w"}}, [(3, "invalid")], id="a number"
        ),
        pytest.param(case(W, {"subject": "E"}), [(4, "missing")] * 3, id="half an effect"),
        pytest.param(case(W, "E"), [(4, "invalid")], id="an effect that is a word"),
        pytest.param(
            case(W, MARK | {"quantity": "many"}), [(5, "invalid")], id="no number of effects"
        ),
        pytest.param(case(W, MARK | {"account": "mark"}), [(4, "invalid")], id="no account"),
        pytest.param(case(W, then={"refuse": "x"}), [(4, "unknown_field")], id="misspelt"),
        pytest.param(case(W, subjects={"E": "M"}), [(3, "invalid")], id="a person in one word"),
        pytest.param(
            case(W, subjects={"E": {"kind": "boss"}}), [(4, "invalid")], id="no such kind"
        ),
        pytest.param(case(W, calendar="DE"), [(1, "invalid")], id="no such calendar"),
        pytest.param(
            case(W, parameters={"every": 9}), [(7, "out_of_range")], id="a reading not allowed"
        ),
        pytest.param(
            {"close": "2026-13", "id": "c", "inputs": {"x": 1}}, [(1, "invalid")], id="13"
        ),
        pytest.param(
            {"close": "0000-01", "id": "c", "inputs": {"x": 1}}, [(1, "invalid")], id="year 0"
        ),
        pytest.param(
            {"close": "2026-03", "id": "c", "inputs": {"scores": {}}},
            [(4, "unknown_field")],
            id="an input no programme reads",
        ),
    ],
)
def test_a_case_that_cannot_be_run_stops_no_other(
    tmp_path: Path, item: Any, faults: list[tuple[int, str]]
) -> None:
    verdict, sound = run(tmp_path, item, SOUND)
    found = [(int(fault.place.split(":")[-1]), fault.code) for fault in verdict.faults]
    assert (verdict.passed, found) == (False, faults)
    assert sound == Verdict("sound", passed=True)


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(case(W, {k: v for k, v in MARK.items() if k != "subject"}), id="an effect"),
        pytest.param(
            case(
                {"clause": "open"},
                then={"choices": [{"account": "fine", "unit": "CNY", "min": 0}]},
            ),
            id="a choice",
        ),
    ],
)
def test_what_is_expected_is_for_e_when_nobody_is_named(tmp_path: Path, item: Any) -> None:
    assert run(tmp_path, item) == [Verdict("c", passed=True)]


@pytest.mark.parametrize(
    "at", ["2026-03-02 19:30:00", "2026-03-02T19:30", "2026-03-02T19:30:00", "'2026-03-02 19:30'"]
)
def test_a_time_may_stand_without_quotes(tmp_path: Path, at: str) -> None:
    run(tmp_path, policy=DUTY)
    text = f"- id: c\n  when: {{at: {at}, clause: d}}\n"
    text += "  then: {deadlines: [{step: reply, due: 2026-03-02 21:30:00}]}\n"
    (tmp_path / "tenant/cases/a.yaml").write_text(text)
    tenant = read_tenant(tmp_path / "tenant")
    assert list(run_cases(tenant, kinds_of("duties"))) == [Verdict("c", passed=True)]


@pytest.mark.parametrize("period", ["2026-03", "2026Q1"])
def test_a_period_may_be_named_as_the_api_names_it(tmp_path: Path, period: str) -> None:
    item = {"id": "c", "close": period, "then": {"effects": []}}
    assert run(tmp_path, item) == [Verdict("c", passed=True)]


@pytest.mark.parametrize("at", ["2026-03-29T02:30", "2026-10-25T02:30"])
def test_a_local_time_that_never_was_or_was_twice_is_refused(tmp_path: Path, at: str) -> None:
    berlin = TENANT + "timezone: Europe/Berlin\n"
    (verdict,) = run(tmp_path, case(W | {"at": at}, MARK), tenant=berlin)
    assert verdict.got == {"refused": "invalid"}
    (beside,) = run(tmp_path, case(W | {"at": "2026-03-29T03:30"}, MARK), tenant=berlin)
    assert beside.passed
    (elsewhere,) = run(tmp_path, case(W | {"at": at}, MARK))
    assert elsewhere.passed


def test_hours_run_on_while_the_tenants_clocks_change(tmp_path: Path) -> None:
    due = {"step": "reply", "due": "2026-03-29T04:30"}
    item = case({"clause": "d", "at": "2026-03-29T01:30"}, then={"deadlines": [due]})
    more = "\ntimezone: Europe/Berlin\n"
    (verdict,) = run(tmp_path, item, tenant=TENANT + more, policy=DUTY)
    assert verdict.passed, verdict


@pytest.mark.parametrize("text", ["id: c\n", "- [\n"], ids=["no list", "no YAML"])
def test_a_file_without_cases_stops_no_other(tmp_path: Path, text: str) -> None:
    run(tmp_path, SOUND)
    path = tmp_path / "other.yaml"
    path.write_text(text, encoding="utf-8")
    tenant = read_tenant(tmp_path / "tenant")
    files = [path, tmp_path / "tenant/cases/a.yaml"]
    bad, sound = run_cases(tenant, kinds_of(*tenant.doc.plugins), files)
    assert [(fault.code, fault.place.split(":")[0]) for fault in bad.faults] == [
        ("not_a_document", str(path))
    ]
    assert sound.passed


def test_how_much_was_read_is_said(tmp_path: Path) -> None:
    run(tmp_path, SOUND, case(W))
    tenant = read_tenant(tmp_path / "tenant")
    trials = read_trials(tenant, kinds_of(*tenant.doc.plugins))
    assert str(trials.extent()) == ("read 5 clauses, 2 reactions, 0 programmes, 0 people; 2 cases")
    (tmp_path / "tenant/cases/a.yaml").unlink()
    tenant = read_tenant(tmp_path / "tenant")
    trials = read_trials(tenant, kinds_of(*tenant.doc.plugins))
    assert "no cases: nothing was tried" in str(trials.extent())


def test_why_a_plugin_failed_is_told(tmp_path: Path) -> None:
    """With the exception behind it, and where it was raised."""

    def assess(part: Any, incident: Any) -> Any:
        raise ZeroDivisionError("no working days")

    run(tmp_path, case({"clause": "w"}))
    tenant = read_tenant(tmp_path / "tenant")
    kinds = kinds_of(*tenant.doc.plugins)
    mark = replace(kinds.clause_kinds["ladder.mark"], assess=assess)
    kinds = replace(kinds, clause_kinds={**kinds.clause_kinds, "ladder.mark": mark})
    (verdict,) = run_cases(tenant, kinds)
    assert verdict.got == {"refused": "plugin_failed"}
    assert "ZeroDivisionError: no working days" in verdict.why
    assert f"({__file__}:" in verdict.why
