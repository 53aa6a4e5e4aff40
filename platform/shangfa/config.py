"""Settings, read once from the environment.

Every variable starts with `SHANGFA_` and has a default that suits one machine:
an embedded PostgreSQL under `var/`, served on the loopback address.
"""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
"""RFC 3339; `datetime.fromisoformat` alone would also take week dates and local times."""

CLOCK_YEARS: Final = range(1970, 2200)
"""What the test clock shows: whatever is counted from it still has a date."""

PLACE: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^\s@]+", re.ASCII)
"""A URL without a password in it."""


NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,80}")
"""The name of a plugin."""

OURS: Final = frozenset(
    {
        "compliance_cn",
        "demerit_ladder",
        "duties",
        "fines",
        "letter_points",
        "loss_share",
        "recognition",
        "sp_credit",
    }
)
"""The plugins that ship with the platform."""


class SettingError(ValueError):
    """A variable of the environment has a value that cannot be used."""

    def __init__(self, variable: str, value: str, wanted: str) -> None:
        super().__init__(f"{variable} is {value!r}; it must be {wanted}.")


@dataclass(frozen=True)
class ManualClock:
    """A clock that the operator moves, for tests of whole months.

    Attributes:
        start: where it begins, aware; None is the machine's time.
    """

    start: datetime | None = None


ADDRESS: Final = re.compile(r"[^@\s<>,;:\"]{1,64}@[A-Za-z0-9.-]{1,253}")
"""A mail address, as it is written where nobody's name stands beside it."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in.

    Attributes:
        tls: from the first byte on; else STARTTLS, where it is offered or a password is sent.
        user, password: "" for none.
        sender: the address that mail comes from.
    """

    host: str
    port: int
    tls: bool
    user: str
    password: str
    sender: str


@dataclass(frozen=True)
class Settings:
    """What the process was told at its start.

    Attributes:
        database_url: where the application connects, as a role that owns
            nothing; None means the embedded PostgreSQL under `var`.
        owner_url: the owner of the schema, for migrations only; None when the
            server is embedded or migrated by somebody else.
        bind: host:port of the HTTP server.
        health_bind: host:port where a thread of its own answers /healthz, /readyz and
            /metrics; None opens no second port.
        var: folder of what the process writes.
        tenants_dir: folder with one folder per tenant.
        workers: processes, >= 1.
        threads: threads in each process, >= 1.
        policy_cache: published policies kept in memory by one process, >= 1.
        pool_size: database connections of one process, >= 1.
        max_body: bytes of the largest request body.
        max_evidence: bytes of the largest file that is handed in as evidence.
        evidence_url: where evidence is kept, as fsspec writes it: file:///srv/evidence,
            s3://bucket/folder; None is the folder `evidence` under `var`.
        tenant_per_minute: requests of a tenant that are answered in a minute; 0 is no limit.
        key_per_minute: requests of one key or user; 0 is no limit.
        statement_timeout_ms: milliseconds a statement may take; 0 is no limit.
        lock_timeout_ms: milliseconds a statement may wait for a lock; 0 is no limit.
        request_seconds: seconds one transaction may take, counted by the client, >= 1.
        webhook_allow: networks besides the public ones where receivers of webhooks may be.
        oidc_allow: networks besides the public ones where identity providers may be.
        anchor_key: file of the key that signs anchors of the audit log; None is `anchor.pem`
            under `var`, made when it is first needed.
        field_keys: file of the keys that seal fields of people outside a case; None is
            `fields.keys` under `var`, made when it is first needed.
        clock: set when time stands under the operator's hand; None is the real time.
        smtp: where mail is handed in; None sends none.
        trusted_plugins: plugins that are called directly, besides those that ship with the
            platform; "*" is all.
        plugin_ms: milliseconds that one call of any other plugin may take, >= 1.
        plugin_memory_mb: megabytes of address space for a process of such a plugin, >= 256.
    """

    database_url: str | None = None
    owner_url: str | None = None
    bind: str = "127.0.0.1:8000"
    health_bind: str | None = None
    var: Path = Path("var")
    tenants_dir: Path = Path("tenants")
    workers: int = 2
    threads: int = 4
    policy_cache: int = 2000
    pool_size: int = 5
    max_body: int = 1024 * 1024
    max_evidence: int = 20 * 1024 * 1024
    evidence_url: str | None = None
    tenant_per_minute: int = 0
    key_per_minute: int = 0
    statement_timeout_ms: int = 5000
    lock_timeout_ms: int = 3000
    request_seconds: int = 15
    webhook_allow: tuple[IPv4Network | IPv6Network, ...] = ()
    oidc_allow: tuple[IPv4Network | IPv6Network, ...] = ()
    anchor_key: Path | None = None
    field_keys: Path | None = None
    clock: ManualClock | None = None
    smtp: MailServer | None = None
    trusted_plugins: tuple[str, ...] = ()
    plugin_ms: int = 1000
    plugin_memory_mb: int = 512

    @property
    def evidence(self) -> str:
        """Where evidence is kept."""
        return self.evidence_url or (self.var / "evidence").absolute().as_uri()

    def trusts(self, plugin: str) -> bool:
        """Tell whether a plugin is called directly."""
        return plugin in OURS or plugin in self.trusted_plugins or "*" in self.trusted_plugins

    @property
    def anchor_file(self) -> Path:
        """Where the key is that signs anchors."""
        return (self.anchor_key or self.var / "anchor.pem").absolute()

    @property
    def field_file(self) -> Path:
        """Where the keys are that seal fields."""
        return (self.field_keys or self.var / "fields.keys").absolute()


@cache
def settings() -> Settings:
    """Return the settings of this process.

    Raises:
        SettingError: names the variable, its value and what it must be.
    """
    return read(os.environ)


def read(environ: Mapping[str, str]) -> Settings:
    """Return the settings that `environ` (variable -> value) asks for.

    An absent or empty variable means the default. Raises SettingError.
    """
    return Settings(
        database_url=_url(environ, "SHANGFA_DATABASE_URL"),
        owner_url=_url(environ, "SHANGFA_OWNER_URL"),
        bind=_address(environ, "SHANGFA_BIND") or Settings.bind,
        health_bind=_address(environ, "SHANGFA_HEALTH_BIND"),
        var=Path(environ.get("SHANGFA_VAR") or Settings.var),
        tenants_dir=Path(environ.get("SHANGFA_TENANTS") or Settings.tenants_dir),
        workers=_number(environ, "SHANGFA_WORKERS", Settings.workers),
        threads=_number(environ, "SHANGFA_THREADS", Settings.threads),
        policy_cache=_number(environ, "SHANGFA_POLICY_CACHE", Settings.policy_cache),
        pool_size=_number(environ, "SHANGFA_POOL_SIZE", Settings.pool_size),
        max_body=_number(environ, "SHANGFA_MAX_BODY", Settings.max_body),
        max_evidence=_number(environ, "SHANGFA_MAX_EVIDENCE", Settings.max_evidence),
        evidence_url=_place(environ, "SHANGFA_EVIDENCE_URL"),
        tenant_per_minute=_number(environ, "SHANGFA_TENANT_PER_MINUTE", 0, least=0),
        key_per_minute=_number(environ, "SHANGFA_KEY_PER_MINUTE", 0, least=0),
        statement_timeout_ms=_number(
            environ,
            "SHANGFA_STATEMENT_TIMEOUT_MS",
            Settings.statement_timeout_ms,
            least=0,
        ),
        lock_timeout_ms=_number(
            environ, "SHANGFA_LOCK_TIMEOUT_MS", Settings.lock_timeout_ms, least=0
        ),
        request_seconds=_number(environ, "SHANGFA_REQUEST_SECONDS", Settings.request_seconds),
        webhook_allow=_networks(environ, "SHANGFA_WEBHOOK_ALLOW"),
        oidc_allow=_networks(environ, "SHANGFA_OIDC_ALLOW"),
        anchor_key=_file(environ, "SHANGFA_ANCHOR_KEY"),
        field_keys=_file(environ, "SHANGFA_FIELD_KEYS"),
        clock=_clock(environ, "SHANGFA_CLOCK"),
        smtp=_smtp(environ, "SHANGFA_SMTP_URL", "SHANGFA_MAIL_FROM"),
        trusted_plugins=_names(environ, "SHANGFA_TRUSTED_PLUGINS"),
        plugin_ms=_number(environ, "SHANGFA_PLUGIN_MS", Settings.plugin_ms),
        plugin_memory_mb=_number(
            environ, "SHANGFA_PLUGIN_MEMORY_MB", Settings.plugin_memory_mb, least=256
        ),
    )


def _file(environ: Mapping[str, str], variable: str) -> Path | None:
    value = environ.get(variable, "").strip()
    return Path(value) if value else None


def _number(environ: Mapping[str, str], variable: str, default: int, least: int = 1) -> int:
    value = environ.get(variable, "").strip()
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and int(value) >= least):
        raise SettingError(variable, value, f"a whole number, {least} or more")
    return int(value)


def _names(environ: Mapping[str, str], variable: str) -> tuple[str, ...]:
    value = environ.get(variable, "").strip()
    found = tuple(name.strip() for name in value.split(",") if name.strip())
    if not all(name == "*" or NAME.fullmatch(name) for name in found):
        raise SettingError(variable, value, "names of plugins such as volunteer,kiosk or *")
    return found


def _url(environ: Mapping[str, str], variable: str) -> str | None:
    """Return a PostgreSQL URL for psycopg 3, whichever usual prefix was written."""
    value = environ.get(variable, "").strip()
    if not value:
        return None
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in {"postgresql+psycopg", "postgresql", "postgres"}:
        # The value may hold a password, so only its beginning is shown.
        shown = f"{scheme}://…" if separator else "not a URL"
        raise SettingError(variable, shown, "postgresql://user:password@host:port/database")
    return f"postgresql+psycopg://{rest}"


def _place(environ: Mapping[str, str], variable: str) -> str | None:
    value = environ.get(variable, "").strip()
    if not value:
        return None
    if not PLACE.fullmatch(value):
        # A key may have been written into it, so only its beginning is shown.
        shown = f"{value.partition('://')[0][:20]}…"
        raise SettingError(variable, shown, "a URL such as file:///srv/evidence or s3://bucket")
    return value.rstrip("/")


def _address(environ: Mapping[str, str], variable: str) -> str | None:
    value = environ.get(variable, "").strip()
    if not value:
        return None
    host, _, port = value.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):  # noqa: PLR2004 the last port
        raise SettingError(variable, value, "host:port, such as 127.0.0.1:8000")
    return value


def _networks(environ: Mapping[str, str], variable: str) -> tuple[IPv4Network | IPv6Network, ...]:
    value = environ.get(variable, "").strip()
    try:
        return tuple(ip_network(item.strip()) for item in value.split(",") if item.strip())
    except ValueError as error:
        wanted = f"networks such as 10.1.0.0/16,fd00::/8 ({error})"
        raise SettingError(variable, value, wanted) from error


def _clock(environ: Mapping[str, str], variable: str) -> ManualClock | None:
    value = environ.get(variable, "").strip()
    if not value:
        return None
    word, separator, moment = value.partition(":")
    if word == "test" and not separator:
        return ManualClock()
    if word == "test" and MOMENT.fullmatch(moment):
        with suppress(ValueError, OverflowError):  # the 30th of February, the year 0
            start = datetime.fromisoformat(moment.upper())
            if start.astimezone(UTC).year in CLOCK_YEARS:
                return ManualClock(start)
    wanted = (
        "`test` or `test:` with a time and its offset, such as test:2026-03-01T09:00:00+08:00, "
        f"in {CLOCK_YEARS[0]}..{CLOCK_YEARS[-1]}"
    )
    raise SettingError(variable, value, wanted)


SMTP_PORTS: Final = {"smtp": 587, "smtps": 465}


def _smtp(environ: Mapping[str, str], variable: str, sender: str) -> MailServer | None:
    value, address = (environ.get(name, "").strip() for name in (variable, sender))
    if not value:
        return None
    wanted = "smtp://user:password@host:port or smtps://…, user and port may be left out"
    try:
        parts = urlsplit(value)
        port = parts.port or SMTP_PORTS[parts.scheme]
    except (ValueError, KeyError):
        # A password may stand in it, so only its beginning is shown.
        raise SettingError(variable, f"{value[:7]}…", wanted) from None
    if not parts.hostname or parts.path.strip("/") or parts.query:
        raise SettingError(variable, f"{value[:7]}…", wanted)
    if not ADDRESS.fullmatch(address):
        raise SettingError(sender, address, "the address that mail comes from, as a@example.com")
    user, password = (unquote(part or "") for part in (parts.username, parts.password))
    return MailServer(parts.hostname, port, parts.scheme == "smtps", user, password, address)
