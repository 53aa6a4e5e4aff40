"""Evidence packs: the files a case names, in one ZIP that can be checked offline."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import UUID

from shangfa.db.evidence.files import EvidenceRecord, find_evidence
from shangfa.db.tx.transaction import Tx
from shangfa.domain.evidence.faults import EVIDENCE_DAMAGED
from shangfa.domain.faults import refused
from shangfa.outside.files import IN_MEMORY, fetch
from shangfa.papers.pack import DamagedError, Packed, write_pack


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack at its beginning, to be closed by who takes it, and its manifest's SHA-256."""

    file: IO[bytes]
    manifest: str


def named_files(tx: Tx, names: Iterable[str]) -> list[EvidenceRecord]:
    """Return the files that an incident's or a step's `evidence` names, in an open transaction.

    What is no id of a file is a word somebody wrote, as 照片-1.
    """
    ids = {found for name in names if (found := _as_id(name)) is not None}
    return find_evidence(tx, sorted(ids))


def _as_id(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


def make_pack(
    tenant_id: UUID,
    about: Mapping[str, Any],
    records: Sequence[EvidenceRecord],
    papers: Sequence[tuple[str, bytes]] = (),
) -> Pack:
    """Return a pack of papers, as slips, and of files that were handed in.

    No transaction is open meanwhile: files may come from far away. Whether the asker may see
    the case is for the caller to know.

    Raises:
        RefusedError: `evidence_damaged`, `store_unavailable`.
    """
    files = [_paper(name, content) for name, content in papers]
    files += [_handed_in(tenant_id, record) for record in records]
    out = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the caller closes it
    try:
        manifest = write_pack(out, about, files)
        out.seek(0)
    except DamagedError as error:
        out.close()
        raise refused(EVIDENCE_DAMAGED, "", value=str(error)) from error
    except BaseException:
        out.close()
        raise
    return Pack(out, manifest)


def _paper(name: str, content: bytes) -> Packed:
    digest = hashlib.sha256(content).hexdigest()
    return Packed(name, digest, len(content), {"kind": "paper"}, lambda: BytesIO(content))


def _handed_in(tenant_id: UUID, record: EvidenceRecord) -> Packed:
    about = {"kind": "evidence", "id": str(record.id), "type": record.type}
    about["handed_in_at"] = record.created_at.isoformat()
    return Packed(
        record.name,
        record.sha256,
        record.size,
        about,
        lambda: fetch(tenant_id, record.sha256, record.size),
    )
