"""A version tried on a long past: incidents a second on one core, and what memory grows by."""

from __future__ import annotations

import resource
import time
from datetime import date
from typing import Final

from tests.bench.figures import say
from tests.bench.past import fill
from tests.bench.stage import Stage
from tests.bench.traffic import TENANTS, moment

from shangfa.db.server import embedded
from shangfa.documents.source import read_text
from shangfa.services.policies.trying.replays import Days, try_text
from shangfa.services.running.deployment import use

SLUG: Final = "youyou"
EACH: Final = 100
"""Earlier incidents of everybody."""
CLAUSE: Final = "title: 着装仪表不当"
"""Of a clause in everybody's past."""
ALL: Final = Days(date(2000, 1, 1), date(2100, 1, 1))


def run(stage: Stage, people: int = 10_000) -> None:
    """Try another wording of a clause that nobody met, of one that all did, and of a reaction."""
    say(f"\n5. What-if, {SLUG}, {people:,} employees with {EACH} incidents each")
    company = stage.company(SLUG, people, moment().date())
    many = stage.copy("tried")
    with stage.owner(many) as owner:
        fill(owner, company, people, EACH)
    use(stage.server.url(embedded.APP, many))
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
            f" {found['incidents'] / took:,.0f}/s of this core, goal 30,000;"
            f" memory +{(_peak() - before) / 1024:,.0f} MB, goal under 500"
        )


def _peak() -> int:
    """Return the most memory this process ever had, kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
