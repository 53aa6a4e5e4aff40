"""Files kept by their content, in a folder or in a store of objects, by way of fsspec.

A file's name is its SHA-256, in a folder of its tenant: the same content is kept once, and what
is read is compared with its name before any of it is given out. Nothing is held whole in memory.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final
from uuid import UUID, uuid4

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from shangfa.config import SettingError, settings
from shangfa.domain.evidence.faults import EVIDENCE_DAMAGED, STORE_UNAVAILABLE
from shangfa.domain.faults import RefusedError, refused

PIECE: Final = 64 * 1024
IN_MEMORY: Final = 1024 * 1024
"""Bytes of a file that are held in memory; more of it waits on disk."""


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Return what is left of a file, piece by piece."""
    while piece := file.read(PIECE):
        yield piece


def keep(tenant_id: UUID, sha256: str, file: IO[bytes]) -> None:
    """Keep the content of a file under its digest; it is there whole or not at all.

    Raises:
        RefusedError: `store_unavailable`.
    """
    store, root = _store(settings().evidence)
    path = _path(root, tenant_id, sha256)
    with _asked():
        if not store.exists(path):
            _write(store, path, file)


def fetch(tenant_id: UUID, sha256: str, size: int) -> IO[bytes]:
    """Return a file that was kept, compared with its digest; the caller closes it.

    Raises:
        RefusedError: `evidence_damaged` when it is missing or another, `store_unavailable`.
    """
    store, root = _store(settings().evidence)
    copy = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the caller closes it
    try:
        with _asked():
            digest = _copy(store, _path(root, tenant_id, sha256), copy, size)
        if digest != sha256:
            raise refused(EVIDENCE_DAMAGED, "", value=sha256)
        copy.seek(0)
    except BaseException:
        copy.close()
        raise
    return copy


def drop(tenant_id: UUID, sha256: str) -> None:
    """Delete a file that nothing names any more; none is no error.

    Raises:
        RefusedError: `store_unavailable`.
    """
    store, root = _store(settings().evidence)
    path = _path(root, tenant_id, sha256)
    with _asked():
        store.invalidate_cache()
        if store.exists(path):
            store.rm(path)


def drop_all(tenant_id: UUID) -> int:
    """Delete every file of a tenant and return how many there were; none is no error.

    Raises:
        RefusedError: `store_unavailable`.
    """
    store, root = _store(settings().evidence)
    folder = f"{root}/{tenant_id}"
    with _asked():
        store.invalidate_cache()
        if not store.exists(folder):
            return 0
        found = len(store.find(folder))
        store.rm(folder, recursive=True)
    return found


def check_store() -> None:
    """Let a deployment pass whose store can be reached by name.

    Raises:
        SettingError: no such kind of store, or its library is not installed.
    """
    _store(settings().evidence)


def _copy(store: Any, path: str, copy: IO[bytes], size: int) -> str:
    """Copy a kept file; return its digest, "" when there is none of this size."""
    digest, left = hashlib.sha256(), size + 1
    try:
        with store.open(path, "rb") as file:
            while left and (piece := file.read(min(PIECE, left))):
                digest.update(piece)
                copy.write(piece)
                left -= len(piece)
    except FileNotFoundError:
        return ""
    return digest.hexdigest() if left == 1 else ""


def _write(store: Any, path: str, file: IO[bytes]) -> None:
    """Write a file; a folder has it under its name only when all of it is on the disk."""
    local = isinstance(store, LocalFileSystem)
    target = f"{path}.{uuid4().hex}.part" if local else path
    store.makedirs(path.rpartition("/")[0], exist_ok=True)
    try:
        with store.open(target, "wb") as out:
            for piece in pieces(file):
                out.write(piece)
            if local:
                out.flush()
                os.fsync(out.fileno())
        if local:
            os.replace(target, path)
    except BaseException:
        if local:
            with suppress(OSError):
                os.unlink(target)
        raise


@contextmanager
def _asked() -> Iterator[None]:
    """Say that the store is not available, whatever its library raises."""
    try:
        yield
    except RefusedError:
        raise
    except Exception as error:
        raise refused(STORE_UNAVAILABLE) from error


def _path(root: str, tenant_id: UUID, sha256: str) -> str:
    return f"{root}/{tenant_id}/{sha256[:2]}/{sha256}"


@cache
def _store(url: str) -> tuple[Any, str]:
    try:
        store, root = url_to_fs(url)
    except (ValueError, ImportError) as error:
        scheme = f"{url.partition('://')[0]}://…"
        wanted = f"a URL of a store that is installed, such as file:///srv/evidence ({error})"
        raise SettingError("SHANGFA_EVIDENCE_URL", scheme, wanted) from error
    return store, str(root)
