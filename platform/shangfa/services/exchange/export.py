"""Everything of a company in open formats: a line of JSON for each row, and its files of evidence.

Rows are as of one moment. What lets somebody in or signs is left out: digests of keys and
tokens, passwords' hashes, secrets.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from shangfa.db import audit as audit_sql
from shangfa.db.exchange import export as sql
from shangfa.db.tenancy import find_tenant
from shangfa.db.tx.transaction import Kind, Tx, begin
from shangfa.domain.faults import refused
from shangfa.domain.tenancy.faults import UNKNOWN_TENANT
from shangfa.outside import files
from shangfa.outside.sealing import FIELDS, unseal
from shangfa.papers.archive import Archive, archiving
from shangfa.services.audit.chain import seal
from shangfa.services.audit.notes import Noted, note
from shangfa.services.clock import now
from shangfa.services.command import command_in
from shangfa.services.transaction import transact


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written; `manifest` is the SHA-256 of the archive's manifest."""

    manifest: str
    rows: dict[str, int]
    files: int


def export(slug: str, out: IO[bytes]) -> Exported:
    """Write everything of a company into a ZIP; its audit log has the beginning and the end.

    Raises:
        RefusedError: `unknown_tenant`; `evidence_damaged`, `store_unavailable` for a file that
            cannot be handed out.
    """
    with begin(None) as tx:
        tenant_id = find_tenant(tx, slug)
    if tenant_id is None:
        raise refused(UNKNOWN_TENANT, "", value=slug)
    ctx = command_in(tenant_id)
    transact(ctx, lambda tx: note(tx, ctx, Noted("tenant.exported")))
    seal(tenant_id)
    with archiving(out) as archive:
        with begin(tenant_id, Kind.SNAPSHOT) as tx:
            rows, head = _add_rows(tx, archive), audit_sql.head_of(tx)
            kept = sql.files_of(tx)
        for sha256, size in kept:
            with files.fetch(tenant_id, sha256, size) as content:
                archive.add(f"evidence/{sha256}", files.pieces(content))
        sealed = {"entries": head.entries, "head": head.hash.hex()} if head else None
        about = {"company": slug, "made_at": now().isoformat(), "rows": rows, "audit": sealed}
        made = Exported(archive.conclude(about), rows, len(kept))
    said = {"manifest": made.manifest}
    transact(ctx, lambda tx: note(tx, ctx, Noted("tenant.exported", data=said)))
    return made


def _add_rows(tx: Tx, archive: Archive) -> dict[str, int]:
    """Add a file for each table; return table -> how many rows it has."""
    archive.add("tenant.ndjson", [f"{sql.tenant_row(tx)}\n".encode()], rows=1)
    found = {"tenant": 1}
    for table, columns in sql.exported_tables().items():
        rows = sql.rows_of(tx, table, columns)
        lines = _Lines(_opened(tx, table, row) for row in rows)
        archive.add(f"{table}.ndjson", lines)
        found[table] = lines.count
        archive.listed[-1]["rows"] = lines.count
    return found


def _sealing(table: str, row: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Return where a row has sealed fields: nowhere else does anybody but us write such a text."""
    if table == "case_step":
        return [row["data"]]
    return row["body"].get("steps", ()) if table == "slip" else ()


def _opened(tx: Tx, table: str, text: str) -> str:
    """Return a row as the company itself reads it.

    Raises:
        RefusedError: `field_key_missing`.
    """
    if table not in {"case_step", "slip"} or "sealed:" not in text:
        return text
    for found in _sealing(table, json.loads(text)):
        for sealed in (found[name] for name in FIELDS & found.keys()):
            if isinstance(sealed, str):
                plain = json.dumps(unseal(tx.tenant, sealed), ensure_ascii=False)
                text = text.replace(json.dumps(sealed), plain)
    return text


@dataclass(slots=True)
class _Lines:
    """Lines as bytes, counted while they are read."""

    lines: Iterator[str]
    count: int = 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self.lines:
            self.count += 1
            yield f"{line}\n".encode()
