"""A piece of a document is changed and nothing else of its text."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from tests.making.house import ROOT

from shangfa.documents.editing import conditions
from shangfa.documents.editing.forms import FORMS, form_of
from shangfa.documents.editing.splice import put, written
from shangfa.documents.source import read_yaml
from shangfa.domain.faults import RefusedError

PIECE = {"code": "新-1", "title": "迟到 # 😀", "kind": "fines.fixed", "params": {"amount": 20}}
BLOCK = """\
# 头注
policy: p
title: 办法 😀
clauses:  # 条款
  # 一、甲
  - {code: '1', title: 甲, kind: ladder.count}   # 甲的注

  - code: b
    title: 乙
    kind: fines.fixed
    params: {amount: 0.50}   # 乙的注

  # 三、丙
  - code: c
    title: 丙
    kind: nothing
    wording: |
      全文。
      第二行。
# 尾注
rounding: last
"""
FLOW = "policy: p\ntitle: t\nclauses: [{code: a, title: x, kind: nothing}, {code: b, title: y}]\n"
JSON = '{"policy": "p", "title": "t", "clauses": [{"code": "a", "title": "x", "kind": "nothing"}]}'
ALIAS = """\
policy: p
title: t
clauses:
  - &a {code: a, title: x, kind: nothing, params: &p {amount: 1}}
  - {code: b, title: y, kind: fines.fixed, params: *p}
"""


def data(text: str) -> Any:
    return read_yaml(text).data


@pytest.mark.parametrize("text", [BLOCK, FLOW, JSON], ids=["block", "flow", "json"])
def test_a_piece_is_put_in_or_added_and_the_rest_stays(text: str) -> None:
    before = data(text)["clauses"]
    for index in (*range(len(before)), None):
        made = data(put(text, "clauses", index, PIECE))
        wanted = [*before, PIECE] if index is None else list(before)
        if index is not None:
            wanted[index] = PIECE
        assert made == {**data(text), "clauses": wanted}


def test_every_line_that_is_not_the_piece_stays_as_it_was() -> None:
    lines = BLOCK.splitlines()
    first = put(BLOCK, "clauses", 0, PIECE).splitlines()
    assert [line for line in lines if line not in first] == [lines[5]]
    assert first[5].endswith("   # 甲的注")
    second = put(BLOCK, "clauses", 1, PIECE).splitlines()
    assert [line for line in lines if line not in second] == [*lines[7:9], lines[10]]
    assert put(BLOCK, "clauses", None, PIECE).splitlines()[:-3] == lines[:-2]


@pytest.mark.parametrize("text", [BLOCK, FLOW, JSON], ids=["block", "flow", "json"])
def test_a_list_that_is_not_there_is_begun(text: str) -> None:
    rule = {"code": "r", "kind": "ladder.roll_up", "params": {"every": 3}}
    made = put(text, "reactions", None, rule)
    assert data(made) == {**data(text), "reactions": [rule]}
    assert made.startswith(text.rstrip("}\n")[: len(text) // 2])


def test_what_is_written_together_with_another_piece_is_refused() -> None:
    with pytest.raises(RefusedError) as caught:
        put(ALIAS, "clauses", 0, PIECE)
    assert "不能单独改动" in caught.value.faults[0].zh
    assert data(put(ALIAS, "clauses", 1, PIECE))["clauses"][1] == PIECE


@pytest.mark.parametrize("flow", [True, False])
def test_what_is_written_is_read_as_the_same(*, flow: bool) -> None:
    for value in ("off", "16:00", "2026-03-02", "1e3", "'", "# x", "a: b", "是\n否", "~", "1_000"):
        piece = {"code": value, "n": Decimal("0.50"), "k": Decimal(20), "d": [True, None, value]}
        assert data(written(piece, flow=flow)) == piece


def test_every_piece_of_the_schemes_that_a_form_shows_is_written_as_it_was_read() -> None:
    shown = set()
    for path in sorted(ROOT.glob("tenants/*/policy*.yaml")):
        text = path.read_text(encoding="utf-8")
        whole = data(text)
        for section in ("clauses", "reactions"):
            pieces = list(enumerate(whole.get(section) or ()))
            for _, piece in pieces:
                form = form_of(section, piece)
                if form is None:
                    continue
                shown.add(form.name)
                again = form.write(form.read(piece), piece)
                assert again == {**piece, "params": again["params"]}, (path.parent.name, piece)
                assert _filled(form.name, again) == _filled(form.name, piece)
            for index, piece in random.Random(path.parent.name).sample(pieces, min(3, len(pieces))):
                assert data(put(text, section, index, piece)) == whole
    assert shown == set(FORMS)


def _filled(name: str, piece: Any) -> Any:
    """Return the params with what is the default filled in."""
    form = FORMS[name]
    filled = {item.name: item.default for item in form.fields} | dict(form.fixed)
    return filled | piece["params"]


@pytest.mark.parametrize(
    ("when", "text"),
    [
        ({}, ""),
        ({"minutes": {"over": 10}}, "minutes > 10"),
        ({"minutes": {"from": 5, "to": Decimal("9.5")}}, "minutes >= 5\nminutes <= 9.5"),
        ({"serious": True, "level": "service_minded"}, "serious = true\nlevel = service_minded"),
        ({"any": [{"a": 1}, {"b": 2}]}, None),
        ({"not": {"a": 1}}, None),
        ({"a": None}, None),
        ({"a": {"over": {"fact": "b"}}}, None),
        ({"$parameter": "adds"}, None),
        ({"a": {"one_of": [1, 2]}}, None),
    ],
)
def test_a_condition_is_lines_where_lines_can_say_it(when: Any, text: str | None) -> None:
    assert conditions.when_text(when) == text
    assert text is None or conditions.read_when(text) == when


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({}, ""),
        ({"minutes": "number"}, "minutes number"),
        ({"late": {"type": "bool", "zh": "是否 迟到"}}, "late bool 是否 迟到"),
        ({"level": {"type": "choice", "values": ["a"]}}, None),
        ({"level": {"type": "text", "zh": "级 别", "default": "a"}}, None),
    ],
)
def test_facts_are_lines_where_lines_can_say_them(facts: Any, text: str | None) -> None:
    assert conditions.facts_text(facts) == text
    assert text is None or conditions.read_facts(text) == facts


@pytest.mark.parametrize("text", ["minutes", "> 3", "minutes ~ 3", "any = 1", "Ä > 3"])
def test_what_is_no_condition_stays_a_text(text: str) -> None:
    assert conditions.read_when(text) == text


def test_a_form_keeps_what_its_lines_cannot_say() -> None:
    form, hard = FORMS["fine"], {"any": [{"late": True}, {"minutes": {"over": 9}}]}
    piece = PIECE | {"when": hard, "facts": {"late": "bool"}}
    shown = form.read(piece)
    assert "when" not in shown
    assert form.write(shown | {"facts": "late bool 迟到"}, piece) == {
        **piece,
        "facts": {"late": {"type": "bool", "zh": "迟到"}},
    }
    easy = form.write({**form.read(PIECE), "when": "late = true", "facts": "late bool"}, PIECE)
    assert (easy["when"], easy["facts"]) == ({"late": True}, {"late": "bool"})
    assert "when" not in form.write({**form.read(easy), "when": ""}, easy)
