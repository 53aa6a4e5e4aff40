"""The same requests with 10 and with 1,000,000 earlier incidents in the tenant."""

from __future__ import annotations

import time
from typing import Final

from tests.bench.duel import Plan, Side, duel
from tests.bench.figures import say
from tests.bench.http import SHANGFA
from tests.bench.load import clients
from tests.bench.past import fill
from tests.bench.stage import Stage
from tests.bench.traffic import bodies, moment

SLUG: Final = "youyou"
PEOPLE: Final = 5000
EACH: Final = 200
"""Earlier incidents of everybody in the large tenant."""
FEW: Final = 10
"""Earlier incidents in the small tenant, one of each of as many people."""
PLAN: Final = Plan(7, 2.0, goal="  goal 0.83 or more: at most 1.2 times the time")
BODIES: Final = 20_000


def run(stage: Stage) -> None:
    """Measure a tenant with much history beside one with hardly any."""
    say(f"\n3. POST /v1/incidents, {SLUG}, {PEOPLE:,} employees, by earlier incidents")
    company = stage.company(SLUG, PEOPLE, moment().date())
    few, many = stage.copy("few"), stage.copy("many")
    with stage.owner(few) as owner:
        fill(owner, company, FEW, 1)
    started = time.monotonic()
    with stage.owner(many) as owner:
        sizes = fill(owner, company, PEOPLE, EACH)
    words = "{:,} incidents, {:,} ledger entries, {:,} tallies, {}".format(*sizes)
    say(f"  loaded {words} in {time.monotonic() - started:.0f} s")
    with (
        clients() as executor,
        stage.gunicorn(SHANGFA, few) as small,
        stage.gunicorn(SHANGFA, many) as large,
    ):
        load = bodies(SLUG, company.codes, moment(), BODIES)
        sides = (
            Side(f"{sizes[0]:,} earlier", stage, large, company.token, load),
            Side(f"{FEW} earlier", stage, small, company.token, load),
        )
        duel(executor, sides, PLAN)
