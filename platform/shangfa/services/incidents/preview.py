"""What would follow: assess an incident without storing anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from shangfa.db.people import Lock
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.domain.access.sight import seen_codes
from shangfa.domain.incident import Report
from shangfa.domain.incidents.chronicle import Chronicle, recorded
from shangfa.domain.incidents.engine import Assessment, assess
from shangfa.domain.ledger.book import BackdatedError, Book
from shangfa.domain.policies.policy import Policies, Policy, choose
from shangfa.services.clock import new_id
from shangfa.services.context import Context
from shangfa.services.incidents.reported import IncidentReport, Reported, read_report
from shangfa.services.ledger.anew.chronicles import explain, let_in, read_chronicle
from shangfa.services.ledger.decision import DecisionView, seen_part, whole_view
from shangfa.services.ledger.scene import Scene, full_book, look, quick_book, subjects_of
from shangfa.services.policies.editing import in_place_of
from shangfa.services.tenancy.ready import ReadyTenant, current, ready
from shangfa.services.transaction import transact


def preview(
    ctx: Context, said: IncidentReport, given: Sequence[IncidentReport] = ()
) -> DecisionView:
    """Return the decision an incident would get.

    `given`: incidents assumed before it.

    Raises:
        RefusedError: as recording would refuse it, but the future is allowed.
    """
    ctx.need("incidents:assess")

    def attempt(*, backdated: bool) -> DecisionView:
        return transact(
            ctx,
            lambda tx: _preview(tx, ctx, ready(ctx.tenant), (said, given), backdated=backdated),
            Kind.BUSY,
        )

    try:
        return attempt(backdated=bool(given))
    except BackdatedError:
        return attempt(backdated=True)


def try_document(ctx: Context, text: str, said: IncidentReport) -> DecisionView:
    """Return the decision an incident would get under a document that is no version yet.

    What was posted before counts as it stands; nothing is stored.

    Raises:
        RefusedError: every fault of the document; as recording would refuse the incident, but
            the future is allowed.
    """
    ctx.need("policies:write")

    def work(tx: Tx) -> DecisionView:
        tenant = current(tx)
        policy = in_place_of(tenant, text)
        wanted = replace(said, policy=policy.name)
        return _preview(tx, ctx, _with(tenant, policy), (wanted, ()), backdated=True)

    return transact(ctx, work, Kind.BUSY)


def _with(tenant: ReadyTenant, policy: Policy) -> ReadyTenant:
    """Return the tenant as if a policy were in force in the place of the one of its name."""
    return replace(
        tenant,
        policies=Policies({**tenant.policies, policy.name: policy}, tenant.policies.stopped),
        policy_ids={policy.name: new_id(), **tenant.policy_ids},
        reacts=tenant.reacts or policy.reacts or policy.asks,
    )


@dataclass(slots=True)
class _Trial:
    """One preview: the scene, a book and perhaps a chronicle for each policy touched.

    Attributes:
        first: the earliest day of all that is assumed.
    """

    tx: Tx
    ctx: Context
    scene: Scene
    codes: Sequence[str]
    backdated: bool
    first: date
    books: dict[str, Book] = field(default_factory=dict)
    chronicles: dict[str, Chronicle] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)

    def run(self, reported: Reported) -> Assessment:
        """Assess one incident on what was assumed before it."""
        tenant = self.scene.tenant
        subjects = subjects_of(self.ctx, self.scene, reported.said.codes, reported.on)
        told = reported.report(subjects, tenant.zone)
        report = replace(told, id=f"~{len(self.done):06}")  # behind all that is recorded
        self.done.append(report.id)
        policy = choose(tenant.policies, report)
        book = self._book(policy)
        if not policy.asks:
            return assess(policy, report, self.scene, book, tenant.calendar)
        return self._run_asked(policy, report, book)

    def _run_asked(self, policy: Policy, report: Report, book: Book) -> Assessment:
        chronicle = self.chronicles.get(policy.name)
        if chronicle is None:
            chronicle = read_chronicle(self.tx, self.scene, policy, self.first)
            self.chronicles[policy.name] = chronicle
        past, calendar = chronicle.past(report), self.scene.tenant.calendar
        found = assess(policy, report, self.scene, book, calendar, past=past)
        fact = recorded(report.id, report, found)
        explain(found, let_in(self.tx, self.scene, book, chronicle, fact))
        return found

    def _book(self, policy: Policy) -> Book:
        if policy.name not in self.books:
            self.books[policy.name] = (
                full_book(self.tx, self.scene, policy, self.codes, self.first)
                if self.backdated
                else quick_book(self.scene, policy)
            )
        return self.books[policy.name]


def _preview(
    tx: Tx,
    ctx: Context,
    tenant: ReadyTenant,
    asked: tuple[IncidentReport, Sequence[IncidentReport]],
    *,
    backdated: bool,
) -> DecisionView:
    said, assumed = asked
    wanted = read_report(said, tenant.zone, past=False)
    given = [read_report(item, tenant.zone, past=False) for item in assumed]
    codes = sorted({code for item in (said, *assumed) for code in item.codes})
    scene = look(tx, tenant, codes, wanted.on, Lock.NOTHING)
    first = min(item.on for item in (wanted, *given))
    trial = _Trial(tx, ctx, scene, codes, backdated, first)
    for item in sorted(given, key=lambda item: item.at):
        trial.run(item)
    decision = whole_view(trial.run(wanted), tenant.zone)
    return seen_part(decision, seen_codes(ctx.role, ctx.subject, said.codes, said.codes))
