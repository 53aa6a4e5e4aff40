"""A word that decides nothing is refused where it stands, with what was probably meant."""

from pathlib import Path
from typing import Any

import pytest
from tests.making.policies import faults_in, kinds_of, policy_from

from shangfa.documents.tenant.folder import read_tenant
from shangfa.documents.trials.check import read_trials
from shangfa.documents.trials.run import Verdict
from shangfa.domain.faults import RefusedError
from shangfa.sdk import Effect, Params, ReactionKind, Watch

PLUGINS = ("letter_points", "fines", "demerit_ladder", "duties")
HEAD = "policy: p\ntitle: P\nladder: [warning, minor]\n"
W = "  - {code: w, title: 警告, kind: ladder.mark, params: {mark: warning}}\n"


def folder(path: Path, policy: str, cases: str = "", people: str = "", more: str = "") -> Path:
    (path / "cases").mkdir()
    (path / "tenant.yaml").write_text(
        f"name: 测试\nplugins: [{', '.join(PLUGINS)}]\n{more}", encoding="utf-8"
    )
    (path / "policy.yaml").write_text(policy, encoding="utf-8")
    (path / "cases/a.yaml").write_text(cases, encoding="utf-8")
    (path / "people.csv").write_text("code,name,attributes\n" + people, encoding="utf-8")
    return path


def verdicts(path: Path) -> list[Verdict]:
    tenant = read_tenant(path)
    return list(read_trials(tenant, kinds_of(*tenant.doc.plugins)).verdicts())


def told(path: Path) -> list[tuple[str, str, Any]]:
    try:
        verdicts(path)
    except RefusedError as error:
        faults = error.faults
        return [(item.place.split("/")[-1], item.code, item.values["value"]) for item in faults]
    return []


@pytest.mark.parametrize(
    ("policy", "fault"),
    [
        pytest.param(
            "parameters: {dead: {value: 1, note: x}}\nclauses:\n" + W,
            ("policy.yaml:4", "unused", "dead"),
            id="a parameter nobody uses",
        ),
        pytest.param(
            "attributes: {grade: int}\nclauses:\n" + W,
            ("policy.yaml:4", "unused", "grade"),
            id="an attribute nobody asks for",
        ),
        pytest.param(
            "clauses:\n  - {code: x, title: t, facts: {a: int, b: int}, when: {a: 1}, "
            "kind: nothing}\n",
            ("policy.yaml:5", "unused", "b"),
            id="a fact no condition reads",
        ),
        pytest.param(
            "clauses:\n" + W + "common:\n  - clauses: ['*']\n    facts: {c: int}\n    parts: []\n",
            ("policy.yaml:8", "unused", "c"),
            id="a fact of a common part",
        ),
    ],
)
def test_what_no_rule_uses_is_refused(
    tmp_path: Path, policy: str, fault: tuple[str, str, str]
) -> None:
    assert told(folder(tmp_path, HEAD + policy)) == [fault]


@pytest.mark.parametrize(
    "clause",
    [
        "facts: {a: int}, when: {any: [{not: {a: 1}}]}, kind: nothing",
        "facts: {a: date, b: date}, when: {a: {over: {fact: b}}}, kind: nothing",
        "facts: {loss: money}, kind: fines.loss",
        "facts: {a: money}, kind: fines.loss, params: {fact: a}",
        "facts: {a: money}, kind: fines.loss, params: {fact: $which}",
        "facts: {a: text}, kind: ladder.mark, params: {mark: warning, cause: a}",
        "facts: {a: {type: text, kept: true}}, kind: nothing",
        "facts: {a: int}, kind: nothing, parts: [{kind: duties.breach, when: {$which: b, a: 1}}]",
    ],
)
def test_a_fact_that_something_reads_is_not(tmp_path: Path, clause: str) -> None:
    parameters = "parameters: {which: {value: a, note: x}}\n" if "$which" in clause else ""
    clause = clause.replace("kind: nothing, parts", "parts")
    text = HEAD + parameters + f"clauses:\n  - {{code: x, title: t, {clause}}}\n"
    assert told(folder(tmp_path, text)) == []


POINTS = "  - {code: p, title: 分, kind: points.fixed, params: {letter: A, points: 1}}\n"


class Net(Params):
    letter: str


def _kinds(derive: Any) -> Any:
    from dataclasses import replace

    kinds = kinds_of(*PLUGINS)
    kind: Any = ReactionKind(
        "own.net",
        Net,
        lambda rule: [Watch("points", rule.params.letter, "year")],
        derive,
        lambda rule: [("action", "praise")],
        lambda rule: (),
    )
    return replace(kinds, reactions={**kinds.reactions, kind.name: kind})


def _compiled(reaction: str, derive: Any) -> list[Any]:
    from shangfa.documents.policy.compile import compile_version
    from shangfa.documents.source import read_yaml

    text = HEAD + "clauses:\n" + W + POINTS + f"reactions:\n  - {{code: r, {reaction}}}\n"
    try:
        compile_version(read_yaml(text, "policy.yaml"), _kinds(derive))
    except RefusedError as error:
        return [(item.place, item.code, item.values.get("allowed")) for item in error.faults]
    return []


def test_a_letter_that_nothing_gives_is_refused() -> None:
    rule = "kind: own.net, params: {letter: B}"
    assert _compiled(rule, lambda *_: []) == [("policy.yaml:8", "unknown_counter", "A")]
    assert _compiled(rule.replace("B", "A"), lambda *_: []) == []


@pytest.mark.parametrize("unit", ["warnign", "late", "minr"])
def test_a_term_of_what_is_never_posted_is_refused(unit: str) -> None:
    (fault,) = faults_in(HEAD + f"lapses: {{{unit}: {{months: 3}}}}\nclauses:\n" + W)
    assert (fault.code, fault.values["value"]) == ("unknown_counter", unit)


def test_nothing_may_follow_from_nothing() -> None:
    def always(*_: Any) -> list[Effect]:
        return [Effect("action", "praise", _one())]

    found = _compiled("kind: own.net, params: {letter: A}", always)
    assert [item[:2] for item in found] == [("policy.yaml:8", "invalid")]


def _one() -> Any:
    from shangfa.sdk import ONE

    return ONE


def test_a_rung_that_nothing_gives_is_refused() -> None:
    text = HEAD + "clauses:\n" + W + "reactions:\n  - {code: r, kind: ladder.roll_up, params: "
    text += "{of: minor, every: 2, within: month, gives: demotion}}\n"
    (fault,) = faults_in(text, PLUGINS)
    assert (fault.place, fault.code) == ("policy.yaml:7", "unknown_counter")


@pytest.mark.parametrize(
    ("item", "faults"),
    [
        pytest.param(
            "subjects: {E: {attributes: {probaton: true}}}, when: {at: 2026-03-02, clause: w}",
            [("unknown_attribute", "probaton")],
            id="an attribute",
        ),
        pytest.param(
            "parameters: {evry: 3}, when: {at: 2026-03-02, clause: w}",
            [("unknown_parameter", "evry")],
            id="a parameter",
        ),
        pytest.param(
            "gvien: [], when: {at: 2026-03-02, clause: w}",
            [("unknown_field", "gvien")],
            id="a key",
        ),
        pytest.param(
            "close: 2026-03, inputs: {scores: {}}", [("unknown_field", "scores")], id="an input"
        ),
    ],
)
def test_a_case_is_read_as_strictly(
    tmp_path: Path, item: str, faults: list[tuple[str, str]]
) -> None:
    policy = HEAD + "attributes: {probation: bool}\nclauses:\n" + W
    policy += "  - {code: x, title: t, when: {subject.probation: true}, kind: nothing}\n"
    path = folder(tmp_path, policy, f"- {{id: c, {item}, then: {{effects: []}}}}\n")
    (verdict,) = verdicts(path)
    assert [(fault.code, fault.values["value"]) for fault in verdict.faults] == faults
    assert verdict.faults[0].place.endswith("a.yaml:1")


def test_attributes_of_the_staff_are_held_against_the_policies(tmp_path: Path) -> None:
    policy = HEAD + "attributes: {probation: bool}\nscope: {when: {subject.probation: false}}\n"
    path = folder(
        tmp_path, policy + "clauses:\n" + W, people="E,李,probation=是\nF,王,probaton=是\n"
    )
    assert told(path) == [("people.csv:3", "unknown_attribute", "probaton")]


def test_a_calendar_nobody_keeps_to_is_refused(tmp_path: Path) -> None:
    more = "calendars: {own: {based_on: CN}}\n"
    path = folder(tmp_path, HEAD + "clauses:\n" + W, more=more)
    assert told(path) == [("tenant.yaml:3", "unused", "own")]
    case = "- {id: c, calendar: own, when: {at: 2026-03-02, clause: w}, then: {}}\n"
    (path / "cases/a.yaml").write_text(case, encoding="utf-8")
    assert told(path) == []


def test_one_case_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    """A day that never is, a key twice, a bracket left open: each is told, the rest is run."""
    good = "- {id: good, when: {at: 2026-03-02 19:30:00, clause: w}, then: {effects: [" + (
        "{account: marks, unit: warning, quantity: 1}]}}\n"
    )
    bad = "- {id: a, when: {at: 2026-02-30, clause: w}}\n- {id: b, id: c}\n- {id: d, when: [}\n"
    path = folder(tmp_path, HEAD + "clauses:\n" + W, good + bad + good)
    found = verdicts(path)
    assert [item.passed for item in found] == [True, False, False, False, True]
    places = [fault.place.split("/")[-1] for item in found for fault in item.faults]
    assert places == ["a.yaml:2", "a.yaml:3", "a.yaml:4"]


def test_a_clause_is_found_by_a_title_like_it() -> None:
    text = HEAD + "clauses:\n  - {code: '7', title: 着装不整, kind: nothing}\n" + W
    policy = policy_from(text, PLUGINS)
    assert policy.unknown_clause("着装不齐").faults[0].values["near"] == "7（着装不整）"
    assert policy.unknown_clause("77").faults[0].values["near"] == "7（着装不整）"


def test_the_catalogue_tells_every_reaction_and_programme() -> None:
    from shangfa.documents.policy.catalogue import catalogue

    plugins = (*PLUGINS, "recognition")
    text = HEAD + "clauses:\n" + W + "  - {code: l, title: 迟到, kind: ladder.count}\n"
    text += "reactions:\n  - {code: r, title: 三次, kind: ladder.roll_up, params: "
    text += "{of: l, every: 3, within: month, gives: minor}}\n"
    text += "programmes:\n  - {name: best, code: 奖, title: 之星, kind: recognition.ranking, "
    text += "params: {first: [{code: 奖, amount: 500}]}}\n"
    (version,) = policy_from(text, plugins).versions
    rows = {row[1]: row for row in catalogue("p", version)}
    assert rows["r"][2:7] == ("三次", "ladder.roll_up", "penalty", "marks", "minor")
    assert rows["奖"][2] == "之星"
