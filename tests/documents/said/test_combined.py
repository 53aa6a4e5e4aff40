"""Schemes that put several mechanics together; every answer worked out by hand first."""

from pathlib import Path
from shutil import copy

import pytest
from tests.making.policies import kinds_of

from shangfa.documents.tenant.folder import read_tenant
from shangfa.documents.trials.check import run_cases

FOLDER = Path(__file__).parent / "combined"
TENANT = """
name: 例
plugins: [fines, demerit_ladder, letter_points]
calendar: days
calendars:
  days:
    terms:
      school:
        - {name: autumn, first: 2025-09-01, last: 2026-01-23}
        - {name: spring, first: 2026-03-02, last: 2026-07-10}
"""


@pytest.mark.parametrize("name", ["bus", "courier", "school", "supplier"])
def test_a_scheme(tmp_path: Path, name: str) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "tenant.yaml").write_text(TENANT, encoding="utf-8")
    copy(FOLDER / f"{name}.policy.yaml", tmp_path / "policy.yaml")
    copy(FOLDER / f"{name}.cases.yaml", tmp_path / "cases/a.yaml")
    kinds = kinds_of("fines", "demerit_ladder", "letter_points")
    verdicts = list(run_cases(read_tenant(tmp_path), kinds))
    assert verdicts
    assert [verdict for verdict in verdicts if not verdict.passed] == []
