"""The table of all schemes: which tenant runs which, and why some run nothing.

Written to `tenants/README.md` by `shangfa systems`; a test fails when it is stale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from shangfa.documents.source import read_file
from shangfa.documents.tenant.folder import TenantFolder
from shangfa.domain.policies.kinds import Kinds
from shangfa.domain.policies.version import Version

HEAD: Final = """# Tenants

Every scheme of the documents and where it runs. Written by `shangfa systems tenants`; edit
`tenants/systems.yaml` and the tenants' folders, not this file.

| scheme | company | kind | tenant | plugins | clauses | cases | incomplete, or why nothing runs |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""


def systems_table(
    folder: Path, tenants: Mapping[str, TenantFolder], kinds: Mapping[str, Kinds]
) -> str:
    """Return the table.

    `folder` holds `systems.yaml`; `tenants` and `kinds` are by slug.
    """
    systems = read_file(folder / "systems.yaml").data
    return HEAD + "".join(_row(item, tenants, kinds) + "\n" for item in systems)


def _row(
    item: Mapping[str, Any], tenants: Mapping[str, TenantFolder], kinds: Mapping[str, Kinds]
) -> str:
    head = [f"{item['id']} {item['title']} ({item['source']})", item["company"], item["kind"]]
    slug = item.get("tenant")
    if slug is None:
        return _line([*head, "—", "", "", "", item["why"]])
    tenant = tenants[slug]
    versions = [
        version
        for name, version, _ in tenant.versions(kinds[slug])
        if item.get("policy", name) == name
    ]
    clauses = sum(len(version.clauses) for version in versions)
    plugins = ", ".join(tenant.doc.plugins)
    link = f"[{slug}]({slug})"
    cases = str(_cases(tenant, item.get("policy")))
    return _line([*head, link, plugins, str(clauses), cases, _incomplete(versions)])


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _cases(tenant: TenantFolder, policy: str | None) -> int:
    cases = [case for path in tenant.cases for case in read_file(path).data]
    return sum(policy is None or case.get("policy") == policy for case in cases)


def _incomplete(versions: Iterable[Version]) -> str:
    found = []
    for version in versions:
        waiting = [clause for clause in version.clauses.values() if clause.missing]
        found += [f"{clause.code}: {'、'.join(clause.missing)}" for clause in waiting]
        found += [
            f"{programme.name}: {'、'.join(programme.missing)}"
            for programme in version.programmes
            if programme.missing
        ]
    return "; ".join(found)
