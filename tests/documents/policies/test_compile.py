from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from time import process_time
from typing import Any

import pytest
from tests.making.policies import faults_in, kinds_of, version_from

from shangfa.documents.policy.compile import compile_version, read_document
from shangfa.documents.source import Source, read_yaml
from shangfa.domain.faults import RefusedError

HEAD = "policy: p\ntitle: P\nladder: [warning, minor]\n"
FINE = "  - {code: '1', title: t, kind: fines.fixed, params: {amount: 20}}\n"


def told(text: str, plugins: Sequence[str] = ("letter_points", "fines", "demerit_ladder")) -> Any:
    """(line, code) of every fault."""
    found = faults_in(text, plugins)
    return [(int(fault.place.removeprefix("policy.yaml:")), fault.code) for fault in found]


TEN = """\
policy: ten faults
title: 十处错误
effective_from: 2026-02-30T
ladder: [warning, minor]
colour: red
clauses:
  - code: 6
    title: 编号未加引号
    kind: fines.fixed
    params: {amount: 20}
  - code: '7'
    kind: fines.fixed
    params: {amount: 20}
  - {code: '8', title: 类型拼错, kind: fines.fxed, params: {amount: 20}}
  - {code: '9', title: 插件未启用, kind: duties.breach}
  - {code: '9', title: 编号重复, kind: fines.fixed, params: {amount: 20}}
  - {code: '10', title: 金额不是数, kind: fines.fixed, params: {amount: much}}
  - {code: '11', title: 阶梯中没有, kind: ladder.mark, params: {mark: exile}}
  - {code: '12', title: 参数未声明, kind: fines.fixed, params: {amount: $price}}
  - code: '13'
    title: 条件有误
    facts: {loss: money}
    when: {lost: {over: 5}}
    kind: fines.loss
reactions:
  - {code: a, kind: ladder.roll_up, params: {of: warning, every: 3, within: month, gives: minor}}
  - {code: b, kind: ladder.roll_up, params: {of: minor, every: 3, within: weeks, gives: warning}}
title: 又一个标题
"""


def test_every_fault_of_a_file_is_told_at_once_with_its_line() -> None:
    assert sorted(told(TEN)) == [
        (1, "invalid"),
        (3, "invalid"),
        (5, "unknown_field"),
        (7, "invalid"),
        (11, "missing"),
        (14, "unknown_kind"),
        (15, "plugin_not_enabled"),
        (16, "duplicate"),
        (17, "invalid"),
        (18, "unknown_rung"),
        (19, "unknown_parameter"),
        (23, "invalid"),
        (27, "invalid"),
        (28, "not_a_document"),
    ]


def test_a_sound_file_has_no_faults() -> None:
    assert told(HEAD + "clauses:\n" + FINE) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("", [(1, "invalid")], id="empty file"),
        pytest.param("- a\n- b\n", [(1, "invalid")], id="a list"),
        pytest.param("title: t\nclauses:\n" + FINE, [(1, "missing")], id="no name"),
        pytest.param("policy: p\ntitle: t\n", [(1, "missing")], id="no clauses"),
        pytest.param("policy: p\ntitle: t\nclauses: []\n", [(3, "invalid")], id="empty list"),
        pytest.param("policy: P p\ntitle: t\nclauses:\n" + FINE, [(1, "invalid")], id="no slug"),
        pytest.param(
            HEAD + "clauses:\n  - {code: 6, title: t, kind: nothing}\n",
            [(5, "invalid")],
            id="unquoted code",
        ),
        pytest.param(
            HEAD + "clauses:\n  - {code: 1.10, title: t, kind: nothing}\n",
            [(5, "invalid")],
            id="unquoted code with a point",
        ),
        pytest.param(
            HEAD + "clauses:\n  - {code: '', title: t, kind: nothing}\n",
            [(5, "invalid")],
            id="empty code",
        ),
        pytest.param(
            HEAD + "clauses:\n" + FINE + FINE, [(6, "duplicate")], id="a code that stands twice"
        ),
        pytest.param(
            HEAD + "clauses:\n  - {code: '1', title: t}\n", [(5, "missing")], id="no kind"
        ),
        pytest.param(
            HEAD + "clauses:\n  - code: '1'\n    title: t\n    kind: text\n    parts:\n"
            "      - {kind: fines.fixed, params: {amount: 1}}\n",
            [(7, "invalid")],
            id="kind and parts",
        ),
        pytest.param(
            HEAD + "clauses:\n  - {code: '1', title: t, kind: fines.fixed, parms: {amount: 1}}\n",
            [(5, "unknown_field"), (5, "missing")],
            id="misspelt field",
        ),
        pytest.param(
            HEAD + "clauses:\n  - code: '1'\n    title: t\n    kind: fines.fixed\n"
            "    params:\n      amount: 0\n      per: day\n      foo: 1\n",
            [(9, "invalid"), (10, "invalid"), (11, "unknown_field")],
            id="every parameter of one clause",
        ),
        pytest.param(
            HEAD + "clauses:\n  - {code: '1', title: t, kind: fines.loss}\n",
            [(5, "unknown_fact")],
            id="a fact that is not declared, by default",
        ),
        pytest.param(
            HEAD + "clauses:\n  - {code: '1', title: t, facts: {price: money}, kind: fines.range,\n"
            "     params: {min: 0, max_fact: prize}}\n",
            [(6, "unknown_fact")],
            id="a misspelt optional fact",
        ),
        pytest.param(
            HEAD + "clauses:\n" + FINE + "reactions:\n"
            "  - {code: r, kind: ladder.repeat, params: {of: [warning, waring], gives: x}}\n",
            [(7, "unknown_rung")],
            id="a misspelt rung in a list",
        ),
        pytest.param(
            HEAD + "clauses:\n" + FINE + "reactions:\n"
            "  - {code: r, kind: ladder.rollup, params: {}}\n",
            [(7, "unknown_kind")],
            id="a misspelt reaction",
        ),
        pytest.param(
            HEAD + "clauses:\n" + FINE + "programmes:\n  - {name: n, kind: best.of, params: {}}\n"
            "  - {name: n, kind: best.of, params: {}}\n",
            [(8, "duplicate"), (7, "unknown_kind"), (8, "unknown_kind")],
            id="programmes",
        ),
        pytest.param(
            HEAD.replace("minor", "warning") + "clauses:\n" + FINE,
            [(3, "duplicate")],
            id="a rung that stands twice",
        ),
        pytest.param(
            HEAD + "scope: {when: {subject: {from: 3}}}\nclauses:\n" + FINE,
            [(4, "invalid")],
            id="a condition of the scope",
        ),
        pytest.param(
            HEAD + "rounding: up\nclauses:\n" + FINE, [(4, "invalid")], id="unknown rounding"
        ),
    ],
)
def test_a_fault(text: str, found: list[tuple[int, str]]) -> None:
    assert told(text) == found


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param("{f: {type: money, default: much}}", id="a default that is no amount"),
        pytest.param("{f: {type: choice, values: [a], default: b}}", id="not one of the options"),
        pytest.param("{f: {type: text, least: 1}}", id="a least of a text"),
        pytest.param("{f: {type: text, values: [a]}}", id="options of a text"),
        pytest.param("{f: mony}", id="unknown type"),
    ],
)
def test_a_fact_that_cannot_be_declared(facts: str) -> None:
    text = HEAD + f"clauses:\n  - code: '1'\n    title: t\n    facts: {facts}\n    kind: nothing\n"
    assert told(text) == [(7, "invalid")]


def test_a_choice_needs_its_options() -> None:
    text = HEAD + "clauses:\n  - {code: '1', title: t, facts: {f: choice}, kind: nothing}\n"
    assert told(text) == [(5, "missing")]


def test_money_is_never_under_zero_unless_it_is_said() -> None:
    text = HEAD + (
        "clauses:\n  - code: '1'\n    title: t\n    kind: nothing\n    facts:\n"
        "      a: money\n      b: {type: money, least: -5}\n"
        "      c: {type: int, default: 3}\n      d: {type: bool, required: false}\n"
    )
    known = version_from(text).clauses["1"].facts
    assert [(fact.least, fact.required, fact.default) for fact in known.values()] == [
        (Decimal(0), True, None),
        (Decimal(-5), True, None),
        (None, False, Decimal(3)),
        (None, False, None),
    ]


COMMON = (
    HEAD
    + "clauses:\n"
    + FINE
    + FINE.replace("'1'", "'2'")
    + "common:\n  - clauses: ['*']\n    facts: {first: bool}\n"
)


def test_a_fault_of_a_common_part_is_told_once() -> None:
    parts = "    parts:\n      - {kind: ladder.mark, params: {mark: exile}}\n"
    assert told(COMMON + parts) == [(11, "unknown_rung")]


@pytest.mark.parametrize(
    ("more", "found"),
    [
        pytest.param("    replaces: sometimes\n", [(12, "invalid")], id="a word"),
        pytest.param("    replaces: $other\n", [(12, "unknown_parameter")], id="not declared"),
        pytest.param("    replaces: true\n", [], id="true"),
    ],
)
def test_what_replaces_may_say(more: str, found: list[tuple[int, str]]) -> None:
    parts = "    parts:\n      - {kind: ladder.mark, params: {mark: minor}}\n"
    assert told(COMMON + parts + more) == found


def test_a_common_part_for_no_clause_is_a_fault() -> None:
    parts = "    parts:\n      - {kind: ladder.mark, params: {mark: minor}}\n"
    assert told(COMMON.replace("'*'", "'*', '9-*'") + parts) == [(8, "unknown_clause")]


def test_what_was_taken_out_brings_no_further_faults() -> None:
    """Neither the rung nor the parameter nor the clause of the pieces at fault."""
    text = (
        "policy: p\ntitle: P\nladder: [warning, [minor]]\n"
        "parameters: {price: {value: 5}}\n"
        "clauses:\n"
        "  - {code: '1', kind: nothing}\n"
        "  - {code: '2', title: t, kind: ladder.mark, params: {mark: minor}}\n"
        "  - {code: '3', title: t, kind: fines.fixed, params: {amount: $price}}\n"
        "common:\n  - clauses: ['1']\n    parts: [{kind: fines.fixed, params: {amount: 1}}]\n"
    )
    assert told(text) == [(3, "invalid"), (4, "missing"), (6, "missing")]


def test_lines_hold_when_pieces_before_are_taken_out() -> None:
    text = HEAD + "clauses:\n  - {code: '0', kind: nothing}\n" + FINE.replace("fixed", "fxed")
    first, second = faults_in(text)
    assert (first.pointer, second.pointer) == ("/clauses/0/title", "/clauses/1/kind")
    assert (first.place, second.place) == ("policy.yaml:5", "policy.yaml:6")


def test_unknown_fields_are_told_what_is_allowed() -> None:
    text = HEAD + "clauses:\n" + FINE.replace("kind:", "note: n, sorce: L1, kind:")
    (fault,) = faults_in(text)
    assert "source" in fault.values["allowed"].split("、")


def test_a_misspelt_parameter_is_told_what_is_allowed() -> None:
    (fault,) = faults_in(HEAD + "clauses:\n" + FINE.replace("{amount", "{acount: fine, amount"))
    assert fault.values["allowed"] == "least、most、amount、account、per"


def test_a_document_without_faults_is_typed() -> None:
    doc = read_document(read_yaml(HEAD + "clauses:\n" + FINE))
    assert (doc.policy, doc.effective_from, len(doc.clauses)) == ("p", date(2000, 1, 1), 1)


def test_a_document_is_refused_for_its_shape_alone() -> None:
    with pytest.raises(RefusedError) as caught:
        read_document(read_yaml(HEAD + "clauses:\n  - {code: '1'}\n"))
    assert [fault.code for fault in caught.value.faults] == ["missing"]


def test_a_stored_document_is_built_again_without_lines() -> None:
    data = read_yaml(HEAD + "clauses:\n" + FINE).data
    version = compile_version(Source(data=data), kinds_of("fines"), 7)
    assert (version.number, list(version.clauses)) == (7, ["1"])


@pytest.mark.slow
def test_a_policy_of_200_clauses_is_read_in_a_tenth_of_a_second() -> None:
    part = "{when: {a: {from: 1}}, kind: fines.fixed, params: {amount: 5}}"
    mark = "{kind: ladder.mark, params: {mark: warning}}"
    clauses = "".join(
        f"  - {{code: c{number}, title: 条款, facts: {{a: int}}, parts: [{part}, {mark}]}}\n"
        for number in range(200)
    )
    source = read_yaml(HEAD + "clauses:\n" + clauses, "policy")
    kinds, took = kinds_of("fines", "demerit_ladder"), []
    for _ in range(5):
        began = process_time()
        compile_version(source, kinds)
        took.append(process_time() - began)
    assert min(took) < 0.1
