"""A version tried on a long past: incidents a second on one core, and what memory grows by."""

from __future__ import annotations

import random
import resource
import time
from datetime import date
from typing import Final

from tests.bench.figures import say
from tests.bench.past import fill
from tests.bench.stage import Company, Stage
from tests.bench.traffic import MIXES, TENANTS, moment

from shangfa.db.server import embedded
from shangfa.documents.source import read_text
from shangfa.services.command import command_in
from shangfa.services.incidents.preview import preview
from shangfa.services.incidents.reported import IncidentReport
from shangfa.services.policies.trying.replays import Days, try_text
from shangfa.services.running.deployment import use

SLUG: Final = "youyou"
EACH: Final = 100
"""Earlier incidents of everybody."""
CLAUSE: Final = "title: 着装仪表不当"
"""Of a clause in everybody's past."""
ALL: Final = Days(date(2000, 1, 1), date(2100, 1, 1))
SINGLES: Final = 600


def run(stage: Stage, people: int = 10_000) -> None:
    """Try another wording of a clause that nobody met, of one that all did, and of a reaction."""
    say(f"\n5. What-if, {SLUG}, {people:,} employees with {EACH} incidents each")
    company = stage.company(SLUG, people, moment().date())
    many = stage.copy("tried")
    with stage.owner(many) as owner:
        fill(owner, company, people, EACH)
    use(stage.server.url(embedded.APP, many))
    single = _one_by_one(company)
    say(f"  assessed one by one, by the service, without HTTP: {single:,.0f}/s of this core")
    text = read_text(TENANTS / SLUG / "policy.yaml")
    for what, document in (
        ("a clause of nobody", text.replace("mark: warning", "mark: minor_demerit", 1)),
        ("a clause of everybody", text.replace(CLAUSE, f"{CLAUSE}（试）", 1)),
        ("another reaction", text.replace("every: 3", "every: 2", 1)),
    ):
        began, before = time.process_time(), _peak()
        found = try_text(company.slug, document, ALL)
        took = time.process_time() - began
        say(
            f"  {what}: {found['incidents']:,} incidents, {found['changed']:,} changed,"
            f" {found['incidents'] / took:,.0f}/s of this core, goal 30,000,"
            f" {found['incidents'] / took / single:.1f} times one by one, goal 3;"
            f" memory +{(_peak() - before) / 1024:,.0f} MB, goal under 500"
        )


def _one_by_one(company: Company) -> float:
    """Return how many incidents a second of this core are assessed, each by itself."""
    ctx, dice = command_in(company.id), random.Random(1)
    shapes = dice.choices(*zip(*MIXES[SLUG], strict=True), k=SINGLES)
    at = moment().isoformat(timespec="seconds")
    began = 0.0
    for number, shape in enumerate(shapes):
        if number == SINGLES // 6:  # the first ones warm up
            began = time.process_time()
        who = (dice.choice(company.codes),)
        preview(ctx, IncidentReport(who, shape["clause"], at, facts=shape.get("facts", {})))
    return (SINGLES - SINGLES // 6) / (time.process_time() - began)


def _peak() -> int:
    """Return the most memory this process ever had, kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
