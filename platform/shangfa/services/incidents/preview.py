"""What would follow: assess an incident without storing anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shangfa.db.incidents import Lock
from shangfa.db.session import Raw, pipelined
from shangfa.domain.incident import Report
from shangfa.domain.incidents.engine import Assessment, assess
from shangfa.domain.ledger.book import BackdatedError, Book
from shangfa.domain.policies.policy import Policy, choose
from shangfa.services.access.visibility import visible_decision
from shangfa.services.context import AUDITOR, EMPLOYEE, HR, SUPERVISOR, Context
from shangfa.services.incidents.body import Reported, read_report
from shangfa.services.incidents.record import trying
from shangfa.services.ledger.scene import Scene, full_book, look, quick_book, subjects_of
from shangfa.services.ledger.shown import decision_view
from shangfa.services.tenancy.ready import LoadedTenant


def preview(ctx: Context, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the decision an incident would get.

    `body`: an incident body, plus optional `given`: incident bodies assumed before it.

    Raises:
        RefusedError: as recording would refuse it, but the future is allowed.
    """
    ctx.need(HR, SUPERVISOR, EMPLOYEE, AUDITOR)

    def attempt(tenant: LoadedTenant) -> dict[str, Any]:
        try:
            return _preview(ctx, tenant, body, backdated=bool(body.get("given")))
        except BackdatedError:
            return _preview(ctx, tenant, body, backdated=True)

    return trying(ctx.tenant, attempt)


@dataclass(slots=True)
class _Trial:
    """One preview: the scene and a book for each policy touched."""

    raw: Raw
    ctx: Context
    scene: Scene
    codes: Sequence[str]
    backdated: bool
    books: dict[str, Book] = field(default_factory=dict)

    def run(self, reported: Reported) -> Assessment:
        """Assess one incident on what was assumed before it."""
        tenant = self.scene.tenant
        subjects = subjects_of(self.ctx, self.scene, reported.codes)
        report: Report = reported.report(subjects, tenant.zone)
        policy = choose(tenant.policies, report)
        return assess(policy, report, self.scene, self._book(policy), tenant.calendar)

    def _book(self, policy: Policy) -> Book:
        if policy.name not in self.books:
            self.books[policy.name] = (
                full_book(self.raw, self.scene, policy, self.codes)
                if self.backdated
                else quick_book(self.scene, policy)
            )
        return self.books[policy.name]


def _preview(
    ctx: Context, tenant: LoadedTenant, body: Mapping[str, Any], *, backdated: bool
) -> dict[str, Any]:
    asked = read_report(body, tenant.zone, past=False)
    given = [read_report(item, tenant.zone, past=False) for item in body.get("given") or ()]
    codes = sorted({code for item in (asked, *given) for code in item.codes})
    with pipelined(tenant.id) as raw:
        scene = look(raw, tenant, codes, asked.on, (Lock.NOTHING, None))
        trial = _Trial(raw, ctx, scene, codes, backdated)
        for item in sorted(given, key=lambda item: item.at):
            trial.run(item)
        decision = decision_view(trial.run(asked), tenant.zone)
        return visible_decision(ctx, decision, frozenset(asked.codes))
