"""Check tenants' folders: read them, run their cases, say what passed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from shangfa.documents.source import Source, read_file
from shangfa.documents.tenant.folder import TenantFolder
from shangfa.documents.trials.run import Verdict, memory_of, run_case
from shangfa.domain.faults import INVALID, MISSING, NOT_A_DOCUMENT, Fault, RefusedError
from shangfa.domain.policies.kinds import Kinds


def run_cases(tenant: TenantFolder, kinds: Kinds, files: Iterable[Path] = ()) -> Iterator[Verdict]:
    """Yield the verdict of every case in `files`, or in the tenant's own `cases/`.

    A case may name a `calendar` and set `parameters` of the policies.

    Raises:
        RefusedError: a policy or a case file cannot be read.
    """
    policies = tenant.policies(kinds)
    for path in files or tenant.cases:
        source = _cases(path)
        for index, case in enumerate(source.data):
            given = case.get("parameters")
            chosen = tenant.policies(kinds, given) if given else policies
            try:
                memory = memory_of(case, chosen, tenant.calendar(case.get("calendar")))
                verdict = run_case(case, memory)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                values = {"value": case["id"], "why": f"{type(error).__name__}: {error}"}
                raise RefusedError(source.fault((index,), INVALID, **values)) from error
            yield verdict


def _cases(path: Path) -> Source:
    source = read_file(path)
    if not isinstance(source.data, list):
        why = "a list of cases is expected"
        raise RefusedError(source.fault((), NOT_A_DOCUMENT, why=why))
    faults = [
        fault for index, case in enumerate(source.data) for fault in _faults(source, index, case)
    ]
    if faults:
        raise RefusedError(*faults)
    return source


def _faults(source: Source, index: int, case: Any) -> Iterable[Fault]:
    """Yield what a case lacks: its id, what happens, and when."""
    if not isinstance(case, dict):
        yield source.fault((index,), INVALID, value=str(case), why="a case is an object")
        return
    if "id" not in case:
        yield source.fault((index,), MISSING, value="id")
    if not {"when", "close"} & set(case):
        yield source.fault((index,), MISSING, value="when | close")
    events = [(("given", i), item) for i, item in enumerate(case.get("given") or ())]
    for place, event in [*events, *([(("when",), case["when"])] if "when" in case else ())]:
        for name in ("at", "clause"):
            if not isinstance(event, dict) or name not in event:
                yield source.fault((index, *place), MISSING, value=name)
