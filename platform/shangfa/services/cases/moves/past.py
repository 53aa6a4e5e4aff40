"""What conditions on own history are told in a case, and what the case changes for later facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shangfa.db.tx.transaction import Tx
from shangfa.domain.incident import Report
from shangfa.domain.incidents.chronicle import Chronicle, Recorded, key_of
from shangfa.domain.incidents.engine import Assessment, SubjectDecision, assess
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.policies.policy import Policy
from shangfa.services.context import Context
from shangfa.services.ledger.anew.chronicles import NONE, Changes, read_chronicle, settle
from shangfa.services.ledger.scene import Scene


@dataclass(slots=True)
class Past:
    """The facts around a case under a policy that asks for history; nothing under another one.

    Attributes:
        chronicle: what stands, the case's own parts included; None where nobody asks.
        changes: what later facts were assessed again for, to be posted in the end.
    """

    scene: Scene
    policy: Policy
    chronicle: Chronicle | None
    changes: list[Changes] = field(default_factory=list)

    def assess(self, report: Report, book: Book) -> Assessment:
        """Return what follows from the case's incident.

        Raises:
            RefusedError: as recording it would be refused.
        """
        calendar = self.scene.tenant.calendar
        if self.chronicle is None:
            return assess(self.policy, report, self.scene, book, calendar)
        past = self.chronicle.past(report, report.id)
        return assess(self.policy, report, self.scene, book, calendar, past=past)

    def keep(self, report: Report, decisions: Iterable[SubjectDecision]) -> None:
        """Let what was decided be known from its place on."""
        if self.chronicle is None:
            return
        own: dict[str, list[Posting]] = {}
        for item in decisions:
            own[item.subject] = [one for one in item.postings if one.cause == "clause"]
            self.chronicle.others += [one for one in item.postings if one.cause != "clause"]
        self.chronicle.add(Recorded(report.id, report, own))

    def forget(self, order: str, codes: Sequence[str]) -> None:
        """Drop some subjects' parts of an incident; what takes them back is added besides."""
        for fact in self.chronicle.facts if self.chronicle is not None else ():
            if fact.order == order:
                for code in codes:
                    self.add(fact.direct.pop(code, ()))

    def add(self, postings: Iterable[Posting]) -> None:
        """Let postings be known from the day after theirs on."""
        if self.chronicle is not None:
            self.chronicle.others += postings

    def settle(self, tx: Tx, book: Book, report: Report) -> Changes:
        """Assess again what lies behind the case's incident; return what changes of it."""
        if self.chronicle is None:
            return NONE
        found = settle(tx, self.scene, book, self.chronicle, key_of(report, report.id))
        self.changes.append(found)
        return found

    def write(self, tx: Tx, ctx: Context, at: datetime) -> None:
        """Post what changed of later facts, and let what they leave open follow."""
        for item in self.changes:
            item.write(tx, ctx, self.scene, at)


def past_of(tx: Tx, scene: Scene, policy: Policy) -> Past:
    """Return what is known of the people of a scene, who are all read."""
    chronicle = read_chronicle(tx, scene, policy, scene.day) if policy.asks else None
    return Past(scene, policy, chronicle)
