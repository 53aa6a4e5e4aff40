#!/usr/bin/env bash
# Version: fsspec 2026.9.0.
# Behaviour: `with fs.transaction` is a state of the file system object, not of the block. A file that
#   another thread writes through the same object meanwhile is held back as well: after it was closed
#   it is not there, and when the block fails it is thrown away with the block's own files.
# One would guess otherwise: a transaction reads as what is written within it, the thread that loses its
#   file never used one, and closing a file raised nothing.
# A product should: make a file system object of its own for each transaction (`skip_instance_cache`),
#   or write beside the target and rename.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'fsspec==2026.9.0'
cd "$tmp"
"$tmp/venv/bin/python" - <<'PY'
import threading
from pathlib import Path

import fsspec


def written_by_another(own):
    """Whether another thread's file is there: after it was closed, and after a block that failed."""
    folder = Path("own" if own else "shared").resolve()
    folder.mkdir()
    fs = fsspec.filesystem("file")
    theirs = fsspec.filesystem("file", skip_instance_cache=True) if own else fs
    entered, closed, seen = threading.Event(), threading.Event(), []

    def write():
        entered.wait()
        with theirs.open(f"{folder}/slip.txt", "w") as file:
            file.write("slip 17")
        seen.append((folder / "slip.txt").exists())
        closed.set()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        with fs.transaction:
            entered.set()
            closed.wait()
            raise ValueError("the block's own work failed")
    except ValueError:
        thread.join()
    seen.append((folder / "slip.txt").exists())
    return seen


shared, own = written_by_another(own=False), written_by_another(own=True)
print("one object for both threads: there after closing, after the block:", shared)
print("an object for each thread:                                        ", own)
assert shared == [False, False] and own == [True, True]
PY
