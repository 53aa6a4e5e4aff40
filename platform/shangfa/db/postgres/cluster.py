"""A cluster: PostgreSQL's programs run for one folder as one user.

It listens on a Unix socket only. `pg_ctl` hands its command to a shell, so what could be
read as shell (the folder's name) goes to it by the environment and by relative names.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shangfa.db.postgres.account import Account, give, must, run_as

# A socket's path has at most 103 bytes (macOS); "/.s.PGSQL.5432" takes 14.
LONGEST_SOCKET_FOLDER: Final = 89
SOCKET: Final = ".s.PGSQL.5432"
LOG: Final = "postgres.log"
NO_PROCESS: Final = 2**31 - 2
SETTINGS: Final = """\
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 128MB
jit = off
fsync = on
timezone = 'UTC'
"""


@dataclass(frozen=True)
class Cluster:
    """The data of one server under `home`, which belongs to nothing else."""

    home: Path
    account: Account | None
    programs: Path
    owner: str

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.home / "data"

    def start(self) -> None:
        """Start the server, or leave the one that runs; make its data when there is none.

        Raises:
            EmbeddedServerError: with the end of its log.
        """
        if self._control("status").returncode == 0 and not self._bury():
            return
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        where = f'"{self._socket_folder()}"'.replace("\\", "\\\\").replace("'", "''")
        settings = SETTINGS.format(socket=where)
        (self.data / "shangfa.conf").write_text(settings, encoding="utf-8")
        done = self._control("start", "--wait", "--timeout=120", f"--log={LOG}")
        must(done, self.home / LOG)

    def stop(self) -> None:
        """Stop the server, when it has not ended by itself, and forget its socket's folder."""
        if not self.listens():
            return
        folder = self.socket()
        must(self._control("stop", "--wait", "--mode=fast"), self.home / LOG)
        if folder != self.home:
            shutil.rmtree(folder, ignore_errors=True)

    def reload(self) -> None:
        """Let the server read its settings again."""
        must(self._control("reload"), self.home / LOG)

    def listens(self) -> bool:
        """Tell whether somebody listens on the socket; a killed server leaves its files."""
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(0)
                probe.connect(str(self.socket() / SOCKET))
        except BlockingIOError:
            return True
        except OSError:
            return False
        return True

    def socket(self) -> Path:
        """Return the folder of the socket: line 5 of the running server's own file."""
        lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return Path(lines[4])

    def _bury(self) -> bool:
        """Tell whether the running server is only a zombie, and let a new one start.

        Where nobody waits for orphans (a container without an init), a killed
        server keeps its process id. A number that no process can have takes its
        place; the rest of the file still guards against its surviving children.
        """
        pid_file = self.data / "postmaster.pid"
        if not _is_zombie(pid_file.read_text(encoding="utf-8").splitlines()[0]):
            return False
        for file in (self.socket() / f"{SOCKET}.lock", pid_file):
            if file.exists():
                _, _, rest = file.read_text(encoding="utf-8").partition("\n")
                file.write_text(f"{NO_PROCESS}\n{rest}", encoding="utf-8")
        return True

    def _initialise(self) -> None:
        """Make the data. Nobody needs a password until `secure` is called."""
        shutil.rmtree(self.data, ignore_errors=True)
        local = ("--auth-local=trust", "--auth-host=reject")
        options = ("--encoding=UTF8", "--no-locale", f"--username={self.owner}", *local)
        must(self._run("initdb", f"--pgdata={self.data}", *options), None)
        with (self.data / "postgresql.conf").open("a") as config:
            config.write("\ninclude 'shangfa.conf'\n")

    def _socket_folder(self) -> Path:
        """Return a folder whose name a socket and a URL can have; the same at each start."""
        if _can_be_named(str(self.home)):
            return self.home
        note = self.home / "socket-folder"
        if note.exists() and _is_private(Path(note.read_text()), self.account):
            return Path(note.read_text())
        folder = Path(tempfile.mkdtemp(prefix="shangfa-", dir="/tmp"))
        give(folder, self.account)
        note.write_text(str(folder))
        return folder

    def _control(self, action: str, *options: str) -> subprocess.CompletedProcess[str]:
        return self._run("pg_ctl", action, *options)

    def _run(self, program: str, *options: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.programs / program), *options]
        return run_as(self.account, command, self.home, {"PGDATA": str(self.data)})


def _is_zombie(pid: str) -> bool:
    stat = Path("/proc") / pid / "stat"
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z"


def _can_be_named(path: str) -> bool:
    """Tell whether libpq and the server's settings can name a folder; a comma ends a host."""
    short = len(os.fsencode(path)) <= LONGEST_SOCKET_FOLDER
    return short and path.isprintable() and not set(path) & {",", '"'}


def _is_private(folder: Path, account: Account | None) -> bool:
    """Tell whether a folder in /tmp is still ours alone."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    owner = account.uid if account else os.geteuid()
    return folder.is_dir() and found.st_uid == owner and found.st_mode & 0o077 == 0
