"""The store of files: whole or not at all, in a folder and in a store of objects."""

from __future__ import annotations

import hashlib
import resource
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from tests.making.house import at_once, code_of

from shangfa.api.app import create_app
from shangfa.config import SettingError, settings
from shangfa.outside import files

ACME, OTHER = UUID(int=1), UUID(int=2)
CONTENT = bytes(range(256)) * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def place(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("SHANGFA_EVIDENCE_URL", url)
    settings.cache_clear()


@pytest.fixture(autouse=True)
def _settings() -> Iterator[None]:
    yield
    settings.cache_clear()


@pytest.fixture(params=["folder", "objects"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    name = tmp_path.name
    url = tmp_path.as_uri() if request.param == "folder" else f"memory://{name}"
    place(monkeypatch, url)
    return str(request.param)


class Broken(BytesIO):
    """A file whose sender goes away."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 100_000:
            raise ConnectionError("gone")
        return super().read(size)


@pytest.mark.usefixtures("store")
def test_what_was_kept_comes_back() -> None:
    files.keep(ACME, DIGEST, BytesIO(CONTENT))
    with files.fetch(ACME, DIGEST, len(CONTENT)) as found:
        assert found.read() == CONTENT


@pytest.mark.usefixtures("store")
def test_each_tenant_has_its_own() -> None:
    files.keep(ACME, DIGEST, BytesIO(CONTENT))
    assert code_of(lambda: files.fetch(OTHER, DIGEST, len(CONTENT))) == "evidence_damaged"


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("size", [0, 1, len(CONTENT) - 1])
def test_what_is_longer_than_it_was_is_not_read_to_its_end(size: int) -> None:
    files.keep(ACME, DIGEST, BytesIO(CONTENT))
    assert code_of(lambda: files.fetch(ACME, DIGEST, size)) == "evidence_damaged"


def test_half_a_file_is_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place(monkeypatch, tmp_path.as_uri())
    failed = code_of(lambda: files.keep(ACME, DIGEST, Broken(CONTENT)))
    assert failed == "store_unavailable"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    files.keep(ACME, DIGEST, BytesIO(CONTENT))
    files.fetch(ACME, DIGEST, len(CONTENT)).close()


def test_where_there_is_no_room_nothing_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place(monkeypatch, tmp_path.as_uri())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        failed = code_of(lambda: files.keep(ACME, DIGEST, BytesIO(CONTENT)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert failed == "store_unavailable"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    files.keep(ACME, DIGEST, BytesIO(CONTENT))
    files.fetch(ACME, DIGEST, len(CONTENT)).close()


def test_many_who_keep_the_same_at_once_keep_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place(monkeypatch, tmp_path.as_uri())
    at_once([partial(files.keep, ACME, DIGEST, BytesIO(CONTENT)) for _ in range(8)])
    [kept] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept.read_bytes() == CONTENT


@pytest.mark.parametrize(
    "url",
    [pytest.param("nowhere://x", id="no such store"), pytest.param("s3://x", id="no library")],
)
def test_a_store_that_cannot_be_used_is_said_at_the_start(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    place(monkeypatch, url)
    with pytest.raises(SettingError, match="SHANGFA_EVIDENCE_URL is "):
        create_app()
