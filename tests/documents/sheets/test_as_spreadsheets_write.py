"""Files as spreadsheets in China write them: GBK, Chinese headings, 2019/6/1, full-width digits."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.making.policies import kinds_of

from shangfa.documents.tenant.folder import read_tenant
from shangfa.documents.tenant.people import Person, read_people
from shangfa.documents.trials.check import run_cases

STAFF = "工号,姓名,类别,部门,岗位,上级,生效日期,日工资,属性\n"
LINE = "Ｅ０１,王小明,员工,客服部,坐席,,２０１９／６／１,２００.５０,正式＝是；等级＝3\n"
READ = Person(
    "E01",
    "王小明",
    "employee",
    "客服部",
    "坐席",
    None,
    date(2019, 6, 1),
    Decimal("200.50"),
    {"正式": True, "等级": "3"},
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_staff(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes((STAFF + LINE).replace("\n", "\r\n").encode(encoding))
    people, faults = read_people(path)
    assert (people, faults) == ([READ], [])
    assert people[0].place == f"{path}:2"


@pytest.mark.parametrize("day", ["2019/6/1", "2019/06/01", "2019.6.1", "2019年6月1日", "2019-6-1"])
def test_ways_to_write_a_day(tmp_path: Path, day: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f"code,name,since\nE,李,{day}\n", encoding="utf-8")
    assert read_people(path)[0][0].since == date(2019, 6, 1)


@pytest.mark.parametrize("day", ["2019/13/1", "19/6/1", "6/1/2019", "43617", "2019/6"])
def test_no_day_is_guessed(tmp_path: Path, day: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f"code,name,since\nE,李,{day}\n", encoding="utf-8")
    assert [fault.code for fault in read_people(path)[1]] == ["invalid"]


CASES = """
- 编号: 一
  标题: 第三次
  人员: {E01: {部门: 客服部}}
  假定:
    - {时间: 2026/3/1, 对象: E01, 条款: l, 数量: '２'}
  当: {时间: '２０２６／３／２ 19:30', 对象: E01, 条款: l}
  则:
    后果:
      - {对象: E01, 账户: 罚款, 单位: CNY, 数量: '-１０'}
"""
POLICY = """
policy: p
title: 考勤
clauses: [{code: l, title: 迟到, kind: ladder.count}]
reactions: [{code: r, kind: fines.per_count, params: {of: l, amount: 10, every: 3}}]
"""


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_cases(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "cases").mkdir()
    head = "name: 测试\nplugins: [fines, demerit_ladder]\n"
    (tmp_path / "tenant.yaml").write_bytes(head.encode(encoding))
    (tmp_path / "policy.yaml").write_bytes(POLICY.encode(encoding))
    (tmp_path / "cases/a.yaml").write_bytes(CASES.encode(encoding))
    tenant = read_tenant(tmp_path)
    (verdict,) = run_cases(tenant, kinds_of(*tenant.doc.plugins))
    assert verdict.passed, verdict
    assert verdict.id == "一"
