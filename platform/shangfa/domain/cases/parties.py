"""Who may take a step: the parties of a case, and whom an earlier part keeps away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.domain.access.faults import FORBIDDEN
from shangfa.domain.access.roles import EMPLOYEE, FINANCE, HR, SUPERVISOR
from shangfa.domain.cases.approvals import Approvers
from shangfa.domain.cases.faults import SAME_PERSON
from shangfa.domain.cases.procedure import CLOCK, ROLE_PARTIES, Procedure, Step
from shangfa.domain.faults import RefusedError, refused
from shangfa.domain.notifications.notification import Recipient
from shangfa.domain.text import Note

OFFICES: Final = frozenset({HR, SUPERVISOR, FINANCE})
"""Roles that act for the company; nobody does so in a case that concerns himself."""
SUBJECT_OF: Final = Note("当事人", "whom it concerns")
PROPOSED: Final = Note("提出人", "who proposed it")
HAD_A_PART: Final = Note("此前的经办人", "one who had a part before")


class Asker(NamedTuple):
    """Who wants to act; `person` is the code of the subject behind the key, if any."""

    role: str
    actor: UUID
    person: str | None = None


class Taken(NamedTuple):
    """A step that was taken, from which state, by whom, with what."""

    step: str
    start: str
    state: str
    role: str
    actor: UUID
    person: str | None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parties:
    """Everybody who has to do with a case.

    Attributes:
        subjects: codes of whom it concerns.
        leaders: who supervised them on the incident's day.
        approvers: who approves it today.
        taken: what was done, oldest first.
    """

    procedure: Procedure
    subjects: Sequence[str]
    leaders: frozenset[str]
    approvers: Approvers
    taken: Sequence[Taken]

    def check(self, asker: Asker, step: Step) -> None:
        """Let somebody take a step.

        Raises:
            RefusedError: `same_person` for an earlier part, `forbidden`.
        """
        known_as = {party for party in step.by if self._is(party, asker)}
        part = self._part(asker, step)
        if part is None and asker.person in self.subjects and known_as and known_as <= OFFICES:
            part = SUBJECT_OF
        allowed = "/".join(self.said(step)) or "—"
        if part is not None:
            raise refused(SAME_PERSON, "", value=step.name, part=part, allowed=allowed)
        if not known_as:
            raise refused(FORBIDDEN, "", role=asker.role, allowed=allowed)

    def may(self, asker: Asker, step: Step) -> bool:
        """Tell whether somebody may take a step."""
        try:
            self.check(asker, step)
        except RefusedError:
            return False
        return True

    def waits_for(self, asker: Asker, step: Step) -> bool:
        """Tell whether a step is somebody's task."""
        return any(self._is(party, asker) for party in step.waits_for) and self.may(asker, step)

    def recipients(self, step: Step) -> list[Recipient]:
        """Return who is told that a step waits: offices by their roles, people by their codes."""
        found = [one for party in step.waits_for for one in self._told(party)]
        away = self._away(step)
        return [one for one in dict.fromkeys(found) if one.code is None or one.code not in away]

    def _told(self, party: str) -> list[Recipient]:
        """Return who a party is to whom something can be sent."""
        if party in {"subject", EMPLOYEE}:
            return [Recipient(code=code) for code in self.subjects]
        if party in {"leader", SUPERVISOR}:
            return [Recipient(code=code) for code in sorted(self.leaders)]
        if party == "approver":
            people = [Recipient(code=code) for code in sorted(self.approvers.people)]
            return [*people, *(one for role in self.approvers.roles for one in self._told(role))]
        if party == "proposer":
            return [
                Recipient(code=item.person) if item.person else Recipient(role=item.role)
                for item in self._proposals()[:1]
            ]
        return [Recipient(role=party)]

    def _away(self, step: Step) -> set[str | None]:
        """Return the codes of those whom an earlier part keeps from a step."""
        away: set[str | None] = set()
        for part, codes in (
            ("subject", self.subjects),
            ("proposer", [item.person for item in self._proposals()]),
            ("everybody", [item.person for item in self._handled()]),
        ):
            away |= set(codes) if part in step.apart_from else set()
        return away

    def said(self, step: Step) -> list[str]:
        """Return who may take a step, as an answer names them."""
        named = [
            name
            for party in step.by
            if party != CLOCK
            for name in (self.approvers.said() if party == "approver" else [party])
        ]
        return list(dict.fromkeys(named))

    def _is(self, party: str, asker: Asker) -> bool:
        if party in ROLE_PARTIES:
            return asker.role == party
        person = asker.person
        if party == "subject":
            return person in self.subjects
        if party == "leader":
            return person in self.leaders
        if party == "approver":
            return asker.role in self.approvers.roles or person in self.approvers.people
        return party == "proposer" and self._same(asker, self._proposals())

    def _part(self, asker: Asker, step: Step) -> Note | None:
        """Return the part that keeps somebody from a step, None when nothing does."""
        apart = step.apart_from
        if "subject" in apart and asker.person in self.subjects:
            return SUBJECT_OF
        if "proposer" in apart and self._same(asker, self._proposals()):
            return PROPOSED
        if "everybody" in apart and self._same(asker, self._handled()):
            return HAD_A_PART
        return None

    def _proposals(self) -> list[Taken]:
        start = self.procedure.start
        return [item for item in self.taken if item.step == RECORD or item.start == start]

    def _handled(self) -> list[Taken]:
        """Return all that was done but answers to others' appeals, which are matters apart.

        Who answered an appeal had a part when the same person appeals to the next level.
        """
        does = {step.name: step.does for step in self.procedure.steps}
        appealing: set[str | None] = set()
        for item in self.taken:
            code = item.data.get("subject")
            if does.get(item.step) == "appeal":
                appealing.add(code)
            elif does.get(item.step) in ANSWERS:
                appealing.discard(code)
        return [
            item
            for item in self.taken
            if does.get(item.step) not in ANSWERS or item.data.get("subject") in appealing
        ]

    @staticmethod
    def _same(asker: Asker, taken: Sequence[Taken]) -> bool:
        """Tell whether any of these was done by the same key, or the same person's."""
        return any(
            item.actor == asker.actor or (item.person is not None and item.person == asker.person)
            for item in taken
        )


ANSWERS: Final = ("uphold", "vary", "reverse")
"""What steps do that answer an appeal."""
RECORD: Final = "record"
"""How the first line of every case's history is called."""
