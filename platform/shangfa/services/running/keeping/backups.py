"""A backup of all companies or of one: whole rows and files of one moment, and a manifest.

It is read and written through row-level security, company by company, and needs no role that
sees past it. Sessions, tries to sign in and kept answers are left out: they are good for hours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Final
from uuid import UUID
from zipfile import BadZipFile, ZipFile

from shangfa.db.exchange import export as export_sql
from shangfa.db.keeping import whole as sql
from shangfa.db.keeping.owner import Owner, owning, within
from shangfa.db.tenancy import find_tenant, tenants_after
from shangfa.db.tx.transaction import Kind, Tx, begin
from shangfa.domain.access.roles import OPERATOR
from shangfa.domain.faults import RefusedError, refused
from shangfa.domain.running.faults import (
    RESTORE_DAMAGED,
    RESTORE_DIFFERS,
    RESTORE_REVISION,
    RESTORE_TAKEN,
)
from shangfa.domain.tenancy.faults import UNKNOWN_TENANT
from shangfa.outside import files
from shangfa.outside.signing import public_key
from shangfa.papers.archive import MANIFEST, Archive, archiving
from shangfa.services.audit.chain import seal, verified
from shangfa.services.audit.notes import Noted, note_by
from shangfa.services.clock import now
from shangfa.services.ledger.anew.verify import verify_tenant

FORM: Final = "shangfa-backup-1"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What was written: the companies, and the SHA-256 of the manifest."""

    slugs: list[str]
    manifest: str


def back_up(out: IO[bytes], slug: str | None = None) -> BackedUp:
    """Write everything of one company, or of all and of the deployment, into a ZIP.

    Raises:
        RefusedError: `unknown_tenant`; `evidence_damaged`, `store_unavailable`.
    """
    with archiving(out) as archive, begin(None, Kind.SNAPSHOT) as tx:
        chosen = _chosen(tx, slug)
        for table in sql.NOBODYS if slug is None else ():
            archive.add(f"{table}.ndjson", _bytes(iter(sql.deployments_rows(tx, table))))
        if slug is None:
            archive.add(f"{sql.ERASED}.ndjson", _bytes(iter(sql.erased_companies(tx))))
        about = {"form": FORM, "revision": sql.revision_of(tx), "made_at": now().isoformat()}
        about["signs_with"] = public_key().hex()
        for tenant_id, name in chosen:
            tx.enter(tenant_id)
            _add_company(tx, archive, f"companies/{name}")
            tx.leave()
        manifest = archive.conclude(about | {"companies": {x: str(key) for key, x in chosen}})
    return BackedUp([name for _, name in chosen], manifest)


def _chosen(tx: Tx, slug: str | None) -> list[tuple[UUID, str]]:
    if slug is None:
        return tenants_after(tx, "")
    tenant_id = find_tenant(tx, slug)
    if tenant_id is None:
        raise refused(UNKNOWN_TENANT, "", value=slug)
    return [(tenant_id, slug)]


def _add_company(tx: Tx, archive: Archive, folder: str) -> None:
    archive.add(f"{folder}/tenant.ndjson", _bytes(iter([export_sql.tenant_row(tx)])))
    for table in sql.kept_tables():
        archive.add(f"{folder}/{table}.ndjson", _bytes(sql.whole_rows(tx, table)))
    for sha256, size in export_sql.files_of(tx):
        with files.fetch(tx.tenant, sha256, size) as content:
            archive.add(f"{folder}/evidence/{sha256}", files.pieces(content))


def _bytes(lines: Iterator[str]) -> Iterator[bytes]:
    return (f"{line}\n".encode() for line in lines)


def restore(file: IO[bytes], owner_url: str, slug: str | None = None) -> list[str]:
    """Bring companies back as they were, prove each by replay and audit chain; return which.

    Raises:
        RefusedError: `restore_damaged`, `restore_revision`, `restore_taken`, `unknown_tenant`
            before anything is written; `restore_differs` for one that does not prove right.
    """
    try:
        with ZipFile(file) as opened, owning(owner_url) as owner:
            about = _checked(opened)
            chosen = _wanted(owner, about, slug)
            if slug is None:
                _restore_deployment(owner, opened)
            said = {"manifest": _sha256(opened.read(MANIFEST)), "made_at": about.get("made_at")}
            for name, tenant_id in chosen.items():
                _restore_company(owner, opened, tenant_id, name)
                _note(tenant_id, said)
    except BadZipFile as error:
        raise _damaged(str(error)) from error
    return list(chosen)


def _damaged(reason: str) -> RefusedError:
    return refused(RESTORE_DAMAGED, "", reason=reason)


def _checked(opened: ZipFile) -> dict[str, Any]:
    """Return what the manifest says, once every file is what it says."""
    try:
        said = json.loads(opened.read(MANIFEST))
        about, listed = said["about"], {item["path"]: item["sha256"] for item in said["files"]}
        whole = about["form"] == FORM and {*listed, MANIFEST} == {*opened.namelist()}
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged("no manifest of a backup") from error
    if not whole:
        raise _damaged("not what its manifest lists")
    for path, sha256 in listed.items():
        if _digest(opened, path) != sha256:
            raise _damaged(path)
    return dict(about)


def _digest(opened: ZipFile, path: str) -> str:
    found = hashlib.sha256()
    with opened.open(path) as content:
        for piece in files.pieces(content):
            found.update(piece)
    return found.hexdigest()


def _wanted(owner: Owner, about: dict[str, Any], slug: str | None) -> dict[str, UUID]:
    """Return slug -> id of what is brought back, when all of it can be."""
    with begin(None) as tx:
        revision = sql.revision_of(tx)
    if about["revision"] != revision:
        raise refused(RESTORE_REVISION, "", value=about["revision"], allowed=revision)
    chosen = {name: UUID(key) for name, key in about["companies"].items()}
    if slug is not None:
        if slug not in chosen:
            raise refused(UNKNOWN_TENANT, "", value=slug)
        chosen = {slug: chosen[slug]}
    for name, tenant_id in chosen.items():
        if sql.is_there(owner, tenant_id, name):
            raise refused(RESTORE_TAKEN, "", value=name)
    return chosen


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _note(tenant_id: UUID, said: dict[str, Any]) -> None:
    """Note in a company's audit chain that it was brought back, from what and as of when."""
    with begin(tenant_id) as tx:
        head = verified(tenant_id)
        data = said | {"entries": head.entries, "head": head.head.hex()}
        note_by(tx, tenant_id, OPERATOR, Noted("tenant.restored", data=data))
    seal(tenant_id)


def _restore_deployment(owner: Owner, opened: ZipFile) -> None:
    if f"{sql.ERASED}.ndjson" in opened.namelist():
        for line in _lines(opened, f"{sql.ERASED}.ndjson"):
            with within(owner, UUID(json.loads(line)["tenant_id"])):
                sql.add_lines(owner, sql.ERASED, [line], known="ON CONFLICT DO NOTHING")
    with within(owner, None):
        for table in sql.NOBODYS:
            path, known = f"{table}.ndjson", "ON CONFLICT DO NOTHING"
            if path in opened.namelist():
                sql.add_lines(owner, table, _lines(opened, path), known=known)


def _lines(opened: ZipFile, path: str) -> Iterator[str]:
    with opened.open(path) as content:
        for line in content:
            yield line.decode().rstrip("\n")


def _restore_company(owner: Owner, opened: ZipFile, tenant_id: UUID, name: str) -> None:
    folder = f"companies/{name}"
    kept = [path for path in opened.namelist() if path.startswith(f"{folder}/evidence/")]
    for path in kept:
        with opened.open(path) as content:
            files.keep(tenant_id, path.rpartition("/")[2], content)
    [row] = _lines(opened, f"{folder}/tenant.ndjson")
    closed = json.dumps(json.loads(row) | {"status": "suspended"}, ensure_ascii=False)
    with within(owner, tenant_id):
        sql.add_lines(owner, "tenant", [closed])
        for table in sql.kept_tables():
            sql.add_lines(owner, table, _lines(opened, f"{folder}/{table}.ndjson"))
        sql.add_slug(owner, tenant_id, name)
    _prove(tenant_id, name)
    sql.set_status(owner, tenant_id, json.loads(row)["status"])


def _prove(tenant_id: UUID, name: str) -> None:
    """Let a company pass whose facts give its figures and whose audit chain holds."""
    differences, broken = verify_tenant(tenant_id), verified(tenant_id).broken
    if differences:
        raise refused(RESTORE_DIFFERS, "", value=name, reason=f"replay: {len(differences)}")
    if broken is not None:
        raise refused(RESTORE_DIFFERS, "", value=name, reason=f"audit: {broken.fault}")
