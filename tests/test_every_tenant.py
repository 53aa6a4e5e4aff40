"""Every folder of `tenants/` can be read, and every case beside its policies passes."""

from pathlib import Path

import pytest

from shangfa.documents.policy.catalogue import COLUMNS, catalogue
from shangfa.documents.tenant.folder import TenantFolder, read_tenant
from shangfa.documents.trials.check import run_cases
from shangfa.plugins.installed import installed

ROOT = Path(__file__).parents[1] / "tenants"
FOLDERS = sorted(path.parent for path in ROOT.glob("*/tenant.yaml"))


@pytest.fixture(params=FOLDERS, ids=lambda path: path.name)
def tenant(request: pytest.FixtureRequest) -> TenantFolder:
    return read_tenant(request.param)


def test_all_cases_pass(tenant: TenantFolder) -> None:
    verdicts = list(run_cases(tenant, installed().kinds(tenant.doc.plugins)))
    assert [verdict for verdict in verdicts if not verdict.passed] == []
    assert verdicts


def test_the_demo_staff_is_there(tenant: TenantFolder) -> None:
    assert tenant.people


def test_every_clause_has_its_row_in_the_catalogue(tenant: TenantFolder) -> None:
    for name, version, _ in tenant.versions(installed().kinds(tenant.doc.plugins)):
        rows = catalogue(name, version)
        assert len(rows) >= len(version.clauses)
        assert all(len(row) == len(COLUMNS) for row in rows)
