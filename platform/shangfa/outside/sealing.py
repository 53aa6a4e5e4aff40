"""Fields of people outside a case, sealed for their company before they reach the database.

A key of a file, never of the database, gives each company a key of its own. Sealed is who saw
that somebody refused to sign: `witnesses` of a step, in its history and on the slip. What was
sealed names its key, so that it opens after newer keys came.
"""

from __future__ import annotations

import json
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shangfa.config import SettingError, settings
from shangfa.domain.evidence.faults import FIELD_KEY_MISSING
from shangfa.domain.faults import refused

FIELDS: Final = frozenset({"witnesses"})
"""Names of what is sealed, wherever a step or a slip has it."""
VARIABLE: Final = "SHANGFA_FIELD_KEYS"
WANTED: Final = "a file with a line for each key: its number, a space, 32 bytes in URL-safe base64"
SEALED: Final = re.compile(r"sealed:(\d{1,9}):([A-Za-z0-9_-]{38,}={0,2})")
LENGTH: Final = 32
NONCE: Final = 12


def seal(tenant_id: UUID, value: Any) -> str:
    """Return a value, ready for JSON, as nobody reads it without the key."""
    keys = _keys()
    number = max(keys)
    nonce = os.urandom(NONCE)
    text = json.dumps(value, ensure_ascii=False, default=str).encode()
    made = nonce + _cipher(keys[number], tenant_id).encrypt(nonce, text, tenant_id.bytes)
    return f"sealed:{number}:{urlsafe_b64encode(made).decode()}"


def unseal(tenant_id: UUID, sealed: str) -> Any:
    """Return what was sealed; anything else as it is.

    Raises:
        RefusedError: `field_key_missing`.
    """
    found = SEALED.fullmatch(sealed)
    return json.loads(_opened(tenant_id, found)) if found else sealed


def seal_fields(tenant_id: UUID, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a step brought, with its sealed fields sealed."""
    return {
        name: seal(tenant_id, value) if name in FIELDS else value for name, value in data.items()
    }


def unseal_fields(tenant_id: UUID, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a step brought, with its sealed fields as they were.

    Raises:
        RefusedError: `field_key_missing`.
    """
    return {
        name: unseal(tenant_id, value) if name in FIELDS and isinstance(value, str) else value
        for name, value in data.items()
    }


def newest_key() -> int:
    """Return the number of the key that seals from now on."""
    return max(_keys())


def key_of(sealed: str) -> int | None:
    """Return the number of the key that something was sealed with, None for what is not."""
    found = SEALED.fullmatch(sealed)
    return int(found[1]) if found else None


def add_key() -> int:
    """Add a key, with which everything is sealed from now on, and return its number."""
    path = settings().field_file
    keys = _keys()
    number = max(keys) + 1
    _write(path, keys | {number: os.urandom(LENGTH)}, over=True)
    return number


def check_keys() -> None:
    """Let a deployment pass whose keys, if a file is named, can be read.

    Raises:
        SettingError: the file holds no such keys.
    """
    if settings().field_keys is not None:
        _keys()


def _opened(tenant_id: UUID, found: re.Match[str]) -> str:
    key, made = _keys().get(int(found[1])), urlsafe_b64decode(found[2])
    try:
        if key is None:
            raise InvalidTag
        text = _cipher(key, tenant_id).decrypt(made[:NONCE], made[NONCE:], tenant_id.bytes)
    except InvalidTag:
        raise refused(FIELD_KEY_MISSING, "", value=found[1]) from None
    return text.decode()


@lru_cache(10_000)
def _cipher(key: bytes, tenant_id: UUID) -> AESGCM:
    own = HKDF(SHA256(), LENGTH, None, b"shangfa fields " + tenant_id.bytes).derive(key)
    return AESGCM(own)


def _keys() -> dict[int, bytes]:
    """Return number -> key; where no file was named it is made at its first use."""
    path = settings().field_file
    if settings().field_keys is None and not path.exists():
        _write(path, {1: os.urandom(LENGTH)})
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        raise SettingError(VARIABLE, str(path), f"{WANTED} ({type(error).__name__})") from error


@lru_cache(4)
def _read(path: Path, _changed: int) -> dict[int, bytes]:
    found = {}
    for line in path.read_text(encoding="ascii").splitlines():
        number, key = line.split()
        found[int(number)] = urlsafe_b64decode(key)
    if not found or any(len(key) != LENGTH for key in found.values()):
        raise ValueError("no key")
    return found


def _write(path: Path, keys: Mapping[int, bytes], *, over: bool = False) -> None:
    """Write keys that only this user reads; of several who do first, one's are everybody's."""
    text = "".join(f"{n} {urlsafe_b64encode(key).decode()}\n" for n, key in keys.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{uuid4().hex}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    if over:
        os.replace(part, path)
        return
    with suppress(FileExistsError):
        os.link(part, path)
    part.unlink()
