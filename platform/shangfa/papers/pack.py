"""Evidence packs: a ZIP of files with a manifest, the same bytes for the same files.

A pack can be checked by anybody who has it and nothing else: each file against the manifest, and
the ZIP against the one that its manifest would make. Who knows the manifest's own digest, which
is told when the pack is made, sees as well that nobody wrote a new one.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import IO, Any, Final, Literal

MANIFEST: Final = "manifest.json"
FORMAT: Final = "shangfa-evidence-pack/1"
MOST_FILES: Final = 9_999
LARGEST_MANIFEST: Final = 16 * 1024 * 1024
"""Bytes of a manifest that is read."""
PIECE: Final = 64 * 1024
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Packed:
    """A file of a pack.

    Attributes:
        name: harmless, without a path; a number is put before it.
        about: what else the manifest says of it, as its id and type.
        open: gives its content, from the beginning; it is closed when it was read.
    """

    name: str
    sha256: str
    size: int
    about: Mapping[str, str]
    open: Callable[[], IO[bytes]]


class DamagedError(Exception):
    """A file is not what its digest says; the pack was not made."""


def write_pack(out: IO[bytes], about: Mapping[str, Any], files: Sequence[Packed]) -> str:
    """Write a pack and return the SHA-256 of its manifest.

    `about`: what the pack is of, ready for JSON; it holds no time but those of the case.

    Raises:
        DamagedError: a file is not what its digest says.
        ValueError: there are too many.
    """
    if len(files) > MOST_FILES:
        raise ValueError(f"a pack holds {MOST_FILES} files at most")
    named = [(f"evidence/{n:04}-{file.name}", file) for n, file in enumerate(files, 1)]
    listed = [
        {"path": path, "sha256": file.sha256, "size": file.size, **file.about}
        for path, file in named
    ]
    manifest = _manifest({"format": FORMAT, "about": dict(about), "files": listed})
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr(_entry(MANIFEST), manifest)
        for path, file in named:
            with file.open() as content:
                _add(pack, path, file.size, file.sha256, content)
    return hashlib.sha256(manifest).hexdigest()


def _manifest(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, _EPOCH)
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry


def _add(pack: zipfile.ZipFile, path: str, size: int, sha256: str, content: IO[bytes]) -> None:
    entry, digest = _entry(path), hashlib.sha256()
    entry.file_size = size
    with pack.open(entry, "w") as out:
        for piece in iter(lambda: content.read(PIECE), b""):
            digest.update(piece)
            out.write(piece)
    if digest.hexdigest() != sha256:
        raise DamagedError(path)


Wrong = Literal[
    "unreadable",
    "manifest",
    "missing",
    "extra",
    "renamed",
    "changed",
    "rewritten",
    "other_manifest",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a pack, and where."""

    wrong: Wrong
    path: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a pack was found to be; it is sound when there are no findings."""

    manifest: str
    files: int
    findings: tuple[Finding, ...]


def verify_pack(pack: IO[bytes], expected: str | None = None) -> Verified:
    """Return what is wrong with a pack.

    `expected`: the SHA-256 of its manifest, told when it was made; None when nobody knows it.
    """
    try:
        with zipfile.ZipFile(pack) as opened:
            return _verified(pack, opened, expected)
    except Exception as error:  # whatever a file that is no such ZIP raises
        return Verified("", 0, (Finding("unreadable", str(error)),))


def _verified(pack: IO[bytes], opened: zipfile.ZipFile, expected: str | None) -> Verified:
    names = opened.namelist()
    said = _read_manifest(opened) if names.count(MANIFEST) == 1 else None
    if said is None:
        return Verified("", 0, (Finding("manifest", MANIFEST),))
    text, listed = said
    digest = hashlib.sha256(text).hexdigest()
    findings = [Finding("other_manifest", digest)] if expected not in {None, digest} else []
    findings += _compared(opened, names, listed)
    if not findings and not _is_canonical(pack, opened, text, listed):
        findings.append(Finding("rewritten"))
    return Verified(digest, len(listed), tuple(findings))


Listed = dict[str, tuple[str, int]]
"""Path -> (sha256, size)."""


def _read_manifest(opened: zipfile.ZipFile) -> tuple[bytes, Listed] | None:
    """Return a manifest's bytes and files, None when it is none of ours."""
    entry = opened.getinfo(MANIFEST)
    if entry.file_size > LARGEST_MANIFEST or entry.compress_type != zipfile.ZIP_STORED:
        return None
    text = opened.read(entry)
    try:
        said = json.loads(text)
        listed = {item["path"]: (item["sha256"], item["size"]) for item in said["files"]}
        own = said["format"] == FORMAT and len(listed) == len(said["files"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return (text, listed) if own and all(_is_inside(path) for path in listed) else None


def _is_inside(path: object) -> bool:
    if not isinstance(path, str):
        return False
    parts = PurePosixPath(path).parts
    return len(parts) == 2 and parts[0] == "evidence" and "\\" not in path  # noqa: PLR2004 folder, name


def _compared(opened: zipfile.ZipFile, names: Sequence[str], listed: Listed) -> list[Finding]:
    """Return what differs between the files and the manifest; a moved file is told as one."""
    there = {name: _digest(opened, name) for name in dict.fromkeys(names) if name != MANIFEST}
    findings = [
        Finding("changed", path) for path in listed if there.get(path, listed[path]) != listed[path]
    ]
    findings += [Finding("extra", name) for name, count in Counter(names).items() if count > 1]
    missing = {listed[path]: path for path in listed if path not in there}
    for name, content in there.items():
        if name in listed:
            continue
        moved = missing.pop(content, None)
        wrong: Wrong = "renamed" if moved else "extra"
        findings.append(Finding(wrong, f"{moved} → {name}" if moved else name))
    return findings + [Finding("missing", path) for path in missing.values()]


def _digest(opened: zipfile.ZipFile, name: str) -> tuple[str, int]:
    """Return (sha256, size) of a file, ("", 0) for one that cannot be read as it stands."""
    entry, digest, size = opened.getinfo(name), hashlib.sha256(), 0
    if entry.compress_type != zipfile.ZIP_STORED:
        return "", 0
    try:
        for piece in _pieces(opened, entry):
            digest.update(piece)
            size += len(piece)
    except (zipfile.BadZipFile, EOFError):
        return "", 0
    return digest.hexdigest(), size


def _pieces(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with opened.open(entry) as content:
        yield from iter(lambda: content.read(PIECE), b"")


def _is_canonical(
    pack: IO[bytes], opened: zipfile.ZipFile, manifest: bytes, listed: Listed
) -> bool:
    """Tell whether a pack is byte for byte what its manifest would make."""
    with TemporaryFile() as anew:
        with zipfile.ZipFile(anew, "w") as made:
            made.writestr(_entry(MANIFEST), manifest)
            for path, (sha256, size) in listed.items():
                with opened.open(path) as content:
                    _add(made, path, size, sha256, content)
        anew.seek(0)
        pack.seek(0)
        while piece := anew.read(PIECE):
            if pack.read(len(piece)) != piece:
                return False
        return not pack.read(1)
