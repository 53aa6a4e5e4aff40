"""Check tenants' folders: read them, run their cases, say what passed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from shangfa.domain.errors import RefusedError, refused
from shangfa.domain.kinds import Kinds
from shangfa.policies.cases import Verdict, memory_of, run_case
from shangfa.policies.source import read_file
from shangfa.policies.tenants import TenantFolder


def run_cases(tenant: TenantFolder, kinds: Kinds, files: Iterable[Path] = ()) -> Iterator[Verdict]:
    """Yield the verdict of every case in `files`, or in the tenant's own `cases/`.

    A case may name a `calendar` and set `parameters` of the policies.

    Raises:
        RefusedError: a policy or a case file cannot be read.
    """
    policies = tenant.policies(kinds)
    for path in files or tenant.cases:
        for case in _cases(path):
            given = case.get("parameters")
            chosen = tenant.policies(kinds, given) if given else policies
            memory = memory_of(case, chosen, tenant.calendar(case.get("calendar")))
            yield run_case(case, memory)


def _cases(path: Path) -> list[Mapping[str, Any]]:
    source = read_file(path)
    if not isinstance(source.data, list):
        raise refused("not_a_document", why=f"{path}: a list of cases is expected")
    for index, case in enumerate(source.data):
        if not isinstance(case, dict) or "id" not in case or not {"when", "close"} & set(case):
            fault = source.fault((index,), "missing", value="id, when | close")
            raise RefusedError(fault)
    return source.data
