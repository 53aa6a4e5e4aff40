"""What is read before an incident is assessed: the people of the day and their totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shangfa.db import incidents as sql
from shangfa.db.incidents import Head, Lock, Person, Wanted
from shangfa.db.session import Raw
from shangfa.domain.faults import refused
from shangfa.domain.incident import Subject
from shangfa.domain.ledger.book import Book
from shangfa.domain.people.faults import UNKNOWN_SUBJECT
from shangfa.domain.policies.policy import Policy
from shangfa.services.context import EMPLOYEE, SUPERVISOR, Context
from shangfa.services.ledger import tallies as totals
from shangfa.services.tenancy.ready import LoadedTenant, StaleTenantError, check_status


@dataclass(slots=True)
class Scene:
    """The people and totals around an incident; it answers who supervises whom.

    Attributes:
        people: by code, as of the incident's day.
        lines: tallies of the spans the day falls in.
        head: the tenant's state and what the Idempotency-Key remembers.
        history: every reporting line of the subjects, when later days matter.
    """

    tenant: LoadedTenant
    people: dict[str, Person]
    lines: list[sql.TallyLine]
    head: Head
    history: list[tuple[str, date, str | None]] | None = None

    def supervisor(self, subject: str, day: date) -> str | None:
        """Return who supervises on that day; without history only one day is known."""
        if self.history is None:
            return self.people[subject].supervisor if subject in self.people else None
        since = [boss for code, start, boss in self.history if code == subject and start <= day]
        return since[-1] if since else None


def look(
    raw: Raw,
    tenant: LoadedTenant,
    codes: Sequence[str],
    on: date,
    hold: tuple[Lock, str | None],
) -> Scene:
    """Read the scene, and hold the lock and the Idempotency-Key until the transaction ends.

    Raises:
        StaleTenantError: the tenant changed since it was loaded.
        RefusedError: `suspended`.
    """
    spans = totals.spans_of(on) if tenant.reacts else []
    before = sql.read_before(raw, tenant.id, Wanted(codes, on, spans, *hold))
    head = sql.read_head(before)
    if head is None or head.revision != tenant.revision:
        raise StaleTenantError
    check_status(tenant.slug, head.status)
    people = {line[1]: Person(*line) for line in before.people.fetchall()}
    lines = [sql.TallyLine(*line) for line in before.tallies.fetchall()] if before.tallies else []
    return Scene(tenant, people, lines, head)


def subjects_of(ctx: Context, scene: Scene, codes: Sequence[str]) -> tuple[Subject, ...]:
    """Return the subjects in order.

    Raises:
        RefusedError: `unknown_subject`, also for somebody the asker may not see.
    """
    pointers = [f"/subjects/{i}" for i in range(len(codes))] if codes[1:] else ["/subject"]
    named = zip(codes, pointers, strict=True)
    return tuple(_subject(ctx, scene.people.get(code), code, where) for code, where in named)


def _subject(ctx: Context, person: Person | None, code: str, pointer: str) -> Subject:
    hidden = (
        person is None
        or (ctx.role == SUPERVISOR and person.supervisor != ctx.subject)
        or (ctx.role == EMPLOYEE and code != ctx.subject)
    )
    if person is None or hidden:
        raise refused(UNKNOWN_SUBJECT, pointer, value=code)
    return Subject(code, person.kind, person.department, person.position, person.attributes)


def quick_book(scene: Scene, policy: Policy) -> Book:
    """Return the totals of the day; enough unless something counted lies later."""
    return totals.book_of(scene.lines, scene.tenant.policy_ids[policy.name])


def full_book(raw: Raw, scene: Scene, policy: Policy, codes: Sequence[str]) -> Book:
    """Return everything ever posted to the subjects and to all who ever supervised them.

    To move these totals, the scene must have been looked at with `Lock.EVER`.
    """
    tenant = scene.tenant
    scene.history = sql.reporting_lines(raw, tenant.id, codes)
    everybody = sorted({*codes, *(boss for _, _, boss in scene.history if boss)})
    before = sql.read_before(raw, tenant.id, Wanted(everybody, date.max))
    for line in before.people.fetchall():
        scene.people.setdefault(line[1], Person(*line))
    days = sql.days_of(raw, tenant.id, tenant.policy_ids[policy.name], everybody)
    return totals.book_of_history(policy, days)
