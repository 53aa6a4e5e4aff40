from dataclasses import replace

import pytest
from tests.making.policies import version_from

from shangfa.documents.policy.catalogue import COLUMNS, catalogue
from shangfa.domain.faults import PluginFailedError

TEXT = """
policy: p
title: P
ladder: [warning, minor]
parameters: {price: {note: 待填}}
clauses:
  - {code: '1', title: 罚款, kind: fines.fixed, params: {amount: 20}}
  - code: '2'
    title: 奖励
    kind: fines.fixed
    params: {amount: 50, account: reward, per: incident}
  - {code: '3', title: 酌情, kind: fines.range, params: {min: 10, max: 50}}
  - {code: '4', title: 不限, kind: fines.range, params: {min: 10}}
  - code: '5'
    title: 迟到
    quantity: {unit: minutes}
    parts:
      - {code: 5a, title: 十分钟内, when: {quantity: {to: 10}}, kind: fines.fixed,
         params: {amount: 5, per: incident}}
      - {code: 5b, when: {quantity: {over: 10}}, kind: fines.fixed,
         params: {amount: 10, per: incident}}
  - code: '6'
    title: 警告并罚款
    parts:
      - {kind: ladder.mark, params: {mark: warning}}
      - {kind: fines.fixed, params: {amount: 20}}
  - {code: '7', title: 定义, kind: text}
  - {code: '8', title: 待填, kind: fines.fixed, params: {amount: $price}}
  - {code: '9', title: 累计, kind: ladder.count}
  - {code: '10', title: 三次警告, kind: text}
  - {code: '11', title: 扣分, kind: points.fixed, params: {letter: C, points: -1}}
  - {code: '12', title: 口头提醒, kind: nothing}
reactions:
  - {code: '10', kind: ladder.roll_up, params: {of: warning, every: 3, within: month, gives: minor}}
"""
ROWS = {row[1]: row for row in catalogue("p", version_from(TEXT))}


@pytest.mark.parametrize(
    ("code", "row"),
    [
        pytest.param("1", "罚款|fines.fixed|penalty|fine|CNY|20|20|times|", id="per time"),
        pytest.param("2", "奖励|fines.fixed|reward|reward|CNY|50|50||", id="reward, once"),
        pytest.param("3", "酌情|fines.range|penalty|fine|CNY|10|50||", id="limits"),
        pytest.param("4", "不限|fines.range|penalty|fine|CNY|10|||", id="open"),
        pytest.param("5a", "十分钟内|fines.fixed|penalty|fine|CNY|5|5||", id="a band by its title"),
        pytest.param("5b", "迟到|fines.fixed|penalty|fine|CNY|10|10||", id="a band without one"),
        pytest.param(
            "6",
            "警告并罚款|fines.fixed|penalty|fine|CNY|20|20|times|+ marks/warning 1",
            id="money first, the rest beside it",
        ),
        pytest.param("7", "定义|text|none||||||", id="a definition"),
        pytest.param("8", "待填|fines.fixed|none||||||incomplete: price", id="not filled in"),
        pytest.param("9", "累计|ladder.count|none||||||", id="a count gives nothing itself"),
        pytest.param(
            "10",
            "三次警告|ladder.roll_up|penalty|marks|minor|1|1||every 3 warning within month",
            id="what a reaction gives stands with its words",
        ),
        pytest.param("11", "扣分|points.fixed|penalty|points|C|1|1|times|", id="unsigned"),
        pytest.param("12", "口头提醒|nothing|none||||||", id="reported, without effect"),
    ],
)
def test_a_row(code: str, row: str) -> None:
    assert ROWS[code] == ("p", code, *row.split("|"))


def test_rows_come_in_the_order_of_the_document() -> None:
    codes = "1 2 3 4 5a 5b 6 7 8 9 10 11 12"
    assert list(ROWS) == codes.split()
    assert all(len(row) == len(COLUMNS) for row in ROWS.values())


def test_a_plugin_that_cannot_tell_its_rows_is_named() -> None:
    version = version_from(TEXT)
    (step,) = version.clauses["1"].steps
    failing = replace(step, kind=replace(step.kind, rows=lambda part: 1 / 0))
    version.clauses["1"] = replace(version.clauses["1"], steps=(failing,))
    with pytest.raises(PluginFailedError) as caught:
        catalogue("p", version)
    assert caught.value.plugin == "fines.fixed"
