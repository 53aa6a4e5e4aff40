"""Nothing that is kept in the repository lets anybody in."""

from __future__ import annotations

import re
import subprocess

import pytest
from tests.making.house import ROOT

KINDS = {
    "a private key": rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}",
    "a key of ours": rb"sf_(?:[0-9a-f]{32}|op)_[A-Za-z0-9_-]{40}",
    "a sealing key": rb"^\d{1,9} [A-Za-z0-9_-]{43}=$",
    "a key of a cloud": rb"\b(?:AKIA|ASIA|LTAI)[0-9A-Za-z]{16}\b",
    "a token of a forge": rb"\bgh[pousr]_[A-Za-z0-9]{36}\b|\bglpat-[A-Za-z0-9_-]{20}\b",
    "a token of a chat": rb"\bxox[abprs]-[A-Za-z0-9-]{20}",
    "a password in an address": rb"postgres(?:ql)?://\w+:(?!\w*-secret|\$|password|\xe2)[^@\s/{}<$]{8,}@",
}
EXAMPLES = {
    "a private key": b"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp",
    "a key of ours": b"sf_op_" + b"a" * 43,
    "a sealing key": b"1 " + b"A" * 43 + b"=",
    "a key of a cloud": b"AKIA" + b"0" * 16,
    "a token of a forge": b"ghp_" + b"a" * 36,
    "a token of a chat": b"xoxb-" + b"1" * 24,
    "a password in an address": b"postgresql://owner:hunter2hunter2@db/shangfa",
}
TRACKED = subprocess.run(
    ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
).stdout.split(b"\0")


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_is_kept_in_the_repository(kind: str) -> None:
    pattern = re.compile(KINDS[kind], re.MULTILINE)
    assert pattern.search(EXAMPLES[kind])
    paths = [ROOT / name.decode() for name in TRACKED if name]
    own = ROOT / "tests/test_secrets.py"
    found = [
        str(path.relative_to(ROOT))
        for path in paths
        if path != own and path.is_file() and pattern.search(path.read_bytes())
    ]
    assert found == []
