"""A worker with the policies of 10,000 tenants in use: resident memory, and of each policy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.bench.figures import say
from tests.bench.stage import ROOT, Stage
from tests.bench.traffic import TENANTS

from shangfa.config import settings
from shangfa.db.server import embedded
from shangfa.db.tenancy import tenants_after
from shangfa.db.tx.transaction import begin
from shangfa.services.running.deployment import use
from shangfa.services.running.folders import load_folder
from shangfa.services.tenancy.ready import cached, ready

SLUG: Final = "fujie"
TENANT_COUNT: Final = 10_000
CACHE: Final = 2000
STOPS: Final = (10, 2000, 10_000)
"""Report after so many tenants."""
PATIENCE: Final = 400
"""Seconds the worker may take."""


def run(stage: Stage) -> None:
    """Make the tenants, let a fresh process use them all, print what it reports."""
    use(stage.server.app_url)
    load_folder(TENANTS / SLUG)
    with stage.owner() as owner:
        for statement in _MULTIPLY:
            owner.execute(statement, {"tenants": TENANT_COUNT - 1})
        row = owner.execute(
            "SELECT avg(length(document::text))::int, count(DISTINCT md5(document::text))"
            " FROM policy_version"
        ).fetchone()
    say(f"\n4. A worker that uses {TENANT_COUNT:,} tenants, SHANGFA_POLICY_CACHE={CACHE}")
    if row is not None:
        say(f"  {row[1]:,} distinct policies like {SLUG}'s, {row[0]:,} characters of JSON each")
    environ = os.environ | {
        "SHANGFA_DATABASE_URL": stage.server.url(embedded.APP),
        "SHANGFA_POLICY_CACHE": str(CACHE),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.memory"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        check=True,
        timeout=PATIENCE,
    )
    _print([json.loads(line) for line in done.stdout.splitlines()])


def _print(stops: Sequence[dict[str, float]]) -> None:
    for stop in stops:
        say(
            f"  {stop['used']:>6,} used, {stop['cached']:>5,} kept: RSS {stop['rss'] / 1e6:7.1f} MB"
            f"  {stop['seconds'] * 1000 / max(1, stop['used']):.1f} ms to load each"
        )
    first, full, last = stops
    each = (full["rss"] - first["rss"]) / (full["cached"] - first["cached"])
    say(
        f"  {each / 1000:.0f} kB a tenant; {TENANT_COUNT:,} at once would be about"
        f" {(first['rss'] + each * TENANT_COUNT) / 1e6:,.0f} MB"
    )
    say(
        f"  RSS {last['used']:,.0f} used / {full['used']:,.0f} used:"
        f" {last['rss'] / full['rss']:.2f}"
    )


def use_all() -> None:
    """Use every tenant once, in turn, and print the process's memory on the way."""
    with begin(None) as tx:
        tenants = [tenant_id for tenant_id, _ in tenants_after(tx, "")]
    assert settings().policy_cache == CACHE  # what is measured
    started = time.perf_counter()
    for number, tenant in enumerate(tenants, start=1):
        ready(tenant)
        if number in STOPS:
            used = {"used": number, "cached": cached(), "rss": resident()}
            say(json.dumps(used | {"seconds": time.perf_counter() - started}))


def resident() -> int:
    """Return the resident bytes of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


_MULTIPLY: Final = (
    "CREATE TEMP TABLE fresh AS SELECT n, uuidv7() AS id FROM generate_series(1, %(tenants)s) n",
    """INSERT INTO tenant (id, name, timezone, locale, calendar, regions, created_at)
    SELECT f.id, t.name || f.n, timezone, locale, calendar, regions, created_at
    FROM tenant t, fresh f""",
    "INSERT INTO tenant_slug (slug, tenant_id) SELECT slug || f.n, f.id FROM tenant_slug, fresh f",
    """INSERT INTO tenant_plugin (tenant_id, id, name, enabled_at)
    SELECT f.id, uuidv7(), name, enabled_at FROM tenant_plugin, fresh f""",
    """INSERT INTO policy (tenant_id, id, name, title, created_at)
    SELECT f.id, f.id, name || f.n, title, created_at FROM policy, fresh f""",
    """INSERT INTO policy_version (tenant_id, id, policy_id, number, effective_from, state,
        document, source, plugins, created_at, published_at)
    SELECT f.id, uuidv7(), f.id, number, effective_from, state,
        replace(document::text, '"title": "', '"title": "' || f.n || ' ')::jsonb,
        source, plugins, created_at, published_at
    FROM policy_version, fresh f""",
    "ANALYZE",
)

if __name__ == "__main__":
    use_all()
