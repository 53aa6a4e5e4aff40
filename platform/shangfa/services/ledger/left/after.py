"""What later incidents leave open when own history changes: choices and deadlines follow it.

As for late truth: a choice nobody made takes the new range, appears or goes; one that was made
stands as long as it is allowed, else it is taken back and open again; under a procedure it stands
and the trace says so. A deadline that no longer follows is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shangfa.db import cases, facts
from shangfa.db.cases import DecisionLine
from shangfa.db.facts import Direct, Touched
from shangfa.db.history import facts as sql
from shangfa.db.tx.transaction import Tx
from shangfa.domain.exchange.events import decision_effective
from shangfa.domain.incidents.chronicle import Chronicle
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import NOWHERE, Posting
from shangfa.domain.ledger.reactions import react
from shangfa.services.clock import new_id
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.ledger.anew.taken import Change
from shangfa.services.ledger.decision import effects_view, trace_line
from shangfa.services.ledger.left.open import Left, Part, move_cases, read_left, write_deadlines
from shangfa.services.ledger.places import of_fact
from shangfa.services.ledger.posting import Batch, post
from shangfa.services.ledger.scene import Scene


@dataclass(slots=True)
class After:
    """What was assessed again, and what it leaves open."""

    tx: Tx
    ctx: Context
    scene: Scene
    chronicle: Chronicle
    book: Book
    at: datetime

    def follow(self) -> list[Posting]:
        """Write down what is open now; return what was taken back, with what followed from it."""
        again, self.chronicle.again = self.chronicle.again, {}
        ids = sorted({UUID(order) for order, _ in again})
        left = read_left(self.tx, ids)
        if not (left.records or left.deadlines):
            return []
        left.chosen = self._chosen(left, {fact.report.on for fact, _ in again.values()})
        sanctions = sql.sanctions_of(self.tx, ids)
        changes: dict[Part, Change] = {}
        for (order, code), (fact, decision) in again.items():
            part, sanction = (UUID(order), code), sanctions.get((order, code))
            record = left.records.get(part)
            if sanction is not None and record is not None:
                direct = self._direct(sanction, part, record.case_id)
                change = changes[part] = Change(direct, fact.report.on, NOWHERE)
                left.look(part, decision, change, self.scene.tenant.zone)
        taken = [self._take_back(item) for part in left.again for item in left.chosen[part]]
        self._write(left, [*changes.items(), *taken])
        return [posting for _, change in taken for posting in change.postings()]

    def _direct(self, decision: UUID, part: Part, case_id: UUID) -> Direct:
        policy_id, who = self._policy_id(), self.scene.people[part[1]].id
        return Direct(decision, "sanction", part[0], case_id, None, None, policy_id, who, None)

    def _policy_id(self) -> UUID:
        return self.scene.tenant.policy_ids[self.chronicle.policy.name]

    def _chosen(self, left: Left, days: Iterable[date]) -> dict[Part, list[Direct]]:
        """Return what the choices that were made posted by themselves."""
        made = {part for part, record in left.records.items() if record.kind == "choice"}
        found: dict[Part, list[Direct]] = {}
        if not made:
            return found
        codes = {self.scene.people[code].id: code for _, code in made}
        span = sorted(days)
        meant = Touched(span[0], span[-1], list(codes), self._policy_id())
        for item in facts.decided(self.tx, meant):
            if item.kind == "choice" and item.incident_id is not None and item.origin in codes:
                part = (item.incident_id, codes[item.origin])
                if part in made and item.posting is not None:
                    found.setdefault(part, []).append(item)
        return found

    def _take_back(self, item: Direct) -> tuple[Part, Change]:
        """Take back what a choice brought, with what followed from it."""
        assert item.posting is not None  # noqa: S101 - narrows for mypy
        assert item.incident_id is not None  # noqa: S101 - narrows for mypy
        place, zone = NOWHERE, self.scene.tenant.zone
        if self.chronicle.policy.placed:
            place = of_fact(item.incident_id, item.at, zone)
        made = Posting(*item.posting, place=place)
        change = Change(item, made.day, of_fact(item.incident_id, item.at, zone))
        back = [made._replace(quantity=-made.quantity)]
        policy = self.chronicle.policy
        found = [*back, *react(policy, self.scene, self.book, back, change.trace)]
        self.chronicle.others += found
        change.add(found)
        return (item.incident_id, made.subject), change

    def _write(self, left: Left, changes: Sequence[tuple[Part, Change]]) -> None:
        """Write a decision for each part of which something is open now, or closed."""
        changed = [(part, change) for part, change in changes if change.changes]
        if not changed:
            return
        parts = [(part, change.direct.origin, change) for part, change in changed]
        write_deadlines(self.tx, left, parts, self.at)
        events = move_cases(self.tx, left, parts, self.ctx.actor_id, self.at)
        lines = [self._decision(change) for _, change in changed]
        cases.add_decisions(self.tx, lines)
        post(
            self.tx,
            self.scene,
            [
                Batch(
                    line.id,
                    self._policy_id(),
                    self.at,
                    change.postings(placed=self.chronicle.policy.placed),
                    adjusts=change.direct.decision_id,
                )
                for line, (_, change) in zip(lines, changed, strict=True)
                if change.postings()
            ],
        )
        for line, (part, _) in zip(lines, changed, strict=True):
            origin = {"incident": part[0], "case": left.records[part].case_id}
            events.append(decision_effective(line.id, part[1], origin, line.body["effects"]))
        tell(self.tx, self.ctx, self.at, *events)

    def _decision(self, change: Change) -> DecisionLine:
        direct, policy = change.direct, self.chronicle.policy
        version = policy.at(change.day)
        effects = (item._replace(cause="adjustment") for item in change.postings())
        body: Mapping[str, Any] = {
            "policy": {"name": policy.name, "version": version.number if version else 0},
            "effects": effects_view(effects),
            "trace": [trace_line(line) for line in change.trace],
            "adjusts": direct.decision_id,
            **change.left(),
        }
        who, actor = direct.origin, self.ctx.actor_id
        line = (new_id(), direct.case_id, None, who, "adjustment", body, "", actor, self.at)
        return DecisionLine(*line)
