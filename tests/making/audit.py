"""Check lock files: one exact version of each package, each with the hashes of its files.

Usage: `python -m tests.making.audit deploy/requirements.txt …`; ends with 1 and names the faults.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

PINNED = re.compile(r"(?P<name>[a-z0-9][a-z0-9.-]*)==\S+(?P<hashes>( --hash=sha256:[0-9a-f]{64})*)")


def faults(text: str) -> Iterator[str]:
    """Yield what is wrong with a lock file, in its order."""
    names: Counter[str] = Counter()
    for line in requirements(text):
        found = PINNED.fullmatch(line)
        if found is None:
            yield f"not one exact version with sha256 hashes: {line}"
        elif not found["hashes"]:
            yield f"no hash: {line}"
        else:
            names[found["name"]] += 1
    yield from (f"listed {count} times: {name}" for name, count in names.items() if count > 1)


def requirements(text: str) -> Iterator[str]:
    """Yield each requirement as one line with single spaces, comments left out."""
    joined = text.replace("\\\n", " ")
    lines = (" ".join(line.split()) for line in joined.splitlines())
    return (line for line in lines if line and not line.startswith("#"))


def main(names: list[str]) -> int:
    """Print the faults of these files and return the exit status."""
    found = [f"{name}: {fault}" for name in names for fault in faults(Path(name).read_text())]
    print(*found or [f"{', '.join(names)}: all versions exact, all with hashes"], sep="\n")  # noqa: T201 a program
    return min(len(found), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
