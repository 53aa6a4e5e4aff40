"""Every row of the page for HR and of the cookbook is a policy and a case that passes."""

import re
from pathlib import Path

import pytest
from tests.making.policies import kinds_of

from shangfa.documents.tenant.folder import read_tenant
from shangfa.documents.trials.check import run_cases
from shangfa.domain.policies.conditions import RESERVED

DOCS = Path(__file__).parents[3] / "docs"
ROW = re.compile(r"^\| (\S+) \| (.+?) \| `(.+)` \| `(.+)` \|$", re.MULTILINE)
ROWS = ROW.findall((DOCS / "howto/write-a-rule.zh.md").read_text(encoding="utf-8"))
COOKBOOK = [
    ROW.findall((DOCS / f"howto/cookbook{suffix}.md").read_text(encoding="utf-8"))
    for suffix in ("", ".zh")
]
KINDS = ["累计", "窗口", "有效期", "抵销", "历史", "连续", "金额", "人员", "期限", "班组", "检查"]
KINDS += ["轻重", "时段", "期末", "竞合"]
"""One kind at least for each thing that schemes say."""
TENANT = """
name: 例
plugins: [fines, demerit_ladder, letter_points, recognition]
calendar: days
calendars:
  days:
    terms:
      school:
        - {name: autumn, first: 2025-09-01, last: 2026-01-23}
        - {name: spring, first: 2026-03-02, last: 2026-07-10}
"""
PLUGINS = ("fines", "demerit_ladder", "letter_points", "recognition")


def test_there_is_a_row_for_everything() -> None:
    assert {kind for kind, *_ in ROWS} == set(KINDS)
    assert len(ROWS) == (DOCS / "howto/write-a-rule.zh.md").read_text("utf-8").count("\n| ") - 1


def test_the_cookbook_has_twenty_clauses_alike_in_both_languages() -> None:
    assert [number for number, *_ in COOKBOOK[0]] == [str(number) for number in range(1, 21)]
    assert [row[2:] for row in COOKBOOK[0]] == [row[2:] for row in COOKBOOK[1]]


@pytest.mark.parametrize(
    ("kind", "says", "policy", "case"),
    [*ROWS, *COOKBOOK[0]],
    ids=[row[1] for row in (*ROWS, *COOKBOOK[0])],
)
def test_a_row(tmp_path: Path, kind: str, says: str, policy: str, case: str) -> None:
    del kind, says
    (tmp_path / "cases").mkdir()
    (tmp_path / "tenant.yaml").write_text(TENANT, encoding="utf-8")
    head = "{policy: p, title: 例, "
    (tmp_path / "policy.yaml").write_text(head + policy.removeprefix("{"), encoding="utf-8")
    (tmp_path / "cases/a.yaml").write_text("- {id: a, " + case[1:], encoding="utf-8")
    (verdict,) = run_cases(read_tenant(tmp_path), kinds_of(*PLUGINS))
    assert verdict.passed, verdict


def test_the_reference_lists_every_reserved_word() -> None:
    text = (DOCS / "language.md").read_text(encoding="utf-8")
    section = text.split("## Reserved words")[1].split("##")[0]
    assert set(re.findall(r"`([a-z]+)`", section)) == RESERVED
