"""Evidence packs: always the same bytes, and no change of one goes unseen."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tests.making.files import PDF, PNG

from shangfa.cli.main import main
from shangfa.papers.pack import (
    MANIFEST,
    MOST_FILES,
    DamagedError,
    Packed,
    verify_pack,
    write_pack,
)

ABOUT = {"case": "2026-17", "slips": ["2026-000123"]}
FIRST, SECOND = "evidence/0001-聊天 记录.pdf", "evidence/0002-照片.png"


def packed(name: str, content: bytes, **about: str) -> Packed:
    digest = hashlib.sha256(content).hexdigest()
    return Packed(name, digest, len(content), about, lambda: BytesIO(content))


FILES = (packed("聊天 记录.pdf", PDF, id="1"), packed("照片.png", PNG), packed("照片.png", PNG))


def made(*files: Packed) -> bytes:
    out = BytesIO()
    write_pack(out, ABOUT, files or FILES)
    return out.getvalue()


def manifest_of(pack: bytes) -> str:
    with zipfile.ZipFile(BytesIO(pack)) as opened:
        return hashlib.sha256(opened.read(MANIFEST)).hexdigest()


def found(pack: bytes, expected: str | None = None) -> list[tuple[str, str]]:
    return [(item.wrong, item.path) for item in verify_pack(BytesIO(pack), expected).findings]


def rebuilt(change: Callable[[dict[str, bytes]], None], how: int = zipfile.ZIP_STORED) -> bytes:
    """Return the pack made anew from its changed contents, by name, in order."""
    with zipfile.ZipFile(BytesIO(made())) as old:
        contents = {name: old.read(name) for name in old.namelist()}
    change(contents)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", how) as new:
        for name, content in contents.items():
            new.writestr(name, content)
    return out.getvalue()


def test_a_pack_is_always_the_same_and_sound() -> None:
    pack = made()
    assert pack == made()
    verified = verify_pack(BytesIO(pack), manifest_of(pack))
    assert (verified.files, verified.findings) == (3, ())
    assert verified.manifest == manifest_of(pack)


def test_a_pack_says_what_is_in_it() -> None:
    with zipfile.ZipFile(BytesIO(made())) as pack:
        assert pack.namelist()[:3] == [MANIFEST, FIRST, SECOND]
        assert pack.read(FIRST) == PDF
        said = json.loads(pack.read(MANIFEST))
    assert said["about"] == ABOUT
    assert said["files"][0] == {
        "path": FIRST,
        "sha256": hashlib.sha256(PDF).hexdigest(),
        "size": len(PDF),
        "id": "1",
    }


def set_to(name: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.update({name: content})


def without(name: str) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        del files[name]

    return change


def renamed(files: dict[str, bytes]) -> None:
    files["evidence/0001-别的.pdf"] = files.pop(FIRST)


def swapped(files: dict[str, bytes]) -> None:
    files[FIRST], files[SECOND] = files[SECOND], files[FIRST]


@pytest.mark.parametrize(
    ("pack", "wrong"),
    [
        pytest.param(rebuilt(set_to(FIRST, PDF + b"x")), [("changed", FIRST)], id="changed"),
        pytest.param(rebuilt(without(FIRST)), [("missing", FIRST)], id="missing"),
        pytest.param(rebuilt(set_to("evidence/x", b"x")), [("extra", "evidence/x")], id="extra"),
        pytest.param(
            rebuilt(renamed), [("renamed", f"{FIRST} → evidence/0001-别的.pdf")], id="renamed"
        ),
        pytest.param(rebuilt(swapped), [("changed", FIRST), ("changed", SECOND)], id="swapped"),
        pytest.param(rebuilt(lambda _: None), [("rewritten", "")], id="packed anew"),
        pytest.param(
            rebuilt(lambda _: None, zipfile.ZIP_DEFLATED),
            [("manifest", MANIFEST)],
            id="packed smaller",
        ),
        pytest.param(made() + b"x", [("rewritten", "")], id="something behind"),
        pytest.param(b"x" + made(), [("rewritten", "")], id="something before"),
        pytest.param(rebuilt(without(MANIFEST)), [("manifest", MANIFEST)], id="no manifest"),
        pytest.param(rebuilt(set_to(MANIFEST, b"{}")), [("manifest", MANIFEST)], id="an empty one"),
        pytest.param(rebuilt(set_to(MANIFEST, b"x")), [("manifest", MANIFEST)], id="none at all"),
    ],
)
def test_what_was_done_to_a_pack_is_seen(pack: bytes, wrong: list[tuple[str, str]]) -> None:
    assert found(pack) == wrong


def test_a_file_that_is_there_twice_is_seen() -> None:
    out = BytesIO(made())
    with zipfile.ZipFile(out, "a") as pack, pytest.warns(UserWarning, match="Duplicate"):
        pack.writestr(FIRST, PDF)
    assert found(out.getvalue()) == [("extra", FIRST)]


@pytest.mark.parametrize("pack", [b"", b"PK", PDF, made()[:-30]], ids=["empty", "PK", "pdf", "cut"])
def test_what_is_no_pack(pack: bytes) -> None:
    assert [wrong for wrong, _ in found(pack)] == ["unreadable"]


def test_a_whole_new_pack_is_seen_by_who_knows_the_manifest() -> None:
    forged = made(packed("聊天 记录.pdf", PDF + b"forged"))
    assert found(forged) == []
    assert [wrong for wrong, _ in found(forged, manifest_of(made()))] == ["other_manifest"]


@pytest.mark.law
@given(st.data())
def test_no_byte_of_a_pack_can_be_changed(data: st.DataObject) -> None:
    pack = bytearray(made())
    at = data.draw(st.integers(0, len(pack) - 1))
    pack[at] ^= data.draw(st.integers(1, 255))
    assert found(bytes(pack), manifest_of(made())) != []


def test_a_damaged_file_gives_no_pack() -> None:
    wrong = Packed("a.pdf", "0" * 64, len(PDF), {}, lambda: BytesIO(PDF))
    with pytest.raises(DamagedError, match=r"0001-a\.pdf"):
        made(wrong)


def test_a_pack_has_an_end() -> None:
    with pytest.raises(ValueError, match=str(MOST_FILES)):
        write_pack(BytesIO(), ABOUT, [FILES[0]] * (MOST_FILES + 1))


def test_the_command_says_what_is_wrong_and_ends_so(tmp_path: Path) -> None:
    sound, broken = tmp_path / "sound.zip", tmp_path / "broken.zip"
    sound.write_bytes(made())
    broken.write_bytes(rebuilt(renamed))
    digest = manifest_of(made())
    done = CliRunner().invoke(main, ["verify-pack", str(sound), "--manifest", digest.upper()])
    assert (done.exit_code, done.output) == (0, f"OK 3 files, manifest {digest}\n")
    done = CliRunner().invoke(main, ["verify-pack", str(broken)])
    assert done.exit_code == 1
    assert done.output.startswith("FAIL renamed: 文件被改名 | a file was renamed: evidence/0001-")
    done = CliRunner().invoke(main, ["verify-pack", str(sound), "--manifest", "0" * 64])
    assert (done.exit_code, "other_manifest" in done.output) == (1, True)
