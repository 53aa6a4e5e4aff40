"""The key that signs anchors: made once, read by nobody else, refused when it is none."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from shangfa.config import SettingError, settings
from shangfa.outside import signing

TOLD = "from shangfa.outside.signing import public_key; print(public_key().hex())"


@pytest.fixture(autouse=True)
def _settings() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_a_key_is_made_once_and_only_its_owner_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHANGFA_VAR", str(tmp_path / "var"))
    started = [
        subprocess.Popen([sys.executable, "-c", TOLD], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    told = {process.communicate()[0].strip() for process in started}
    assert told == {signing.public_key().hex()}
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["anchor.pem"]
    assert S_IMODE((tmp_path / "var" / "anchor.pem").stat().st_mode) == 0o600
    public = Ed25519PublicKey.from_public_bytes(signing.public_key())
    public.verify(signing.sign(b"said"), b"said")
    with pytest.raises(InvalidSignature):
        public.verify(signing.sign(b"said"), b"denied")


def _another_kind() -> bytes:
    key = generate_private_key(SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("content", [None, b"", b"nothing", _another_kind()])
def test_a_file_that_holds_no_such_key_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    path = tmp_path / "named.pem"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("SHANGFA_ANCHOR_KEY", str(path))
    with pytest.raises(SettingError, match="SHANGFA_ANCHOR_KEY"):
        signing.check_key()
    assert path.exists() is (content is not None)  # one that is named is never made
