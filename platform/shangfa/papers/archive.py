"""Archives of a company: a ZIP of files that are read piece by piece, its manifest last."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any, Final

MANIFEST: Final = "manifest.json"
FORMAT: Final = "shangfa-archive/1"


@dataclass(slots=True)
class Archive:
    """A ZIP that is being written; what was put into it stands in its manifest."""

    zip: zipfile.ZipFile
    listed: list[dict[str, Any]] = field(default_factory=list)

    def add(self, path: str, pieces: Iterable[bytes], **about: Any) -> None:
        """Add a file; `about` is what the manifest says of it besides digest and size."""
        digest, size = hashlib.sha256(), 0
        entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
        entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        with self.zip.open(entry, "w", force_zip64=True) as out:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                out.write(piece)
        self.listed.append({"path": path, "sha256": digest.hexdigest(), "size": size, **about})

    def conclude(self, about: Mapping[str, Any]) -> str:
        """Write the manifest and return its SHA-256."""
        said = {"format": FORMAT, "about": dict(about), "files": self.listed}
        content = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
        self.zip.writestr(zipfile.ZipInfo(MANIFEST, (1980, 1, 1, 0, 0, 0)), content)
        return hashlib.sha256(content).hexdigest()


@contextmanager
def archiving(out: IO[bytes]) -> Iterator[Archive]:
    """Yield a new archive that is written into a file and finished at the end."""
    with zipfile.ZipFile(out, "w") as opened:
        yield Archive(opened)
