"""The key that signs anchors of the audit log: Ed25519, in a file, never in the database.

Who may write the database cannot sign, and who signs needs no right in it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final
from uuid import uuid4

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from shangfa.config import SettingError, settings

VARIABLE: Final = "SHANGFA_ANCHOR_KEY"
WANTED: Final = "a file with an Ed25519 private key, PEM (PKCS #8) without a password"


def sign(content: bytes) -> bytes:
    """Return the signature of a content, 64 bytes.

    Raises:
        SettingError: the file holds no such key.
    """
    return _key(settings().anchor_file).sign(content)


def public_key() -> bytes:
    """Return what proves a signature, 32 bytes.

    Raises:
        SettingError: the file holds no such key.
    """
    return _key(settings().anchor_file).public_key().public_bytes_raw()


def check_key() -> None:
    """Let a deployment pass whose key, if one is named, can sign.

    Raises:
        SettingError: the file holds no such key.
    """
    if settings().anchor_key is not None:
        public_key()


@cache
def _key(path: Path) -> Ed25519PrivateKey:
    """Return the key of a file; where none was named it is made at its first use."""
    if settings().anchor_key is None and not path.exists():
        _make(path)
    try:
        found = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SettingError(VARIABLE, str(path), f"{WANTED} ({type(error).__name__})") from error
    if not isinstance(found, Ed25519PrivateKey):
        raise SettingError(VARIABLE, str(path), WANTED)
    return found


def _make(path: Path) -> None:
    """Make a key that only this user reads; of several who do at once, one's is everybody's."""
    made = Ed25519PrivateKey.generate()
    content = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{uuid4().hex}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    with suppress(FileExistsError):
        os.link(part, path)
    part.unlink()
